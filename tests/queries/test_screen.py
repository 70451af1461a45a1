"""The big screen: which notes stand there when, and what the cockpit chose."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.factories import do
from tests.factories.action_list import listed_item, take_forward
from tests.factories.cafes import close_cafe, open_round
from tests.factories.events import EventMade, make_event, set_phases
from tests.factories.ideas import write
from tests.factories.people import PersonMade, join, join_many
from tests.factories.processes import ProcessMade
from tests.factories.statements import counted
from workshop.clock import now
from workshop.errors import Closed, Forbidden, Invalid
from workshop.perform import Store
from workshop.queries import screen
from workshop.queries.cockpit import cockpit
from workshop.queries.screen import DELAY, Screen


@pytest.fixture
def event(store: Store, process: ProcessMade) -> EventMade:
    """An event whose notes come to the big screen after the delay."""
    return make_event(store, process, screen_notes="after_delay")


@pytest.fixture
def anna(store: Store, event: EventMade) -> PersonMade:
    """Somebody at table 1 in the first round."""
    anna = join(store, event)
    open_round(store, event)
    return anna


def of(store: Store, event: EventMade, monkeypatch: pytest.MonkeyPatch, after: float = 0) -> Screen:
    """The screen of an event's café, so many seconds from now."""
    monkeypatch.setattr(screen, "now", lambda: now() + timedelta(seconds=after))
    with store.reading() as session:
        return screen.screens(session, [event.cafe])[event.cafe]


def ids(found: Screen) -> list[UUID]:
    return [one.id for one in found.newest]


def test_a_note_stands_there_after_the_delay(
    store: Store, event: EventMade, anna: PersonMade, monkeypatch: pytest.MonkeyPatch
) -> None:
    idea = write(store, anna)
    before = of(store, event, monkeypatch)
    assert (ids(before), before.notes) == ([], 1)
    assert before.due and timedelta(seconds=15) < before.due - now() <= DELAY == timedelta(seconds=20)
    after = of(store, event, monkeypatch, 21)
    assert (ids(after), after.due) == ([idea], None)


def test_what_was_reported_is_not_there_until_somebody_has_looked(
    store: Store, event: EventMade, anna: PersonMade, monkeypatch: pytest.MonkeyPatch
) -> None:
    idea, ben = write(store, anna), join(store, event, "Ben")
    do(store, event.moderator, "idea.put_on_screen", idea=idea)
    assert ids(of(store, event, monkeypatch)) == [idea]
    do(store, ben.actor, "idea.report", idea=idea)
    assert ids(of(store, event, monkeypatch, 21)) == []
    do(store, event.moderator, "idea.leave", idea=idea)
    assert ids(of(store, event, monkeypatch)) == [idea]
    do(store, event.moderator, "idea.hide", idea=idea, reason="After all")
    assert ids(of(store, event, monkeypatch, 21)) == []


def test_other_words_wait_again(
    store: Store, event: EventMade, anna: PersonMade, monkeypatch: pytest.MonkeyPatch
) -> None:
    idea = write(store, anna)
    do(store, event.moderator, "idea.put_on_screen", idea=idea)
    do(store, anna.actor, "idea.edit", idea=idea, text="Something quite different")
    assert ids(of(store, event, monkeypatch)) == []
    assert ids(of(store, event, monkeypatch, 21)) == [idea]


@pytest.mark.parametrize(("setting", "at_once", "later"), [("at_once", 1, 1), ("let_through", 0, 0)])
def test_an_event_has_it_its_own_way(
    store: Store, event: EventMade, anna: PersonMade, monkeypatch: pytest.MonkeyPatch,
    setting: str, at_once: int, later: int,
) -> None:  # fmt: skip
    do(store, event.moderator, "event.set_moderation", event=event.id, screen_notes=setting)
    idea = write(store, anna)
    first, second = of(store, event, monkeypatch), of(store, event, monkeypatch, 21)
    assert (len(first.newest), len(second.newest), first.due) == (at_once, later, None)
    do(store, event.moderator, "idea.put_on_screen", idea=idea)
    assert ids(of(store, event, monkeypatch)) == [idea]
    do(store, event.moderator, "idea.take_off_screen", idea=idea)
    do(store, anna.actor, "idea.edit", idea=idea, text="Other words")
    assert ids(of(store, event, monkeypatch, 21)) == []


def test_what_nobody_sees_is_put_nowhere(store: Store, event: EventMade, anna: PersonMade) -> None:
    idea = write(store, anna)
    do(store, event.moderator, "idea.hold", idea=idea, reason="A name")
    with pytest.raises(Closed):
        do(store, event.moderator, "idea.put_on_screen", idea=idea)
    with pytest.raises(Forbidden):
        do(store, anna.actor, "screen.show", cafe=event.cafe, what="list")


