"""Notes from paper: typed in once, into their round, under a name or under nobody's."""

import threading
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from tests.factories import do
from tests.factories.cafes import close_cafe, close_round, name_host, open_round
from tests.factories.events import EventMade
from tests.factories.ideas import type_in, write
from tests.factories.people import PersonMade, join
from workshop.errors import Closed, Conflict, Forbidden, Invalid
from workshop.models import Change, Idea, IdeaState
from workshop.operations.paper import card_parts
from workshop.perform import Store


@pytest.fixture
def host(store: Store, event: EventMade) -> PersonMade:
    """The host of table 1 in the first round."""
    made = join(store, event, "Hanna", 1)
    name_host(store, event, 1, made)
    open_round(store, event)
    return made


def note(store: Store, idea: UUID) -> Idea:
    with store.reading() as session:
        return session.get_one(Idea, idea)


def test_a_card_is_the_number_that_stands_on_it() -> None:
    assert card_parts("4-18") == (4, 18) == card_parts(" 4 – 018 ") == card_parts("4/18")
    assert card_parts("18") == (None, 18)
    for text in ("", None, "x", "4-", "-", "4-18-2", "0", "4-0", "99999", "²"):
        assert not card_parts(text)[1], text


def test_a_note_from_paper_lies_on_the_table_like_any_other(store: Store, event: EventMade, host: PersonMade) -> None:
    anna = join(store, event, "Anna", 1)
    key = uuid4()
    fields = {"table": event.tables[0], "round": event.rounds[0], "kind": "question", "text": "Wer zahlt das?"}
    more = {"language": "de", "card": "1-18", "participant": anna.id, "dots": 6}
    done = do(store, host.actor, "idea.type_in", key, **fields, **more)
    assert set(done.at) == {f"table:{event.tables[0]}", f"person:{anna.id}"}
    assert do(store, host.actor, "idea.type_in", key, **fields, **more).repeated
    found = note(store, key)
    assert (found.participant_id, found.card, found.on_paper, found.counted_elsewhere) == (anna.id, 18, True, 6)
    assert (found.kind, found.language, found.late, found.votes) == ("question", "de", False, 6)
    with store.reading() as session:
        typist = session.scalars(select(Change.participant_id).where(Change.key == str(key))).one()
    assert typist == host.id


def test_nobody_may_stand_behind_a_note(store: Store, event: EventMade, host: PersonMade) -> None:
    idea = type_in(store, host, "Without a name")
    found = note(store, idea)
    assert (found.participant_id, found.card, found.state) == (None, None, IdeaState.VISIBLE)


def test_where_notes_wait_those_from_paper_do_too_unless_a_moderator_types_them_in(
    store: Store, event: EventMade, host: PersonMade
) -> None:
    do(store, event.moderator, "event.set_moderation", event=event.id, notes_wait="1")
    anna = join(store, event, "Anna", 1)
    waiting = uuid4()
    fields = {"table": event.tables[0], "round": event.rounds[0], "kind": "idea", "language": "en"}
    done = do(store, host.actor, "idea.type_in", waiting, text="Rude", card="1-01", participant=anna.id, **fields)
    assert note(store, waiting).state is IdeaState.HELD
    assert f"person:{anna.id}" in done.at
    # Its card is taken all the same, and whoever lets it through shows it.
    with pytest.raises(Conflict):
        type_in(store, host, "Rude again", card="1-01")
    do(store, host.actor, "queue.let_through", things=[waiting])
    assert note(store, waiting).state is IdeaState.VISIBLE
    looked_at = do(store, event.moderator, "idea.type_in", text="Kind", **fields).thing[1]
    assert looked_at and note(store, looked_at).state is IdeaState.VISIBLE


def test_a_card_is_typed_in_once(store: Store, event: EventMade, host: PersonMade) -> None:
    first = type_in(store, host, "The first words", card="1-18")
    with pytest.raises(Conflict) as refused:
        type_in(store, host, "Other words", card="18")
    assert refused.value.sentence == "Card 1-18 is typed in already: “The first words”"
    with pytest.raises(Invalid) as refused_too:
        type_in(store, host, "Other words", card="2-18")
    assert refused_too.value.sentence == "This card is of table 2, and this is table 1."
    # Another table has its own cards, and one that was taken back may come again.
    do(store, event.moderator, "idea.type_in", table=event.tables[1], round=event.rounds[0], kind="idea", text="A",
       language="en", card="2-18")  # fmt: skip
    do(store, host.actor, "idea.untype", idea=first)
    assert note(store, first).state is IdeaState.WITHDRAWN
    type_in(store, host, "The first words, mended", card="1-18")


def test_two_who_type_in_the_same_card_at_once_leave_one_note(store: Store, event: EventMade, host: PersonMade) -> None:
    outcomes: list[str] = []

    def type_it(actor: object) -> None:
        try:
            do(store, actor, "idea.type_in", table=event.tables[0], round=event.rounds[0], kind="idea",
               text="The same card", language="en", card="1-1")  # type: ignore[arg-type]  # fmt: skip
            outcomes.append("ok")
        except Conflict:
            outcomes.append("conflict")

    both = [threading.Thread(target=type_it, args=(actor,)) for actor in (host.actor, event.moderator)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(outcomes) == ["conflict", "ok"]
    with store.reading() as session:
        assert session.scalar(select(func.count(Idea.id))) == 1


def test_it_goes_into_the_round_in_which_it_was_written(store: Store, event: EventMade, host: PersonMade) -> None:
    ben = join(store, event, "Ben", 2)
    with pytest.raises(Invalid) as refused:
        type_in(store, host, "Not his table", participant=ben.id)
    assert refused.value.sentence == "This person did not sit at this table in this round."
    with pytest.raises(Closed):
        type_in(store, host, "Too early", turn=2)
    close_round(store, event)
    open_round(store, event, 2)
    idea = type_in(store, host, "Of round 1", participant=host.id)
    assert note(store, idea).late
    close_cafe(store, event)
    # Whoever runs the table has seen it: it need not be held.
    assert note(store, type_in(store, host, "In the evening", turn=2)).state is IdeaState.VISIBLE


def test_what_people_wrote_themselves_is_not_taken_away_so(store: Store, event: EventMade, host: PersonMade) -> None:
    idea = write(store, host, "My own")
    with pytest.raises(Forbidden):
        do(store, host.actor, "idea.untype", idea=idea)
