"""Joining two who are one person, and handing a table over."""

import threading
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import do
from tests.factories.cafes import name_host, open_round
from tests.factories.events import EventMade, make_event
from tests.factories.ideas import comment_on, write
from tests.factories.people import PersonMade, enter, join, remove
from tests.factories.processes import ProcessMade, make_process
from workshop.errors import Forbidden, Invalid, NotFound, Problem
from workshop.models import (
    Base,
    CafeTable,
    Change,
    Comment,
    Idea,
    Participant,
    Report,
    Seat,
    SeatWish,
    Vote,
    new_id,
)
from workshop.perform import Store
from workshop.queries.people import participants_by_token, place_by_receipt
from workshop.tokens import digest, participant_token, receipt_code


def unite(store: Store, stays: PersonMade, goes: PersonMade) -> None:
    do(store, stays.event.moderator, "participant.unite", participant=stays.id, other=goes.id)


def test_two_who_are_one_person_keep_all_that_both_had(store: Store, event: EventMade) -> None:
    event_moderator = event.moderator
    stays, goes, ben = join(store, event, "Anna"), join(store, event, "Ana", 2), join(store, event, "Ben")
    name_host(store, event, 2, goes)
    open_round(store, event)
    mine, theirs = write(store, stays, "Mine"), write(store, goes, "Theirs", table=2)
    bens, shared = write(store, ben, "Ben’s"), write(store, ben, "Shared")
    remark = comment_on(store, goes, bens)
    do(store, stays.actor, "vote.cast", idea=shared)
    with store.writing() as session:
        # The other sat at the first table once too: what both supported counts once afterwards.
        session.add_all([
            Vote(participant_id=goes.id, idea_id=shared), Vote(participant_id=goes.id, idea_id=bens),
            Report(participant_id=goes.id, idea_id=bens), Report(participant_id=stays.id, idea_id=bens),
        ])  # fmt: skip
        session.commit()
    do(store, event_moderator, "wish.add", kind="apart", one=ben.id, other=goes.id)
    do(store, event_moderator, "wish.add", kind="together", one=stays.id, other=goes.id)
    with store.reading() as session:
        seats = session.scalar(select(func.count()).select_from(Seat))
    unite(store, stays, goes)
    assert not do(store, event_moderator, "participant.unite", participant=stays.id, other=goes.id).at
    with store.reading() as session:
        authors = {one: session.get_one(Idea, one).participant_id for one in (mine, theirs, bens)}
        assert authors == {mine: stays.id, theirs: stays.id, bens: ben.id}
        assert session.get_one(Comment, remark).participant_id == stays.id
        votes = session.execute(select(Vote.idea_id, Vote.participant_id)).all()
        assert sorted(votes) == sorted([(shared, stays.id), (bens, stays.id)])
        assert [one.participant_id for one in session.scalars(select(Report))] == [stays.id]
        # Every seat is still known, and one of the open ones goes on.
        assert session.scalar(select(func.count()).select_from(Seat)) == seats
        open_ones = session.scalars(select(Seat).where(Seat.participant_id == stays.id, Seat.until_at.is_(None)))
        assert [one.table_id for one in open_ones] == [event.tables[0]]
        assert session.get_one(CafeTable, event.tables[1]).host_id == stays.id
        [wish] = session.scalars(select(SeatWish))
        assert {wish.one_id, wish.other_id} == {ben.id, stays.id}
        change = session.scalars(select(Change).where(Change.operation == "participant.unite")).one()
        assert (change.thing_id, change.facts["participant"]) == (goes.id, ["Ana", "Anna"])
    # What was written at the other's table and comes late is taken, as the one's who stays.
    assert write(store, stays, "Late", table=2)
    with pytest.raises(Forbidden):
        write(store, goes, "As the one who is gone", table=2)


