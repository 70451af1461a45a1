"""Statements that are built once and sent as they were compiled: where each one counts, on the live path."""

import json
from collections import namedtuple
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import JSON, Boolean, Dialect, Table, Uuid, bindparam, insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlalchemy.types import TypeEngine

from workshop.database import DRIVER, Driver, send

Process = Callable[[Any], Any] | None
HEARING: list[Callable[[str], None]] = []
"""Who hears of each statement sent from here, as the engine's events tell of all others; they cost each one a lot."""


MADE: "list[Statement | Many]" = []
"""All that are built once, those for several things too."""


def get_ready(dialect: Dialect, meanwhile: Callable[[], None]) -> None:
    """Compile all of them before anybody waits for it; `meanwhile` is called in between."""
    for one in list(MADE):
        one.get_ready(dialect)
        meanwhile()


class Compiled(NamedTuple):
    """A statement as one kind of database understands it."""

    sql: str
    parameters: tuple[tuple[str, Process], ...]
    """Names in the order in which the driver takes them, with what makes their values the driver's."""
    usual: dict[str, Any]
    """As the driver takes them: values that stand in the statement itself, and those of who gives none."""
    by_position: bool
    columns: tuple[Process, ...]
    row: Callable[[Any], Any] | None
    """What a row is made with; None where none come back."""


def bring_up(session: Session) -> None:
    """Send what a session holds back; to ask by `flush` itself whether there is anything takes longer."""
    if session._new or session._deleted or session.identity_map._modified:
        session.flush()


def driver_of(session: Session) -> Driver:
    """What a session sends with, in its transaction where it needs one."""
    # Whoever keeps a connection begins and ends what is done on it.
    found: Driver | None = session.info.get(DRIVER)
    return found or Driver.of(session.connection())


class Statement:
    """A Core statement whose values are bound by name; its rows have its columns' labels.

    `usual` are the values of what is not given.
    """

    def __init__(self, built: Any, usual: dict[str, Any] | None = None) -> None:
        self._built, self._usual = built, usual or {}
        self._compiled: dict[str, Compiled] = {}
        MADE.append(self)

    def get_ready(self, dialect: Dialect) -> None:
        """Be compiled for a kind of database."""
        if dialect.name not in self._compiled:
            self._compile(dialect)

    def run(self, session: Session, **values: Any) -> list[Any]:
        """Send it in the session's transaction; its rows. Raises what SQLAlchemy raises."""
        # What the session holds back has to be there first.
        bring_up(session)
        driver = driver_of(session)
        made = self._compiled.get(driver.dialect.name) or self._compile(driver.dialect)
        usual = made.usual
        bound = [
            (values[name] if process is None else process(values[name])) if name in values else usual[name]
            for name, process in made.parameters
        ]
        parameters: Any = bound
        if not made.by_position:
            parameters = {name: value for (name, _), value in zip(made.parameters, bound, strict=True)}
        for hear in HEARING:
            hear(made.sql)
        rows = send(driver, made.sql, parameters, fetch=made.row is not None)
        make: Any = made.row
        return [make([f(v) if f else v for f, v in zip(made.columns, row, strict=True)]) for row in rows]

    def first(self, session: Session, **values: Any) -> Any:
        """Its first row; None without one."""
        rows = self.run(session, **values)
        return rows[0] if rows else None

    def _compile(self, dialect: Dialect) -> Compiled:
        compiled = self._built.compile(dialect=dialect)
        columns = list(self._built.exported_columns)
        parameters = tuple(
            (name, writing(compiled.binds[name].type, dialect)) for name in compiled.positiontup or compiled.binds
        )
        usual = {name: bind.value for name, bind in compiled.binds.items() if not bind.required} | self._usual
        self._compiled[dialect.name] = made = Compiled(
            sql=str(compiled),
            parameters=parameters,
            # An anonymous one stands there twice, under its name in the statement too.
            usual={
                name: usual[name] if process is None else process(usual[name])
                for name, process in parameters
                if name in usual
            },
            by_position=compiled.positional,
            columns=tuple(reading(one.type, dialect) for one in columns),
            row=row_of([one.name for one in columns]) if columns else None,
        )
        return made


