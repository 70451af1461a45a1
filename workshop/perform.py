"""Every write goes through `perform`: one transaction, one Change, then the listeners."""

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import Engine, exc, select, text
from sqlalchemy.orm import Session

from workshop import clock
from workshop.database import writing
from workshop.errors import Conflict
from workshop.forms import OperationForm
from workshop.models import Change, ChangeChannel, Event, new_id
from workshop.policy import Actor, At, Capacity, Permission, authorize
from workshop.tokens import derive

log = logging.getLogger(__name__)

TRIES = 3
NEXT_REVISION = text(
    "INSERT INTO channel (name, revision) VALUES (:name, 1) "
    "ON CONFLICT (name) DO UPDATE SET revision = channel.revision + 1 RETURNING revision"
)


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
        form_only: it ends in a cookie, so that only the HTML form can answer it.
    """

    name: str
    form: type[OperationForm]
    permission: Permission
    find: Callable[[Session, Actor, Any], At]
    run: Callable[["Transaction", Any, Any], None]
    title: Any
    says: Any
    secret_key: bool = False
    form_only: bool = False


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
) -> Callable[[Callable[["Transaction", Any, Any], None]], Callable[["Transaction", Any, Any], None]]:
    """Enter a function into the write vocabulary under `name`."""

    def register(run: Callable[["Transaction", Any, Any], None]) -> Callable[["Transaction", Any, Any], None]:
        assert name not in OPERATIONS, name
        OPERATIONS[name] = Operation(name, form, permission, find, run, title, says, secret_key, form_only)
        return run

    return register


@dataclass
class Transaction:
    """What a running operation writes into, and what its Change will say."""

    session: Session
    key: UUID
    now: datetime
    secret: str
    thing: tuple[str, UUID | None] = ("", None)
    changed: bool = False
    channels: set[str] = field(default_factory=set)
    touched: list[tuple[str, UUID]] = field(default_factory=list)
    facts: dict[str, list[Any]] = field(default_factory=dict)
    stamps: list[tuple[Any, str, str]] = field(default_factory=list)
    event: Event | None = None
    process_id: UUID | None = None

    def about(self, thing: str, thing_id: UUID | None) -> None:
        """Name the thing the Change is about, and touch it."""
        self.thing = (thing, thing_id)
        self.changed = True
        if thing_id:
            self.touch(thing, thing_id)

    def touch(self, thing: str, *ids: UUID | None) -> None:
        """Have things read afresh on every page that shows them; "page" has the pages themselves loaded anew."""
        for thing_id in ids:
            if thing_id and (thing, thing_id) not in self.touched:
                self.touched.append((thing, thing_id))

    def tell(self, kind: str, *ids: UUID | None) -> None:
        """Take the next revision of the channels `kind:id`."""
        self.channels.update(f"{kind}:{one}" for one in ids if one)

    def fact(self, name: str, before: Any, after: Any) -> None:
        """Keep a field's value before and after."""
        self.facts[name] = [plain(before), plain(after)]

    def stamp(self, row: Any, attribute: str, kind: str, channel_id: UUID) -> None:
        """Write the revision this Change takes in a channel into `row`, as its place in the order."""
        self.stamps.append((row, attribute, f"{kind}:{channel_id}"))


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    return value if value is None or isinstance(value, str | int | float | bool | list | dict) else str(value)


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
    """Where operations write, and who hears of it afterwards."""

    engine: Engine
    secret: str
    listeners: list[Callable[[Recorded], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._writer = writing(self.engine)

    def reading(self) -> Session:
        """A session for reads."""
        return Session(self.engine, expire_on_commit=False)

    def writing(self) -> Session:
        """A session whose transaction begins as a write."""
        return Session(self._writer, expire_on_commit=False)


def perform(store: Store, by: Actor, what: Operation, form: OperationForm, key: UUID) -> Done:
    """Do `what` once for `key`; raises a Problem and leaves nothing behind when it cannot be done.

    The same key with the same fields by the same actor gets the first answer again, even where it
    would be refused today; anything else under a used key is a Conflict.
    """
    stored_key = derive(store.secret, "key", str(key)) if what.secret_key else str(key)
    digest = derive(store.secret, "fields", f"{what.name}\0{form.submitted}")
    for attempt in range(TRIES):
        try:
            done, recorded = _attempt(store, by, what, form, key, stored_key, digest)
            break
        except (exc.IntegrityError, exc.OperationalError) as error:
            if not _worth_another_try(error):
                raise
            log.info("%s starts again: %s", what.name, type(error.orig).__name__)
            time.sleep(random.uniform(0, 0.02) * (attempt + 1))
    else:
        raise Conflict
    if recorded:
        for listener in store.listeners:
            try:
                listener(recorded)
            except Exception:
                log.exception("a listener failed after %s", what.name)
    return done


def _worth_another_try(error: exc.DBAPIError) -> bool:
    # 40001 serialisation failure, 40P01 deadlock.
    return isinstance(error, exc.IntegrityError) or getattr(error.orig, "sqlstate", None) in ("40001", "40P01")


def _attempt(
    store: Store, by: Actor, what: Operation, form: OperationForm, key: UUID, stored_key: str, digest: str
) -> tuple[Done, Recorded | None]:
    with store.writing() as session:
        before = session.scalars(select(Change).where(Change.key == stored_key)).first()
        if before is not None:
            return _first_answer(session, by, what, before, digest), None
        at = what.find(session, by, form)
        capacity = authorize(what.permission, at)
        tx = Transaction(session, key, clock.now(), store.secret, event=at.standing.event)
        tx.process_id = at.standing.process_id
        what.run(tx, at, form)
        session.flush()
        if not tx.changed:
            return Done(what.name, stored_key, ("", None), {}), None
        revisions = _record(tx, what, capacity, stored_key, digest)
        session.commit()
    recorded = Recorded(what.name, stored_key, tx.thing, tuple(tx.touched), revisions)
    return Done(what.name, stored_key, tx.thing, revisions), recorded


def _record(tx: Transaction, what: Operation, capacity: Capacity, key: str, digest: str) -> dict[str, int]:
    session = tx.session
    change = Change(
        key=key,
        digest=digest,
        operation=what.name,
        participant_id=capacity.participant_id,
        user_id=capacity.user_id,
        process_id=tx.process_id,
        event_id=tx.event.id if tx.event else None,
        thing_type=tx.thing[0],
        thing_id=tx.thing[1],
        facts=tx.facts,
        touched=[[thing, str(thing_id)] for thing, thing_id in tx.touched],
        at=tx.now,
    )
    session.add(change)
    session.flush()
    # Last, and in the order of their names: taken earlier or otherwise they deadlock on PostgreSQL.
    revisions = {name: session.execute(NEXT_REVISION, {"name": name}).scalar_one() for name in sorted(tx.channels)}
    for row, attribute, channel in tx.stamps:
        setattr(row, attribute, revisions[channel])
    session.add_all(
        ChangeChannel(change_id=change.id, channel=name, revision=revision) for name, revision in revisions.items()
    )
    session.flush()
    return revisions


def _first_answer(session: Session, by: Actor, what: Operation, change: Change, digest: str) -> Done:
    same_actor = (
        by.system
        or what.secret_key
        or (change.participant_id is not None and change.participant_id in by.participants)
        or (change.user_id is not None and change.user_id == by.user_id)
    )
    if not same_actor or change.operation != what.name or change.digest != digest:
        raise Conflict(_l("This was already sent with other content."))
    rows = session.execute(
        select(ChangeChannel.channel, ChangeChannel.revision).where(ChangeChannel.change_id == change.id)
    )
    revisions = dict(rows.all())
    return Done(what.name, change.key, (change.thing_type, change.thing_id), revisions, repeated=True)


def fresh_key() -> UUID:
    """A key for a call that nobody will repeat, or for a form that is drawn anew."""
    return new_id()
