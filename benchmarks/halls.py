"""What both servers are given to carry: people at tables, and somebody who speaks to all of them."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks.crowd import Seat
from benchmarks.doors import TablePage, sign_in, table_page
from benchmarks.line import Line, Told
from benchmarks.servers import Bare, Cores, Measured
from tests.factories.servers import Server, workshop

AT_A_TABLE = 10
AHEAD = 10**9
"""A revision that no channel comes to."""


def ignore(event: bytes, now: float) -> None:
    """Let it pass."""


def auth(page: TablePage) -> dict[str, str]:
    """What a page's script says in the handshake."""
    return {"page": "table", "language": "en", "epoch": page.epoch}


class Hall(ABC):
    """One event at one server."""

    def __init__(self, server: Measured, tables: int, people: int) -> None:
        self.server, self.tables, self.people = server, tables, people

    @abstractmethod
    async def seats(self) -> list[Seat]:
        """Everybody's, as their pages are now."""

    @abstractmethod
    async def speaker(self) -> Line:
        """A connection that may say something to everybody, and open rounds."""

    async def cafe(self) -> str:
        """The café's id; none where there is none."""
        return ""

    def of_note(self, seat: Seat, fields: dict[str, str]) -> dict[str, str]:
        """What is sent with something that is done about a note at somebody's table."""
        return fields


class BareHall(Hall):
    """At R, where a table is a name."""

    def __init__(self, server: Measured, tables: int, people: int) -> None:
        super().__init__(server, tables, people)
        self._tables = [str(uuid4()) for _ in range(tables)]

    async def seats(self) -> list[Seat]:
        """Everybody's."""
        places = [self._tables[number % self.tables] for number in range(self.people)]
        return [Seat("", table, "", {f"table:{table}": 0, "cafe:": 0}) for table in places]

    async def speaker(self) -> Line:
        """Anybody."""
        return await Line.open(self.server.address, "", ignore)

    def of_note(self, seat: Seat, fields: dict[str, str]) -> dict[str, str]:
        """It remembers no note, so that the table is said."""
        return {**fields, "table": seat.table}


class WorkshopHall(Hall):
    """At the product; people joined at the command line.

    Attributes:
        rounds: those that nobody has opened yet.
    """

    def __init__(
        self, server: Measured, folder: Path, tables: int, people: int, votes_at: str = "table", rounds: int = 1
    ) -> None:
        super().__init__(server, tables, people)
        words = ("--tables", str(tables), "--rounds", str(rounds), "--votes-at", votes_at, "--open")
        made = workshop(folder, "event", "create", *words)
        self.folder = folder
        self.event, self.code, self._link = made["event"], made["code"], made["moderator_link"]
        self.now, *self.rounds = made["rounds"]
        self._joined: list[dict[str, Any]] = []
        self._pages: dict[str, TablePage] = {}
        """One of each table, as it was loaded first."""
        if people:
            self._joined = workshop(folder, "join", "--event", self.event, "--count", str(people))
        self._speaker = ""

    def take(self, page: TablePage) -> Seat:
        """Somebody who joined by the door is here from now on."""
        participant = next(name for name in page.channels if name.startswith("person:")).partition(":")[2]
        self._joined.append({"participant": participant, "table": page.table, "cookie": page.cookie})
        self.people = len(self._joined)
        return Seat(page.cookie, page.table, self.now, page.channels, auth(page))

    async def seats(self) -> list[Seat]:
        """Everybody's, with the revisions of a page drawn now; one of each table looks."""
        look = {one["table"]: one for one in self._joined}
        now = {table: await self._revisions(table, one) for table, one in look.items()}
        return [
            Seat(
                one["cookie"],
                one["table"],
                self.now,
                {
                    (f"person:{one['participant']}" if name.startswith("person:") else name): at
                    for name, at in now[one["table"]].items()
                },
                auth(self._pages[one["table"]]),
            )
            for one in self._joined
        ]

    async def _revisions(self, table: str, one: dict[str, Any]) -> dict[str, int]:
        if table not in self._pages:
            self._pages[table] = await table_page(self.server.address, table, one["cookie"])
            return self._pages[table].channels
        # A page with thousands of notes takes seconds; who is ahead of everything is only told where it stands.
        line = await Line.open(self.server.address, one["cookie"], ignore, auth(self._pages[table]))
        answer = await line.ask("watch", dict.fromkeys(self._pages[table].channels, AHEAD))
        line.close()
        return dict(answer["at"])

    async def cafe(self) -> str:
        """The café's id."""
        return next(name for name in (await self.seats())[0].channels if name.startswith("cafe:")).partition(":")[2]

    async def speaker(self, page: str = "cockpit", told: Told = ignore) -> Line:
        """The moderator, on one of their pages."""
        if not self._speaker:
            self._speaker = await sign_in(self.server.address, self._link)
        return await Line.open(self.server.address, self._speaker, told, {"page": page, "language": "en"})


@contextmanager
def both(cores: Cores, folder: Path) -> Iterator[tuple[Measured, Measured]]:
    """R and the product, running; neither is left behind where the other does not start."""
    with Bare() as bare, Server(folder, "--no-demo") as product:
        yield cores.put(bare), cores.put(product)
