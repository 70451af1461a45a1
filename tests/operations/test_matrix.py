"""Events are walls (G8): every operation, by everybody, on this event's things and on another's.

What is expected comes from the table of roles in `policy` and from who is connected with what; an
operation that this test cannot feed fails the run.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from tests.factories import do
from tests.factories.databases import SQLiteServer, store_at
from tests.factories.events import close_event
from tests.factories.photos import InProcess
from tests.factories.worlds import World, Worlds, make_worlds
from tests.operations.feeds import FEEDS, Feed
from workshop.errors import Problem
from workshop.forms import Id, Ids
from workshop.perform import OPERATIONS, Store
from workshop.policy import RULES
from workshop.standing import Part

OK, NOT_FOUND, FORBIDDEN, CLOSED = "ok", "not_found", "forbidden", "closed"
EVERY = pytest.mark.parametrize("operation", sorted(OPERATIONS))

PARTS: dict[str, set[Part]] = {
    "nobody": set(),
    "author": {Part.PARTICIPANT, Part.AUTHOR},
    "participant": {Part.PARTICIPANT},
    "host": {Part.PARTICIPANT, Part.HOST},
    "host of another table": {Part.PARTICIPANT},
    "participant of both events": {Part.PARTICIPANT},
    "removed": set(),
    "screen": {Part.SCREEN},
    "tablet": {Part.TABLET},
    "moderator": {Part.MODERATOR},
    "innolab": {Part.INNOLAB},
    "admin": {Part.ADMIN},
    "moderator who takes part": {Part.MODERATOR, Part.PARTICIPANT},
    "signed out": set(),
    "system": {Part.SYSTEM},
}
"""What each actor is in the first event and its process."""
AFTER_THE_END = {
    # Judging what was written, and putting it together.
    "idea.hide", "idea.hold", "idea.show", "idea.leave", "idea.ask_again", "idea.keep_hidden", "idea.merge",
    "idea.unmerge", "idea.pin", "idea.unpin", "queue.let_through", "queue.look_at", "comment.hide", "comment.hold",
    "comment.show", "comment.leave", "comment.ask_again", "comment.keep_hidden",
    "reason.add", "reason.edit", "reason.remove", "event.set_moderation",
    # Names, who reads what, and whose place is whose.
    "event.set_names", "event.set_sight", "participant.rename", "participant.unite", "participant.remove",
    # The big screen, and taking away what would stay for ever.
    "screen.show", "screen.darken", "idea.put_on_screen", "idea.take_off_screen", "event.renew_screen_link",
    "photo.let_through", "photo.remove", "announcement.end", "device.revoke", "event.close",
    # What comes of it.
    "action_item.take_forward", "action_item.add", "action_item.edit", "action_item.move_up", "action_item.discard",
    "action_item.publish", "action_item.move", "action_item.set_status", "table.finish_harvest",
    "table.reopen_harvest", "goal.draft", "goal.edit", "goal.promote", "goal.update", "responsibility.add",
    "responsibility.end", "milestone.add", "milestone.finish",
    # The process and one's account, which go on.
    "event.create", "field.add", "member.invite", "member.renew_link", "member.remove", "user.sign_in",
    "user.sign_out",
}  # fmt: skip
"""What people may do although the event is over; everything else ends with it."""
ROLES = {Part.MODERATOR, Part.INNOLAB, Part.ADMIN}
SEATED_AT_1 = {"author", "participant", "host", "participant of both events", "moderator who takes part"}


def parts_in(world: str, who: str, feed: Feed) -> set[Part]:
    """What somebody of the first event is where the thing is."""
    parts = set(PARTS[who])
    if world == "mine":
        if not feed.by_author:
            parts.discard(Part.AUTHOR)
        if feed.table != 1:
            parts.discard(Part.HOST)
        if feed.scope == "process":
            # A tablet belongs to an event's table, and knows nothing of the process.
            parts.discard(Part.TABLET)
        if feed.table == 2 and who == "host of another table":
            parts.add(Part.HOST)
        return parts
    if Part.SYSTEM in parts:
        return parts
    if world == "far":
        return set()
    # Another event of the same process: roles go with the process, seats do not; goals belong to the process.
    if who == "participant of both events":
        return {Part.PARTICIPANT}
    inside = {Part.PARTICIPANT, Part.SCREEN} if feed.scope == "process" else set()
    return parts & (ROLES | inside)


def expected(operation: str, feed: Feed, world: str, who: str) -> set[str]:
    """The outcomes that are right."""
    rule = RULES[OPERATIONS[operation].permission].parts
    if feed.scope == "code":
        return {FORBIDDEN} if (operation, who, world) == ("participant.join", "removed", "mine") else {OK}
    if feed.scope == "account":
        return {OK} if PARTS[who] & ROLES else {NOT_FOUND}
    if feed.scope == "server":
        return {OK} if Part.SYSTEM in PARTS[who] and feed.only else {FORBIDDEN, NOT_FOUND}
    parts = parts_in(world, who, feed)
    if who == "removed" and world == "mine" and feed.scope == "event":
        # Told so, unless the thing is not everybody's.
        return {FORBIDDEN} if feed.seen_by >= set(Part) else {NOT_FOUND}
    if not parts or not parts & feed.seen_by:
        return {NOT_FOUND}
    if not parts & rule & (feed.only or set()):
        # What is not possible with this very thing is told as whatever it is, but never done.
        return {FORBIDDEN, CLOSED} if parts & rule else {FORBIDDEN}
    if feed.seated and (who not in SEATED_AT_1 if world == "mine" else who != "participant of both events"):
        return {FORBIDDEN}
    return {OK}


class Trial:
    """A store on which everything is tried and nothing stays."""

    def __init__(self, connection: Connection, secret: str, worlds: Worlds, folder: Path) -> None:
        self._connection, self._secret, self.worlds = connection, secret, worlds
        self._uploads = InProcess(folder)

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The store; what is written is taken back afterwards."""
        nested = self._connection.begin_nested()
        try:
            yield Store(self._connection, self._secret, uploads=self._uploads)  # type: ignore[arg-type]
        finally:
            nested.rollback()

    def outcome(self, operation: str, fields: dict[str, Any], who: str) -> str:
        """What came of it: ok, or the code of the problem."""
        with self.store() as store:
            return attempt(store, operation, fields, self.worlds, who)


