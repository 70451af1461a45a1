"""Remarks on notes and to:DOs: who reads them, and what becomes of one that is taken away."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import do
from tests.factories.action_list import add_item
from tests.factories.cafes import name_host, open_round
from tests.factories.events import EventMade, close_event
from tests.factories.ideas import comment_on, write
from tests.factories.people import PersonMade, join
from workshop.errors import Closed, Forbidden, Invalid, NotFound
from workshop.exchange.decisions import csv_of
from workshop.live.telling import TooFarBehind, read_now, touched_between
from workshop.models import Change, Comment, CommentState, Event, Idea, Reason
from workshop.perform import Store
from workshop.queries.cockpit import cockpit
from workshop.queries.comments import ASIDE, Remark, remarks, written_by
from workshop.queries.ideas import notes
from workshop.queries.lines import idea_page, item_page
from workshop.queries.moderation import record, rules_page
from workshop.queries.queue import queues, to_decide
from workshop.queries.viewing import Audience
from workshop.standing import Standing, standing_in_event


@dataclass
class Talk:
    """A note, a remark on it, and who wrote them."""

    anna: PersonMade
    ben: PersonMade
    idea: UUID
    comment: UUID


def standing(session: Session, person: PersonMade, event: EventMade) -> Standing:
    """What somebody is in the event."""
    return standing_in_event(session, person.actor, session.get_one(Event, event.id))


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
        assert remarks(session, about, Audience.EVERYBODY, standing(session, ben, event)) == []
        [mine] = remarks(session, about, Audience.EVERYBODY, standing(session, anna, event))
    assert (mine.state, mine.state_reason) == (CommentState.HIDDEN, "It names somebody")
    do(store, event.moderator, "comment.show", comment=comment)
    with store.reading() as session:
        assert notes(session, [idea], Audience.EVERYBODY)[idea].comments == 1


def test_what_its_author_has_withdrawn_nobody_brings_back(store: Store, event: EventMade) -> None:
    anna, ben = at_table(store, event)
    comment = comment_on(store, anna, write(store, ben))
    assert do(store, anna.actor, "comment.withdraw", comment=comment).at
    assert not do(store, anna.actor, "comment.withdraw", comment=comment).at
    with pytest.raises(NotFound):
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


@pytest.fixture
def talk(store: Store, event: EventMade) -> Talk:
    """Anna's remark on Ben's note at table 1, where nobody is host."""
    anna, ben = at_table(store, event)
    idea = write(store, ben)
    return Talk(anna, ben, idea, comment_on(store, anna, idea))


def waiting(store: Store, event: EventMade) -> list[tuple[str, UUID, str]]:
    """What the queue lists."""
    with store.reading() as session:
        return [(one.what, one.id, one.waits) for one in queues(session, [event.cafe])[event.cafe].listed]


def reason_of(store: Store, event: EventMade) -> Reason:
    """The first one of the event's list."""
    with store.reading() as session:
        return session.scalars(select(Reason).where(Reason.event_id == event.id).order_by(Reason.position)).all()[0]


def asides_of(store: Store, person: PersonMade) -> list[Remark]:
    """What a person's own table page shows of remarks that others do not see."""
    with store.reading() as session:
        return written_by(session, [person.id], *ASIDE).get(person.id, [])


def test_a_reported_one_waits_beside_the_notes_until_somebody_has_looked(
    store: Store, event: EventMade, talk: Talk
) -> None:
    other = write(store, talk.ben, "Reported too")
    do(store, talk.anna.actor, "idea.report", idea=other)
    do(store, talk.ben.actor, "comment.report", comment=talk.comment, reason="Unkind")
    assert not do(store, talk.ben.actor, "comment.report", comment=talk.comment).at
    assert waiting(store, event) == [("idea", other, "reported"), ("comment", talk.comment, "reported")]
    with store.reading() as session:
        [listed] = to_decide(session, [event.cafe], 9)[event.cafe][1:]
        room = cockpit(session, [event.cafe])[event.cafe]
    assert (listed.report, listed.on_idea, listed.on_text) == ("Unkind", talk.idea, "Open the library on Sundays")
    assert (room.waiting, room.tables[0].reported) == (2, 2)
    do(store, event.moderator, "comment.leave", comment=talk.comment)
    assert waiting(store, event) == [("idea", other, "reported")]


