"""Bringing statements in: what becomes of each, twice the same file, a file longer than a batch."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from tests.exchange.test_polis import KLIMARAT, needs_klimarat
from tests.factories import do
from tests.factories.events import EventMade
from workshop.errors import Invalid, NotFound
from workshop.exchange import statements
from workshop.exchange.polis import Conversation, Statement, read_conversation
from workshop.exchange.statements import bring_in
from workshop.models import Cafe, Change, Idea, IdeaKind, IdeaState, Seat, new_id
from workshop.perform import Done, Store
from workshop.queries.idea_list import Wanted, ideas_page
from workshop.queries.lines import idea_page
from workshop.queries.moderation import record, rules_page
from workshop.standing import SYSTEM


def conversation(count: int, first: int = 1) -> Conversation:
    moderated = ("1", "0", "-1")
    return Conversation(
        [
            Statement(str(number), f"Satz {number}", moderated[number % 3], number, 2, datetime(2022, 5, 1, tzinfo=UTC))
            for number in range(first, first + count)
        ],
        None,
    )


def brought(store: Store, event: EventMade, what: Conversation, source: str = "Klimarat") -> statements.Report:
    return bring_in(store, SYSTEM, what, event.id, source, "de")


def changes(store: Store) -> list[Change]:
    with store.reading() as session:
        return list(session.scalars(select(Change).where(Change.operation == "ideas.import").order_by(Change.id)))


def test_accepted_show_unseen_wait_rejected_are_hidden(store: Store, event: EventMade) -> None:
    report = brought(store, event, conversation(6))
    assert report.states == {"visible": 2, "held": 2, "hidden": 2}
    assert (report.added, report.agrees, report.disagrees) == (6, 21, 12)
    with store.reading() as session:
        cafe = session.scalars(select(Cafe).where(Cafe.source == "Klimarat")).one()
        assert cafe.title["de"] == "Aus Klimarat" and cafe.closed_at and not cafe.importing
        assert session.scalar(select(func.count(Seat.id)).where(Seat.cafe_id == cafe.id)) == 0
        ideas = session.scalars(select(Idea).where(Idea.source == "Klimarat").order_by(Idea.position)).all()
        assert [one.external_id for one in ideas] == ["1", "2", "3", "4", "5", "6"]
        rejected, accepted, unseen = ideas[1], ideas[2], ideas[0]
        assert (accepted.state, accepted.state_reason) == (IdeaState.VISIBLE, "")
        assert (accepted.counted_elsewhere, accepted.votes) == (3, 3)
        assert (rejected.state, rejected.state_reason) == (IdeaState.HIDDEN, "Dort von der Moderation abgelehnt.")
        assert unseen.state is IdeaState.HELD and unseen.state_reason
        assert (accepted.kind, accepted.language, accepted.participant_id) == (IdeaKind.IDEA, "de", None)
        assert accepted.created_at == datetime(2022, 5, 1, tzinfo=UTC)


def test_the_same_again_adds_nothing_and_records_nothing(store: Store, event: EventMade) -> None:
    first = brought(store, event, conversation(4))
    again = brought(store, event, conversation(4))
    assert (again.added, again.states) == (0, first.states)
    assert len(changes(store)) == 1


def test_what_a_moderator_decided_here_stays(store: Store, event: EventMade) -> None:
    brought(store, event, conversation(1))
    with store.reading() as session:
        held = session.scalars(select(Idea.id).where(Idea.state != IdeaState.VISIBLE)).one()
    do(store, event.moderator, "idea.show", idea=held)
    assert brought(store, event, conversation(1)).states["visible"] == 1


def test_a_longer_file_of_the_same_source_brings_the_rest(store: Store, event: EventMade) -> None:
    brought(store, event, conversation(3))
    assert brought(store, event, conversation(5)).added == 2
    with store.reading() as session:
        assert session.scalar(select(func.count(Cafe.id)).where(Cafe.source == "Klimarat")) == 1
        positions = session.scalars(select(Idea.position).where(Idea.source == "Klimarat").order_by(Idea.position))
        assert list(positions) == [1, 2, 3, 4, 5]


def test_two_sources_and_two_events_do_not_mix(store: Store, event: EventMade) -> None:
    brought(store, event, conversation(3))
    assert brought(store, event, conversation(3), source="Wohnen").added == 3


def test_what_was_rejected_there_was_not_hidden_here(store: Store, event: EventMade) -> None:
    brought(store, event, conversation(6))
    with store.reading() as session:
        page = rules_page(session, event.moderator, event.id)
        assert (page.hidden, page.without_reason) == (0, 0)
        assert not record(session, event.moderator, event.id).entries


def test_a_long_one_comes_in_batches_and_shows_when_all_is_in(store: Store, event: EventMade) -> None:
    hidden: list[bool] = []

    def look(recorded: object) -> None:
        with store.reading() as session:
            hidden.append(session.scalars(select(Cafe.importing).where(Cafe.source == "Klimarat")).one())

    store.listeners.append(look)
    assert brought(store, event, conversation(1200)).added == 1200
    assert hidden == [True, True, False]
    assert len(changes(store)) == 3


def test_one_that_was_broken_off_is_finished_by_the_same_file(
    store: Store, event: EventMade, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    perform = statements.perform

    def stop_after_two(*arguments: object) -> object:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return perform(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(statements, "perform", stop_after_two)
    with pytest.raises(KeyboardInterrupt):
        brought(store, event, conversation(1200))
    monkeypatch.undo()
    with store.reading() as session:
        assert session.scalars(select(Cafe.importing).where(Cafe.source == "Klimarat")).one()
    assert brought(store, event, conversation(1200)).added == 200
    with store.reading() as session:
        assert not session.scalars(select(Cafe.importing).where(Cafe.source == "Klimarat")).one()
        assert session.scalar(select(func.count(Idea.id)).where(Idea.source == "Klimarat")) == 1200


def bring_first(store: Store, event: EventMade, what: Conversation) -> Done:
    """Bring in a batch that another one follows."""
    rows = json.dumps([statements.as_row(one, "de").as_list() for one in what.statements])
    fields = {"source": "Klimarat", "language": "de", "rows": rows, "more": True}
    return do(store, SYSTEM, "ideas.import", event=event.id, **fields)


def test_what_is_shown_stays_so_while_a_larger_file_of_its_source_comes_in(store: Store, event: EventMade) -> None:
    brought(store, event, conversation(3))
    with store.reading() as session:
        first = session.scalars(select(Idea.id).where(Idea.state == IdeaState.VISIBLE)).one()
    told = bring_first(store, event, conversation(4, first=3))
    assert f"list:{event.id}" in told.at
    with store.reading() as session:
        assert idea_page(session, event.moderator, first).note.id == first
        page = ideas_page(session, event.moderator, event.id, Wanted())
        assert {first, *session.scalars(select(Idea.id).where(Idea.external_id == "5"))} <= {
            one.id for one in page.notes
        }
    # A batch that brings nothing changes nothing then.
    bring_first(store, event, conversation(4, first=3))
    assert len(changes(store)) == 2


def test_one_that_was_broken_off_before_the_end_alone_is_shown(store: Store, event: EventMade) -> None:
    bring_first(store, event, conversation(2))
    assert brought(store, event, conversation(2)).added == 0
    with store.reading() as session:
        assert not session.scalars(select(Cafe.importing).where(Cafe.source == "Klimarat")).one()


@pytest.mark.parametrize("rows", ["[", "{}", "[[1]]", '[["1", "", "visible", "", 0, "2022-05-01T00:00:00+00:00"]]',
                                  '[["1", "a", "erased", "", 0, "2022-05-01T00:00:00+00:00"]]',
                                  '[["1", "a", "visible", "", -1, "2022-05-01T00:00:00+00:00"]]',
                                  '[["1", "a", "visible", "", 0, "2022-05-01T00:00:00"]]'])  # fmt: skip
def test_rows_that_are_none_are_refused(store: Store, event: EventMade, rows: str) -> None:
    with pytest.raises(Invalid):
        do(store, SYSTEM, "ideas.import", event=event.id, source="Klimarat", language="de", rows=rows)
    assert changes(store) == []


def test_what_comes_in_is_tidied_like_what_is_written_here(store: Store, event: EventMade) -> None:
    row = ["1", "Mu\u0308ll \u001b[31m weg\u202e", "visible", "", 0, "2026-05-12T10:00:00+00:00"]
    do(store, SYSTEM, "ideas.import", event=event.id, source="Klimarat", language="de", rows=json.dumps([row]))
    with store.reading() as session:
        assert session.scalars(select(Idea.text)).all() == ["Müll [31m weg"]


def test_an_event_that_does_not_exist(store: Store) -> None:
    with pytest.raises(NotFound):
        do(store, SYSTEM, "ideas.import", event=new_id(), source="Klimarat", language="de", rows="[]")


@needs_klimarat
def test_the_climate_council_comes_in(store: Store, event: EventMade) -> None:
    for folder, visible, hidden, agrees in (("produktion-und-konsum", 277, 245, 38592), ("wohnen", 315, 298, 43062)):
        read = read_conversation(KLIMARAT / folder / "comments.csv")
        report = brought(store, event, read, source=folder)
        assert report.states == {"visible": visible, "held": 0, "hidden": hidden}
        with store.reading() as session:
            support = session.scalar(select(func.sum(Idea.counted_elsewhere)).where(Idea.source == folder))
        assert support == agrees
        assert brought(store, event, read, source=folder).added == 0
