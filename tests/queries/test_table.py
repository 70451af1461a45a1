"""A table's page: the newest notes, and where the others are."""

from flask.testing import FlaskClient

from tests.factories.cafes import open_round
from tests.factories.events import make_event
from tests.factories.goals import draft_goal
from tests.factories.many import fill
from tests.factories.people import join
from tests.factories.processes import make_process
from tests.live.phones import cookie_of
from workshop.perform import Store
from workshop.queries.ideas import NEWEST


def test_a_long_table_shows_the_newest_notes_and_where_all_are(app_store: Store, client: FlaskClient) -> None:
    """On the page itself, and with all of them as long as they fit."""
    event = make_event(app_store, make_process(app_store))
    open_round(app_store, event)
    guest = join(app_store, event)
    goal = draft_goal(app_store, event)
    table = event.tables[0]
    fill(app_store, event, guest, goal, 1, NEWEST)
    cookie = cookie_of(app_store, guest.actor)

    def page() -> str:
        client.set_cookie("session", cookie.partition("=")[2])
        answer = client.get(f"/tables/{table}")
        assert answer.status_code == 200
        return answer.text

    all_of_them = f'href="/events/{event.id}/ideas?table={table}"'
    fits = page()
    assert fits.count('<li class="note" id=') == NEWEST
    assert "data-order-from=" not in fits and all_of_them not in fits
    fill(app_store, event, guest, goal, NEWEST + 1, 5)
    long = page()
    assert (long.count('<li class="note" id='), all_of_them in long) == (NEWEST, True)
    assert 'data-order-from="6"' in long
    assert f"Note {NEWEST + 5}<" in long and "Note 6<" in long and "Note 5<" not in long