def test_the_cockpit_chooses(store: Store, event: EventMade, anna: PersonMade, monkeypatch: pytest.MonkeyPatch) -> None:
    def show(what: str, **more: Any) -> Screen:
        do(store, event.moderator, "screen.show", cafe=event.cafe, what=what, **more)
        return of(store, event, monkeypatch, 21)

    idea = write(store, anna, "A bench")
    assert of(store, event, monkeypatch).shows == "newest"
    with pytest.raises(Invalid):
        show("question", table=9)
    asked = show("question", table=2)
    assert (asked.table, asked.question) == (2, {"en": "What is missing at corner 2?"})
    take_forward(store, event, idea, title="Benches")
    listed_item(store, event, idea, title="Roofs")
    harvest = show("harvest")
    assert [(one.title, one.table_number, one.number) for one in harvest.harvest] == [
        ("Roofs", 1, 1), ("Benches", 1, None),
    ]  # fmt: skip
    listed = show("list")
    assert ([(one.title, one.number) for one in listed.items], listed.listed, listed.forward) == ([("Roofs", 1)], 1, 2)
    done = do(store, event.moderator, "screen.darken", cafe=event.cafe)
    assert set(done.at) == {f"cafe:{event.cafe}"}
    dark = of(store, event, monkeypatch)
    assert (dark.dark, dark.shows) == (True, "list")
    assert not show("list").dark


def test_what_is_not_pursued_is_taken_forward_nowhere(
    store: Store, event: EventMade, anna: PersonMade, monkeypatch: pytest.MonkeyPatch
) -> None:
    def counts() -> tuple[int, int]:
        with store.reading() as session:
            return of(store, event, monkeypatch).forward, cockpit(session, [event.cafe])[event.cafe].total("forward")

    roofs = listed_item(store, event, write(store, anna, "A roof"), title="Roofs")
    assert counts() == (1, 1)
    # The host's page counts it: so the table hears when it is given up, and when it is taken up again.
    for status in ("dropped", "open"):
        done = do(store, event.moderator, "action_item.set_status", action_item=roofs, status=status, reason="No")
        assert f"table:{event.tables[0]}" in done.at
        assert counts() == (status == "open", status == "open")
    done = do(store, event.moderator, "action_item.set_status", action_item=roofs, status="done")
    assert f"table:{event.tables[0]}" not in done.at


def test_nobody_sees_who_is_ahead_until_the_café_is_closed(
    store: Store, event: EventMade, anna: PersonMade, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben, cem = join_many(store, event, ["Ben", "Cem"], tables=[1, 1])
    first, second, none = (write(store, anna, f"Note {number}") for number in range(3))
    for who, what in ((ben, second), (cem, second), (cem, first)):
        do(store, who.actor, "vote.cast", idea=what)
    do(store, event.moderator, "screen.show", cafe=event.cafe, what="votes")
    running = of(store, event, monkeypatch, 21)
    assert (running.voted, running.best, running.given, running.voters, running.people) == (False, [], 3, 2, 3)
    close_cafe(store, event)
    over = of(store, event, monkeypatch, 21)
    assert [(one.id, one.votes) for one in over.best] == [(second, 2), (first, 1)]
    assert none not in {one.id for one in over.best}


@pytest.mark.parametrize("what", ["newest", "question", "harvest", "votes", "list"])
def test_statements_do_not_grow_with_the_café(store: Store, process: ProcessMade, what: str) -> None:
    counts = []
    for people in (2, 40):
        event = make_event(store, process)
        guests = join_many(store, event, [f"G{number}" for number in range(people)], tables=[1] * people)
        open_round(store, event)
        for guest in guests:
            listed_item(store, event, write(store, guest))
        do(store, event.moderator, "screen.show", cafe=event.cafe, what=what)
        close_cafe(store, event)
        with counted(store) as sent, store.reading() as session:
            screen.screens(session, [event.cafe])
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_the_order_follows_the_phases(
    store: Store, event: EventMade, anna: PersonMade, monkeypatch: pytest.MonkeyPatch
) -> None:
    learning, sharing = set_phases(store, event, co_learning="Learning", co_sharing="Sharing")
    (ben,) = join_many(store, event, ["Ben"], tables=[1])
    do(store, ben.actor, "vote.cast", idea=write(store, anna))
    do(store, event.moderator, "screen.show", cafe=event.cafe, what="votes")
    for phase, shown in ((sharing, False), (learning, True), (sharing, False)):
        do(store, event.moderator, "phase.begin", phase=phase)
        row = of(store, event, monkeypatch, 21)
        assert (row.voted, len(row.best)) == (shown, int(shown))
