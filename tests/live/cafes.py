"""A whole café as it goes in a hall: guests on sockets of their own, and a moderator who runs it by sockets too."""

import json
import re
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from tests.crash.line import Gone, Line
from tests.crash.phone import Phone, all_at_once
from tests.factories import do
from tests.factories.events import EventMade, make_event
from tests.factories.people import PersonMade
from tests.factories.processes import make_process
from tests.factories.servers import Server
from tests.live.halls import Hall
from tests.live.phones import cookie_of
from workshop.config import resource_dir
from workshop.models import CafeTable, Idea, Origin, Participant, Seat, SeatState
from workshop.perform import Store
from workshop.standing import NOBODY


@cache
def content() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The demonstration's café in Dortmund and the notes that were written there."""
    folder = Path(resource_dir("demo")) / "content"
    [cafe] = [
        one["cafe"]
        for one in json.loads((folder / "events.json").read_text())["events"]
        if one["cafe"]["id"] == "cafe-todo"
    ]
    return cafe, json.loads((folder / "ideas-dortmund.json").read_text())["ideas"]


@dataclass
class Said:
    """A note that somebody was told to be saved."""

    text: str
    table: str
    round: str
    author: str


@dataclass
class Guest:
    """Somebody with a phone, who goes where it says."""

    person: PersonMade
    phone: Phone
    notes: dict[int, list[dict[str, Any]]]
    """What they write in each round, of the demonstration."""
    kept: list[dict[str, Any]] = field(default_factory=list)
    """Written without network."""
    said: dict[str, Said] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The participant."""
        return str(self.person.id)

    def write(self, number: int) -> None:
        """Everything of a round, at the table where they sit."""
        for note in self.notes.get(number, []):
            self.send(self.note(note["text"], note["kind"]))

    def note(self, text: str, kind: str = "idea") -> dict[str, Any]:
        """A note as the page writes it down: where it was written, and its key."""
        return {"key": str(uuid4()), "table": self.phone.table, "round": self.phone.round, "kind": kind, "text": text}

    def send(self, note: dict[str, Any]) -> None:
        """Until somebody answers; a refusal is kept for the test."""
        while True:
            try:
                answer = self.phone.connect().call("idea.contribute", note)
            except (Gone, TimeoutError):
                self.phone.lose()
                continue
            if answer["ok"]:
                self.said[note["key"]] = Said(note["text"], note["table"], note["round"], self.id)
                return
            if answer["code"] == "too_fast":
                time.sleep(answer["again_in"])
                continue
            self.phone.refused.append((note, answer))
            return

    def catch_up(self) -> None:
        """Until nothing is missing; too far behind the page is loaded afresh."""
        while True:
            try:
                line = self.phone.connect()
                if self.phone.watch():
                    return
                if self.phone.behind:
                    self.phone.behind = 0
                    self.phone.load()
                line.listen(0.2)
            except (Gone, TimeoutError):
                self.phone.lose()

    def go(self, turn: str) -> str | None:
        """Hear what was missed, walk to the table the phone names, and open its page there; the table if it is new."""
        self.catch_up()
        self.phone.round = turn
        told = [one["html"] for event, change in self.phone.changes for one in change["put"]]
        seats = re.findall(rf'id="me-{self.id}"[^>]* data-seat="([^"]*)"', "\n".join([self.phone.page, *told]))
        if not seats or seats[-1] == self.phone.table:
            return None
        self.phone.table = seats[-1]
        self.phone.hang_up()
        self.phone.load()
        self.phone.connect()
        return self.phone.table


class Cafe:
    """The café, its people and who runs it; the server may be killed in between."""

    def __init__(self, hall: Hall, tables: int, rounds: int) -> None:
        self.hall, self.store = hall, hall.store
        cafe, ideas = content()
        questions = "\n".join(table["question"] for table in cafe["tables"][:tables])
        self.event: EventMade = make_event(
            self.store, make_process(self.store), tables, rounds, questions=questions, movement="planned", pace="hand"
        )
        self.listed: list[dict[str, Any]] = cafe["participants"]
        self.notes: dict[str, dict[int, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
        for one in ideas:
            self.notes[one["author"]][one["round"]].append(one)
        self.guests: list[Guest] = []
        self.hosted: set[tuple[UUID, UUID]] = set()
        """Who hosted which table at any time; hosts stay."""
        self.tables = [str(one) for one in self.event.tables]
        self.rounds = [str(one) for one in self.event.rounds]
        self.desk = self.new_desk()

    def __enter__(self) -> "Cafe":
        return self

    def __exit__(self, *problem: object) -> None:
        self.desk.close()
        for guest in self.guests:
            guest.phone.hang_up()

    def new_desk(self) -> Line:
        """The moderator's connection."""
        cookie = cookie_of(self.store, self.event.moderator)
        return Line(self.hall.address, cookie, lambda *told: None, timeout=60, page="cockpit", language="en")

    def run(self, operation: str, **fields: Any) -> dict[str, Any]:
        """What the moderator does, by the socket."""
        answer: dict[str, Any] = self.desk.call(operation, {"key": str(uuid4()), **fields})
        assert answer["ok"], (operation, answer)
        return answer

    def expect_all(self) -> None:
        """Write the list of those who are expected, with their organisations."""
        lines = ["name,organisation,language"]
        lines += [f"{one['pseudonym']},{one['organisation_type']},{one['language']}" for one in self.listed]
        self.run("people.expect", event=str(self.event.id), people="\n".join(lines))

    def expected(self, names: Iterable[str]) -> dict[str, UUID]:
        """The participants of the list by their names."""
        with self.store.reading() as session:
            rows = session.execute(
                select(Participant.name, Participant.id).where(Participant.event_id == self.event.id)
            ).all()
        known: dict[str, UUID] = dict(rows)  # type: ignore[arg-type]
        return {name: known[name] for name in names}

    def name_hosts(self, names: list[str]) -> None:
        """A host for each table, of the list."""
        for table, person in zip(self.event.tables, self.expected(names).values(), strict=True):
            self.run("table.name_host", table=str(table), participant=str(person))
            self.hosted.add((person, table))

    def come(self, names: list[str], turn: str) -> list[Guest]:
        """People join by the code, each with a phone that opens the table where they sit."""
        came = []
        for name in names:
            person = self.join(name)
            table = self.seat_of(person.id)
            cookie = cookie_of(self.store, person.actor)
            phone = Phone(self.hall.address, str(person.id), table, cookie, turn)
            came.append(Guest(person, phone, self.notes.get(name, {})))
        all_at_once([one.phone for one in came], lambda phone: (phone.load(), phone.connect()))
        self.guests += came
        return came

    def join(self, name: str) -> PersonMade:
        """By the event's code: to the table that was planned, or the quietest."""
        fields = {"code": self.event.code, "name": name, "language": "de", "writing_language": "de"}
        person_id = do(self.store, NOBODY, "participant.join", **fields).thing[1]
        assert person_id
        return PersonMade(person_id, name, self.event)

    def seat_of(self, person: UUID) -> str:
        """Where somebody sits."""
        with self.store.reading() as session:
            seat = session.scalars(
                select(Seat.table_id).where(
                    Seat.participant_id == person, Seat.until_at.is_(None), Seat.state == SeatState.TAKEN
                )
            ).one()
        return str(seat)

    def all(self, guests: Iterable[Guest], work: Any) -> None:
        """`work(guest)` for all of them at once."""
        by_phone = {id(one.phone): one for one in guests}
        all_at_once([one.phone for one in by_phone.values()], lambda phone: work(by_phone[id(phone)]))

    def begin(self, number: int, guests: list[Guest]) -> float:
        """Start a round; everybody hears where they go. Gives the seconds until the last one sits at their table."""
        turn = self.rounds[number - 1]
        began = time.monotonic()
        self.run("round.open", round=turn)
        self.all(guests, lambda guest: guest.go(turn))
        return time.monotonic() - began

    def restart(self) -> None:
        """SIGKILL, and a new start at the same address."""
        port = self.hall.address.rpartition(":")[2]
        self.desk.close()
        self.hall.server.stop(signal.SIGKILL)
        self.hall.server = Server(self.hall.server.folder, "--no-demo", mode="eventlet", PORT=port)
        self.hall.server.address()
        self.desk = self.new_desk()

    def harvest(self, table: str, host: Guest) -> None:
        """The table's host takes forward what has been said there: three points, the last one of two notes."""
        with self.store.reading() as session:
            here = session.scalars(
                select(Idea).where(Idea.table_id == UUID(table), Idea.state == "visible").order_by(Idea.position)
            ).all()
        for group in (here[:1], here[1:2], here[2:4]):
            if group:
                title = group[0].text[:150]
                call = {"key": str(uuid4()), "ideas": [str(one.id) for one in group], "title": title, "table": table}
                answer = host.phone.connect().call("action_item.take_forward", call)
                assert answer["ok"], answer

    def hosts(self) -> dict[str, Guest]:
        """Who hosts each open table."""
        by_id = {one.person.id: one for one in self.guests}
        with self.store.reading() as session:
            rows = session.execute(
                select(CafeTable.id, CafeTable.host_id).where(
                    CafeTable.cafe_id == self.event.cafe, CafeTable.closed_at.is_(None)
                )
            ).all()
        return {str(table): by_id[host] for table, host in rows if host in by_id}