def writing(kind: TypeEngine[Any], dialect: Dialect) -> Process:
    """What makes one of our values the driver's."""
    made: Process = kind.dialect_impl(dialect).bind_processor(dialect)
    if made and isinstance(kind, Boolean):
        # Every driver takes True and False as they are.
        return None
    if made and isinstance(kind, JSON) and dialect.name == "sqlite":
        return as_json
    return as_hex if made and isinstance(kind, Uuid) else made


def as_json(value: Any) -> str:
    """A value as SQLite keeps it, in a tenth of the time that `json.dumps` takes."""
    try:
        return msgspec.json.encode(value).decode()
    except (TypeError, UnicodeEncodeError):
        # A kind of text that only Python knows, or half a letter.
        return json.dumps(value)


def as_hex(value: UUID | None) -> str | None:
    """An id as SQLite keeps it; SQLAlchemy asks the id for it, which takes twice as long."""
    return None if value is None else f"{value.int:032x}"


def reading(kind: TypeEngine[Any], dialect: Dialect) -> Process:
    """What makes the driver's value one of ours; an id that was met before is the one it was then."""
    made: Process = kind.dialect_impl(dialect).result_processor(dialect, None)
    return met_or_none if made and isinstance(kind, Uuid) else made


# The same events, tables and people again and again; an id takes longer to read than a row to find.
_id_of = lru_cache(maxsize=16_384)(UUID)


def met(value: str) -> UUID:
    """The id that a text says, which was said before in most cases."""
    return _id_of(value)


def met_or_none(value: str | None) -> UUID | None:
    """The same of a column that may be empty."""
    return None if value is None else _id_of(value)


def row_of(names: list[str]) -> Callable[[Any], Any]:
    """What makes a row with these names of its values."""
    kind: Any = namedtuple("Row", names)  # type: ignore[misc]
    return partial(tuple.__new__, kind)


class Many:
    """A statement about several things of one kind, which `build` makes from the places of their ids or names.

    It is built for one, two, four, … of them; the places that are left over hold the last one again.
    """

    def __init__(self, build: Callable[[list[Any]], Any], kind: type[TypeEngine[Any]] = Uuid) -> None:
        self._build, self._kind = build, kind
        self._sizes: dict[int, tuple[list[str], Statement]] = {}
        MADE.append(self)

    def get_ready(self, dialect: Dialect) -> None:
        """Be compiled for a kind of database, to be asked about one thing."""
        _names, statement = self._sizes.get(1) or self._of(1)
        statement.get_ready(dialect)

    def run(self, session: Session, ids: Iterable[Any], **values: Any) -> list[Any]:
        """Send it; its rows."""
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return []
        size = 1 << (len(wanted) - 1).bit_length()
        names, statement = self._sizes.get(size) or self._of(size)
        wanted += wanted[-1:] * (size - len(wanted))
        return statement.run(session, **dict(zip(names, wanted, strict=True)), **values)

    def _of(self, size: int) -> tuple[list[str], Statement]:
        names = [f"one_{number}" for number in range(size)]
        statement = Statement(self._build([bindparam(name, type_=self._kind()) for name in names]))
        made = self._sizes[size] = names, statement
        return made


class Insertion(Statement):
    """Puts one row into a model's table; what is not given is the column's default or nothing.

    `returning` names the columns that the database fills and gives back. Defaults that are computed have to be given.
    """

    def __init__(self, model: Any, *returning: str) -> None:
        table: Table = model.__table__
        columns = [one for one in table.columns if one.name not in returning]
        built = insert(table).values({one.name: bindparam(one.name, type_=one.type) for one in columns})
        usual: dict[str, Any] = {
            one.name: one.default.arg for one in columns if isinstance(one.default, ScalarElementColumnDefault)
        }
        usual |= {one.name: None for one in columns if one.nullable and one.name not in usual}
        super().__init__(built.returning(*(table.c[name] for name in returning)) if returning else built, usual)
