"""Free choice with a limit per table, and what somebody says of themselves for a plan."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import do
from tests.factories.cafes import name_host, open_round
from tests.factories.events import EventMade, make_event
from tests.factories.people import PersonMade, join
from tests.factories.processes import ProcessMade
from workshop.errors import Closed
from workshop.models import Participant, Seat
from workshop.perform import Store
from workshop.standing import NOBODY, Actor


@pytest.fixture
def small(store: Store, process: ProcessMade) -> EventMade:
    """A café of two tables with two seats each, where people choose."""
    return make_event(store, process, seats_per_table=2)


def table_of(store: Store, person: PersonMade) -> int:
    """The number of the table where somebody sits."""
    with store.reading() as session:
        at = session.scalars(select(Seat.table_id).where(Seat.participant_id == person.id, Seat.until_at.is_(None)))
        return person.event.tables.index(at.one()) + 1


def test_a_full_table_takes_nobody_until_the_others_are_full_too(store: Store, small: EventMade) -> None:
    open_round(store, small)
    anna, ben, cem = (join(store, small, name, table) for name, table in (("Anna", 1), ("Ben", 1), ("Cem", 2)))
    with pytest.raises(Closed) as refused:
        do(store, cem.actor, "seat.take", table=small.tables[0])
    assert "Table 1 is full" in refused.value.sentence
    assert table_of(store, cem) == 2
    # Whoever sits there stays, also when pressing once more.
    assert not do(store, anna.actor, "seat.take", table=small.tables[0]).at
    dora = join(store, small, "Dora", 2)
    # Now all are: nobody is left standing.
    do(store, cem.actor, "seat.take", table=small.tables[0])
    assert (table_of(store, cem), table_of(store, ben), table_of(store, dora)) == (1, 1, 2)


def test_full_for_now_holds_until_somebody_says_otherwise(store: Store, small: EventMade) -> None:
    hanna, ben = join(store, small, "Hanna", 1), join(store, small, "Ben", 2)
    name_host(store, small, 1, hanna)
    open_round(store, small)
    do(store, hanna.actor, "table.mark_full", table=small.tables[0])
    with pytest.raises(Closed):
        do(store, ben.actor, "seat.take", table=small.tables[0])
    do(store, hanna.actor, "table.mark_free", table=small.tables[0])
    do(store, ben.actor, "seat.take", table=small.tables[0])
    assert table_of(store, ben) == 1


def test_the_pages_of_the_other_tables_hear_when_the_last_seat_goes_or_comes_free(
    store: Store, process: ProcessMade
) -> None:
    """Where one may sit hangs on whether there is room elsewhere; where that is as before they hear nothing."""
    event = make_event(store, process, tables=3, seats_per_table=1)
    open_round(store, event)
    first, second, third = (f"table:{one}" for one in event.tables)
    _, _, cem = (join(store, event, name, table) for name, table in (("Anna", 1), ("Ben", 2), ("Cem", 2)))

    def told(who: Actor, operation: str, **fields: Any) -> set[str]:
        return {one for one in do(store, who, operation, **fields).at if one.startswith("table:")}

    assert told(cem.actor, "seat.take", table=event.tables[2]) == {first, second, third}
    assert told(cem.actor, "seat.take", table=event.tables[0]) == {first, second, third}
    # Where all are full and stay so, the others hear of nobody who comes, hosts, or is called otherwise.
    dan = do(store, NOBODY, "participant.join", token=event.table_tokens[0], name="Dan", language="en",
             writing_language="en")  # fmt: skip
    assert {one for one in dan.at if one.startswith("table:")} == {first}
    assert told(event.moderator, "participant.rename", participant=cem.id, name="Cem Ö.") == {first}
    do(store, event.moderator, "table.mark_full", table=event.tables[2])
    assert told(event.moderator, "table.mark_free", table=event.tables[2]) == {first, second, third}
    assert told(event.moderator, "table.mark_full", table=event.tables[0]) == {first}
    # Where there is a limit no more, none is full but the one that says so.
    assert told(event.moderator, "cafe.set_movement", cafe=event.cafe, movement="free") == {first, second, third}
    assert told(cem.actor, "seat.take", table=event.tables[2]) == {first, third}


def test_what_one_says_of_oneself_is_kept_and_who_cannot_come_sits_within_reach(
    store: Store, process: ProcessMade
) -> None:
    event = make_event(store, process)
    anna = join(store, event, "Anna", 1)
    do(store, event.moderator, "table.set_place", table=event.tables[1], attendance="remote",
       video_url="https://video.example.org/two")  # fmt: skip
    fields = {"event": event.id, "organisation": "Works", "remote": "1"}
    done = do(store, anna.actor, "participant.describe", **fields)
    with store.reading() as session:
        person = session.get_one(Participant, anna.id)
        assert (person.organisation, person.remote) == ("Works", True)
    # At a distance there is table 2 alone.
    assert table_of(store, anna) == 2
    assert {f"table:{one}" for one in event.tables} <= set(done.at)
    assert not do(store, anna.actor, "participant.describe", **fields).at