def attempt(store: Store, operation: str, fields: dict[str, Any], worlds: Worlds, who: str) -> str:
    try:
        do(store, worlds.actors[who], operation, **fields)
    except Problem as problem:
        return problem.code
    return OK


@pytest.fixture(scope="module")
def trial(sqlite_server: SQLiteServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """Three worlds, made once."""
    path: Path = tmp_path_factory.mktemp("matrix") / "workshop.sqlite3"
    with store_at(sqlite_server.copy_to(path)) as store:
        worlds = make_worlds(store)
        with store.engine.connect() as connection:
            connection.begin()
            yield Trial(connection, store.secret, worlds, path.parent / "uploads")


def world_of(worlds: Worlds, name: str) -> World:
    world: World = getattr(worlds, name)
    return world


def test_the_matrix_knows_every_operation() -> None:
    assert set(FEEDS) == set(OPERATIONS), "say in feeds.py what a new operation is fed with"


def test_the_matrix_knows_everybody(trial: Trial) -> None:
    assert set(PARTS) == set(trial.worlds.actors)


@EVERY
def test_an_operation_is_done_by_those_who_may_where_they_may(operation: str, trial: Trial) -> None:
    wrong = []
    for number, feed in enumerate(FEEDS[operation]):
        for world in ("mine", "near", "far"):
            fields = feed.fields(world_of(trial.worlds, world))
            with trial.store() as store:
                feed.prepare(store, world_of(trial.worlds, world))
                for who in PARTS:
                    came, right = trial.outcome(operation, fields, who), expected(operation, feed, world, who)
                    if came not in right:
                        wrong.append(f"{who}, feed {number}, {world}: {came}, not {' or '.join(sorted(right))}")
    assert not wrong


@EVERY
def test_ids_of_two_events_never_go_together(operation: str, trial: Trial) -> None:
    """Of several ids one is another event's or another process's: nobody may, not even those who may do both."""
    wrong = []
    names = {one.name for one in OPERATIONS[operation].form() if isinstance(one, Id | Ids)}
    for feed in FEEDS[operation]:
        fields = feed.fields(trial.worlds.mine)
        ids = [name for name in fields if name in names]
        for other in ("near", "far"):
            foreign = feed.fields(world_of(trial.worlds, other))
            for name in ids if len(ids) > 1 else ():
                if other == "near" and feed.scope == "process":
                    continue  # Goals and fields of action are the whole process's.
                for who in ("participant of both events", "moderator", "moderator who takes part", "admin", "system"):
                    came = trial.outcome(operation, {**fields, name: foreign[name]}, who)
                    if came == OK:
                        wrong.append(f"{who} did it with {name} of {other}")
            for name in ids:
                if isinstance(fields[name], list):
                    for who in ("moderator", "admin", "system"):
                        if trial.outcome(operation, {**fields, name: [*fields[name], *foreign[name]]}, who) == OK:
                            wrong.append(f"{who} did it with {name} of both, {other}")
    assert not wrong


@EVERY
def test_after_the_event_nobody_does_what_ends_with_it(operation: str, trial: Trial) -> None:
    rule = RULES[OPERATIONS[operation].permission]
    with trial.store() as store:
        close_event(store, trial.worlds.mine.event)
        wrong = []
        for feed in FEEDS[operation]:
            for who in PARTS:
                if who == "system" or OK not in expected(operation, feed, "mine", who) or feed.scope == "code":
                    continue
                came = attempt(store, operation, feed.fields(trial.worlds.mine), trial.worlds, who)
                if (came == OK and operation not in AFTER_THE_END) or (rule.until_closed and came != CLOSED):
                    wrong.append(f"{who}: {came}")
        assert not wrong


@EVERY
def test_things_that_are_not_there_are_not_found(operation: str, trial: Trial) -> None:
    missing = "0191d0d0-0000-7000-8000-000000000009"
    names = {one.name for one in OPERATIONS[operation].form() if isinstance(one, Id | Ids)}
    for feed in FEEDS[operation]:
        fields = feed.fields(trial.worlds.mine)
        for name in names & set(fields):
            for who in PARTS:
                assert trial.outcome(operation, {**fields, name: missing}, who) != OK
