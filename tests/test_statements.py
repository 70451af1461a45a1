"""Statements that are sent as they were compiled: they read and write what the ORM would, on either database."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import Dialect, Uuid, bindparam, exc, select, text

from tests.factories.cafes import open_round
from tests.factories.events import EventMade
from tests.factories.ideas import write
from tests.factories.people import join
from tests.factories.statements import counted
from workshop.models import Change, Channel, Event, Idea, IdeaKind, IdeaState
from workshop.models.base import fold
from workshop.perform import Store
from workshop.queries import cafes, ideas
from workshop.queries.viewing import Audience
from workshop.statements import MADE, Insertion, Many, Statement, driver_of, get_ready

ALL_OF_IDEA = Statement(select(*Idea.__table__.columns).where(Idea.id == bindparam("idea")))
NEW_IDEA = Insertion(Idea)
NEW_CHANGE = Insertion(Change, "id")


def test_what_is_read_is_what_the_orm_reads(store: Store, event: EventMade) -> None:
    open_round(store, event)
    note = write(store, join(store, event), "Bänke 🌳")
    with store.reading() as session:
        row = ALL_OF_IDEA.first(session, idea=note)
        idea = session.get_one(Idea, note)
        assert row._asdict() == {name: getattr(idea, name) for name in row._fields}
        assert (
            isinstance(row.state, IdeaState) and row.created_at.tzinfo is UTC or row.created_at.utcoffset() is not None
        )


def test_what_is_inserted_is_what_the_orm_would_insert(store: Store, event: EventMade) -> None:
    open_round(store, event)
    first = write(store, join(store, event), "Eins")
    with store.writing() as session:
        like = ALL_OF_IDEA.first(session, idea=first)
        new = {"id": uuid4(), "text": "Zwei", "folded": fold("Zwei"), "kind": IdeaKind.QUESTION}
        given = ("event_id", "table_id", "round_id", "participant_id", "language", "created_at")
        NEW_IDEA.run(session, **new, **{name: getattr(like, name) for name in given})
        session.commit()
    with store.reading() as session:
        row = ALL_OF_IDEA.first(session, idea=new["id"])
        assert {**row._asdict(), "position": like.position} == {**like._asdict(), **new}
        assert session.get_one(Idea, new["id"]).folded == fold("Zwei")


def test_who_is_ready_compiles_nothing_more_for_a_note(
    store: Store, event: EventMade, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_round(store, event)
    anna = join(store, event)
    for one in list(MADE):
        if isinstance(one, Statement):
            one._compiled.clear()
    between: list[None] = []
    with store.reading() as session:
        get_ready(driver_of(session).dialect, lambda: between.append(None))
    assert len(between) > 40

    def late(statement: Statement, dialect: Dialect) -> None:
        raise AssertionError(f"compiled while somebody waits: {statement._built}")

    monkeypatch.setattr(Statement, "_compile", late)
    note = write(store, anna, "Bänke")
    with store.reading() as session:
        for audience in (Audience.EVERYBODY, Audience.STAFF):
            assert note in ideas.notes(session, [note], audience)
        assert event.tables[0] in cafes.tallies(session, event.tables[:1], Audience.EVERYBODY)


def test_what_the_database_fills_comes_back(store: Store) -> None:
    with store.writing() as session:
        given = {"digest": "", "operation": "x", "thing_type": "", "facts": {"a": [1, "ä"]}, "touched": [], "at": NOW}
        ids = [NEW_CHANGE.run(session, key=key, **given)[0].id for key in ("a", "b")]
        session.commit()
    with store.reading() as session:
        found = session.execute(select(Change.id, Change.facts).order_by(Change.id)).all()
    assert [tuple(one) for one in found] == [(ids[0], {"a": [1, "ä"]}), (ids[1], {"a": [1, "ä"]})]


NOW = datetime(2026, 5, 12, 14, 20, tzinfo=UTC)


def test_a_default_that_is_computed_has_to_be_given(sqlite_store: Store) -> None:
    with sqlite_store.reading() as session, pytest.raises(KeyError, match="at"):
        NEW_CHANGE.run(session, key="a", digest="", operation="x", thing_type="", facts={}, touched=[])


def test_it_sees_what_the_session_holds_back(store: Store) -> None:
    newest = Statement(select(Channel.revision).where(Channel.name == bindparam("name")))
    with store.writing() as session:
        assert newest.first(session, name="x") is None
        session.add(Channel(name="x", revision=3))
        assert newest.first(session, name="x").revision == 3


def test_what_the_database_refuses_is_raised_as_sqlalchemy_raises_it(store: Store) -> None:
    new_channel = Insertion(Channel)
    with store.writing() as session:
        new_channel.run(session, name="x", revision=1)
        with pytest.raises(exc.IntegrityError) as refused:
            new_channel.run(session, name="x", revision=2)
        assert refused.value.orig is not None and "INSERT INTO channel" in (refused.value.statement or "")


def test_who_counts_statements_counts_these(store: Store) -> None:
    with counted(store) as sent, store.reading() as session:
        ALL_OF_IDEA.run(session, idea=uuid4())
        session.execute(text("SELECT 1"))
    assert len(sent) == 2


def test_values_that_stand_in_the_statement_and_several_of_one_kind(store: Store, event: EventMade) -> None:
    wanted = Event.id.in_([bindparam(f"one_{number}", type_=Uuid()) for number in range(2)])
    found = Statement(select(Event.id).where(wanted, Event.language == "en"))
    with store.reading() as session:
        assert [row.id for row in found.run(session, one_0=uuid4(), one_1=event.id)] == [event.id]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 9])
def test_several_are_read_at_once_however_many_there_are(store: Store, event: EventMade, count: int) -> None:
    open_round(store, event)
    anna = join(store, event)
    notes = [write(store, anna, f"Note {number}") for number in range(10)]
    read = Many(lambda places: select(Idea.id, Idea.text).where(Idea.id.in_(places)).order_by(Idea.position))
    with store.reading() as session:
        found = read.run(session, [*notes[:count], *notes[:1]][: count or 0])
    assert [(row.id, row.text) for row in found] == [(notes[n], f"Note {n}") for n in range(count)]
