"""Phases: what is open to whom in each, what is told of the rest, and what becomes of notes that come late."""

import threading
from uuid import UUID

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import func, select

from tests.factories import do
from tests.factories.cafes import close_round, name_host, open_round
from tests.factories.events import EventMade, make_event, set_phases
from tests.factories.ideas import write
from tests.factories.people import join
from tests.factories.processes import make_process
from workshop.errors import Closed, Invalid, Problem
from workshop.models import Change, Event, Idea, IdeaState, Phase
from workshop.perform import Store
from workshop.queries.phases import phases
from workshop.queries.viewing import Audience
from workshop.standing import Actor

ALL = {"co_learning": "Learning", "co_sharing": "Sharing", "co_creation": "Making"}


def begin(store: Store, event: EventMade, number: int) -> None:
    with store.reading() as session:
        held = phases(session, [event.id], Audience.STAFF)[event.id].phases[number - 1].id
    do(store, event.moderator, "phase.begin", phase=held)


def attempt(store: Store, by: Actor, operation: str, **fields: object) -> str:
    try:
        do(store, by, operation, **fields)
    except Problem as problem:
        return problem.code
    return "ok"


def note(event: EventMade, kind: str, **more: object) -> dict[str, object]:
    return {"table": event.tables[0], "round": event.rounds[0], "kind": kind, "text": f"A {kind}", **more}


@pytest.mark.parametrize(
    ("number", "allowed"),
    [
        (1, {"question", "comment"}),
        (2, {"question", "comment", "good_example", "vote"}),
        (3, {"question", "comment", "good_example", "vote", "idea", "challenge", "take forward", "write for"}),
    ],
)
def test_a_phase_opens_what_it_is_for_to_guests_and_hosts_alike(
    store: Store, event: EventMade, number: int, allowed: set[str]
) -> None:
    anna, hanna = join(store, event, "Anna"), join(store, event, "Hanna")
    name_host(store, event, 1, hanna)
    open_round(store, event)
    idea = write(store, anna)
    set_phases(store, event, **ALL)
    begin(store, event, number)
    came = {kind: attempt(store, anna.actor, "idea.contribute", **note(event, kind)) for kind in (
        "idea", "challenge", "good_example", "question")}  # fmt: skip
    came["comment"] = attempt(store, anna.actor, "comment.write", idea=idea, text="Yes")
    came["vote"] = attempt(store, hanna.actor, "vote.cast", idea=idea)
    came["write for"] = attempt(store, hanna.actor, "idea.write_for", **note(event, "challenge", participant=anna.id))
    came["take forward"] = attempt(store, hanna.actor, "action_item.take_forward", ideas=[idea], title="Do it")
    assert {what for what, code in came.items() if code == "ok"} == allowed
    assert {code for what, code in came.items() if what not in allowed} <= {"closed"}
    # Those who run the event are bound by none.
    assert attempt(store, event.moderator, "action_item.take_forward", ideas=[idea], title="Said") == "ok"
    assert attempt(store, event.moderator, "idea.write_for", **note(event, "idea", participant=anna.id)) == "ok"


def test_a_note_does_not_become_another_kind_by_a_back_door(store: Store, event: EventMade) -> None:
    anna = join(store, event)
    open_round(store, event)
    set_phases(store, event, **ALL)
    begin(store, event, 1)
    question = do(store, anna.actor, "idea.contribute", **note(event, "question")).thing[1]
    assert attempt(store, anna.actor, "idea.edit", idea=question, kind="question", text="Other words") == "ok"
    assert attempt(store, anna.actor, "idea.edit", idea=question, kind="idea", text="An idea") == "closed"


def test_the_last_phase_ended_everything_is_open_again(store: Store, event: EventMade) -> None:
    anna = join(store, event)
    open_round(store, event)
    set_phases(store, event, **ALL)
    begin(store, event, 1)
    assert not do(store, event.moderator, "phase.begin", phase=_now(store, event)).at
    do(store, event.moderator, "phase.end", event=event.id)
    assert not do(store, event.moderator, "phase.end", event=event.id).at
    assert attempt(store, anna.actor, "idea.contribute", **note(event, "idea")) == "ok"


def _now(store: Store, event: EventMade) -> object:
    with store.reading() as session:
        now = phases(session, [event.id], Audience.STAFF)[event.id].now
    assert now
    return now.id


def refusal(store: Store, app: Flask, by: Actor, language: str, operation: str, **fields: object) -> str:
    with pytest.raises(Closed) as refused:
        do(store, by, operation, **fields)
    with app.test_request_context(), force_locale(language):
        return refused.value.sentence


