"""What is held and hidden, for which of the event's reasons, and what its author can do about it."""

import csv
import io
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories import do
from tests.factories.action_list import add_item
from tests.factories.cafes import name_host, open_round
from tests.factories.events import EventMade, close_event, make_event
from tests.factories.ideas import comment_on, write
from tests.factories.people import PersonMade, join
from tests.factories.processes import ProcessMade
from workshop.errors import Closed, Conflict, Forbidden, Invalid, NotFound
from workshop.exchange.decisions import csv_of
from workshop.models import Change, Comment, Decision, Idea, IdeaState, Reason
from workshop.perform import Store
from workshop.queries import ideas, moderation
from workshop.queries.viewing import Audience
from workshop.standing import SYSTEM


@pytest.fixture
def anna(store: Store, event: EventMade) -> PersonMade:
    """Somebody at table 1 in the first round."""
    anna = join(store, event)
    open_round(store, event)
    return anna


def reasons_of(store: Store, event: EventMade) -> list[Reason]:
    """The event's list as it is now."""
    with store.reading() as session:
        mine = Reason.event_id == event.id, Reason.ended_at.is_(None)
        return list(session.scalars(select(Reason).where(*mine).order_by(Reason.position)))


def decisions_of(store: Store, idea: UUID) -> list[tuple[str, str, str | None]]:
    """State, who, and outcome of everything that was decided about a note."""
    with store.reading() as session:
        found = session.scalars(select(Decision).where(Decision.idea_id == idea).order_by(Decision.at, Decision.id))
        return [(str(one.state), str(one.by), one.outcome and str(one.outcome)) for one in found]


def note_of(store: Store, idea: UUID, audience: Audience = Audience.OWN) -> Any:
    with store.reading() as session:
        return ideas.notes(session, [idea], audience).get(idea)


def rules_of(store: Store, event: EventMade) -> moderation.RulesPage:
    with store.reading() as session:
        return moderation.rules_page(session, event.moderator, event.id)


def test_an_event_begins_with_reasons_in_every_language(store: Store, event: EventMade) -> None:
    found = reasons_of(store, event)
    assert [one.in_words for one in found] == [False] * 5 + [True]
    assert all(set(one.words) == {"de", "en", "sv"} for one in found)


def test_a_note_is_hidden_for_a_reason_that_its_author_reads(store: Store, event: EventMade, anna: PersonMade) -> None:
    idea, reason = write(store, anna), reasons_of(store, event)[0]
    done = do(store, event.moderator, "idea.hide", idea=idea, because=reason.id)
    assert set(done.at) == {f"table:{event.tables[0]}", f"person:{anna.id}"}
    note = note_of(store, idea)
    assert (note.state, note.reason, note.reason_in_words, note.state_reason) == ("hidden", reason.words, False, "")
    assert note_of(store, idea, Audience.EVERYBODY) is None
    with store.reading() as session:
        facts = session.scalars(select(Change.facts).order_by(Change.id.desc()).limit(1)).one()
    assert facts == {"because": [None, str(reason.id)], "state": ["visible", "hidden"]}


def test_words_alone_are_the_reason_that_has_to_be_said(store: Store, event: EventMade, anna: PersonMade) -> None:
    idea, other = write(store, anna), reasons_of(store, event)[-1]
    do(store, event.moderator, "idea.hold", idea=idea, reason="It gives a phone number")
    note = note_of(store, idea)
    assert (note.reason, note.reason_in_words, note.state_reason) == (other.words, True, "It gives a phone number")
    with pytest.raises(Invalid) as wordless:
        do(store, event.moderator, "idea.hide", idea=idea, because=other.id)
    assert set(wordless.value.fields) == {"reason"}
    do(store, event.moderator, "reason.remove", reason=other.id)
    with pytest.raises(Invalid) as unlisted:
        do(store, event.moderator, "idea.hide", idea=idea, reason="Because")
    assert set(unlisted.value.fields) == {"because"}


def test_only_what_is_on_the_event_s_own_list_is_a_reason(
    store: Store, process: ProcessMade, event: EventMade, anna: PersonMade
) -> None:
    idea = write(store, anna)
    foreign = reasons_of(store, make_event(store, process))[0]
    with pytest.raises(NotFound):
        do(store, event.moderator, "idea.hide", idea=idea, because=foreign.id)
    first = reasons_of(store, event)[0]
    do(store, event.moderator, "reason.remove", reason=first.id)
    with pytest.raises(Invalid):
        do(store, event.moderator, "idea.hide", idea=idea, because=first.id)


def test_the_last_reason_stays(store: Store, event: EventMade) -> None:
    *others, last = reasons_of(store, event)
    for one in others:
        do(store, event.moderator, "reason.remove", reason=one.id)
    with pytest.raises(Closed):
        do(store, event.moderator, "reason.remove", reason=last.id)


