"""Working through what waits at a café, several moderators at once."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from workshop.errors import Forbidden, NotFound
from workshop.forms import Ids, OperationForm, Pick, Yes
from workshop.models import SEEN_BY, Cafe, CafeTable, Decision, Event, Idea, IdeaState, Look, ScreenNotes
from workshop.operations.events import WHEN_ON_SCREEN, OneEventForm, one_event
from workshop.operations.ideas import change_state
from workshop.perform import Transaction, operation
from workshop.policy import Actor, At, Permission, standing_in_event

MOST_AT_ONCE = 100
LOOKING = timedelta(minutes=3)
"""How long a moderator has what they took to look at before others may take it."""


@dataclass
class SomeIdeas(At):
    """Notes of one event, locked against a change at the same moment."""

    ideas: list[Idea] = field(kw_only=True)
    cafes: set[UUID] = field(kw_only=True)


class IdeasForm(OperationForm):
    """Which notes."""

    ideas = Ids(most=MOST_AT_ONCE)


def some_ideas(session: Session, by: Actor, form: IdeasForm) -> SomeIdeas:
    """Those of the notes that this actor may know of; NotFound unless they are of one event and there are some."""
    rows = session.execute(
        select(Idea, CafeTable, Cafe.id, Event)
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .join(Event, Event.id == Idea.event_id)
        .where(Idea.id.in_(form.ideas.data))
        .order_by(Idea.created_at, Idea.id)
        .with_for_update(of=Idea)
    ).all()
    if len({event.id for *_, event in rows}) != 1:
        raise NotFound
    standing = standing_in_event(session, by, rows[0][3])
    mine = standing.participant.id if standing.participant else None

    def known(idea: Idea) -> bool:
        seen = SEEN_BY[idea.state]
        return seen.everybody or (seen.staff and standing.hosting(idea.table_id)) or (mine == idea.participant_id)

    found = [(idea, cafe) for idea, _, cafe, _ in rows if known(idea)]
    if not found:
        raise NotFound
    tables = {idea.table_id for idea, _ in found}
    # Whoever hosts one table decides there alone; for several one has to run the event.
    table_id = tables.pop() if len(tables) == 1 else None
    return SomeIdeas(standing, table_id=table_id, ideas=[idea for idea, _ in found], cafes={cafe for _, cafe in found})


@operation(
    "ideas.let_through",
    IdeasForm,
    Permission.MODERATE_TABLE,
    find=some_ideas,
    title=_l("Let these notes through"),
    says=_l("%(who)s let notes through"),
)
def let_through(tx: Transaction, at: SomeIdeas, form: IdeasForm) -> None:
    """Show the notes that nobody has looked at yet; what somebody has decided about meanwhile stays as it is."""
    decided = set(
        tx.session.scalars(
            select(Decision.idea_id).where(
                Decision.idea_id.in_([idea.id for idea in at.ideas]), Decision.ended_at.is_(None)
            )
        )
    )
    for idea in at.ideas:
        if idea.state is IdeaState.HELD and idea.id not in decided:
            change_state(tx, idea, IdeaState.VISIBLE, "")


@operation(
    "ideas.look_at",
    IdeasForm,
    Permission.RUN_EVENT,
    find=some_ideas,
    title=_l("Look at these notes"),
    says=_l("%(who)s is looking at notes that wait"),
)
def look_at(tx: Transaction, at: SomeIdeas, form: IdeasForm) -> None:
    """Take notes that wait for oneself, for some minutes; those that another moderator has stay theirs."""
    if at.standing.user is None:
        raise Forbidden
    me, ids = at.standing.user.id, [idea.id for idea in at.ideas]
    taken = set(
        tx.session.scalars(select(Look.idea_id).where(Look.idea_id.in_(ids), Look.until > tx.now, Look.user_id != me))
    )
    free = [one for one in ids if one not in taken]
    if not free:
        return
    tx.session.execute(delete(Look).where(Look.idea_id.in_(free)), execution_options={"synchronize_session": False})
    tx.session.add_all(Look(idea_id=one, user_id=me, until=tx.now + LOOKING) for one in free)
    tx.about("queue", min(at.cafes))
    tx.tell("cafe", *at.cafes)


class ModerationForm(OneEventForm):
    """How notes come to be seen at an event."""

    notes_wait = Yes(
        _l("Look at every note before it shows"),
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
