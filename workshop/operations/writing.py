"""How a note comes onto a table: into the round in which it was written, however late it arrives."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session, aliased

from workshop.errors import Closed, Forbidden, Invalid, NotFound
from workshop.forms import Id, LongText, OperationForm, Pick
from workshop.models import (
    Cafe,
    CafeTable,
    Event,
    Idea,
    IdeaKind,
    IdeaState,
    Participant,
    PhaseKind,
    Round,
    Seat,
    SeatState,
)
from workshop.models.base import IDEA_LENGTH, fold
from workshop.operations.ideas import KINDS, NOTHING_WRITTEN, Written, kind_of, tell_about
from workshop.perform import operation
from workshop.phases import PHASE
from workshop.phases import Written as Begun
from workshop.policy import Permission
from workshop.standing import Actor, At, Standing, standing_in_event
from workshop.statements import Insertion, Statement
from workshop.transaction import Transaction

FREE = "free"
"""What a page says of the phase where there is none."""
BEGUN_IN = {FREE: None, **{str(kind): kind for kind in PhaseKind}}
NOT_BEGUN = _l("The round has not begun yet. Your text is here; send it when it has.")
NOT_SEATED = _l("This person did not sit at this table in this round.")

TABLE_AND_ROUND = Statement(
    select(
        Event.id, Event.process_id, Event.closed_at, PHASE, Event.notes_wait, Event.tables_visible,
        CafeTable.id.label("table_id"), Round.id.label("round_id"), Round.number.label("round_number"),
        Cafe.closed_at.label("cafe_closed_at"), Round.opened_at, Round.closed_at.label("round_closed_at"),
        select(Seat.id)
        .where(
            Seat.participant_id == bindparam("guest"),
            Seat.table_id == CafeTable.id,
            Seat.round_id == Round.id,
            Seat.state == SeatState.TAKEN,
        )
        .limit(1)
        .scalar_subquery()
        .label("seat"),
    )
    .join_from(CafeTable, Cafe, Cafe.id == CafeTable.cafe_id)
    .join(Event, Event.id == Cafe.event_id)
    .join(Round, Round.cafe_id == Cafe.id)
    .where(CafeTable.id == bindparam("table"), Round.id == bindparam("round"))
)  # fmt: skip
SEAT = Statement(
    select(Seat.id)
    .where(
        Seat.participant_id == bindparam("participant"),
        Seat.table_id == bindparam("table"),
        Seat.round_id == bindparam("round"),
        Seat.state == SeatState.TAKEN,
    )
    .limit(1)
)
SENT_ON = aliased(Seat)
BEFORE_SENT_ON = Statement(
    select(Seat.round_id)
    .join(Round, Round.id == Seat.round_id)
    .where(
        Seat.participant_id == bindparam("participant"),
        Seat.table_id == bindparam("table"),
        Seat.state == SeatState.TAKEN,
        exists().where(
            SENT_ON.participant_id == Seat.participant_id,
            SENT_ON.round_id == bindparam("round"),
            SENT_ON.state == SeatState.TAKEN,
            SENT_ON.sent,
        ),
    )
    .order_by(Round.number.desc())
    .limit(1)
)
NEW_IDEA = Insertion(Idea)


def place_of(
    session: Session, by: Actor, table: UUID | None, turn: UUID | None, guest: UUID | None = None
) -> tuple[Any, Standing]:
    """A table in a round of its café, with a guest's `seat` there, and what somebody is in its event.

    NotFound where there is none.
    """
    found = TABLE_AND_ROUND.first(session, table=table, round=turn, guest=guest)
    if found is None:
        raise NotFound
    return found, standing_in_event(session, by, found)


@dataclass
class SeatAtTable(At):
    """A table, a round, and whether the one who writes sat there then."""

    table_id: UUID = field(kw_only=True)
    round_id: UUID = field(kw_only=True)
    cafe_closed_at: datetime | None = field(kw_only=True)
    opened_at: datetime | None = field(kw_only=True)
    closed_at: datetime | None = field(kw_only=True)
    seated: bool = field(kw_only=True)
    round_number: int = field(kw_only=True)

    @property
    def begun(self) -> bool:
        """Whether the round has begun; who sat in one after the first did so then, even if its start was taken back."""
        return self.opened_at is not None or (self.seated and self.round_number > 1)

    @classmethod
    def of(cls, standing: Standing, place: Any, form: OperationForm, *, seated: bool, **more: Any) -> Self:
        """From what `place_of` found, and the note's form."""
        begun_in = form["phase"].data if "phase" in form else None
        return cls(
            standing,
            table_id=place.table_id,
            round_id=place.round_id,
            cafe_closed_at=place.cafe_closed_at,
            opened_at=place.opened_at,
            closed_at=place.round_closed_at,
            seated=seated,
            round_number=place.round_number,
            kind=kind_of(form),
            written=Begun(BEGUN_IN[begun_in], place.opened_at) if begun_in in BEGUN_IN else None,
            **more,
        )


