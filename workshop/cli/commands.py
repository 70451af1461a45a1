"""The commands by their names, and those that set up processes, events and people."""

from dataclasses import replace
from datetime import UTC, date
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.addresses import last_address
from workshop.cli import checkup, keeping, records, rooms, rotation
from workshop.cli.terminal import Cookies, Desk, as_json, at_desk, show_json, tidy
from workshop.clock import now, time_zones
from workshop.config import Settings, SettingsError
from workshop.exchange import polis, statements
from workshop.models import LANGUAGES, Membership, Role, ScreenNotes, User, VotesAt
from workshop.perform import fresh_key
from workshop.queries import listing
from workshop.standing import SYSTEM
from workshop.tokens import link_token, spaced_code

QUESTIONS = {"de": "Was soll sich ändern?", "en": "What should change?", "sv": "Vad borde förändras?"}
"""What a table asks whose question nobody has written yet."""
language_option = click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of its texts."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="workshop")
def cli() -> None:
    """Learning Cafés for cities."""


cli.add_command(keeping.backup)
cli.add_command(keeping.restore)
cli.add_command(checkup.doctor)
cli.add_command(records.moderation)
cli.add_command(rotation.seating)
cli.add_command(rooms.cafe)


@cli.command()
@click.option("--port", type=click.IntRange(0, 65535), help="TCP port; 0 takes a free one.  [default: PORT or 8000]")
@click.option("--host", help="Address to listen at; 0.0.0.0 for the whole network.  [default: HOST or 127.0.0.1]")
@click.option("--no-demo", is_flag=True, help="Without the demonstration's content and its café of today.")
def serve(port: int | None, host: str | None, no_demo: bool) -> None:
    """Bring the database up to date and serve."""
    # The whole application, which no other command has to wait for.
    from workshop.cli import serving

    try:
        settings = Settings.from_environment()
        settings = replace(
            settings, port=settings.port if port is None else port, host=settings.host if host is None else host
        )
        serving.serve(settings, not no_demo, click.echo)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


@cli.group()
def process() -> None:
    """Dialogue processes, which run for years."""


@process.command("create")
@click.option("--name", required=True)
@click.option("--admin", required=True, help="Name of its first administrator.")
@click.option("--slug", help="Short name in addresses.  [default: made from the name]")
@click.option("--city", default="")
@language_option
@as_json
def create_process(as_json: bool, **fields: Any) -> None:
    """Begin a process and print its administrator's one-time sign-in link."""
    with at_desk() as desk:
        made = desk.do("process.create", **{name: value for name, value in fields.items() if value})
        with desk.store.reading() as session:
            slug = desk.process(session, str(made.thing[1])).slug
        link = sign_in_address(desk, UUID(made.key))
    if as_json:
        show_json({"process": str(made.thing[1]), "slug": slug, "admin_link": link})
    else:
        click.echo(f"The process “{fields['name']}” is at {last_address(desk.settings)}/processes/{slug}")
        click.echo(f"Sign in once as {fields['admin']}:\n  {link}")


def sign_in_address(desk: Desk, link: UUID) -> str:
    """The address of a one-time link."""
    return f"{last_address(desk.settings)}/sign-in/{link_token(desk.settings.secret, link)}"


@cli.group()
def member() -> None:
    """Those who run a process."""


@member.command("link")
@click.option("--process", "process_name", required=True, help="Id or short name.")
@click.option("--name", required=True, help="The member's name.")
@as_json
def renew_member_link(process_name: str, name: str, as_json: bool) -> None:
    """Print a new one-time sign-in link for a member: the way back in."""
    with at_desk() as desk:
        with desk.store.reading() as session:
            process_id = desk.process(session, process_name).id
            members = members_of(session, process_id)
        found = next((one for one, who, _ in members if who.casefold() == tidy(name).casefold()), None)
        if found is None:
            known = ", ".join(sorted({who for _, who, _ in members}))
            raise click.ClickException(f"There is no member “{name}”. There are: {known}.")
        link = sign_in_address(desk, UUID(desk.do("member.renew_link", member=found).key))
    if as_json:
        show_json({"member": str(found), "link": link})
    else:
        click.echo(f"Sign in once as {name}:\n  {link}")


def members_of(session: Session, process_id: UUID) -> list[tuple[UUID, str, Role]]:
    """Membership, name and role of those who belong to a process now."""
    rows = session.execute(
        select(Membership.id, User.name, Membership.role)
        .join(User, User.id == Membership.user_id)
        .where(Membership.process_id == process_id, Membership.ended_at.is_(None))
        .order_by(User.name, Membership.id)
    )
    return [(member, name, role) for member, name, role in rows]


@cli.group()
def event() -> None:
    """Events and their cafés."""


