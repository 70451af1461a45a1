"""The page of the plan: as many statements for six people as for sixty."""

import pytest
from flask.testing import FlaskClient

from tests.factories import do
from tests.factories.cafes import open_round
from tests.factories.events import EventMade, make_event
from tests.factories.people import enter, join_many
from tests.factories.processes import ProcessMade, make_process
from tests.factories.statements import counted
from workshop.perform import Store
from workshop.queries import plans


@pytest.fixture
def cafe(store: Store, process: ProcessMade) -> EventMade:
    """A café of six tables with a plan of three rounds, for six people."""
    event = make_event(store, process, tables=6, rounds=3, movement="planned")
    join_many(store, event, [f"Person {number}" for number in range(6)])
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    return event


@pytest.mark.parametrize("begun", [False, True])
def test_it_is_read_in_a_fixed_number_of_statements(store: Store, cafe: EventMade, begun: bool) -> None:
    def read() -> int:
        with counted(store) as sent, store.reading() as session:
            page = plans.plan_page(session, cafe.moderator, cafe.cafe)
        assert page
        return len(sent)

    if begun:
        open_round(store, cafe)
    few = read()
    join_many(store, cafe, [f"Newcomer {number}" for number in range(54)])
    do(store, cafe.moderator, "cafe.plan", cafe=cafe.cafe)
    assert read() == few


def test_where_no_round_is_left_the_page_says_so_instead_of_offering_a_plan(
    app_store: Store, client: FlaskClient
) -> None:
    event = make_event(app_store, make_process(app_store), rounds=2)
    enter(client, app_store, event.moderator)

    def offers() -> bool:
        page = client.get(f"/cafes/{event.cafe}/plan", headers={"Accept-Language": "en"}).text
        offered = "Make a plan" in page
        assert ("There is no round left to plan." in page) != offered
        return offered

    open_round(app_store, event)
    assert offers()
    open_round(app_store, event, 2)
    assert not offers()


def test_who_is_expected_counts_where_a_seat_is_kept_for_them(store: Store, cafe: EventMade) -> None:
    do(store, cafe.moderator, "people.expect", event=cafe.id, people="Nora")
    join_many(store, cafe, [f"Newcomer {number}" for number in range(12)])

    def fewest(**asked: str) -> int:
        do(store, cafe.moderator, "cafe.plan", cafe=cafe.cafe, **asked)
        with store.reading() as session:
            fewest: int = plans.plan_page(session, cafe.moderator, cafe.cafe).report.met_fewest
        return fewest

    assert fewest() > 0
    assert fewest(expected="1") > 0
