"""What all tables share: ids, the UTC column, texts in several languages, the naming of constraints."""

import enum
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Date, DateTime, Index, MetaData, String, Text, Uuid, event, inspect, text
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry
from sqlalchemy.types import TypeDecorator
from uuid6 import uuid7

LANGUAGES = ("de", "en", "sv")

# Code points after NFC normalisation.
IDEA_LENGTH = 500
TITLE_LENGTH = 200
NAME_LENGTH = 40
COMMENT_LENGTH = 500
DESCRIPTION_LENGTH = 5000

LocalText = dict[str, str]
"""A text the house writes itself, as {language: text}; the owner knows the original language."""


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; refuses naive values."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def bind_processor(self, dialect: Any) -> Callable[[Any], Any] | None:
        """Writes one moment; on SQLite as SQLAlchemy would, in one step and not in three."""
        if dialect.name != "sqlite":
            return super().bind_processor(dialect)

        def stored(value: datetime | None) -> str | None:
            if value is not None and value.tzinfo is UTC:
                return value.replace(tzinfo=None).isoformat(" ", "microseconds")
            moment = self.process_bind_param(value, dialect)
            return None if moment is None else moment.isoformat(" ", "microseconds")

        return stored

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], datetime | None]:
        """Reads one moment; the same few come again and again with each note."""
        made: Callable[[Any], datetime | None] | None = self.impl_instance.result_processor(dialect, coltype)
        if made is None:
            return aware

        # Of texts alone: two moments in one zone can be equal and apart, in the night when the clock is put back.
        @lru_cache(maxsize=1024)
        def read(given: str) -> datetime | None:
            return aware(made(given))

        return read


def aware(value: datetime | None) -> datetime | None:
    """A moment as it is stored, as one that knows that it is in UTC."""
    if value is None:
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The declarative base; constraints are named so that both databases and migrations agree."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    registry = registry(
        metadata=metadata,
        type_annotation_map={
            datetime: UTCDateTime(),
            date: Date(),
            UUID: Uuid(),
            LocalText: JSON(),
            dict[str, Any]: JSON(),
            list[Any]: JSON(),
        },
    )


def new_id() -> UUID:
    """An id the server makes: UUID version 7 (RFC 9562)."""
    return UUID(int=uuid7().int)


def index_where(holds: str, name: str, *columns: str, unique: bool = False) -> Index:
    """An index of the rows alone for which `holds` is true: of two such rows one falls, or no write pays for others."""
    return Index(name, *columns, unique=unique, sqlite_where=text(holds), postgresql_where=text(holds))


def primary_key() -> Any:
    """The id column of everything people make."""
    return mapped_column(Uuid(), primary_key=True, default=new_id)


class Choice(enum.StrEnum):
    """A closed set of words that is the same in code, database, data and CSS."""


def choice(kind: type[Choice], length: int = 20, **column: Any) -> Any:
    """A column that holds one of `kind`'s words; pair it with `one_of` in the table's arguments."""
    return mapped_column(ChoiceType(kind, length), **column)


class ChoiceType(TypeDecorator[Choice]):
    """Stores a Choice as its word; reads it back as the member."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type[Choice], length: int) -> None:
        super().__init__(length)
        self.kind = kind
        self.words = {str(one) for one in kind}

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:
        if value is None:
            return None
        word = str(value)
        if word not in self.words:
            raise ValueError(f"{word!r} is no {self.kind.__name__}")
        return word

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[str | None], Choice | None]:
        """Reads a word; KeyError for one that is not of the set."""
        members: dict[str | None, Choice | None] = {None: None, **{one.value: one for one in self.kind}}
        return members.__getitem__


class IdText(TypeDecorator[str]):
    """An id that is read as pages and addresses write it, without becoming one in between."""

    impl = Uuid
    cache_ok = True

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], str | None]:
        """SQLite keeps the digits alone."""
        return digits_in_groups if dialect.name == "sqlite" else lambda value: None if value is None else str(value)


def digits_in_groups(text: str | None) -> str | None:
    """The 32 digits of an id as RFC 9562 writes them."""
    return None if text is None else f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def one_of(column: str, kind: type[Choice]) -> CheckConstraint:
    """A check that `column` holds one of `kind`'s words."""
    words = ", ".join(f"'{word}'" for word in kind)
    return CheckConstraint(f"{column} IN ({words})", name=f"{column}_known")


def in_language(text: LocalText | None, language: str, original: str) -> tuple[str, str]:
    """The text for readers of `language`: (its language, the text), falling back to the original."""
    if not text:
        return original, ""
    for candidate in (language, original):
        if text.get(candidate):
            return candidate, text[candidate]
    return next((item for item in text.items() if item[1]), (original, ""))


def fold(*texts: str) -> str:
    """Texts as search compares them: compatibility forms united, without differences of case."""
    return unicodedata.normalize("NFKC", "\n".join(texts)).casefold()


def folded_from(*columns: str) -> Any:
    """The column that holds a row's words as search compares them; pair it with `keep_folded`.

    Its default also serves rows that are inserted in bulk; it is never read with the row.
    """

    def from_parameters(context: Any) -> str:
        given = context.get_current_parameters()
        return fold(*(given.get(name) or "" for name in columns))

    return mapped_column(Text, default=from_parameters, deferred=True, info={"folded_from": columns})


def keep_folded(kind: type[Base]) -> None:
    """Have the folded column of `kind` follow the words it is made from."""
    sources = kind.__table__.c.folded.info["folded_from"]

    def follow(mapper: Any, connection: Any, row: Any) -> None:
        state = inspect(row)
        if not state.persistent or any(state.attrs[name].history.has_changes() for name in sources):
            row.folded = fold(*(getattr(row, name) or "" for name in sources))

    event.listen(kind, "before_insert", follow)
    event.listen(kind, "before_update", follow)