class ContributeForm(OperationForm):
    """A note and where it was written."""

    table = Id()
    round = Id()
    kind = Pick(_l("What is it?"), KINDS, default=IdeaKind.IDEA.value)
    phase = Pick("", [(word, "") for word in ("", *BEGUN_IN)], default="")
    """In which it was begun, as its page knew it."""
    text = LongText(_l("Your note"), IDEA_LENGTH, required=NOTHING_WRITTEN)


def seat_at_table(session: Session, by: Actor, form: ContributeForm) -> SeatAtTable:
    """The table and round of a note, with the seat its author had there."""
    # Nearly always who writes is the one who this browser is.
    guest = next(iter(by.participants), None)
    found, standing = place_of(session, by, form.table.data, form.round.data, guest)
    me, seat = standing.participant, None
    if me and me.id == guest:
        seat = found.seat
    elif me:
        seat = SEAT.first(session, participant=me.id, table=found.table_id, round=found.round_id)
    if me and seat is None:
        before = BEFORE_SENT_ON.first(session, participant=me.id, table=found.table_id, round=found.round_id)
        if before:
            # A plan sent them on while they wrote: what was begun here belongs to the round in which they sat here.
            found = TABLE_AND_ROUND.first(session, table=found.table_id, round=before.round_id, guest=me.id)
            seat = before
    return SeatAtTable.of(standing, found, form, seated=seat is not None)


@operation(
    "idea.contribute",
    ContributeForm,
    Permission.WRITE_AT_TABLE,
    find=seat_at_table,
    title=_l("Write a note"),
    says=_l("%(who)s wrote a note"),
    looks_later=True,
)
def contribute_idea(tx: Transaction, at: SeatAtTable, form: ContributeForm) -> None:
    """Lay a note on the table, into the round where it was written, however late it arrives."""
    if not at.seated:
        raise Forbidden(_l("You did not sit at this table in this round."))
    me = at.participant
    lay_note(tx, at, form, me.id, me.writing_language)


def require_seat(at: SeatAtTable, person: Participant) -> None:
    """Raise Invalid for somebody who did not sit there then, or takes part no longer."""
    if not at.seated or person.removed_at is not None:
        raise Invalid(fields={"participant": [NOT_SEATED]})


def lay_note(
    tx: Transaction, at: SeatAtTable, form: OperationForm, author: UUID, language: str, *, written_for: bool = False
) -> None:
    """Lay a new note on the table, as visible as the café's state allows, and tell of it; Closed before the round."""
    if not at.begun:
        raise Closed(NOT_BEGUN)
    # Whoever writes for somebody hosts the table, and has looked at it.
    waits = (at.event.notes_wait and not written_for) or at.waits
    state = IdeaState.HELD if waits or at.cafe_closed_at else IdeaState.VISIBLE
    values = {
        "id": tx.key,
        "event_id": at.event.id,
        "table_id": at.table_id,
        "round_id": at.round_id,
        "participant_id": author,
        "kind": IdeaKind(form["kind"].data),
        "language": language,
        "text": form["text"].data,
        "folded": fold(form["text"].data),
        "state": state,
        "late": at.closed_at is not None,
        "written_for": written_for,
        "created_at": tx.now,
    }
    tx.insert_stamped(NEW_IDEA, values, "position", "table", at.table_id)
    tell_about(tx, Written(tx.key, at.table_id, author, state), before=None)
