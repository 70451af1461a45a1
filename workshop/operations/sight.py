"""What those who take part read of each other: the names beside words, and the tables."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from workshop.forms import Pick
from workshop.models import AuthorNames, Cafe, CafeTable, Event, TablesVisible, VotesAt
from workshop.operations.events import OneEventForm, one_event
from workshop.operations.setting_up import NAMES, WHAT_IS_SEEN, WHERE_TO_VOTE
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import At
from workshop.transaction import Transaction


class NamesForm(OneEventForm):
    """As whom people speak at an event."""

    author_names = Pick(_l("Names beside what people write"), NAMES, default=AuthorNames.SHOWN.value)


@operation(
    "event.set_names",
    NamesForm,
    Permission.RUN_EVENT,
    find=one_event,
    title=_l("Names beside what people write"),
    says=_l("%(who)s changed which names are shown"),
)
def set_names(tx: Transaction, at: At, form: NamesForm) -> None:
    """Show names, numbers or neither, from now on and beside what was written before, to everybody alike."""
    names = AuthorNames(form.author_names.data)
    if names is at.event.author_names:
        return
    tx.fact("author_names", at.event.author_names, names)
    at.event.author_names = names
    # They stand beside everything that was written.
    _tell_all_pages(tx, at.event)


class SightForm(OneEventForm):
    """Which tables those who take part read, and where they vote."""

    tables_visible = Pick(
        _l("Which tables people read"),
        WHAT_IS_SEEN,
        default=TablesVisible.ALL.value,
        description=_l("Hosts always read theirs, moderators all. The list, goals and big screen are for everybody."),
    )
    votes_at = Pick(_l("Where people vote"), WHERE_TO_VOTE, default=VotesAt.TABLE.value)


@operation(
    "event.set_sight",
    SightForm,
    Permission.RUN_EVENT,
    find=one_event,
    title=_l("Reading and voting at other tables"),
    says=_l("%(who)s changed which tables people read"),
)
def set_sight(tx: Transaction, at: At, form: SightForm) -> None:
    """Say of which tables a participant reads what was written, and at which they vote; it holds at once."""
    visible, votes_at = TablesVisible(form.tables_visible.data), VotesAt(form.votes_at.data)
    event = at.event
    if (event.tables_visible, event.votes_at) == (visible, votes_at):
        return
    tx.fact("tables_visible", event.tables_visible, visible)
    tx.fact("votes_at", event.votes_at, votes_at)
    event.tables_visible, event.votes_at = visible, votes_at
    _tell_all_pages(tx, event)


def _tell_all_pages(tx: Transaction, event: Event) -> None:
    """Have every page on which something stands that was written at an event be loaded afresh."""
    tx.about("event", event.id)
    tx.touch("page", event.id)
    tx.tell("list", event.id)
    tables = select(CafeTable.id).join(Cafe, Cafe.id == CafeTable.cafe_id).where(Cafe.event_id == event.id)
    tx.tell("table", *tx.session.scalars(tables))
    # Whoever looks at a table out of sight listens to its café alone.
    tx.tell("cafe", *tx.session.scalars(select(Cafe.id).where(Cafe.event_id == event.id)))