def test_what_is_closed_says_with_which_phase_it_opens_and_when(app: Flask, app_store: Store) -> None:
    store = app_store
    event = make_event(store, make_process(store))
    anna = join(store, event)
    open_round(store, event)
    idea = write(store, anna)
    names = {f"{kind}_name": name for kind, name in ALL.items()}
    do(store, event.moderator, "event.set_phases", event=event.id, **names, co_sharing_begins="2026-05-12T14:00")
    begin(store, event, 1)
    vote = (anna.actor, "en", "vote.cast")
    assert refusal(store, app, *vote, idea=idea) == "Voting opens with Sharing, at 14:00."
    german = refusal(store, app, anna.actor, "de", "vote.cast", idea=idea)
    assert "Sharing" in german and "14:00" in german and "Voting" not in german
    writing = refusal(store, app, anna.actor, "en", "idea.contribute", **note(event, "idea"))
    assert writing == "Writing ideas and challenges opens with Making."
    # A forum of several days says the day; a phase that is over opens nothing any more.
    do(store, event.moderator, "event.set_phases", event=event.id, co_learning_name="Learning",
       co_learning_place="2", co_sharing_name="Sharing", co_sharing_place="1")  # fmt: skip
    assert refusal(store, app, *vote, idea=idea) == "Voting is closed."
    week = make_event(store, event.process, ends_on="2026-05-15")
    do(store, week.moderator, "event.set_phases", event=week.id, **names, co_sharing_begins="2026-05-13T14:00")
    begin(store, week, 1)
    ben = join(store, week)
    open_round(store, week)
    question = do(store, ben.actor, "idea.contribute", **note(week, "question")).thing[1]
    assert refusal(store, app, ben.actor, "en", "vote.cast", idea=question) == (
        "Voting opens with Sharing, on 13 May at 14:00."
    )


def state_of(store: Store, idea: object) -> IdeaState:
    with store.reading() as session:
        return session.get_one(Idea, idea).state


def test_a_note_begun_in_time_that_comes_after_the_switch_waits_and_is_not_lost(store: Store, event: EventMade) -> None:
    anna = join(store, event)
    open_round(store, event)
    set_phases(store, event, **ALL)
    begin(store, event, 2)
    begin(store, event, 3)
    begin(store, event, 1)
    late = do(store, anna.actor, "idea.contribute", **note(event, "idea", phase="co_creation")).thing[1]
    before_any = do(store, anna.actor, "idea.contribute", **note(event, "challenge", phase="free")).thing[1]
    shown = do(store, anna.actor, "idea.contribute", **note(event, "question", phase="co_creation")).thing[1]
    assert [state_of(store, one) for one in (late, before_any, shown)] == [
        IdeaState.HELD, IdeaState.HELD, IdeaState.VISIBLE]  # fmt: skip
    # A page cannot claim a phase that did not allow it, nor one that never held while the round ran.
    assert attempt(store, anna.actor, "idea.contribute", **note(event, "idea", phase="co_sharing")) == "closed"
    assert attempt(store, anna.actor, "idea.contribute", **note(event, "idea", phase="co_learning")) == "closed"
    close_round(store, event)
    open_round(store, event, 2)
    second = note(event, "idea", phase="co_creation", round=event.rounds[1])
    assert attempt(store, anna.actor, "idea.contribute", **{**second, "round": event.rounds[1]}) == "closed"


def test_phases_change_places_and_fall_away(store: Store, event: EventMade) -> None:
    first, second, third = set_phases(store, event, **ALL)
    begin(store, event, 1)
    do(store, event.moderator, "event.set_phases", event=event.id, co_sharing_name="Sharing", co_sharing_place="1",
       co_creation_name="Making", co_creation_place="2")  # fmt: skip
    with store.reading() as session:
        found = session.query(Phase).filter_by(event_id=event.id).order_by(Phase.position).all()
        assert [(one.id, one.position) for one in found] == [(second, 1), (third, 2)]
        # The one that held is gone with it: everything is open.
        assert session.get_one(Event, event.id).phase_kind is None
    twice = {"co_sharing_name": "A", "co_creation_name": "B", "co_sharing_place": "1", "co_creation_place": "1"}
    with pytest.raises(Invalid):
        do(store, event.moderator, "event.set_phases", event=event.id, **twice)
    with pytest.raises(Invalid):
        do(store, event.moderator, "event.set_phases", event=event.id, co_sharing_name="A", co_sharing_begins="soon")


def test_no_phase_begins_at_the_end_of_time(store: Store) -> None:
    event = make_event(store, make_process(store), timezone="America/New_York")
    with pytest.raises(Invalid) as refused:
        do(store, event.moderator, "event.set_phases", event=event.id, co_learning_name="Asking",
           co_learning_begins="9999-12-31T23:59")  # fmt: skip
    assert "co_learning_begins" in refused.value.fields


def test_two_moderators_who_begin_two_phases_at_once_leave_one(store: Store, event: EventMade) -> None:
    phases = set_phases(store, event, co_learning="Learning", co_sharing="Sharing", co_creation="Making")
    together = threading.Barrier(len(phases))

    def press(phase: UUID) -> None:
        together.wait()
        do(store, event.moderator, "phase.begin", phase=phase)

    pressing = [threading.Thread(target=press, args=(one,)) for one in phases]
    for one in pressing:
        one.start()
    for one in pressing:
        one.join()
    with store.reading() as session:
        holding = session.scalars(select(Phase.id).where(Phase.event_id == event.id, Phase.since.is_not(None))).all()
        changes = session.scalar(select(func.count(Change.id)).where(Change.operation == "phase.begin"))
    # Nobody was refused: one after the other, and the last one holds.
    assert len(holding) == 1 and changes == len(phases)
