"""Remarks on notes and to:DOs: who reads them, and what becomes of one that is taken away."""

import pytest

from tests.factories import do
from tests.factories.cafes import open_round
from tests.factories.events import EventMade
from tests.factories.ideas import comment_on, write
from tests.factories.people import PersonMade, join
from workshop.errors import Closed, Invalid, NotFound
from workshop.models import Comment, CommentState, Idea
from workshop.perform import Store
from workshop.queries.comments import remarks
from workshop.queries.ideas import notes
from workshop.queries.viewing import Audience


def at_table(store: Store, event: EventMade) -> tuple[PersonMade, PersonMade]:
    """Anna, who writes in Swedish, and Ben."""
    anna, ben = join(store, event, "Anna", language="sv"), join(store, event, "Ben")
    open_round(store, event)
    return anna, ben


def test_a_note_carries_its_newest_three_and_counts_them_all(store: Store, event: EventMade) -> None:
    anna, ben = at_table(store, event)
    idea = write(store, ben)
    for number in range(5):
        comment_on(store, anna, idea, f"Remark {number}")
    with store.reading() as session:
        note = notes(session, [idea], Audience.EVERYBODY)[idea]
    assert note.comments == 5
    assert [one.text for one in note.remarks] == ["Remark 2", "Remark 3", "Remark 4"]
    assert {(one.language, one.author.name) for one in note.remarks} == {("sv", "Anna")}


def test_a_hidden_one_is_read_by_staff_and_its_author_alone(store: Store, event: EventMade) -> None:
    anna, ben = at_table(store, event)
    idea = write(store, ben)
    comment = comment_on(store, anna, idea)
    do(store, event.moderator, "comment.hide", comment=comment, reason="It names somebody")
    with store.reading() as session:
        about = Comment.idea_id == idea
        assert notes(session, [idea], Audience.EVERYBODY)[idea].comments == 0
        assert notes(session, [idea], Audience.STAFF)[idea].comments == 1
        assert remarks(session, about, Audience.EVERYBODY, ben.id) == []
        [mine] = remarks(session, about, Audience.EVERYBODY, anna.id)
    assert (mine.state, mine.state_reason) == (CommentState.HIDDEN, "It names somebody")
    do(store, event.moderator, "comment.show", comment=comment)
    with store.reading() as session:
        assert notes(session, [idea], Audience.EVERYBODY)[idea].comments == 1


def test_what_its_author_has_withdrawn_nobody_brings_back(store: Store, event: EventMade) -> None:
    anna, ben = at_table(store, event)
    comment = comment_on(store, anna, write(store, ben))
    assert do(store, anna.actor, "comment.withdraw", comment=comment).at
    assert not do(store, anna.actor, "comment.withdraw", comment=comment).at
    with pytest.raises(Closed):
        do(store, event.moderator, "comment.show", comment=comment)


def test_a_remark_on_a_note_that_is_held_is_not_there(store: Store, event: EventMade) -> None:
    anna, ben = at_table(store, event)
    idea = write(store, ben)
    comment = comment_on(store, anna, idea)
    do(store, event.moderator, "idea.hold", idea=idea, reason="Let us look")
    with pytest.raises(NotFound):
        comment_on(store, anna, idea, "And another")
    carl = join(store, event, "Carl")
    with pytest.raises(NotFound):
        do(store, carl.actor, "comment.withdraw", comment=comment)


def test_a_member_without_a_seat_speaks_by_the_accounts_name(store: Store, event: EventMade) -> None:
    _anna, ben = at_table(store, event)
    idea = write(store, ben)
    do(store, event.moderator, "comment.write", idea=idea, text="We will look into it")
    with store.reading() as session:
        [one] = notes(session, [idea], Audience.EVERYBODY)[idea].remarks
        assert session.get_one(Idea, idea).version == 1
    assert one.author.name


def test_501_characters_do_not_fit(store: Store, event: EventMade) -> None:
    anna, ben = at_table(store, event)
    idea = write(store, ben)
    assert comment_on(store, anna, idea, "å" * 500)
    with pytest.raises(Invalid):
        comment_on(store, anna, idea, "x" * 501)