def test_its_author_reads_for_which_reason_and_asks_once_for_another_look(
    store: Store, event: EventMade, talk: Talk
) -> None:
    reason = reason_of(store, event)
    done = do(store, event.moderator, "comment.hide", comment=talk.comment, because=reason.id, reason="It is a name")
    assert set(done.at) == {f"table:{event.tables[0]}", f"person:{talk.anna.id}"}
    [mine] = asides_of(store, talk.anna)
    assert (mine.state, mine.reason, mine.state_reason) == ("hidden", reason.words, "It is a name")
    do(store, talk.anna.actor, "comment.ask_again", comment=talk.comment, words="It is a dog's")
    with pytest.raises(Closed):
        do(store, talk.anna.actor, "comment.ask_again", comment=talk.comment, words="Really")
    assert waiting(store, event) == [("comment", talk.comment, "asked")]
    do(store, event.moderator, "comment.keep_hidden", comment=talk.comment, answer="Dogs have owners")
    [mine] = asides_of(store, talk.anna)
    assert (mine.asked, mine.answer, waiting(store, event)) == ("It is a dog's", "Dogs have owners", [])
    do(store, event.moderator, "comment.show", comment=talk.comment)
    assert asides_of(store, talk.anna) == []


def test_it_is_counted_by_its_reason_and_stands_in_the_record(store: Store, event: EventMade, talk: Talk) -> None:
    reason = reason_of(store, event)
    do(store, event.moderator, "comment.hide", comment=talk.comment, because=reason.id)
    on_list = add_item(store, event)
    about = do(store, talk.anna.actor, "comment.write", action_item=on_list, text="=1+1").thing[1]
    do(store, event.moderator, "comment.hide", comment=about, because=reason.id)
    withdrawn = comment_on(store, talk.anna, talk.idea, "Taken back")
    do(store, event.moderator, "comment.hold", comment=withdrawn, because=reason.id)
    with store.reading() as session:
        assert rules_page(session, event.moderator, event.id).waiting == 1
    do(store, talk.anna.actor, "comment.withdraw", comment=withdrawn)
    with store.reading() as session:
        page = rules_page(session, event.moderator, event.id)
        told = record(session, event.moderator, event.id, with_words=True).entries
        plain = record(session, event.moderator, event.id)
    assert (page.hidden, page.waiting, {one.hidden for one in page.reasons if one.id == reason.id}) == (2, 0, {2})
    assert [(one.what, one.table, one.round, one.words, one.outcome) for one in told] == [
        ("comment", 1, 1, "On Saturdays too", None),
        ("comment", None, None, "=1+1", None),
        ("comment", 1, 1, "", "withdrawn"),
    ]
    # Neither words nor anybody's name or id.
    text = csv_of(plain)
    assert "Saturdays" not in text and "Anna" not in text and str(talk.anna.id) not in text


def test_what_waits_on_a_note_that_was_withdrawn_waits_for_nobody(store: Store, event: EventMade, talk: Talk) -> None:
    do(store, event.moderator, "event.set_moderation", event=event.id, notes_wait="1")
    comment_on(store, talk.anna, talk.idea, "Not seen yet")

    def seen_to_wait() -> tuple[int, int]:
        with store.reading() as session:
            return rules_page(session, event.moderator, event.id).waiting, len(waiting(store, event))

    assert seen_to_wait() == (1, 1)
    with store.reading() as session:
        author = session.get_one(Idea, talk.idea).participant_id
    [who] = [one for one in (talk.anna, talk.ben) if one.id == author]
    do(store, who.actor, "idea.withdraw", idea=talk.idea)
    assert seen_to_wait() == (0, 0)


