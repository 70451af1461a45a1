"""The list: searched, filtered, ordered, in pages, always with the same number of statements."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests.factories import do
from tests.factories.action_list import add_item, listed_item, take_forward
from tests.factories.cafes import open_round
from tests.factories.events import EventMade
from tests.factories.goals import add_handler, draft_goal, promoted_goal
from tests.factories.ideas import write
from tests.factories.many import fill
from tests.factories.people import PersonMade, join
from tests.factories.processes import add_field
from tests.factories.statements import counted
from workshop.errors import Forbidden, NotFound
from workshop.perform import Store
from workshop.queries import action_list, cafes, goals, idea_list, screen, sorting
from workshop.queries.action_list import ListPage, Wanted
from workshop.queries.items import drafts
from workshop.queries.viewing import Audience


def listed(store: Store, event: EventMade, by: Any = None, **wanted: Any) -> ListPage:
    """The list as somebody sees it."""
    with store.reading() as session:
        return action_list.list_page(session, by or event.moderator, event.id, Wanted(**wanted))


def numbers(page: ListPage) -> list[int | None]:
    """What is on it."""
    return [item.number for item in page.items]


def test_search_knows_words_and_numbers(store: Store, event: EventMade) -> None:
    """Without differences of case, in any script; a wildcard is a character like any other."""
    for title in ("Bänke an der STRASSE", "Straße grün", "100% Ökostrom", "1000 Öfen"):
        add_item(store, event, title)
    assert numbers(listed(store, event, words="straße")) == [1, 2]
    assert numbers(listed(store, event, words="ÖKO")) == [3]
    assert numbers(listed(store, event, words="100%")) == [3]
    assert numbers(listed(store, event, words="#4")) == [4]
    assert numbers(listed(store, event, words="2")) == [2]


def test_how_many_lie_in_drafts_is_known_to_who_runs_the_event(store: Store, event: EventMade) -> None:
    anna = join(store, event)
    goal = draft_goal(store, event, add_item(store, event, "One"))
    add_item(store, event, "Two")
    assert (listed(store, event, anna.actor).count.sorted, listed(store, event).count.sorted) == (0, 1)
    add_handler(store, event, goal)
    do(store, event.moderator, "goal.promote", goal=goal)
    count = listed(store, event, anna.actor).count
    assert (count.total, count.sorted, listed(store, event).count.sorted) == (2, 1, 1)


def test_every_table_is_named_whose_notes_it_stands_on(store: Store, event: EventMade) -> None:
    """Once each, in their order; what stands on no note has none."""
    anna, ben = join(store, event), join(store, event, "Ben", 2)
    open_round(store, event)
    there = [write(store, ben, "At table 2", table=2), write(store, ben, "Also at table 2", table=2)]
    listed_item(store, event, *there, write(store, anna), title="Of both")
    listed_item(store, event, there[0], title="Of one")
    add_item(store, event, "Of none")
    assert [item.tables for item in listed(store, event).items] == [[1, 2], [2], []]


def test_filters_and_orders(store: Store, event: EventMade) -> None:
    """By status, field (the item's or its goal's), without goal; by votes, number, newest."""
    items = [add_item(store, event, f"Item {number}") for number in range(4)]
    field = add_field(store, event.process)
    goal = promoted_goal(store, event, items[1])
    do(store, event.moderator, "goal.edit", goal=goal, title="Named", field=field)
    do(store, event.moderator, "action_item.set_status", action_item=items[2], status="done")
    do(store, join(store, event).actor, "vote.cast", action_item=items[3])
    assert numbers(listed(store, event, status="done")) == [3]
    assert numbers(listed(store, event, field=str(field))) == [2]
    assert numbers(listed(store, event, field="none")) == [1, 3, 4]
    assert numbers(listed(store, event, goal="none")) == [1, 3, 4]
    assert numbers(listed(store, event, goal=str(goal))) == [2]
    assert numbers(listed(store, event, sort="votes")) == [4, 1, 2, 3]
    assert numbers(listed(store, event, sort="newest")) == [4, 3, 2, 1]
    assert listed(store, event).items[1].handlers == ["City library"]
    with pytest.raises(NotFound):
        listed(store, event, field="nonsense")


def test_draft_goals_and_drafts_are_for_the_staff(store: Store, event: EventMade) -> None:
    """A guest sees neither; what is in a draft goal has no goal yet for them."""
    open_round(store, event)
    guest = join(store, event)
    draft_goal(store, event, add_item(store, event))
    take_forward(store, event, write(store, guest))
    mine, staffs = listed(store, event, guest.actor), listed(store, event)
    assert (mine.items[0].goal, mine.drafts) == (None, [])
    assert staffs.items[0].goal is not None and len(staffs.drafts) == 1
    assert numbers(listed(store, event, guest.actor, goal="none")) == [1]
    assert numbers(listed(store, event, goal="none")) == []
    with store.reading() as session, pytest.raises(Forbidden):
        sorting.sorting_page(session, guest.actor, event.id)
    with store.reading() as session:
        assert drafts(session, [staffs.drafts[0].id], Audience.EVERYBODY) == {}


def sent_by(store: Store, event: EventMade, author: PersonMade, goal: UUID) -> dict[str, int]:
    """How many statements each page that shows notes or to:DOs sends."""
    words = Wanted(words="wanted", sort="votes")
    notes = idea_list.Wanted(words="note")
    reads: dict[str, Callable[[Session], Any]] = {
        "table": lambda session: cafes.table_page(session, author.actor, event.tables[0]),
        "screen": lambda session: screen.screen_page(session, event.moderator, event.id),
        "list": lambda session: action_list.list_page(session, event.moderator, event.id, Wanted()),
        "search": lambda session: action_list.list_page(session, event.moderator, event.id, words),
        "ideas": lambda session: idea_list.ideas_page(session, event.moderator, event.id, notes),
        "sorting": lambda session: sorting.sorting_page(session, event.moderator, event.id),
        "goal": lambda session: goals.goal_page(session, event.moderator, goal),
        "whole goal": lambda session: goals.goal_page(session, event.moderator, goal, whole=True),
    }
    counts = {}
    for name, read in reads.items():
        with counted(store) as statements, store.reading() as session:
            read(session)
        counts[name] = len(statements)
    return counts


def test_the_same_number_of_statements_for_10_and_for_10_000(store: Store, event: EventMade) -> None:
    """For every page that shows notes or to:DOs; and no page of the list longer than its hundred."""
    open_round(store, event)
    author = join(store, event)
    goal = draft_goal(store, event)
    fill(store, event, author, goal, 1, 10)
    few = sent_by(store, event, author, goal)
    fill(store, event, author, goal, 11, 9_990)
    assert sent_by(store, event, author, goal) == few
    page = listed(store, event, words="wanted", page=100)
    assert (len(page.items), page.total, page.last) == (100, 10_000, 100)


def test_rows_bulk_inserted_are_found(store: Store, event: EventMade) -> None:
    """The folded column is made for rows that are inserted without the models too."""
    open_round(store, event)
    fill(store, event, join(store, event), draft_goal(store, event), 1, 3)
    assert numbers(listed(store, event, words="WANTED 2")) == [2]


def test_staff_see_what_is_hidden_among_the_notes(store: Store, event: EventMade) -> None:
    """With its reason; everybody else only what lies on the tables."""
    open_round(store, event)
    guest = join(store, event)
    write(store, guest, "More shade")
    hidden = write(store, guest, "Rude")
    do(store, event.moderator, "idea.hide", idea=hidden, reason="An insult")
    with store.reading() as session:
        theirs = idea_list.ideas_page(session, guest.actor, event.id, idea_list.Wanted())
        staffs = idea_list.ideas_page(session, event.moderator, event.id, idea_list.Wanted(state="hidden"))
    assert [note.text for note in theirs.notes] == ["More shade"]
    assert [(note.text, note.state_reason) for note in staffs.notes] == [("Rude", "An insult")]
    assert listed_item(store, event, theirs.notes[0].id)
