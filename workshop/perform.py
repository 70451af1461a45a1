"""Every write goes through `perform`: one transaction, one Change, then the listeners."""

import logging
import random
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import Engine, bindparam, exc, select
from sqlalchemy.orm import Session

from workshop import clock
from workshop.committing import Committer, Work, Written
from workshop.database import Kept, Readers, writing
from workshop.errors import Conflict, Problem
from workshop.forms import OperationForm
from workshop.models import Change, new_id
from workshop.out_of_sight import authors_out_of_sight
from workshop.policy import Capacity, Permission, authorize
from workshop.revisions import keep_revisions, revisions_taken, take_revisions
from workshop.room_left import tables_hanging_on
from workshop.standing import Actor, At
from workshop.statements import Insertion, Statement, bring_up
from workshop.tokens import derive
from workshop.transaction import Transaction
from workshop.uploads import Uploads

log = logging.getLogger(__name__)

TRIES = 3
SEEN = Statement(
    select(
        Change.id, Change.key, Change.digest, Change.operation, Change.participant_id, Change.user_id,
        Change.device_id, Change.thing_type, Change.thing_id,
    ).where(Change.key == bindparam("key"))
)  # fmt: skip
NEW_CHANGE = Insertion(Change, "id")


@dataclass(frozen=True)
class Operation:
    """One entry of the write vocabulary.

    Attributes:
        name: what every door calls it.
        form: binds what is submitted; the only validator.
        permission: what authorises it.
        find: reads what it is about.
        run: does it.
        title: what a person is about to do, for the heading of its page.
        says: the sentence its Change reads as, with %(who)s.
        secret_key: the key stays between the two (joining); stored and told is a digest of it.
        form_only: it ends in a cookie or begins with a file, so that only its own HTML form can answer it.
        prepare: what takes long, before the transaction begins: it authorises, reads and reckons, and is handed on as
            `tx.prepared`. The operation checks that nothing has changed since, and raises Outdated otherwise.
        looks_later: whether a key that was used is found by writing its Change and not looked for before: for what is
            done all the time, hardly ever again, and writes nothing before its Change.
    """

    name: str
    form: type[OperationForm]
    permission: Permission
    find: Callable[[Session, Actor, Any], At]
    run: Callable[[Transaction, Any, Any], None]
    title: Any
    says: Any
    secret_key: bool = False
    form_only: bool = False
    prepare: "Callable[[Store, Actor, Any], Any] | None" = None
    looks_later: bool = False


class Outdated(Exception):
    """What was prepared is no longer so: somebody was there in between. Another attempt prepares it again."""


OPERATIONS: dict[str, Operation] = {}


def operation(
    name: str,
    form: type[OperationForm],
    permission: Permission,
    *,
    find: Callable[[Session, Actor, Any], At],
    title: Any,
    says: Any,
    secret_key: bool = False,
    form_only: bool = False,
    prepare: "Callable[[Store, Actor, Any], Any] | None" = None,
    looks_later: bool = False,
) -> Callable[[Callable[[Transaction, Any, Any], None]], Callable[[Transaction, Any, Any], None]]:
    """Enter a function into the write vocabulary under `name`."""

    def register(run: Callable[[Transaction, Any, Any], None]) -> Callable[[Transaction, Any, Any], None]:
        assert name not in OPERATIONS, name
        OPERATIONS[name] = Operation(
            name, form, permission, find, run, title, says, secret_key, form_only, prepare, looks_later
        )
        return run

    return register


@dataclass(frozen=True)
class Done:
    """The answer to an operation, the same the first time and again."""

    operation: str
    key: str
    thing: tuple[str, UUID | None]
    at: Mapping[str, int]
    repeated: bool = False


@dataclass(frozen=True)
class Recorded:
    """What listeners are told after the commit."""

    operation: str
    key: str
    thing: tuple[str, UUID | None]
    touched: tuple[tuple[str, UUID], ...]
    at: Mapping[str, int]


@dataclass
class Store:
    """Where operations write, and who hears of it afterwards.

    Attributes:
        together: whether those who wait to write to SQLite share a commit.
        uploads: where pictures are kept; None where nobody sends any.
    """

    engine: Engine
    secret: str
    listeners: list[Callable[[Recorded], None]] = field(default_factory=list)
    together: bool = True
    uploads: Uploads | None = None

    def __post_init__(self) -> None:
        self._writer = writing(self.engine)
        sqlite = isinstance(self.engine, Engine) and self.engine.dialect.name == "sqlite"
        self._committer = Committer(self.engine) if sqlite else None
        self._readers = Readers(self.engine) if isinstance(self.engine, Engine) else None

    def reading(self) -> Session:
        """A session for reads."""
        return Session(self.engine, expire_on_commit=False)

    def steady_reading(self) -> Callable[[], AbstractContextManager[Session]]:
        """As `reading`, for one worker that reads all the time, on a connection of its own."""
        return Kept(self.engine).reading if isinstance(self.engine, Engine) else self.reading

    def reading_briefly(self) -> AbstractContextManager[Session]:
        """As `reading`, for a few statements that many send, each of which sees what is committed by then."""
        return self._readers.reading() if self._readers else self.reading()

    def writing(self) -> Session:
        """A session whose transaction begins as a write."""
        return Session(self._writer, expire_on_commit=False)

    def write(self, work: Work) -> Any:
        """The value of `work`, committed; what it raises leaves nothing behind."""
        if self.together and self._committer:
            return self._committer.run(work)
        with self.writing() as session:
            value, keep = work(session)
            if keep:
                session.commit()
            return value


