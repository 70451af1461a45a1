"""A table's host card: who holds it is the host, until there is a new one."""

import pytest
from sqlalchemy import select

from tests.factories import do
from tests.factories.cafes import close_cafe, name_host, open_round
from tests.factories.events import EventMade
from tests.factories.people import join, remove
from workshop.errors import Closed, Invalid, Removed
from workshop.models import CafeTable, Participant, Seat, SeatState
from workshop.perform import Store


def hosts(store: Store, event: EventMade) -> list[object]:
    """Who hosts each table."""
    with store.reading() as session:
        rows = session.scalars(
            select(CafeTable.host_id).where(CafeTable.cafe_id == event.cafe).order_by(CafeTable.number)
        )
        return list(rows)


def test_the_card_seats_its_bearer_and_makes_them_the_host(store: Store, event: EventMade) -> None:
    anna, ben = join(store, event, "Anna", 1), join(store, event, "Ben", 2)
    open_round(store, event)
    name_host(store, event, 2, ben)
    done = do(store, anna.actor, "table.host_by_card", card=event.host_cards[1])
    assert hosts(store, event) == [None, anna.id]
    tables = {f"table:{one}" for one in event.tables}
    assert set(done.at) == tables | {f"person:{anna.id}", f"person:{ben.id}"}
    with store.reading() as session:
        seats = session.scalars(
            select(Seat.table_id).where(
                Seat.participant_id == anna.id, Seat.until_at.is_(None), Seat.state == SeatState.TAKEN
            )
        )
        assert list(seats) == [event.tables[1]]
    # Scanned once more nothing changes; another table's card moves the host there.
    assert do(store, anna.actor, "table.host_by_card", card=event.host_cards[1]).at == {}
    do(store, anna.actor, "table.host_by_card", card=event.host_cards[0])
    assert hosts(store, event) == [anna.id, None]


def test_a_renewed_card_makes_nobody_a_host(store: Store, event: EventMade) -> None:
    anna = join(store, event)
    do(store, event.moderator, "table.renew_host_card", table=event.tables[0])
    with pytest.raises(Invalid) as refused:
        do(store, anna.actor, "table.host_by_card", card=event.host_cards[0])
    assert "leads nowhere" in refused.value.sentence
    with store.reading() as session:
        new = session.get_one(CafeTable, event.tables[0]).host_card
    assert new and new != event.host_cards[0]
    do(store, anna.actor, "table.host_by_card", card=new)
    assert hosts(store, event) == [anna.id, None]


def test_no_card_works_for_who_was_removed_or_when_the_cafe_is_over(store: Store, event: EventMade) -> None:
    anna, ben = join(store, event, "Anna"), join(store, event, "Ben")
    remove(store, anna)
    with pytest.raises(Removed):
        do(store, anna.actor, "table.host_by_card", card=event.host_cards[0])
    close_cafe(store, event)
    with pytest.raises(Closed):
        do(store, ben.actor, "table.host_by_card", card=event.host_cards[0])
    assert hosts(store, event) == [None, None]


def test_a_closed_tables_card_seats_nobody(store: Store, event: EventMade) -> None:
    anna = join(store, event, "Anna", 1)
    do(store, event.moderator, "tables.close", cafe=event.cafe, tables=[event.tables[1]])
    with pytest.raises(Closed) as refused:
        do(store, anna.actor, "table.host_by_card", card=event.host_cards[1])
    assert "Table 2 is closed" in refused.value.sentence
    with pytest.raises(Closed):
        name_host(store, event, 2, anna)
    assert hosts(store, event) == [None, None]


def test_who_takes_a_card_is_here_again(store: Store, event: EventMade) -> None:
    anna = join(store, event)
    do(store, event.moderator, "participant.leave_out", participant=anna.id)
    do(store, anna.actor, "table.host_by_card", card=event.host_cards[0])
    with store.reading() as session:
        assert session.get_one(Participant, anna.id).away_at is None
