"""Look-alikes of an event: whose notes are compared, and what is never shown."""

import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from tests.factories import do
from tests.factories.cafes import open_round
from tests.factories.events import EventMade, make_event
from tests.factories.ideas import write
from tests.factories.people import PersonMade, join
from workshop import lookalikes
from workshop.errors import NotFound
from workshop.lookalikes import Lookalikes
from workshop.perform import Store

WORDS = "Evening courses for people who work in shifts"


@pytest.fixture
def people(store: Store, event: EventMade, monkeypatch: pytest.MonkeyPatch) -> tuple[PersonMade, PersonMade]:
    """Anna at table 1 and Otto at table 2; every question looks again."""
    monkeypatch.setattr(lookalikes, "LOOKS_AGAIN", 0.0)
    anna, otto = join(store, event, "Anna"), join(store, event, "Otto", 2)
    open_round(store, event)
    write(store, anna, "A bus to the harbour")
    return anna, otto


@pytest.fixture
def quick_switches() -> Iterator[None]:
    """Threads that take turns as often as they can, so that what they share is seen half done."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_what_others_wrote_is_found_while_one_writes(
    store: Store, event: EventMade, people: tuple[PersonMade, PersonMade]
) -> None:
    anna, otto = people
    finder = Lookalikes(store)
    assert not finder.to_words(anna.actor, event.tables[0], WORDS)
    idea = write(store, otto, WORDS, table=2)
    [found] = finder.to_words(anna.actor, event.tables[0], "evening course for shift workers")
    assert (found.id, found.table_number) == (idea, 2)


def test_counted_are_those_at_other_tables_and_newcomers_too(
    store: Store, event: EventMade, people: tuple[PersonMade, PersonMade]
) -> None:
    anna, otto = people
    finder = Lookalikes(store)
    mine = write(store, anna, WORDS)
    assert finder.counts(anna.actor, event.tables[0], [mine]) == {}
    write(store, anna, f"{WORDS}, please")
    theirs = write(store, otto, f"{WORDS} and nights", table=2)
    assert finder.counts(anna.actor, event.tables[0], [mine]) == {mine: 1}
    assert [one.id for one in finder.to_note(anna.actor, event.tables[0], mine)] == [theirs]
    do(store, otto.actor, "idea.edit", idea=theirs, text="Something else altogether")
    assert finder.counts(anna.actor, event.tables[0], [mine]) == {}


@pytest.mark.parametrize("how", ["idea.hold", "idea.hide", "idea.withdraw", "idea.merge"])
def test_what_not_everybody_sees_is_never_shown(
    store: Store, event: EventMade, people: tuple[PersonMade, PersonMade], monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    anna, otto = people
    finder = Lookalikes(store)
    theirs, other = write(store, otto, WORDS, table=2), write(store, otto, "Benches", table=2)
    assert finder.to_words(anna.actor, event.tables[0], WORDS)
    # The index does not know yet; what is shown is read afresh all the same.
    monkeypatch.setattr(lookalikes, "LOOKS_AGAIN", 1000.0)
    if how == "idea.withdraw":
        do(store, otto.actor, how, idea=theirs)
    elif how == "idea.merge":
        do(store, event.moderator, how, ideas=[other, theirs], stays=other)
    else:
        do(store, event.moderator, how, idea=theirs, reason="Let us look")
    assert not finder.to_words(anna.actor, event.tables[0], WORDS)


def test_another_event_is_not_compared(store: Store, event: EventMade, people: tuple[PersonMade, PersonMade]) -> None:
    anna, _otto = people
    near = make_event(store, event.process)
    stranger = join(store, near, "Stranger")
    open_round(store, near)
    write(store, stranger, WORDS)
    finder = Lookalikes(store)
    assert not finder.to_words(anna.actor, event.tables[0], WORDS)
    with pytest.raises(NotFound):
        finder.to_words(anna.actor, near.tables[0], WORDS)


def test_threads_may_ask_while_notes_come_and_go(
    store: Store, event: EventMade, people: tuple[PersonMade, PersonMade], quick_switches: None
) -> None:
    anna, otto = people
    finder = Lookalikes(store)
    ideas = [write(store, otto, f"{WORDS}, said number {number}", table=2) for number in range(16)]
    mine = write(store, anna, WORDS)
    failed: list[Exception] = []
    over = threading.Event()

    def ask(how: Callable[[], object]) -> None:
        try:
            while not over.is_set():
                how()
        except Exception as error:
            failed.append(error)
            over.set()

    questions: list[Callable[[], object]] = [
        lambda: finder.to_words(anna.actor, event.tables[0], WORDS),
        lambda: finder.to_note(anna.actor, event.tables[0], mine),
        lambda: finder.counts(anna.actor, event.tables[0], [mine, *ideas]),
    ]
    threads = [threading.Thread(target=ask, args=(how,)) for how in questions]
    for one in threads:
        one.start()
    for number, idea in enumerate(ideas[:8] * 3):
        do(store, otto.actor, "idea.edit", idea=idea, text=f"{WORDS}, and otherwise {number}")
    for idea in ideas[:4]:
        do(store, otto.actor, "idea.withdraw", idea=idea)
    over.set()
    for one in threads:
        one.join(30)
    assert not failed
    # It ends up knowing what an index made afresh knows.
    asked = (anna.actor, event.tables[0], [mine, *ideas])
    assert finder.counts(*asked) == Lookalikes(store).counts(*asked) != {}
