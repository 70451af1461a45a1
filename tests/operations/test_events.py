"""Setting an event up, ending it, the big screen's link."""

import re

import pytest
from sqlalchemy import func, select

from tests.factories import do
from tests.factories.cafes import open_round
from tests.factories.events import EventMade, close_event, make_event
from tests.factories.people import join, join_many
from tests.factories.processes import ProcessMade, make_process
from workshop.errors import Closed, Forbidden, Invalid, NotFound
from workshop.models import Cafe, CafeTable, Event, Round, VotesAt
from workshop.operations import setting_up
from workshop.operations.setting_up import MOST_TABLES
from workshop.perform import Store
from workshop.tokens import ALPHABET

QUESTIONS = "Was fehlt?\r\n\r\n  Wer   hilft? \r\nWie weiter?\r\n"


def test_an_event_has_a_table_for_each_question(store: Store, process: ProcessMade) -> None:
    done = do(store, process.moderator, "event.create", process=process.id, title="Forum", language="de",
              starts_on="2026-05-12", questions=QUESTIONS, rounds=3, minutes=25, votes_at="event",
              votes_per_participant=5, timezone="Europe/Stockholm")  # fmt: skip
    with store.reading() as session:
        event = session.get_one(Event, done.thing[1])
        cafe = session.scalars(select(Cafe).where(Cafe.event_id == event.id)).one()
        assert [(table.number, table.question) for table in cafe.tables] == [
            (1, {"de": "Was fehlt?"}),
            (2, {"de": "Wer hilft?"}),
            (3, {"de": "Wie weiter?"}),
        ]
        assert [(turn.number, turn.minutes, turn.opened_at) for turn in cafe.rounds] == [
            (1, 25, None),
            (2, 25, None),
            (3, 25, None),
        ]
    assert (event.title, event.starts_on, event.ends_on) == ({"de": "Forum"}, event.starts_on, event.starts_on)
    assert (event.votes_at, cafe.votes_per_participant, event.timezone) == (VotesAt.EVENT, 5, "Europe/Stockholm")
    assert event.code and re.fullmatch(f"[{ALPHABET}]{{8}}", event.code)
    assert event.join_token and event.screen_token and event.join_token != event.screen_token


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "),
        ("questions", " \n "),
        ("questions", "\n".join(["Q"] * (MOST_TABLES + 1))),
        ("questions", "Q" * 201),
        ("timezone", "Berlin"),
        ("ends_on", "2026-05-11"),
        ("rounds", "0"),
        ("minutes", "601"),
        ("votes_at", "nowhere"),
        ("language", "xx"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(store: Store, process: ProcessMade, field: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        make_event(store, process, **{field: value})
    assert list(refused.value.fields) == [field]
    assert str(refused.value.fields[field][0])


def test_only_those_who_run_a_process_set_events_up(store: Store, process: ProcessMade, event: EventMade) -> None:
    for nobody in (process.innolab, join(store, event).actor):
        with pytest.raises(Forbidden):
            do(store, nobody, "event.create", process=process.id, title="T", starts_on="2026-01-01", questions="Q",
               rounds=1, minutes=1)  # fmt: skip


def test_a_code_that_is_taken_is_drawn_again(
    store: Store, process: ProcessMade, event: EventMade, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([event.code, "K7MP3QRT"])
    monkeypatch.setattr(setting_up, "new_code", lambda: next(drawn))
    assert make_event(store, process).code == "K7MP3QRT"
    with store.reading() as session:
        assert session.scalar(select(func.count(Event.id))) == 2


def test_an_event_that_ends_takes_its_code_and_its_rounds_along(store: Store, event: EventMade) -> None:
    open_round(store, event)
    anna = join(store, event)
    done = do(store, event.moderator, "event.close", event=event.id)
    assert set(done.at) == {f"cafe:{event.cafe}", f"list:{event.id}"}
    with store.reading() as session:
        row = session.get_one(Event, event.id)
        running = select(Round.id).where(Round.opened_at.is_not(None), Round.closed_at.is_(None))
        assert (row.code, row.join_token) == (None, None)
        assert row.closed_at is not None and row.screen_token == event.screen_token
        assert session.scalars(running).all() == []
        assert session.get_one(Cafe, event.cafe).closed_at is not None
    with pytest.raises(Closed):
        do(store, anna.actor, "seat.take", table=event.tables[1])
    with pytest.raises(Closed):
        do(store, event.moderator, "round.open", round=event.rounds[1])
    assert do(store, event.moderator, "event.close", event=event.id).thing == ("", None)


def test_two_events_may_end(store: Store, process: ProcessMade) -> None:
    for one in (make_event(store, process), make_event(store, process)):
        close_event(store, one)


def test_a_new_link_for_the_big_screen_ends_the_old(store: Store, event: EventMade) -> None:
    done = do(store, event.moderator, "event.renew_screen_link", event=event.id)
    assert set(done.at) == {f"cafe:{event.cafe}"}
    with store.reading() as session:
        assert session.get_one(Event, event.id).screen_token not in (None, event.screen_token)
    with pytest.raises(Forbidden):
        do(store, join_many(store, event, ["Anna"])[0].actor, "event.renew_screen_link", event=event.id)


def test_tables_have_cards_of_their_own(store: Store, event: EventMade) -> None:
    with store.reading() as session:
        tokens = session.scalars(select(CafeTable.join_token).where(CafeTable.cafe_id == event.cafe)).all()
    assert len({token for token in tokens if token and len(token) == 32}) == 2


def test_a_stranger_learns_of_no_event(store: Store, event: EventMade, process: ProcessMade) -> None:
    other = make_process(store, "Elsewhere")
    for name in ("event.close", "event.renew_screen_link"):
        with pytest.raises(NotFound):
            do(store, other.admin, name, event=event.id)
