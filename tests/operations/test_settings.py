"""What is set of a café, at the start and later: its questions, its rounds and clock, how people move."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tests.factories import do
from tests.factories.cafes import close_cafe, close_round, open_round
from tests.factories.events import EventMade, made_event, make_event
from tests.factories.people import enter, join, join_many
from tests.factories.processes import ProcessMade, make_process
from workshop.errors import Closed, Conflict, Invalid
from workshop.models import Asks, Cafe, Movement, Seat
from workshop.perform import Store
from workshop.queries.seats import moments
from workshop.queries.viewing import Audience

CLOCK = {"minutes": "20, 20", "pace": "hand", "change_minutes": 2, "warning_minutes": 2, "grace_seconds": 30}


def cafe_of(store: Store, event: EventMade) -> Cafe:
    """The café as it is, with its tables and rounds."""
    with store.reading() as session:
        return session.scalars(
            select(Cafe).where(Cafe.id == event.cafe).options(selectinload(Cafe.tables), selectinload(Cafe.rounds))
        ).one()


def asked_by_rounds(store: Store, process: ProcessMade, **fields: Any) -> EventMade:
    """An event whose two rounds ask all tables the same."""
    questions = {"asks": "rounds", "questions": "What is?\nWhat could be?"}
    given = {"title": "Forum", "rounds": 2, "minutes": 20, "starts_on": "2026-05-12", **questions, **fields}
    event_id = do(store, process.moderator, "event.create", process=process.id, **given).thing[1]
    assert event_id
    return made_event(store, process, event_id)


def words(store: Store, event: EventMade, **fields: Any) -> Any:
    given = {"title": "Forum", "questions": "One?\nTwo?"}
    return do(store, event.moderator, "cafe.edit", cafe=event.cafe, **{**given, **fields})


def time(store: Store, event: EventMade, **fields: Any) -> Any:
    return do(store, event.moderator, "cafe.set_time", cafe=event.cafe, **{**CLOCK, **fields})


def test_the_set_up_says_how_the_cafe_runs(store: Store, process: ProcessMade) -> None:
    plain = cafe_of(store, make_event(store, process))
    assert (plain.movement, plain.asks, plain.seats_per_table) == (Movement.FREE, Asks.TABLES, None)
    assert (plain.runs_itself, plain.change_minutes, plain.warning_minutes, plain.gong) == (True, 2, 2, True)
    made = cafe_of(
        store,
        make_event(
            store, process, movement="planned", pace="hand", change_minutes=5, warning_minutes=0, gong="0",
            seats_per_table=8,
        ),
    )  # fmt: skip
    assert (made.movement, made.seats_per_table, made.gong) == (Movement.PLANNED, 8, False)
    assert (made.runs_itself, made.change_minutes, made.warning_minutes) == (False, 5, 0)


def test_rounds_may_ask_instead_of_tables(store: Store, process: ProcessMade) -> None:
    event = asked_by_rounds(store, process, tables=3)
    cafe = cafe_of(store, event)
    assert [table.question for table in cafe.tables] == [{"en": "What is?"}] * 3
    open_round(store, event, 1)
    open_round(store, event, 2)
    assert [table.question for table in cafe_of(store, event).tables] == [{"en": "What could be?"}] * 3
    words(store, event, asks="rounds", questions="What is?\nWhat will be?")
    assert [table.question for table in cafe_of(store, event).tables] == [{"en": "What will be?"}] * 3


def test_a_table_that_opens_again_asks_what_the_others_do(store: Store, process: ProcessMade) -> None:
    event = asked_by_rounds(store, process, tables=3)
    open_round(store, event, 1)
    do(store, event.moderator, "tables.close", cafe=event.cafe, tables=[event.tables[2]])
    open_round(store, event, 2)
    do(store, event.moderator, "table.reopen", table=event.tables[2])
    assert [table.question for table in cafe_of(store, event).tables] == [{"en": "What could be?"}] * 3


def test_a_table_that_goes_on_at_another_one_leaves_no_round_behind(app_store: Store, client: FlaskClient) -> None:
    event = asked_by_rounds(app_store, make_process(app_store), tables=3)
    guest = join(app_store, event, table=1)
    open_round(app_store, event, 1)
    merging = {"table": event.tables[2], "into": event.tables[0]}
    enter(client, app_store, event.moderator)
    asked_first = client.get("/act/table.merge", query_string=merging).text
    assert "Table 3 goes on at table 1." in asked_first and "Both questions" not in asked_first
    do(app_store, event.moderator, "table.merge", **merging)
    open_round(app_store, event, 2)
    enter(client, app_store, guest.actor)
    page = client.get(f"/tables/{event.tables[0]}").text
    assert "What could be?" in page and "notes of table 3" in page
    assert "What is?" not in page
    assert "It goes on at table 1." in client.get(f"/tables/{event.tables[2]}").text


def test_who_goes_on_reads_what_the_next_round_asks(store: Store, process: ProcessMade) -> None:
    event = asked_by_rounds(store, process, tables=3, movement="planned")
    people = join_many(store, event, [f"Guest {number}" for number in range(6)])
    open_round(store, event, 1)
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    close_round(store, event)
    with store.reading() as session:
        found = moments(session, [one.id for one in people], Audience.OWN)
    assert [one.next.question for one in found.values() if one.next] == [{"en": "What could be?"}] * 6


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("tables", {}),
        ("questions", {"questions": "One?", "tables": 3}),
        ("tables", {"asks": "tables", "tables": 3}),
        ("movement", {"tables": 3, "movement": "dancing"}),
        ("pace", {"tables": 3, "pace": "slow"}),
        ("change_minutes", {"tables": 3, "change_minutes": 61}),
        ("seats_per_table", {"tables": 3, "seats_per_table": 0}),
    ],
)
def test_what_does_not_go_together_is_said_at_its_field(
    store: Store, process: ProcessMade, field: str, fields: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as refused:
        asked_by_rounds(store, process, **fields)
    assert list(refused.value.fields) == [field]


def test_words_change_once_and_never_over_somebody_elses(store: Store, event: EventMade) -> None:
    done = words(store, event, version=1)
    assert set(done.at) == {f"cafe:{event.cafe}"}
    assert set(words(store, event, version=2, title="Hall").at) == {f"cafe:{event.cafe}", f"list:{event.id}"}
    cafe = cafe_of(store, event)
    assert [table.question["en"] for table in cafe.tables] == ["One?", "Two?"] and cafe.version == 3
    assert words(store, event, version=3, title="Hall").at == {}
    with pytest.raises(Conflict):
        words(store, event, version=1, title="Other")
    with pytest.raises(Invalid) as refused:
        words(store, event, questions="One?\nTwo?\nThree?")
    assert list(refused.value.fields) == ["questions"]


def test_rounds_to_come_change_and_those_that_began_do_not(store: Store, event: EventMade) -> None:
    open_round(store, event, 1)
    time(store, event, minutes="20 15; 10", gong="1")
    cafe = cafe_of(store, event)
    assert [(turn.number, turn.minutes) for turn in cafe.rounds] == [(1, 20), (2, 15), (3, 10)]
    time(store, event, minutes="20")
    assert [turn.minutes for turn in cafe_of(store, event).rounds] == [20]
    for wrong in ("19", "15, 20", "0", "ten", ""):
        with pytest.raises(Invalid) as refused:
            time(store, event, minutes=wrong)
        assert list(refused.value.fields) == ["minutes"]


def test_a_round_in_which_people_sit_stays(store: Store, event: EventMade) -> None:
    anna = join(store, event)
    time(store, event, minutes="10")
    with store.reading() as session:
        assert session.scalars(select(Seat.round_id).where(Seat.participant_id == anna.id)).all() == [event.rounds[0]]


def test_what_changes_is_told_and_what_does_not_is_not(store: Store, event: EventMade) -> None:
    assert time(store, event, warning_minutes=5).at
    assert time(store, event, warning_minutes=5).at == {}
    for expected in (True, False):
        done = do(store, event.moderator, "cafe.set_movement", cafe=event.cafe, movement="planned", seats_per_table=7)
        assert bool(done.at) is expected


def test_nothing_of_a_closed_cafe_changes(store: Store, event: EventMade) -> None:
    close_cafe(store, event)
    for refused in (lambda: words(store, event, title="Other"), lambda: time(store, event, warning_minutes=9)):
        with pytest.raises(Closed):
            refused()