def test_nothing_that_belongs_to_a_participant_is_forgotten() -> None:
    """Whoever lets another table point to a participant says in `uniting` what becomes of it, and here."""
    known = {
        "cafe_table.host_id", "seat.participant_id", "seat_wish.one_id", "seat_wish.other_id", "idea.participant_id",
        "vote.participant_id", "comment.participant_id", "report.participant_id", "change.participant_id",
        "participant.united_into_id",
    }  # fmt: skip
    keys = (key for table in Base.metadata.tables.values() for key in table.foreign_keys)
    assert {f"{key.parent.table.name}.{key.parent.name}" for key in keys if key.column.table.name == "participant"} == (
        known
    )


def test_cookie_receipt_and_account_of_both_lead_to_the_one_who_stays(store: Store, event: EventMade) -> None:
    stays, goes, last = (join(store, event, name) for name in ("Anna", "Ana", "A."))
    idea_key = new_id()
    open_round(store, event)
    note = {"table": event.tables[0], "round": event.rounds[0], "kind": "idea", "text": "Written before"}
    first = do(store, goes.actor, "idea.contribute", idea_key, **note)
    unite(store, stays, goes)
    unite(store, last, stays)
    with store.reading() as session:
        tokens = [participant_token(store.secret, one.id) for one in (stays, goes, last)]
        held = participants_by_token(session, store.secret, tokens)
        assert {one.now for one in held} == {last.id} and {one.given for one in held} == {stays.id, goes.id, last.id}
        for one in (stays, goes, last):
            found = place_by_receipt(session, digest(store.secret, receipt_code(store.secret, one.id)))
            assert found and found.participant_id == last.id
    # A call whose answer got lost is answered as it was.
    again = do(store, last.actor, "idea.contribute", idea_key, **note)
    assert again.repeated and again.thing == first.thing


def test_who_was_expected_and_came_under_another_name_becomes_the_one_on_the_list(
    store: Store, event: EventMade
) -> None:
    do(store, event.moderator, "people.expect", event=event.id, people="Hanna Kunz")
    came = join(store, event, "Hanna")
    with store.reading() as session:
        listed = session.scalars(select(Participant).where(Participant.name == "Hanna Kunz")).one()
    do(store, event.moderator, "participant.unite", participant=listed.id, other=came.id)
    with store.reading() as session:
        person = session.get_one(Participant, listed.id)
        assert not person.expected and person.token_digest
        assert [one.now for one in participants_by_token(
            session, store.secret, [participant_token(store.secret, came.id)])] == [listed.id]  # fmt: skip


def is_away(store: Store, person: PersonMade) -> bool:
    with store.reading() as session:
        return session.get_one(Participant, person.id).away_at is not None


def test_who_was_counted_out_and_sits_under_another_name_is_here(store: Store, event: EventMade) -> None:
    stays, goes = join(store, event, "Anna"), join(store, event, "Anne")
    name_host(store, event, 1, goes)
    do(store, event.moderator, "participant.leave_out", participant=stays.id)
    unite(store, stays, goes)
    assert not is_away(store, stays)
    with store.reading() as session:
        assert session.get_one(CafeTable, event.tables[0]).host_id == stays.id
    # The other way round: nobody is counted out by what a place of theirs was before.
    left = join(store, event, "Annie")
    do(store, event.moderator, "participant.leave_out", participant=left.id)
    unite(store, stays, left)
    assert not is_away(store, stays)


def test_nobody_hosts_who_is_on_the_list_twice_and_not_here(store: Store, event: EventMade) -> None:
    do(store, event.moderator, "people.expect", event=event.id, people="Hanna\nHanna Kunz")
    with store.reading() as session:
        stays, goes = (
            PersonMade(one.id, one.name, event)
            for one in session.scalars(select(Participant).order_by(Participant.name))
        )
    name_host(store, event, 1, goes)
    do(store, event.moderator, "participant.leave_out", participant=stays.id)
    unite(store, stays, goes)
    assert is_away(store, stays)
    with store.reading() as session:
        assert session.get_one(CafeTable, event.tables[0]).host_id is None


