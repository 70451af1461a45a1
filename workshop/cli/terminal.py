"""What the commands of the command line share: the store they write into, and problems put into words."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import click
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import create_engine, event, exc, select
from sqlalchemy.orm import Session

from workshop import database, operations, schema
from workshop.binding import bind
from workshop.config import Settings, SettingsError
from workshop.errors import Closed, Conflict, Forbidden, NotFound, Problem
from workshop.exchange.rows import BadFile
from workshop.forms import OperationForm
from workshop.models import Event, Process
from workshop.perform import OPERATIONS, Done, Store, fresh_key, perform
from workshop.standing import SYSTEM
from workshop.text import clean
from workshop.tokens import clean_code, participant_token

__all__ = ["Cookies", "Desk", "as_json", "at_desk", "operations", "show_json"]

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")

SENTENCES: dict[type[Problem], str] = {
    NotFound: "This does not exist.",
    Forbidden: "This cannot be done here.",
    Closed: "This is closed.",
    Conflict: "Somebody else changed this at the same moment. Try again.",
}


@dataclass
class Desk:
    """Where a command works: beside a running server or without one."""

    settings: Settings
    store: Store

    def do(self, operation: str, /, **fields: Any) -> Done:
        """Perform an operation as the one who runs the server."""
        return perform(self.store, SYSTEM, OPERATIONS[operation], self.bound(operation, **fields), fresh_key())

    def bound(self, operation: str, /, **fields: Any) -> OperationForm:
        """What an operation would take; raises Invalid before anything is done."""
        return bind(OPERATIONS[operation].form, fields)

    def event(self, session: Session, text: str) -> Event:
        """The event of an id or a code; a ClickException with a sentence without one."""
        wanted = Event.id == as_id(text) if as_id(text) else Event.code == clean_code(text)
        found = session.scalars(select(Event).where(wanted)).first()
        if found is None:
            raise click.ClickException(f"There is no event “{text}”. An event is named by its id or its code.")
        return found

    def process(self, session: Session, text: str) -> Process:
        """The process of an id or short name; a ClickException with a sentence without one."""
        wanted = Process.id == as_id(text) if as_id(text) else Process.slug == text
        found = session.scalars(select(Process).where(wanted)).first()
        if found is None:
            known = ", ".join(session.scalars(select(Process.slug).order_by(Process.slug).limit(20))) or "none yet"
            raise click.ClickException(f"There is no process “{text}”. There are: {known}.")
        return found


def as_id(text: str) -> UUID | None:
    """A UUID, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None


@contextmanager
def at_desk() -> Iterator[Desk]:
    """A place to work with an up-to-date database; problems end the command with their sentence."""
    try:
        settings = Settings.from_environment()
        schema.bring_up_to_date(settings.database_url)
        engine = create_engine(settings.database_url)
        database.tune(engine)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", leave_checkpoints)
        try:
            yield Desk(settings, Store(engine, settings.secret))
        finally:
            engine.dispose()
    except (SettingsError, BadFile) as error:
        raise click.ClickException(str(error)) from error
    except Problem as problem:
        raise click.ClickException(words(problem)) from problem
    except UnicodeError as error:
        # What is not written in UTF-8 comes from a terminal all the same, as characters that no database holds.
        raise click.ClickException("This holds characters that cannot be stored. Write it in UTF-8.") from error
    except exc.OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise click.ClickException(f"The database cannot be used ({reason}). Look at DATABASE_URL.") from error


def leave_checkpoints(connection: Any, record: Any) -> None:
    """One process alone writes checkpoints: the server."""
    connection.execute("PRAGMA wal_autocheckpoint=0")


def words(problem: Problem) -> str:
    """What went wrong, in one or more sentences."""
    if problem.message:
        return str(problem.message)
    said = [f"{name}: {error}" for name, errors in problem.fields.items() for error in errors]
    return " ".join(said) or SENTENCES.get(type(problem), "This could not be taken as it is.")


def show_json(value: Any) -> None:
    """Print a value for programs."""
    click.echo(json.dumps(value, ensure_ascii=False))


def tidy(text: str) -> str:
    """Text as the forms keep it, to compare with what is stored."""
    return " ".join(clean(text).split())


class Cookies:
    """Makes the cookie that joining gives a browser."""

    def __init__(self, secret: str) -> None:
        app = Flask("workshop")
        app.secret_key = self.secret = secret
        serializer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert serializer is not None
        self.serializer = serializer

    def of(self, event_id: UUID, participant: UUID) -> str:
        """The value of a Cookie header for one participant."""
        places = {str(event_id): participant_token(self.secret, participant)}
        return f"session={self.serializer.dumps({'_permanent': True, 'places': places})}"