def test_reasons_are_written_in_one_language_or_several(store: Store, event: EventMade) -> None:
    for number in range(6):
        do(store, event.moderator, "reason.add", event=event.id, sv=f"Skäl {number}", de=f"Grund {number}")
    with pytest.raises(Closed):
        do(store, event.moderator, "reason.add", event=event.id, en="One too many")
    added = reasons_of(store, event)[-1]
    assert added.words == {"de": "Grund 5", "sv": "Skäl 5"}
    do(store, event.moderator, "reason.edit", reason=added.id, en="Too loud")
    assert reasons_of(store, event)[-1].words == {"en": "Too loud"}
    with pytest.raises(Invalid):
        do(store, event.moderator, "reason.edit", reason=added.id)


def test_who_decided_is_kept_as_what_they_are(store: Store, event: EventMade, anna: PersonMade) -> None:
    idea, reason = write(store, anna), reasons_of(store, event)[1]
    host = join(store, event, "Hanna")
    name_host(store, event, 1, host)
    do(store, host.actor, "idea.hold", idea=idea, because=reason.id)
    do(store, event.moderator, "idea.hide", idea=idea, because=reason.id)
    do(store, event.moderator, "idea.hide", idea=idea, because=reason.id)
    do(store, event.moderator, "idea.show", idea=idea)
    do(store, SYSTEM, "idea.hide", idea=idea, because=reason.id, reason="Twice")
    do(store, anna.actor, "idea.withdraw", idea=idea)
    assert decisions_of(store, idea) == [
        ("held", "host", "replaced"),
        ("hidden", "moderator", "shown"),
        ("hidden", "system", "withdrawn"),
    ]


def test_every_hiding_is_counted_by_its_reason(store: Store, event: EventMade, anna: PersonMade) -> None:
    names, insults = reasons_of(store, event)[:2]
    hidden = [write(store, anna, f"Note {number}") for number in range(4)]
    for idea, reason in zip(hidden, (names, names, insults, insults), strict=True):
        do(store, event.moderator, "idea.hide", idea=idea, because=reason.id)
    # Another reason for the same hiding is no second one; what was only held is none.
    do(store, event.moderator, "idea.hide", idea=hidden[3], because=names.id)
    do(store, event.moderator, "idea.hold", idea=write(store, anna), because=insults.id)
    do(store, event.moderator, "idea.show", idea=hidden[0])
    do(store, event.moderator, "reason.remove", reason=insults.id)
    page = rules_of(store, event)
    counts = {one.words["en"]: (one.hidden, one.shown_again) for one in page.reasons if one.hidden}
    assert counts == {names.words["en"]: (3, 1), insults.words["en"]: (1, 0)}
    assert (page.hidden, page.shown_again, page.waiting) == (4, 1, 1)


def test_what_was_hidden_before_there_were_reasons_is_counted_too(
    store: Store, event: EventMade, anna: PersonMade
) -> None:
    """As a database that is brought up to date has it: hidden, and nothing was decided about it."""
    old, shown, kept = (write(store, anna, text) for text in ("Hidden long ago", "Shown", "Another"))
    remark = comment_on(store, anna, kept, "A remark hidden long ago")
    on_list = do(store, anna.actor, "comment.write", action_item=add_item(store, event), text="On the list").thing[1]
    with Session(store.engine) as session:
        session.execute(update(Idea).where(Idea.id.in_([old, shown])).values(state="hidden", state_reason="Rude"))
        hidden = update(Comment).where(Comment.id.in_([remark, on_list]))
        session.execute(hidden.values(state="hidden", state_reason="Rude"))
        session.commit()
    do(store, event.moderator, "idea.show", idea=shown)
    do(store, event.moderator, "idea.hide", idea=kept, because=reasons_of(store, event)[0].id)
    page = rules_of(store, event)
    assert (page.without_reason, page.hidden) == (3, 4)
    with store.reading() as session:
        plain, told = (moderation.record(session, event.moderator, event.id, with_words=one) for one in (False, True))
    before = [one for one in told.entries if one.reason is None]
    assert sorted((one.what, one.table, one.round, one.words, one.added) for one in before if one.table) == [
        ("comment", 1, 1, "A remark hidden long ago", "Rude"), ("note", 1, 1, "Hidden long ago", "Rude"),
    ]  # fmt: skip
    assert [(one.what, one.words) for one in before if not one.table] == [("comment", "On the list")]
    assert len(plain.entries) == 4 and not any(one.words or one.added for one in plain.entries)
    lines = list(csv.DictReader(io.StringIO(csv_of(plain))))
    assert [(one["decided_at"], one["decision"], one["reason"], one["by"]) for one in lines[:3]] == [
        ("", "hidden", "", "")
    ] * 3


