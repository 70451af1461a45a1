"""`workshop cafe …`: who is expected, who sits where, tables that close; for scripts and who runs the server."""

from pathlib import Path
from uuid import UUID

import click

from workshop.cli.terminal import Desk, as_json, at_desk, show_json
from workshop.exchange.rows import BadFile
from workshop.queries import listing

event_option = click.option("--event", "event_name", required=True, help="Id or code.")


@click.group()
def cafe() -> None:
    """A café's people, tables and plan."""


def cafe_of(desk: Desk, event_name: str) -> listing.CafeListed:
    """The one open café of an event, as it is now."""
    with desk.store.reading() as session:
        found = listing.cafe_of(session, desk.event(session, event_name).id)
    if found is None:
        raise click.ClickException("This event has no café, or several.")
    return found


@cafe.command("show")
@event_option
@as_json
def show(event_name: str, as_json: bool) -> None:
    """Print the tables, the rounds, and who sat, sits or is to sit where."""
    with at_desk() as desk:
        found = cafe_of(desk, event_name)
    if as_json:
        show_json(found.as_json())
        return
    for table in found.tables:
        closed = "  closed" if table["closed"] else ""
        click.echo(f"Table {table['number']}: {len(found.now.get(table['id'], ()))} people{closed}")


@cafe.command("expect")
@click.argument("file", type=click.Path(path_type=Path))
@event_option
@as_json
def expect(file: Path, event_name: str, as_json: bool) -> None:
    """Write down who is expected, from a CSV file: name, organisation, language, together, apart, remote."""
    with at_desk() as desk:
        try:
            text = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is not written in UTF-8"
            raise BadFile(f"{file} cannot be read: {why}.") from error
        with desk.store.reading() as session:
            event_id = desk.event(session, event_name).id
        desk.do("people.expect", event=event_id, people=text)
        with desk.store.reading() as session:
            expected = listing.expected_in(session, event_id)
    if as_json:
        show_json({"expected": expected})
    else:
        click.echo(f"{expected} people are expected.")


@cafe.command("plan")
@event_option
@click.option("--anew", is_flag=True, help="Before the start, also seat anew who sits already.")
@click.option("--expected", is_flag=True, help="Also for those on the list who have not come yet.")
@as_json
def plan(event_name: str, anew: bool, expected: bool, as_json: bool) -> None:
    """Plan the coming rounds; nobody who was told already moves."""
    with at_desk() as desk:
        desk.do("cafe.plan", cafe=cafe_of(desk, event_name).id, anew=anew, expected=expected)
        found = cafe_of(desk, event_name)
    say(found, as_json)


@cafe.command("close-tables")
@event_option
@click.option("--table", "numbers", type=click.IntRange(1), multiple=True, required=True, help="Once for each table.")
@as_json
def close_tables(event_name: str, numbers: tuple[int, ...], as_json: bool) -> None:
    """Close tables: their people move, a plan there is follows, notes stay."""
    with at_desk() as desk:
        before = cafe_of(desk, event_name)
        by_number: dict[int, UUID] = {table["number"]: table["id"] for table in before.tables}
        unknown = [one for one in numbers if one not in by_number]
        if unknown:
            raise click.ClickException(f"There is no table {unknown[0]}.")
        desk.do("tables.close", cafe=before.id, tables=[by_number[one] for one in numbers])
        found = cafe_of(desk, event_name)
    say(found, as_json)


@cafe.command("undo")
@event_option
@as_json
def undo(event_name: str, as_json: bool) -> None:
    """Take back the last plan, closing or merging, until a round begins."""
    with at_desk() as desk:
        desk.do("cafe.undo_tables", cafe=cafe_of(desk, event_name).id)
        found = cafe_of(desk, event_name)
    say(found, as_json)


def say(found: listing.CafeListed, as_json: bool) -> None:
    """What came of it."""
    if as_json:
        show_json(found.as_json())
    else:
        click.echo(f"{found.twice} pairs meet twice at {sum(not one['closed'] for one in found.tables)} tables.")
