"""An event's own list of reasons for which a note may be hidden."""

from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workshop.errors import Closed, NotFound
from workshop.forms import Id, OperationForm, Text
from workshop.models import LANGUAGES, Cafe, Event, LocalText, Reason
from workshop.operations.languages import LANGUAGE_NAMES
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor, At, standing_in_event
from workshop.transaction import Transaction

REASON_LENGTH = 100
MOST_REASONS = 12
NAMES = {str(language): name for language, name in LANGUAGE_NAMES}


class WordsForm(OperationForm):
    """The words of a reason in the house's languages; one is enough, and stands for the others too."""

    de = Text(NAMES["de"], REASON_LENGTH)
    en = Text(NAMES["en"], REASON_LENGTH)
    sv = Text(NAMES["sv"], REASON_LENGTH)

    def validate(self, extra_validators: Any = None) -> bool:
        """Something has to stand there in one of them."""
        valid = super().validate(extra_validators)
        if valid and not self.words():
            self.de.errors = [_l("Write the reason in at least one language.")]
            return False
        return valid

    def words(self) -> LocalText:
        """What was written, by language."""
        return {language: self[language].data for language in LANGUAGES if self[language].data}


class NewReasonForm(WordsForm):
    """The event and the reason it gets."""

    event = Id()


def event_of(session: Session, by: Actor, form: NewReasonForm) -> At:
    """The event, held still against a second reason at the same place."""
    event = session.scalars(select(Event).where(Event.id == form.event.data).with_for_update()).first()
    return At(standing_in_event(session, by, event))


@operation(
    "reason.add",
    NewReasonForm,
    Permission.RUN_EVENT,
    find=event_of,
    title=_l("Add a reason"),
    says=_l("%(who)s added a reason for which notes may be hidden"),
)
def add_reason(tx: Transaction, at: At, form: NewReasonForm) -> None:
    """Put a reason at the end of the event's list."""
    mine = Reason.event_id == at.event.id
    if (tx.session.scalar(select(func.count()).where(mine, Reason.ended_at.is_(None))) or 0) >= MOST_REASONS:
        raise Closed(_l("An event has at most %(most)s reasons. Take one away first.", most=MOST_REASONS))
    last = tx.session.scalar(select(func.max(Reason.position)).where(mine)) or 0
    tx.session.add(Reason(id=tx.key, event_id=at.event.id, position=last + 1, words=form.words()))
    tx.fact("words", None, form.words())
    _tell(tx, at.event, tx.key)


@dataclass
class OneReason(At):
    """A reason on the list."""

    reason: Reason = field(kw_only=True)


class ReasonForm(OperationForm):
    """Which reason."""

    reason = Id()


def one_reason(session: Session, by: Actor, form: ReasonForm) -> OneReason:
    """The reason, if this actor may know of its event; one that was taken away is none."""
    row = session.execute(
        select(Reason, Event)
        .join(Event, Event.id == Reason.event_id)
        .where(Reason.id == form.reason.data, Reason.ended_at.is_(None))
        .with_for_update(of=Reason)
    ).first()
    if row is None:
        raise NotFound
    return OneReason(standing_in_event(session, by, row[1]), reason=row[0])


class EditReasonForm(ReasonForm, WordsForm):
    """A reason's new words."""


@operation(
    "reason.edit",
    EditReasonForm,
    Permission.RUN_EVENT,
    find=one_reason,
    title=_l("Change this reason"),
    says=_l("%(who)s changed a reason for which notes may be hidden"),
)
def edit_reason(tx: Transaction, at: OneReason, form: EditReasonForm) -> None:
    """Give a reason other words, for what was hidden for it too."""
    if at.reason.words == form.words():
        return
    tx.fact("words", at.reason.words, form.words())
    at.reason.words = form.words()
    _tell(tx, at.event, at.reason.id)


@operation(
    "reason.remove",
    ReasonForm,
    Permission.RUN_EVENT,
    find=one_reason,
    title=_l("Take this reason from the list"),
    says=_l("%(who)s took away a reason for which notes may be hidden"),
)
def remove_reason(tx: Transaction, at: OneReason, form: ReasonForm) -> None:
    """Nothing more is hidden for it; what was hidden for it still counts."""
    others = select(Reason.id).where(
        Reason.event_id == at.event.id, Reason.ended_at.is_(None), Reason.id != at.reason.id
    )
    if tx.session.scalar(others.limit(1)) is None:
        raise Closed(_l("It is the last reason. Without one nothing could be hidden; add another one first."))
    at.reason.ended_at = tx.now
    _tell(tx, at.event, at.reason.id)


def _tell(tx: Transaction, event: Event, reason_id: Any) -> None:
    """Have the tables of the event show the list as it is now."""
    tx.about("reason", reason_id)
    cafes = tx.session.scalars(select(Cafe.id).where(Cafe.event_id == event.id)).all()
    tx.touch("rules", *cafes)
    tx.tell("cafe", *cafes)
