"""The command line's records of what happened at an event, to keep or to publish."""

import click

from workshop.cli.terminal import as_json, at_desk, show_json
from workshop.exchange.decisions import csv_of, rows_of
from workshop.queries.moderation import record
from workshop.standing import SYSTEM


@click.command()
@click.option("--event", "event_name", required=True, help="Id or code.")
@click.option(
    "--words", "with_words", is_flag=True, help="With the words of the notes and what was added to the reasons."
)
@as_json
def moderation(event_name: str, with_words: bool, as_json: bool) -> None:
    """Print every decision to hold or hide a note, as CSV: when, where, for which reason, by whom, what came of it."""
    with at_desk() as desk, desk.store.reading() as session:
        found = record(session, SYSTEM, desk.event(session, event_name).id, with_words=with_words)
    if as_json:
        show_json(
            [{name: as_text(value) for name, value in row.items()} for row in rows_of(found, with_words=with_words)]
        )
    else:
        click.echo(csv_of(found, with_words=with_words), nl=False)


def as_text(value: object) -> object:
    """A value as JSON can hold it."""
    return value if value is None or isinstance(value, int) else str(value)
