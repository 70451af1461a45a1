"""A table's tablet: what it may do, for whom, and how it ends."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from tests.factories import do
from tests.factories.cafes import name_host, open_round
from tests.factories.events import EventMade
from tests.factories.people import PersonMade, join, remove
from workshop.errors import Closed, Forbidden, Invalid, NotFound
from workshop.models import Change, Idea, Participant, Seat, SeatState
from workshop.perform import Store
from workshop.queries import devices
from workshop.standing import Actor
from workshop.tokens import digest, receipt_code


@pytest.fixture
def tablet(store: Store, event: EventMade) -> Actor:
    """The tablet of table 1 in the first round."""
    host = join(store, event, "Hanna", 1)
    name_host(store, event, 1, host)
    open_round(store, event)
    return Actor(device=do(store, host.actor, "device.pair", table=event.tables[0]).thing[1])


def sit(store: Store, tablet: Actor, event: EventMade, name: str) -> UUID:
    person = do(store, tablet, "participant.join_on_device", table=event.tables[0], name=name).thing[1]
    assert person
    return person


def note(event: EventMade, person: UUID, text: str = "A bench", turn: int = 1) -> dict[str, object]:
    where = {"table": event.tables[0], "round": event.rounds[turn - 1]}
    return where | {"kind": "idea", "text": text, "participant": person}


def test_several_people_write_on_it_under_their_names(store: Store, event: EventMade, tablet: Actor) -> None:
    mira, second_mira = (sit(store, tablet, event, "Mira") for _ in range(2))
    key = uuid4()
    first = do(store, tablet, "idea.write_on_device", key, **note(event, mira))
    assert set(first.at) == {f"table:{event.tables[0]}"}
    # Sent again it is the same note, though nobody in particular sends it.
    assert do(store, tablet, "idea.write_on_device", key, **note(event, mira)).repeated
    do(store, tablet, "idea.write_on_device", **note(event, second_mira, "A roof"))
    with store.reading() as session:
        assert {idea.participant_id for idea in session.scalars(select(Idea))} == {mira, second_mira}
        people = session.scalars(select(Participant).where(Participant.on_tablet)).all()
        assert sorted(one.display_name for one in people) == ["Mira", "Mira 2"]
        # Their receipts are theirs like anybody's.
        assert {one.receipt_digest for one in people} == {
            digest(store.secret, receipt_code(store.secret, one)) for one in (mira, second_mira)
        }
        assert session.scalars(select(Change.device_id).where(Change.key == str(key))).one() == tablet.device


def test_it_may_do_nothing_else_and_nowhere_else(store: Store, event: EventMade, tablet: Actor) -> None:
    mira = sit(store, tablet, event, "Mira")
    phone = join(store, event, "Anna", 1)
    # Nobody with a phone is written for on it, and no other table is its own.
    with pytest.raises(NotFound):
        do(store, tablet, "idea.write_on_device", **note(event, phone.id))
    for operation, fields in (
        ("participant.join_on_device", {"table": event.tables[1], "name": "Ole"}),
        ("seat.take_on_device", {"table": event.tables[1], "participant": mira}),
        ("round.close", {"round": event.rounds[0]}),
        ("idea.type_in", {"table": event.tables[0], "round": event.rounds[0], "kind": "idea", "text": "x"}),
        ("device.pair", {"table": event.tables[0]}),
    ):
        with pytest.raises(Forbidden):
            do(store, tablet, operation, **fields)
    remove(store, PersonMade(mira, "Mira", event))
    with pytest.raises(Invalid):
        do(store, tablet, "idea.write_on_device", **note(event, mira))


def test_the_tablet_stays_and_people_go_on_to_another(store: Store, event: EventMade, tablet: Actor) -> None:
    other = Actor(device=do(store, event.moderator, "device.pair", table=event.tables[1]).thing[1])
    mira = sit(store, tablet, event, "Mira")
    open_round(store, event, 2)
    do(store, other, "seat.take_on_device", table=event.tables[1], participant=mira)
    with store.reading() as session:
        open_seats = select(Seat.table_id).where(
            Seat.participant_id == mira, Seat.until_at.is_(None), Seat.state == SeatState.TAKEN
        )
        assert session.scalars(open_seats).all() == [event.tables[1]]
    # What was written at the first table and arrives now belongs there; the new round does not.
    do(store, tablet, "idea.write_on_device", **note(event, mira))
    with store.reading() as session:
        idea = session.scalars(select(Idea)).one()
        assert (idea.table_id, idea.round_id, idea.late) == (event.tables[0], event.rounds[0], True)


def test_taken_away_it_can_do_nothing_any_more(store: Store, event: EventMade, tablet: Actor) -> None:
    mira = sit(store, tablet, event, "Mira")
    do(store, event.moderator, "device.revoke", device=tablet.device)
    with pytest.raises(NotFound):
        do(store, tablet, "idea.write_on_device", **note(event, mira))
    do(store, event.moderator, "event.close", event=event.id)
    with pytest.raises(Closed):
        do(store, event.moderator, "device.pair", table=event.tables[0])


def test_each_name_on_it_has_votes_of_its_own(store: Store, event: EventMade, tablet: Actor) -> None:
    do(store, event.moderator, "cafe.set_votes", cafe=event.cafe, votes_per_participant=1, votes_per="cafe")
    mira, ole = sit(store, tablet, event, "Mira"), sit(store, tablet, event, "Ole")
    ideas = [do(store, tablet, "idea.write_on_device", **note(event, ole, text)).thing[1] for text in ("A", "B")]
    cast = "vote.cast_on_device"
    done = do(store, tablet, cast, idea=ideas[0], participant=mira)
    assert set(done.at) == {f"table:{event.tables[0]}"}
    # Once, and out of her own votes.
    assert do(store, tablet, cast, idea=ideas[0], participant=mira).at == {}
    with pytest.raises(Forbidden) as none_left:
        do(store, tablet, cast, idea=ideas[1], participant=mira)
    assert none_left.value.sentence == "You have given all your votes. Take one back to give it here."
    do(store, tablet, cast, idea=ideas[0], participant=ole)
    with store.reading() as session:
        assert session.get_one(Idea, ideas[0]).votes == 2
        page = devices.person_page(session, tablet, event.tables[0], mira)
        assert (page.voted, page.most, page.left) == ({ideas[0]}, 1, 0)
    do(store, tablet, "vote.take_back_on_device", idea=ideas[0], participant=mira)
    do(store, tablet, cast, idea=ideas[1], participant=mira)


def test_nobody_votes_there_for_others(store: Store, event: EventMade, tablet: Actor) -> None:
    mira, phone = sit(store, tablet, event, "Mira"), join(store, event, "Anna", 1)
    idea = do(store, tablet, "idea.write_on_device", **note(event, mira)).thing[1]
    other = Actor(device=do(store, event.moderator, "device.pair", table=event.tables[1]).thing[1])
    for actor, person, refused in (
        (tablet, phone.id, NotFound),
        (other, mira, Forbidden),
        (phone.actor, mira, Forbidden),
        (event.moderator, mira, Forbidden),
    ):
        with pytest.raises(refused):
            do(store, actor, "vote.cast_on_device", idea=idea, participant=person)
    # Who has gone on to another table supports notes there.
    do(store, other, "seat.take_on_device", table=event.tables[1], participant=mira)
    with pytest.raises(Forbidden):
        do(store, tablet, "vote.cast_on_device", idea=idea, participant=mira)


def test_a_receipt_is_shown_by_the_tablet_where_its_owner_sits_and_by_no_other(
    store: Store, event: EventMade, tablet: Actor
) -> None:
    mira, phone = sit(store, tablet, event, "Mira"), join(store, event, "Anna", 1)
    other = Actor(device=do(store, event.moderator, "device.pair", table=event.tables[1]).thing[1])
    with store.reading() as session:
        assert devices.person_page(session, tablet, event.tables[0], mira).person.id == mira
        for actor, table, person in (
            (tablet, 0, phone.id),
            (tablet, 1, mira),
            (other, 0, mira),
            (other, 1, mira),
            (phone.actor, 0, mira),
            (event.moderator, 0, mira),
        ):
            with pytest.raises((Forbidden, NotFound)):
                devices.person_page(session, actor, event.tables[table], person)


def test_a_tablet_is_that_of_its_own_table_alone_whoever_else_its_browser_is(
    store: Store, event: EventMade, tablet: Actor
) -> None:
    anna = join(store, event, "Anna", 1)
    name_host(store, event, 2, join(store, event, "Otto", 2))
    do(store, event.moderator, "device.pair", table=event.tables[1])
    both = Actor(device=tablet.device, participants=anna.actor.participants)
    with store.reading() as session:
        assert devices.device_page(session, both, event.tables[0]).names is not None
        with pytest.raises(Forbidden):
            devices.device_page(session, both, event.tables[1])
