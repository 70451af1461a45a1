"""What the big screen of a café shows, and which notes come there."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from workshop.errors import Closed, Invalid
from workshop.forms import Number, Pick
from workshop.models import CafeTable, IdeaState, ScreenShows
from workshop.operations.cafes import CafeForm, OneCafe, one_cafe
from workshop.operations.ideas import IdeaForm, OneIdea, one_idea
from workshop.operations.setting_up import MOST_TABLES
from workshop.perform import operation
from workshop.policy import Permission
from workshop.transaction import Transaction

VIEWS = (
    (ScreenShows.WELCOME, _l("Welcome")),
    (ScreenShows.NEWEST, _l("Newest notes")),
    (ScreenShows.QUESTION, _l("The question")),
    (ScreenShows.VOTES, _l("Votes")),
    (ScreenShows.HARVEST, _l("What we take forward")),
    (ScreenShows.LIST, _l("The to:DO list")),
)


class ShowForm(CafeForm):
    """What to show; the number of the table counts for a question."""

    what = Pick(_l("What the big screen shows"), VIEWS, default=ScreenShows.NEWEST.value)
    table = Number(_l("Question of table"), 1, MOST_TABLES, required=False)


@operation(
    "screen.show",
    ShowForm,
    Permission.RUN_EVENT,
    find=one_cafe,
    title=_l("Show this on the big screen"),
    says=_l("%(who)s chose what the big screen shows"),
)
def show_on_screen(tx: Transaction, at: OneCafe, form: ShowForm) -> None:
    """Have every big screen of the café show something else, at once; dark ones are lit."""
    cafe, what = at.cafe, ScreenShows(form.what.data)
    table = form.table.data if what is ScreenShows.QUESTION else None
    if table is not None:
        known = select(CafeTable.id).where(CafeTable.cafe_id == cafe.id, CafeTable.number == table)
        if tx.session.scalar(known) is None:
            raise Invalid(fields={"table": [_l("There is no table with this number.")]})
    if (cafe.screen_shows, cafe.screen_table, cafe.screen_dark) == (what, table, False):
        return
    tx.fact("screen", [cafe.screen_shows, cafe.screen_table], [what, table])
    cafe.screen_shows, cafe.screen_table, cafe.screen_dark = what, table, False
    _tell(tx, at)


@operation(
    "screen.darken",
    CafeForm,
    Permission.RUN_EVENT,
    find=one_cafe,
    title=_l("Make the big screen dark"),
    says=_l("%(who)s made the big screen dark"),
)
def darken(tx: Transaction, at: OneCafe, form: CafeForm) -> None:
    """Blank every big screen of the café, the code too, until something is shown again."""
    if not at.cafe.screen_dark:
        at.cafe.screen_dark = True
        _tell(tx, at)


def _tell(tx: Transaction, at: OneCafe) -> None:
    # The big screen and the cockpit are drawn whole; nothing else shows it.
    tx.about("screen", at.cafe.id)
    tx.tell("cafe", at.cafe.id)


@operation(
    "idea.put_on_screen",
    IdeaForm,
    Permission.RUN_EVENT,
    find=one_idea,
    title=_l("Show this note on the big screen"),
    says=_l("%(who)s put a note on the big screen"),
)
def put_on_screen(tx: Transaction, at: OneIdea, form: IdeaForm) -> None:
    """Let a note onto the big screen, whatever the event says of others; once somebody reports it, it leaves."""
    _place(tx, at, True)


@operation(
    "idea.take_off_screen",
    IdeaForm,
    Permission.RUN_EVENT,
    find=one_idea,
    title=_l("Take this note off the big screen"),
    says=_l("%(who)s took a note off the big screen"),
)
def take_off_screen(tx: Transaction, at: OneIdea, form: IdeaForm) -> None:
    """Keep a note from the big screen; on its table it stays."""
    _place(tx, at, False)


def _place(tx: Transaction, at: OneIdea, on_screen: bool) -> None:
    if at.idea.state is not IdeaState.VISIBLE:
        raise Closed(_l("Others do not see this note now."))
    if at.idea.on_screen is not on_screen:
        at.idea.on_screen = on_screen
        tx.about("idea", at.idea.id)
        tx.tell("table", at.table.id)