def perform(store: Store, by: Actor, what: Operation, form: OperationForm, key: UUID) -> Done:
    """Do `what` once for `key`; raises a Problem and leaves nothing behind when it cannot be done.

    The same key with the same fields by the same actor gets the first answer again, even where it
    would be refused today; anything else under a used key is a Conflict.
    """
    stored_key = derive(store.secret, "key", str(key)) if what.secret_key else str(key)
    digest = derive(store.secret, "fields", f"{what.name}\0{form.submitted}")

    prepared: Any = None
    look = not what.looks_later

    def attempt(session: Session) -> Written:
        tx = Transaction(session, key, clock.now(), store.secret, prepared=prepared, uploads=store.uploads)
        return _attempt(tx, by, what, form, stored_key, digest, look=look)

    for number in range(TRIES):
        try:
            if what.prepare and not _is_seen(store, stored_key):
                prepared = what.prepare(store, by, form)
            done, recorded, afterwards = store.write(attempt)
            break
        except Outdated:
            log.info("%s starts again: somebody was there in between", what.name)
        except (exc.IntegrityError, exc.OperationalError) as error:
            if not _worth_another_try(error):
                raise
            log.info("%s starts again: %s", what.name, type(error.orig).__name__)
            look = True
            time.sleep(random.uniform(0, 0.02) * (number + 1))
    else:
        raise Conflict
    for work in afterwards:
        try:
            work()
        except Exception:
            log.exception("what was to follow %s failed", what.name)
    if recorded:
        for listener in store.listeners:
            try:
                listener(recorded)
            except Exception:
                log.exception("a listener failed after %s", what.name)
    return done


def _is_seen(store: Store, stored_key: str) -> bool:
    with store.reading() as session:
        return SEEN.first(session, key=stored_key) is not None


def _worth_another_try(error: exc.DBAPIError) -> bool:
    # 40001 serialisation failure, 40P01 deadlock. A connection that was lost while it lay in the pool, as when the
    # database was started again, has taken all others with it: the next one is new.
    again = isinstance(error, exc.IntegrityError) or getattr(error.orig, "sqlstate", None) in ("40001", "40P01")
    return again or error.connection_invalidated


def _attempt(
    tx: Transaction, by: Actor, what: Operation, form: OperationForm, stored_key: str, digest: str, *, look: bool
) -> Written:
    def first_answer() -> Written | None:
        before = SEEN.first(tx.session, key=stored_key)
        if before is None:
            return None
        return Written((_first_answer(tx.session, by, what, before, digest), None, []), keep=False)

    if look and (answered := first_answer()):
        return answered
    try:
        at = what.find(tx.session, by, form)
        capacity = authorize(what.permission, at)
        tx.event, tx.process_id = at.standing.event, at.standing.process_id
        what.run(tx, at, form)
    except Problem:
        if not look and (answered := first_answer()):
            return answered
        raise
    bring_up(tx.session)
    if not tx.changed:
        return Written((Done(what.name, stored_key, ("", None), {}), None, []), keep=False)
    tx.tell("person", *authors_out_of_sight(tx.session, tx.event, [one for kind, one in tx.touched if kind == "idea"]))
    if tables := [one for kind, one in tx.touched if kind == "table"]:
        others = tables_hanging_on(tx.session, tables, tx.now, lifted=tx.lifted)
        tx.touch("table", *others)
        tx.tell("table", *others)
    revisions = _record(tx, what, capacity, stored_key, digest)
    recorded = Recorded(what.name, stored_key, tx.thing, tuple(tx.touched), revisions)
    return Written((Done(what.name, stored_key, tx.thing, revisions), recorded, tx.afterwards), keep=True)


def _record(tx: Transaction, what: Operation, capacity: Capacity, key: str, digest: str) -> dict[str, int]:
    session = tx.session
    [(change_id,)] = NEW_CHANGE.run(
        session,
        key=key,
        digest=digest,
        operation=what.name,
        participant_id=capacity.participant_id,
        user_id=capacity.user_id,
        device_id=capacity.device_id,
        process_id=tx.process_id,
        event_id=tx.event.id if tx.event else None,
        thing_type=tx.thing[0],
        thing_id=tx.thing[1],
        facts=tx.facts,
        touched=[[thing, str(thing_id)] for thing, thing_id in tx.touched],
        at=tx.now,
    )
    # Last, and in the order of their names: taken earlier or otherwise they deadlock on PostgreSQL.
    revisions = take_revisions(session, sorted(tx.channels))
    for insertion, attribute, channel, values in tx.insertions:
        insertion.run(session, **{**values, attribute: revisions[channel]})
    keep_revisions(session, change_id, revisions)
    bring_up(session)
    return revisions


def _first_answer(session: Session, by: Actor, what: Operation, change: Any, digest: str) -> Done:
    same_actor = (
        by.system
        or what.secret_key
        or (change.participant_id is not None and change.participant_id in by.participants)
        or (change.user_id is not None and change.user_id == by.user_id)
        or (change.device_id is not None and change.device_id == by.device)
    )
    if not same_actor or change.operation != what.name or change.digest != digest:
        raise Conflict(_l("This was already sent with other content."))
    thing = change.thing_type, change.thing_id
    return Done(what.name, change.key, thing, revisions_taken(session, change.id), repeated=True)


def fresh_key() -> UUID:
    """A key for a call that nobody will repeat, or for a form that is drawn anew."""
    return new_id()
