"""Taking in notes that were written elsewhere, in batches; the first ones of a source are seen when the last is in."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from wtforms import ValidationError

from workshop.errors import NotFound
from workshop.forms import Id, LongText, OperationForm, Pick, Text, Yes
from workshop.models import Cafe, CafeTable, Event, Idea, IdeaKind, IdeaState, LocalText, Round, new_id
from workshop.models.base import IDEA_LENGTH, NAME_LENGTH, TITLE_LENGTH
from workshop.operations.languages import WRITING_LANGUAGES
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor, At, standing_in_event
from workshop.text import clean
from workshop.transaction import Transaction

BATCH = 500
"""Notes that one Change brings at most."""
STATES = (IdeaState.VISIBLE, IdeaState.HELD, IdeaState.HIDDEN)
QUESTION: LocalText = {
    "de": "Von anderswo übernommen",
    "en": "Brought in from elsewhere",
    "sv": "Hämtat från annat håll",
}


@dataclass(frozen=True)
class Row:
    """One note as it comes in."""

    external_id: str
    text: str
    state: IdeaState
    reason: str
    counted_elsewhere: int
    created_at: datetime

    def as_list(self) -> list[Any]:
        """The same as plain values, for the form."""
        return [
            self.external_id,
            self.text,
            str(self.state),
            self.reason,
            self.counted_elsewhere,
            self.created_at.isoformat(),
        ]


def to_row(values: Any) -> Row:
    """A row from plain values; ValueError for what is none."""
    try:
        external_id, text, state, reason, counted, created = values
        # Inside the JSON nothing has been tidied yet.
        external_id, text, reason = clean(external_id), clean(text), clean(reason)
        row = Row(external_id, text, IdeaState(state), reason, counted, datetime.fromisoformat(created))
        fits = 0 < len(external_id) <= 80 and 0 < len(text.strip()) <= IDEA_LENGTH and len(reason) <= TITLE_LENGTH
    except (TypeError, AttributeError) as error:
        raise ValueError from error
    if not fits or row.state not in STATES or row.created_at.tzinfo is None or not isinstance(counted, int):
        raise ValueError
    if counted < 0:
        raise ValueError
    return row


class ImportForm(OperationForm):
    """A batch of notes from one source; `read` holds them once the form is valid."""

    read: list[Row]
    event = Id()
    source = Text(_l("Source"), NAME_LENGTH, required=_l("Write where these come from."))
    language = Pick(_l("Language"), WRITING_LANGUAGES)
    rows = LongText("", BATCH * 4 * IDEA_LENGTH)
    more = Yes("")
    """Whether another batch follows."""

    def validate_rows(self, rows: Any) -> None:
        """As many as a batch holds, each whole."""
        try:
            listed = json.loads(rows.data or "[]")
            if not isinstance(listed, list):
                raise ValueError
            self.read = [to_row(values) for values in listed]
        except ValueError:
            raise ValidationError(_l("These notes cannot be read.")) from None
        if len(self.read) > BATCH:
            raise ValidationError(_l("At most %(most)s at once.", most=BATCH))


@dataclass
class IntoEvent(At):
    """The event, held still against a second import of the same source, and the café its notes lie in."""

    cafe: Cafe | None = field(kw_only=True)


def into_event(session: Session, by: Actor, form: ImportForm) -> IntoEvent:
    """The event and the café of the source, if there was an import before."""
    event = session.scalars(select(Event).where(Event.id == form.event.data).with_for_update()).first()
    if event is None:
        raise NotFound
    cafe = session.scalars(select(Cafe).where(Cafe.event_id == event.id, Cafe.source == form.source.data)).first()
    return IntoEvent(standing_in_event(session, by, event), cafe=cafe)


@operation(
    "ideas.import",
    ImportForm,
    Permission.INSTALL,
    find=into_event,
    title=_l("Bring in notes"),
    says=_l("%(who)s brought in notes from elsewhere"),
)
def import_ideas(tx: Transaction, at: IntoEvent, form: ImportForm) -> None:
    """Lay the notes that are not known yet into the source's own café.

    They show when no more batch follows; where earlier ones of that source show already, each batch as it comes.
    """
    known = set(
        tx.session.scalars(
            select(Idea.external_id).where(
                Idea.event_id == at.event.id,
                Idea.source == form.source.data,
                Idea.external_id.in_([row.external_id for row in form.read]),
            )
        )
    )
    new = [row for row in form.read if row.external_id not in known]
    cafe = at.cafe
    importing = form.more.data and (cafe is None or cafe.importing)
    if not new and (cafe is None or cafe.importing == importing):
        return
    if cafe is None:
        cafe = add_cafe(tx, at.event, form.source.data)
    cafe.importing = importing
    lay(tx, cafe, new, form)
    tx.about("cafe", cafe.id)
    if not importing:
        tx.tell("list", at.event.id)


def add_cafe(tx: Transaction, event: Event, source: str) -> Cafe:
    """A closed café with one table and one round, at which nobody is ever seated."""
    cafe = Cafe(
        id=new_id(),
        event_id=event.id,
        title={"de": f"Aus {source}", "en": f"From {source}", "sv": f"Från {source}"},
        source=source,
        closed_at=tx.now,
    )
    tx.session.add(cafe)
    tx.session.flush()
    tx.session.add_all(
        [
            CafeTable(id=new_id(), cafe_id=cafe.id, number=1, question=QUESTION),
            Round(
                id=new_id(), cafe_id=cafe.id, number=1, minutes=1, opened_at=tx.now, ends_at=tx.now, closed_at=tx.now
            ),
        ]
    )
    tx.session.flush()
    return cafe


def lay(tx: Transaction, cafe: Cafe, rows: list[Row], form: ImportForm) -> None:
    """The notes, in the order in which they came."""
    table_id = tx.session.scalars(select(CafeTable.id).where(CafeTable.cafe_id == cafe.id)).one()
    round_id = tx.session.scalars(select(Round.id).where(Round.cafe_id == cafe.id)).one()
    last = tx.session.scalar(select(func.max(Idea.position)).where(Idea.table_id == table_id)) or 0
    tx.session.add_all(
        Idea(
            id=new_id(),
            event_id=cafe.event_id,
            table_id=table_id,
            round_id=round_id,
            kind=IdeaKind.IDEA,
            language=form.language.data,
            text=row.text.strip(),
            state=row.state,
            state_reason=row.reason,
            counted_elsewhere=row.counted_elsewhere,
            source=form.source.data,
            external_id=row.external_id,
            position=position,
            created_at=row.created_at,
        )
        for position, row in enumerate(rows, last + 1)
    )