def test_nobody_is_joined_with_themselves_somebody_removed_or_somebody_elsewhere(
    store: Store, event: EventMade
) -> None:
    anna, gone = join(store, event, "Anna"), join(store, event, "Gone")
    remove(store, gone)
    other = join(store, make_event(store, event.process), "Anna")
    for wrong in (anna.id, gone.id, None):
        with pytest.raises(Invalid):
            do(store, event.moderator, "participant.unite", participant=anna.id, other=wrong or "")
    with pytest.raises(NotFound):
        do(store, event.moderator, "participant.unite", participant=anna.id, other=other.id)


def test_a_browser_that_was_the_other_sees_the_place_of_the_one(client: FlaskClient, app_store: Store) -> None:
    store = app_store
    event = make_event(store, make_process(store))
    stays, goes = join(store, event, "Anna"), join(store, event, "Ana")
    open_round(store, event)
    write(store, stays, "Said by Anna")
    enter(client, store, goes.actor)
    unite(store, stays, goes)
    page = client.get(f"/tables/{event.tables[0]}")
    assert page.status_code == 200 and "Said by Anna" in page.text
    assert f'"participant": "{stays.id}"' in page.text.replace("&#34;", '"')
    assert str(goes.id) in page.text.partition('"was"')[2][:60].replace("&#34;", '"')


def test_a_host_hands_the_table_to_somebody_who_sits_there(store: Store, event: EventMade) -> None:
    hanna, anna, elsewhere = join(store, event, "Hanna"), join(store, event, "Anna"), join(store, event, "Otto", 2)
    name_host(store, event, 1, hanna)
    table = event.tables[0]
    with pytest.raises(Invalid):
        do(store, hanna.actor, "table.hand_over", table=table, participant=elsewhere.id)
    with pytest.raises(Forbidden):
        do(store, anna.actor, "table.hand_over", table=table, participant=anna.id)
    do(store, hanna.actor, "table.hand_over", table=table, participant=anna.id)
    with store.reading() as session:
        assert session.get_one(CafeTable, table).host_id == anna.id
    with pytest.raises(Forbidden):
        do(store, hanna.actor, "table.hand_over", table=table, participant=hanna.id)


def test_the_people_page_finds_a_name_among_many(client: FlaskClient, app_store: Store) -> None:
    event = make_event(app_store, make_process(app_store))
    for name in ("Anna", "Johanna", "Ben"):
        join(app_store, event, name)
    enter(client, app_store, event.moderator)
    page = client.get(f"/cafes/{event.cafe}/people?q=ANNA").text
    assert "Johanna" in page and ">Ben<" not in page and "2 people found" in page
    assert client.get(f"/cafes/{event.cafe}/people?q=%25").text.count("<tr id=") == 0


def test_a_round_that_begins_while_two_become_one_seats_them_once(store: Store, process: ProcessMade) -> None:
    event = make_event(store, process)
    open_round(store, event)
    stays, goes = join(store, event, "Anna", 1), join(store, event, "Ana", 2)
    together, problems = threading.Barrier(2), []

    def press(operation: str, **fields: UUID) -> None:
        together.wait()
        try:
            do(store, event.moderator, operation, **fields)
        except Problem as problem:
            problems.append(problem)

    pressing = [
        threading.Thread(target=press, args=("participant.unite",), kwargs={"participant": stays.id, "other": goes.id}),
        threading.Thread(target=press, args=("round.open",), kwargs={"round": event.rounds[1]}),
    ]
    for one in pressing:
        one.start()
    for one in pressing:
        one.join()
    assert not problems
    with store.reading() as session:
        seats = session.execute(
            select(Seat.participant_id, Seat.round_id).where(Seat.cafe_id == event.cafe, Seat.until_at.is_(None))
        ).all()
    assert [tuple(one) for one in seats] == [(stays.id, event.rounds[1])]
