"""`workshop seating`: a rotation plan for so many people, printed without a database."""

import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import click

from workshop.cli.terminal import as_json, show_json
from workshop.exchange.rows import BadFile
from workshop.exchange.wishes import Attendance, read_attendance
from workshop.seating import Effort, Id, Impossible, Person, Report, Seats, Table, Why, Wishes, plan


@dataclass(frozen=True)
class Asked:
    """What a plan is asked for.

    Attributes:
        people: how many are expected; late ones are numbered after them.
        absent: how many guests do not come.
        after: how many rounds have been when the others are planned anew.
    """

    people: int
    tables: int
    rounds: int
    no_hosts: bool
    late: int
    absent: int
    after: int
    seed: int
    mix_languages: bool


@click.command("seating")
@click.option("--people", type=click.IntRange(1, 2_000), help="How many are expected.  [default: the rows of the file]")
@click.option("--tables", type=click.IntRange(1, 200), required=True)
@click.option("--rounds", type=click.IntRange(1, 60), required=True)
@click.option("--no-hosts", is_flag=True, help="Everybody travels; nobody stays at a table as its host.")
@click.option("--late", type=click.IntRange(0, 2_000), default=0, help="How many more come late.")
@click.option("--absent", type=click.IntRange(0, 2_000), default=0, help="How many of the expected guests do not come.")
@click.option("--after", type=click.IntRange(0, 59), default=0, help="Rounds that have been when that is known.")
@click.option(
    "--people-file", type=click.Path(path_type=Path), help="CSV: name, organisation, language, together, apart."
)
@click.option("--mix-languages", is_flag=True, help="Mix languages at the tables as well as organisations.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another one gives another plan.")
@as_json
def seating(people: int | None, people_file: Path | None, as_json: bool, **others: Any) -> None:
    """Plan who sits where: hosts stay, nobody comes to a table twice, as few as possible meet twice.

    The same call gives the same plan. People are numbered from 0, late ones after the rest, in the order of
    the file where there is one; the host of a table stands first.
    """
    try:
        file = read_attendance(people_file) if people_file else Attendance([], [], [])
    except BadFile as error:
        raise click.ClickException(str(error)) from error
    asked = Asked(people=people or len(file.rows) - others["late"], **others)
    check(asked, file)
    began = time.process_time()
    try:
        rounds, report = planned(asked, file)
    except Impossible as error:
        raise click.ClickException(f"{error}{who_they_are(error.people, file)}") from error
    spent = time.process_time() - began
    if as_json:
        tables = [[list(members) for members in seats.values()] for seats in rounds]
        show_json({"rounds": tables, "cost": report.cost, "bound": report.bound, "cpu_s": round(spent, 3)})
    else:
        show(rounds, report)


def check(asked: Asked, file: Attendance) -> None:
    """Say what does not fit together before anything is planned."""
    if asked.people < 1:
        raise click.ClickException("Say how many people come: --people 96, or --people-file FILE.csv.")
    if len(file.rows) > asked.people + asked.late:
        raise click.ClickException(
            f"The file names {len(file.rows)} people, but {asked.people + asked.late} are to be seated."
        )
    if asked.people < asked.tables:
        raise click.ClickException(f"{asked.people} people cannot fill {asked.tables} tables.")
    if asked.after >= asked.rounds:
        raise click.ClickException(f"After round {asked.after} of {asked.rounds} no round is left to plan.")
    guests = asked.people - (0 if asked.no_hosts else asked.tables)
    if asked.absent > max(0, guests):
        raise click.ClickException(f"{asked.absent} guests cannot be absent: there are {max(0, guests)}.")


def planned(asked: Asked, file: Attendance) -> tuple[list[Seats], Report]:
    """The rounds that have been as they were planned, and the coming ones for those who are there."""
    everybody = [person(file, number) for number in range(asked.people + asked.late)]
    expected = everybody[: asked.people]
    hosts = [] if asked.no_hosts else hosts_of(asked, file)
    tables = [Table(number, hosts[number] if hosts else None) for number in range(asked.tables)]
    wishes = Wishes(file.together, file.apart, asked.mix_languages)
    effort = Effort(seed=asked.seed)
    been: list[Seats] = []
    if asked.after or not (asked.late or asked.absent):
        first = plan(expected, tables, asked.rounds, wishes, effort=effort)
        if not (asked.late or asked.absent):
            return list(first.rounds), first.report
        been = list(first.rounds[: asked.after])
    guests = [one.id for one in expected if one.id not in hosts]
    absent = set(Random(asked.seed).sample(guests, asked.absent))
    there = [one for one in everybody if one.id not in absent]
    rest = plan(there, tables, asked.rounds - asked.after, wishes, past=been, effort=effort)
    return [*been, *rest.rounds], rest.report


def person(file: Attendance, number: int) -> Person:
    """Somebody of the file, or somebody of whom nothing is known."""
    if number >= len(file.rows):
        return Person(number)
    row = file.rows[number]
    return Person(number, row.organisation.casefold(), row.language.casefold())


def hosts_of(asked: Asked, file: Attendance) -> list[int]:
    """The first who travel alone; those who have to stay with somebody only where there are no others."""
    paired = {one for pair in file.together for one in pair}
    return sorted(sorted(range(asked.people), key=lambda one: (one in paired, one))[: asked.tables])


def who_they_are(people: tuple[Id, ...], file: Attendance) -> str:
    """The names behind numbers, where a file has them."""
    known = [f"{one} is {file.rows[one].name}" for one in people if isinstance(one, int) and one < len(file.rows)]
    return f" ({', '.join(known)}.)" if known else ""


def show(rounds: list[Seats], report: Report) -> None:
    """The plan for people: a block for each round, then how good it is and why."""
    for number, seats in enumerate(rounds, 1):
        click.echo(f"Round {number}")
        for table, members in enumerate(seats.values(), 1):
            click.echo(f"  Table {table:>3}: {' '.join(f'{one!s:>4}' for one in members)}")
    click.echo(f"{report.met_again} of {report.all_pairs} pairs meet twice or more often. {REASONS[report.why]}")
    click.echo(f"Cost {report.cost}, at least {report.bound} in any plan. People at a table: {sizes(report)}.")
    if report.table_repeats:
        click.echo(f"{report.table_repeats} times somebody comes to a table where they have sat before.")
    if report.most_of_one_organisation:
        click.echo(f"At most {report.most_of_one_organisation} of one organisation sit at a table.")


def sizes(report: Report) -> str:
    """How many sit at a table."""
    return str(report.largest) if report.smallest == report.largest else f"{report.smallest} or {report.largest}"


REASONS = {
    Why.ENOUGH_ROOM: "Nobody has to.",
    Why.BEEN: "Only rounds that have been force it.",
    Why.TOGETHER: "Those who stay together have to.",
    Why.WAYS: "There are more guests than ways from one table to another.",
    Why.MEETINGS: "The rounds bring more meetings than there are pairs.",
}