@dataclass
class Outcome:
    """What is stored in the end, beside what people were told."""

    stored: int
    double: list[str]
    lost: list[str]
    elsewhere: list[str]
    """Not where they were written, or not by whom."""
    twice: list[str]
    """People who sat twice at a table that stayed open."""
    harvested: dict[int, int]
    """Points of each table by its number, open or closed."""
    sizes: list[list[int]]
    """People at each open table, round by round."""


def judge(store: Store, cafe: Cafe) -> Outcome:
    """Compare what was acknowledged with what is stored, and who sat where."""
    told = {key: one for guest in cafe.guests for key, one in guest.said.items()}
    with store.reading() as session:
        ideas = session.scalars(select(Idea).where(Idea.event_id == cafe.event.id)).all()
        tables = session.scalars(select(CafeTable).where(CafeTable.cafe_id == cafe.event.cafe)).all()
        seats = session.scalars(
            select(Seat).where(Seat.cafe_id == cafe.event.cafe, Seat.state == SeatState.TAKEN).order_by(Seat.from_at)
        ).all()
        origins = session.execute(
            select(Origin.action_item_id, Idea.table_id).join(Idea, Idea.id == Origin.idea_id)
        ).all()
    found = {
        str(one.id): Said(one.text, str(one.table_id), str(one.round_id), str(one.participant_id)) for one in ideas
    }
    written = Counter((one.author, one.text) for one in told.values())
    stored = Counter((one.author, one.text) for one in found.values())
    hosted = cafe.hosted | {(one.host_id, one.id) for one in tables}
    visits: dict[tuple[UUID, UUID], set[UUID]] = defaultdict(set)
    for seat in seats:
        visits[seat.participant_id, seat.table_id].add(seat.round_id)
    stayed_open = {one.id for one in tables if one.closed_at is None}
    points: dict[UUID, set[UUID]] = defaultdict(set)
    for item, table in origins:
        points[table].add(item)
    last = {(seat.participant_id, seat.round_id): seat.table_id for seat in seats}
    sizes = []
    for turn in cafe.event.rounds:
        count = Counter(table for (_, at), table in last.items() if at == turn)
        sizes.append([count[one] for one in sorted(stayed_open) if count[one]])
    return Outcome(
        stored=len(found),
        double=[text for (_, text), times in (stored - written).items() if times],
        lost=[one.text for key, one in told.items() if key not in found],
        elsewhere=[one.text for key, one in told.items() if key in found and found[key] != one],
        twice=[
            f"{person} at {table}"
            for (person, table), rounds in visits.items()
            if len(rounds) > 1 and table in stayed_open and (person, table) not in hosted
        ],
        harvested={one.number: len(points[one.id]) for one in tables},
        sizes=sizes,
    )