def test_where_notes_wait_comments_wait_too(store: Store, event: EventMade, talk: Talk) -> None:
    do(store, event.moderator, "event.set_moderation", event=event.id, notes_wait="1")
    comment = comment_on(store, talk.anna, talk.idea, "Not seen yet")
    with store.reading() as session:
        assert notes(session, [talk.idea], Audience.EVERYBODY)[talk.idea].comments == 1
        # Whoever wrote the note sees of others' remarks what everybody does.
        assert notes(session, [talk.idea], Audience.OWN)[talk.idea].comments == 1
        assert notes(session, [talk.idea], Audience.STAFF)[talk.idea].comments == 2
    assert [one.waits for one in asides_of(store, talk.anna)] == [True]
    assert waiting(store, event) == [("comment", comment, "new")]
    do(store, event.moderator, "queue.look_at", things=[comment])
    do(store, event.moderator, "queue.let_through", things=[comment])
    assert asides_of(store, talk.anna) == [] and waiting(store, event) == []
    name_host(store, event, 1, talk.anna)
    comment_on(store, talk.anna, talk.idea, "By the host")
    assert waiting(store, event) == []


def test_nobody_is_told_what_was_done_to_anothers_words_in_the_same_change(
    store: Store, event: EventMade, talk: Talk
) -> None:
    do(store, event.moderator, "event.set_moderation", event=event.id, notes_wait="1")
    mine, theirs = comment_on(store, talk.anna, talk.idea, "Mine"), comment_on(store, talk.ben, talk.idea, "Theirs")
    note, other = write(store, talk.anna, "My note"), write(store, talk.ben, "Their note")
    do(store, event.moderator, "queue.let_through", things=[mine, theirs, note, other])
    # Hidden again before the publisher has read what it tells.
    for what, one in (("comment", mine), ("comment", theirs), ("idea", note), ("idea", other)):
        do(store, event.moderator, f"{what}.hide", reason="A name", **{what: one})
    with store.reading() as session:
        touched = touched_between(session, f"person:{talk.anna.id}", 0, 9)
        assert not isinstance(touched, TooFarBehind)
        assert ("idea", other) in touched and ("comment", theirs) in touched
        told = read_now(session, f"person:{talk.anna.id}", "table", Audience.OWN, touched)
    assert {row.text for _, _, row in told if row} == {"Mine", "My note"}


def test_a_member_without_a_seat_takes_the_own_comment_back(store: Store, event: EventMade, talk: Talk) -> None:
    comment = do(store, event.moderator, "comment.write", idea=talk.idea, text="We look into it").thing[1]
    with store.reading() as session:
        page = idea_page(session, event.moderator, talk.idea)
        assert page.viewer.own == [str(comment)]
    with pytest.raises(Forbidden):
        do(store, event.process.admin, "comment.withdraw", comment=comment)
    assert do(store, event.moderator, "comment.withdraw", comment=comment).at
    do(store, event.moderator, "comment.hide", comment=talk.comment, reason="A name")
    with pytest.raises(Forbidden):
        do(store, event.moderator, "comment.ask_again", comment=talk.comment, words="Not mine")


def test_what_is_taken_away_stands_in_no_change(store: Store, event: EventMade, talk: Talk) -> None:
    do(store, event.moderator, "comment.hide", comment=talk.comment, reason="A name")
    do(store, talk.anna.actor, "comment.withdraw", comment=talk.comment)
    with store.reading() as session:
        told = session.scalars(select(Change.facts).where(Change.thing_id == talk.comment)).all()
        assert len(told) == 3 and "Saturdays" not in str(told)
        assert remarks(session, Comment.idea_id == talk.idea, Audience.STAFF, standing(session, talk.anna, event)) == []


def test_where_commenting_is_closed_the_page_says_why_and_until_when(
    store: Store, event: EventMade, talk: Talk
) -> None:
    def of(page: Any) -> tuple[bool, str]:
        return page.commenting.may, str(page.commenting.closed or "")

    item = add_item(store, event)
    with store.reading() as session:
        for read, thing in ((idea_page, talk.idea), (item_page, item)):
            assert of(read(session, talk.anna.actor, thing)) == (True, "")
    close_event(store, event)
    with store.reading() as session:
        for read, thing in ((idea_page, talk.idea), (item_page, item)):
            assert of(read(session, talk.anna.actor, thing)) == (False, "This event is closed.")
