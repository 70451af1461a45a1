"""Working through what waits at a café, several moderators at once."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from workshop.errors import Forbidden, NotFound
from workshop.forms import Ids, OperationForm, Pick, Yes
from workshop.models import Cafe, Decision, IdeaState, Look, ScreenNotes
from workshop.operations.comments import OneComment, some_comments
from workshop.operations.events import OneEventForm, one_event
from workshop.operations.ideas import OneIdea, some_ideas
from workshop.operations.moderation import One, show_to_all, which
from workshop.operations.setting_up import WHEN_ON_SCREEN
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor, At
from workshop.transaction import Transaction

MOST_AT_ONCE = 100
LOOKING = timedelta(minutes=3)
"""How long a moderator has what they took to look at before others may take it."""


@dataclass
class SomeThings(At):
    """Notes and comments of one event, locked against a change at the same moment."""

    found: list[One] = field(kw_only=True)

    @property
    def ids(self) -> list[UUID]:
        """Theirs."""
        return [one.thing.id for one in self.found]


class ThingsForm(OperationForm):
    """Which notes and comments."""

    things = Ids(most=MOST_AT_ONCE)


def some_things(session: Session, by: Actor, form: ThingsForm) -> SomeThings:
    """Those that this actor may know of; NotFound unless they are of one event and there are some."""
    found: list[One] = [*some_ideas(session, by, form.things.data), *some_comments(session, by, form.things.data)]
    if not found or len({one.event.id for one in found}) != 1:
        raise NotFound
    tables = {one.table_id for one in found}
    # Whoever hosts one table decides there alone; for several one has to run the event.
    return SomeThings(found[0].standing, table_id=tables.pop() if len(tables) == 1 else None, found=found)


@operation(
    "queue.let_through",
    ThingsForm,
    Permission.MODERATE_TABLE,
    find=some_things,
    title=_l("Let these through"),
    says=_l("%(who)s let notes and comments through"),
)
def let_through(tx: Transaction, at: SomeThings, form: ThingsForm) -> None:
    """Show what nobody has looked at yet; what somebody has decided about meanwhile stays as it is."""
    holds = select(Decision.idea_id, Decision.comment_id).where(
        or_(Decision.idea_id.in_(at.ids), Decision.comment_id.in_(at.ids)), Decision.ended_at.is_(None)
    )
    decided = {one for row in tx.session.execute(holds) for one in row}
    for one in at.found:
        if one.thing.state == IdeaState.HELD and one.thing.id not in decided:
            show_to_all(tx, one)


@operation(
    "queue.look_at",
    ThingsForm,
    Permission.RUN_EVENT,
    find=some_things,
    title=_l("Look at these"),
    says=_l("%(who)s is looking at what waits"),
)
def look_at(tx: Transaction, at: SomeThings, form: ThingsForm) -> None:
    """Take what waits for oneself, for some minutes; what another moderator has stays theirs."""
    if at.standing.user is None:
        raise Forbidden
    me = at.standing.user.id
    these = or_(Look.idea_id.in_(at.ids), Look.comment_id.in_(at.ids))
    others = select(Look.idea_id, Look.comment_id).where(these, Look.until > tx.now, Look.user_id != me)
    taken = {one for row in tx.session.execute(others) for one in row}
    free = [one.thing for one in at.found if one.thing.id not in taken]
    if not free:
        return
    ids = [thing.id for thing in free]
    tx.session.execute(
        delete(Look).where(or_(Look.idea_id.in_(ids), Look.comment_id.in_(ids))),
        execution_options={"synchronize_session": False},
    )
    tx.session.add_all(Look(**which(thing), user_id=me, until=tx.now + LOOKING) for thing in free)
    cafes = {one.cafe.id for one in at.found if isinstance(one, OneIdea)}
    if any(isinstance(one, OneComment) for one in at.found):
        # A comment on a to:DO waits at each of them.
        cafes |= set(tx.session.scalars(select(Cafe.id).where(Cafe.event_id == at.event.id, Cafe.source.is_(None))))
    tx.about("queue", min(cafes) if cafes else at.event.id)
    tx.tell("cafe", *cafes)


class ModerationForm(OneEventForm):
    """How notes come to be seen at an event."""

    notes_wait = Yes(
        _l("Look at every note and comment before it shows"),
        description=_l("Each waits until the host of its table or a moderator lets it through. Its author sees that."),
    )
    screen_notes = Pick(
        _l("When a note comes to the big screen"), WHEN_ON_SCREEN, default=ScreenNotes.AFTER_DELAY.value
    )


@operation(
    "event.set_moderation",
    ModerationForm,
    Permission.RUN_EVENT,
    find=one_event,
    title=_l("How notes come to be seen"),
    says=_l("%(who)s changed how notes come to be seen"),
)
def set_moderation(tx: Transaction, at: At, form: ModerationForm) -> None:
    """Have notes wait, or no longer; what waits already goes on waiting until it is let through."""
    event = at.event
    wanted = {"notes_wait": form.notes_wait.data, "screen_notes": ScreenNotes(form.screen_notes.data)}
    for name, value in wanted.items():
        if getattr(event, name) != value:
            tx.fact(name, getattr(event, name), value)
            setattr(event, name, value)
    if not tx.facts:
        return
    tx.about("event", event.id)
    # What a page says of a note that was just sent is another thing now.
    tx.touch("page", event.id)
    tx.tell("cafe", *tx.session.scalars(select(Cafe.id).where(Cafe.event_id == event.id)))
