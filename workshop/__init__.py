"""Workshop: from a sentence written at a café table to a goal that somebody answers for, and back."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from workshop.config import Settings

__version__ = "0.1.0"


def create_app(settings: "Settings | None" = None) -> "Flask":
    """Put the application together; `settings` default to those of the environment."""
    # This package is imported before __main__ can start the engine, which must come
    # before Flask and SQLAlchemy; so nothing heavy is imported above.
    from workshop.assembly import assemble
    from workshop.config import Settings

    return assemble(settings or Settings.from_environment())