def test_an_author_asks_once_and_is_answered(store: Store, event: EventMade, anna: PersonMade) -> None:
    idea, reason = write(store, anna), reasons_of(store, event)[0]
    with pytest.raises(Closed):
        do(store, anna.actor, "idea.ask_again", idea=idea, words="It is not hidden")
    do(store, event.moderator, "idea.hide", idea=idea, because=reason.id)
    with pytest.raises(Closed):
        do(store, event.moderator, "idea.keep_hidden", idea=idea, answer="Nobody asked")
    done = do(store, anna.actor, "idea.ask_again", idea=idea, words="It names a street, not a person")
    assert set(done.at) == {f"table:{event.tables[0]}", f"person:{anna.id}"}
    with pytest.raises(Closed):
        do(store, anna.actor, "idea.ask_again", idea=idea, words="Please")
    do(store, event.moderator, "idea.keep_hidden", idea=idea, answer="The street has one house")
    with pytest.raises(Conflict) as late:
        do(store, event.moderator, "idea.keep_hidden", idea=idea, answer="It stays")
    assert late.value.details["theirs"] == "The street has one house"
    note = note_of(store, idea)
    assert (note.asked, note.answer) == ("It names a street, not a person", "The street has one house")
    with pytest.raises(Closed):
        do(store, anna.actor, "idea.ask_again", idea=idea, words="Again")


def test_another_decision_may_be_asked_about_again(store: Store, event: EventMade, anna: PersonMade) -> None:
    idea, reason = write(store, anna), reasons_of(store, event)[0]
    for _ in range(2):
        do(store, event.moderator, "idea.hide", idea=idea, because=reason.id)
        do(store, anna.actor, "idea.ask_again", idea=idea, words="It is a street")
        do(store, event.moderator, "idea.show", idea=idea)
    assert note_of(store, idea).asked is None
    assert decisions_of(store, idea) == [("hidden", "moderator", "shown")] * 2


def test_what_is_hidden_at_the_end_can_be_asked_about_after_it(
    store: Store, event: EventMade, anna: PersonMade
) -> None:
    idea = write(store, anna)
    close_event(store, event)
    do(store, event.moderator, "idea.hide", idea=idea, because=reasons_of(store, event)[0].id)
    do(store, anna.actor, "idea.ask_again", idea=idea, words="I was already at home")
    assert note_of(store, idea).asked


def test_who_leaves_a_note_never_shows_what_another_hid(store: Store, event: EventMade, anna: PersonMade) -> None:
    idea, ben = write(store, anna), join(store, event, "Ben")
    do(store, ben.actor, "idea.report", idea=idea, reason="Rude")
    do(store, event.process.admin, "idea.hide", idea=idea, because=reasons_of(store, event)[1].id)
    with pytest.raises(Conflict):
        do(store, event.moderator, "idea.leave", idea=idea)
    with store.reading() as session:
        assert session.get_one(Idea, idea).state is IdeaState.HIDDEN


def test_the_record_holds_everything_but_the_words(store: Store, event: EventMade, anna: PersonMade) -> None:
    reason = reasons_of(store, event)[0]
    kept, withdrawn = (write(store, anna, f"Secret {number}") for number in range(2))
    do(store, event.moderator, "idea.hide", idea=kept, because=reason.id, reason="A neighbour")
    do(store, anna.actor, "idea.ask_again", idea=kept, words="Nobody knows her")
    do(store, event.moderator, "idea.keep_hidden", idea=kept, answer="Her children do")
    do(store, event.moderator, "idea.hide", idea=withdrawn, because=reason.id)
    do(store, anna.actor, "idea.withdraw", idea=withdrawn)
    with store.reading() as session:
        found = moderation.record(session, event.moderator, event.id).entries
        told = moderation.record(session, SYSTEM, event.id, with_words=True).entries
        with pytest.raises(Forbidden):
            moderation.record(session, anna.actor, event.id)
    assert [(one.table, one.round, str(one.decision), one.outcome) for one in found] == [
        (1, 1, "hidden", None),
        (1, 1, "hidden", "withdrawn"),
    ]
    assert found[0].asked_at and found[0].answered_at and not found[0].ended_at
    assert {one.words + one.added for one in found} == {""}
    assert [(one.words, one.added) for one in told] == [("Secret 0", "A neighbour"), ("", "")]


def test_a_host_reads_the_rules_but_does_not_write_them(store: Store, event: EventMade, anna: PersonMade) -> None:
    name_host(store, event, 1, anna)
    with pytest.raises(Forbidden):
        do(store, anna.actor, "reason.add", event=event.id, en="What I dislike")
    with store.reading() as session:
        assert moderation.rules_page(session, anna.actor, event.id).reasons