@event.command("create")
@click.option("--process", "process_name", help="Id or short name; without it a process is made.")
@click.option("--title", default="Learning Café", show_default=True)
@click.option("--tables", type=click.IntRange(1, 100), default=6, show_default=True)
@click.option("--question", "questions", multiple=True, help="A table's question; once for each table.")
@click.option("--rounds", type=click.IntRange(1, 12), default=3, show_default=True)
@click.option("--minutes", type=click.IntRange(1, 600), default=20, show_default=True, help="Length of a round.")
@click.option("--votes-at", type=click.Choice([str(one) for one in VotesAt]), default="table", show_default=True)
@click.option(
    "--screen-notes",
    type=click.Choice([str(one) for one in ScreenNotes]),
    default="after_delay",
    show_default=True,
    help="When a note comes to the big screen.",
)
@click.option("--timezone", default="Europe/Berlin", show_default=True)
@click.option("--open", "open_round", is_flag=True, help="Start the first round at once.")
@language_option
@as_json
def create_event(
    process_name: str | None, tables: int, questions: tuple[str, ...], open_round: bool, as_json: bool, **fields: Any
) -> None:
    """Set up an event of today with one café, and print its code and a moderator's one-time sign-in link."""
    language = fields["language"]
    asked = list(questions) + [QUESTIONS[language]] * (tables - len(questions))
    with at_desk() as desk:
        fields |= {"questions": "\n".join(asked), "starts_on": today_in(fields["timezone"])}
        if process_name is None:
            # A process that is left without its event helps nobody.
            desk.bound("event.create", process=fresh_key(), **fields)
            made = desk.do("process.create", name="Workshop", admin="Administrator", language=language)
            process_id = made.thing[1]
        else:
            with desk.store.reading() as session:
                process_id = desk.process(session, process_name).id
        assert process_id is not None
        made = desk.do("event.create", process=process_id, **fields)
        event_id = made.thing[1]
        assert event_id is not None
        with desk.store.reading() as session:
            code = desk.event(session, str(event_id)).code
            table_ids, round_ids = listing.tables_and_rounds(session, event_id)
        if open_round:
            desk.do("round.open", round=round_ids[0])
        link = moderator_link(desk, process_id)
    if as_json:
        show_json(
            {
                "event": str(event_id),
                "code": code,
                "tables": [str(one) for one in table_ids],
                "rounds": [str(one) for one in round_ids],
                "moderator_link": link,
            }
        )
    else:
        click.echo(f"Join with the code {spaced_code(code or '')} at {last_address(desk.settings)}")
        click.echo(f"Sign in once as its moderator:\n  {link}")


def today_in(zone: str) -> date:
    """The day it is there; the operation says what is wrong with a zone that nobody knows."""
    return now().astimezone(ZoneInfo(zone) if zone in time_zones() else UTC).date()


def moderator_link(desk: Desk, process_id: UUID) -> str:
    """A one-time link for an account of its own, so that nobody's unused invitation ends."""
    with desk.store.reading() as session:
        members = members_of(session, process_id)
    mine = next((one for one, who, role in members if (who, role) == ("Moderator", Role.MODERATOR)), None)
    if mine:
        done = desk.do("member.renew_link", member=mine)
    else:
        done = desk.do("member.invite", process=process_id, name="Moderator", role=Role.MODERATOR)
    return sign_in_address(desk, UUID(done.key))


@cli.command()
@click.option("--event", "event_name", required=True, help="Id or code.")
@click.option("--count", type=click.IntRange(1, 10_000), default=1, show_default=True)
@as_json
def join(event_name: str, count: int, as_json: bool) -> None:
    """Let people join as they would by the code, each at the table with the fewest."""
    with at_desk() as desk:
        with desk.store.reading() as session:
            found = desk.event(session, event_name)
            known = listing.people_in(session, found.id)
        if found.code is None:
            raise click.ClickException("This event is closed. Its code no longer opens a table.")
        language = found.language if found.language in LANGUAGES else "en"
        people = []
        for number in range(known + 1, known + count + 1):
            name = f"Guest {number}"
            done = desk.do("participant.join", code=found.code, name=name, language=language, writing_language=language)
            assert done.thing[1] is not None
            people.append(done.thing[1])
        with desk.store.reading() as session:
            tables = listing.tables_of(session, people)
        cookies = Cookies(desk.settings.secret)
        seated = [
            {"participant": str(one), "table": str(tables[one]), "cookie": cookies.of(found.id, one)} for one in people
        ]
    if as_json:
        show_json(seated)
    else:
        click.echo(f"{len(seated)} people have joined.")


@cli.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--event", "event_name", required=True, help="Id or code.")
@click.option("--source", required=True, help="Where it comes from, as people will read it.")
@click.option("--language", help="Language of the statements, like de.  [default: the event's]")
@as_json
def import_file(file: Path, event_name: str, source: str, language: str | None, as_json: bool) -> None:
    """Bring the statements of a Polis conversation (its export comments.csv) into an event.

    Accepted ones are visible, those nobody looked at held, rejected ones hidden; who agreed is
    counted as support from elsewhere. The same file again adds nothing.
    """
    with at_desk() as desk:
        conversation = polis.read_conversation(file)
        with desk.store.reading() as session:
            found = desk.event(session, event_name)
        report = statements.bring_in(desk.store, SYSTEM, conversation, found.id, source, language or found.language)
    counts = {
        **report.states,
        "added": report.added,
        "agrees": report.agrees,
        "disagrees": report.disagrees,
        "passes": report.passes,
    }
    if as_json:
        show_json(counts)
        return
    click.echo(f"{report.added} statements were added. The event now has from {source}:")
    for name, count in report.states.items():
        click.echo(f"  {count:>6} {name}")
    passes = "" if report.passes is None else f", {report.passes} passed"
    click.echo(
        f"In the file {report.agrees} agreed, {report.disagrees} disagreed{passes}. Agreement is kept as support."
    )


@cli.command()
@click.option("--event", "event_name", required=True, help="Id or code.")
@as_json
def ideas(event_name: str, as_json: bool) -> None:
    """List every note of an event with its state and votes."""
    with at_desk() as desk, desk.store.reading() as session:
        found = listing.ideas_of(session, desk.event(session, event_name).id)
    if as_json:
        show_json(found)
        return
    for one in found:
        click.echo(f"{one['votes']:>4}  {one['state']:<9}  {' '.join(one['text'].split())}")
