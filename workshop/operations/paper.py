"""Notes that were written on paper: typed in by those who run the table, and taken back to be mended."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import ValidationError

from workshop.errors import Closed, Conflict, Forbidden, Invalid, NotFound
from workshop.forms import Id, LongText, Number, OperationForm, Pick, Text
from workshop.models import SEEN_BY, Cafe, CafeTable, DecisionOutcome, Event, Idea, IdeaKind, IdeaState, Round
from workshop.models.base import IDEA_LENGTH, fold
from workshop.operations.ideas import (
    KINDS,
    NOTHING_WRITTEN,
    IdeaForm,
    OneIdea,
    Written,
    change_state,
    end_decision,
    one_idea,
    tell_about,
)
from workshop.operations.languages import WRITING_LANGUAGES
from workshop.operations.writing import NEW_IDEA, NOT_BEGUN, NOT_SEATED, SEAT
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor, At, standing_in_event
from workshop.transaction import Transaction

MOST_DOTS = 1000
CARD = re.compile(r"(?:(\d{1,3})\s*[-–/. ]\s*)?(\d{1,4})", re.ASCII)
"""4-18, or 18 alone; people write it with any dash."""


def card_parts(text: str | None) -> tuple[int | None, int | None]:
    """The table and the number that stand on a card, as far as they were written."""
    found = CARD.fullmatch((text or "").strip())
    if not found:
        return None, None
    return int(found[1]) if found[1] else None, int(found[2])


class TypeInForm(OperationForm):
    """A note from paper: where it was written, its words, its card's number, whose it is, its dots."""

    table = Id()
    round = Id()
    kind = Pick(_l("What is it?"), KINDS, default=IdeaKind.IDEA.value)
    text = LongText(_l("Words, exactly as written"), IDEA_LENGTH, required=NOTHING_WRITTEN)
    language = Pick(_l("Written in"), WRITING_LANGUAGES, default="de")
    card = Text(_l("Card"), 20)
    participant = Id(_l("Whose it is"), required=False)
    dots = Number(_l("Dots on it"), 0, MOST_DOTS, required=False)

    def validate_card(self, card: Any) -> None:
        """A number as it is printed, or nothing."""
        if card.data and not card_parts(card.data)[1]:
            raise ValidationError(_l("A card's number is written like 4-18. Leave it empty if there is none."))


@dataclass
class PaperAt(At):
    """A table and a round in which something was written on paper there."""

    table_id: UUID = field(kw_only=True)
    number: int = field(kw_only=True)
    round_id: UUID = field(kw_only=True)
    imported: bool = field(kw_only=True)
    opened_at: datetime | None = field(kw_only=True)
    closed_at: datetime | None = field(kw_only=True)


def paper_at(session: Session, by: Actor, form: TypeInForm) -> PaperAt:
    """The table and round of a note on paper."""
    row = session.execute(
        select(CafeTable, Cafe, Round, Event)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .join(Round, Round.cafe_id == Cafe.id)
        .join(Event, Event.id == Cafe.event_id)
        .where(CafeTable.id == form.table.data, Round.id == form.round.data)
    ).first()
    if row is None:
        raise NotFound
    table, cafe, turn, event = row
    return PaperAt(
        standing_in_event(session, by, event),
        table_id=table.id,
        number=table.number,
        round_id=turn.id,
        imported=cafe.source is not None,
        opened_at=turn.opened_at,
        closed_at=turn.closed_at,
    )


@operation(
    "idea.type_in",
    TypeInForm,
    Permission.TYPE_IN,
    find=paper_at,
    title=_l("Type in a paper note"),
    says=_l("%(who)s typed in a note from paper"),
)
def type_in(tx: Transaction, at: PaperAt, form: TypeInForm) -> None:
    """Lay a note from paper on the table, into its round; a card's number is typed in once."""
    if at.imported:
        raise Closed(_l("This café only holds what was brought in. Nothing is written here."))
    if at.opened_at is None:
        raise Closed(NOT_BEGUN)
    author = form.participant.data
    if author is not None and not SEAT.first(tx.session, participant=author, table=at.table_id, round=at.round_id):
        raise Invalid(fields={"participant": [NOT_SEATED]})
    card = _free_card(tx.session, at, form.card.data)
    # A host types in what others wrote without having to judge it; a moderator who types it in has looked at it.
    state = IdeaState.HELD if at.event.notes_wait and not at.standing.staff else IdeaState.VISIBLE
    values = {
        "id": tx.key,
        "event_id": at.event.id,
        "table_id": at.table_id,
        "round_id": at.round_id,
        "participant_id": author,
        "kind": IdeaKind(form.kind.data),
        "language": form.language.data,
        "text": form.text.data,
        "folded": fold(form.text.data),
        "state": state,
        "late": at.closed_at is not None,
        "on_paper": True,
        "card": card,
        "counted_elsewhere": form.dots.data or 0,
        "created_at": tx.now,
    }
    tx.insert_stamped(NEW_IDEA, values, "position", "table", at.table_id)
    tell_about(tx, Written(tx.key, at.table_id, author, state), before=None)
    # No page of theirs has written it: they hear by their own channel that it is theirs.
    tx.tell("person", author)


def _free_card(session: Session, at: PaperAt, text: str | None) -> int | None:
    """The number on a card that nobody has typed in yet; None where there is none."""
    table, card = card_parts(text)
    if card is None:
        return None
    if table not in (None, at.number):
        raise Invalid(
            fields={"card": [_l("This card is of table %(theirs)s, and this is table %(ours)s.",
                                theirs=table, ours=at.number)]}
        )  # fmt: skip
    before = session.execute(
        select(Idea.text, Idea.state).where(Idea.table_id == at.table_id, Idea.card == card)
    ).first()
    if before is None:
        return card
    number = f"{at.number}-{card:02}"
    if before.text and SEEN_BY[before.state].staff:
        message = _l("Card %(card)s is typed in already: “%(text)s”", card=number, text=before.text)
    else:
        message = _l("Card %(card)s is typed in already.", card=number)
    raise Conflict(message, fields={"card": [message]})


@operation(
    "idea.untype",
    IdeaForm,
    Permission.TYPE_IN,
    find=one_idea,
    title=_l("Take a typed note away"),
    says=_l("%(who)s took back a note from paper"),
)
def untype(tx: Transaction, at: OneIdea, form: IdeaForm) -> None:
    """Take a note that was typed in from the table again; its card may be typed in once more."""
    idea = at.idea
    if not idea.on_paper:
        raise Forbidden(_l("Somebody wrote this note here themselves. Hold it back or hide it instead."))
    if idea.state is IdeaState.WITHDRAWN:
        return
    idea.card = None
    end_decision(tx, idea, DecisionOutcome.WITHDRAWN)
    change_state(tx, idea, IdeaState.WITHDRAWN, "")
