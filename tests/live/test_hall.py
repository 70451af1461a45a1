"""A whole hall joins from one address, with typing errors and beside somebody who guesses codes: all are in."""

import asyncio
import re
from collections import Counter
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.crowd import Person, Seat
from benchmarks.doors import Answer, fetch, hidden, table_page
from tests.factories.cafes import open_round
from tests.factories.events import make_event
from tests.factories.processes import make_process
from tests.live.halls import open_hall
from workshop.models import Participant
from workshop.models import Seat as Place
from workshop.tokens import new_code

PEOPLE, TABLES = 500, 50
ARRIVE_WITHIN = 10.0
"""Seconds in which they come; how fast they are answered is the machine's affair."""
ONE_IN_SO_MANY = 20
"""Mistypes the code."""
GUESSES_PER_SECOND, GUESSES = 50, 500
PATIENCE = 120.0
"""Seconds; far more than an answer takes, for machines that do other things too."""


async def ask_to_join(address: str, form: Answer, name: str, code: str) -> Answer:
    """Send the join form."""
    fields = {one: hidden(form.text, one) for one in ("csrf_token", "key")}
    fields |= {"code": code, "name": name, "language": "de", "writing_language": "de"}
    return await fetch(address, "/join", form.cookie, fields)


def mistyped(code: str, number: int) -> str:
    """One character wrong, as people write it."""
    at = number // ONE_IN_SO_MANY % len(code)
    wrong = code[:at] + ("2" if code[at] != "2" else "3") + code[at + 1 :]
    return f"{wrong[:4]} {wrong[4:]}".lower()


async def come(address: str, code: str, number: int) -> Person:
    """Join as somebody in the hall does: their phone, which watches their table."""
    await asyncio.sleep(number * ARRIVE_WITHIN / PEOPLE)
    name = f"Person {number}"
    form = await fetch(address, "/")
    if number % ONE_IN_SO_MANY == 0:
        form = await ask_to_join(address, form, name, mistyped(code, number))
        # Beside a guesser they are told so at once and not after a while; corrected at once, it is taken all the same.
        assert form.status in (422, 429) and f'value="{name}"' in form.text
    joined = await ask_to_join(address, form, name, code)
    assert joined.status == 303, joined.text
    table = re.match(r"/tables/([0-9a-f-]+)", joined.headers["location"])
    assert table
    page = await table_page(address, table[1], joined.cookie)
    person = Person(Seat(page.cookie, page.table, "", page.channels, {"page": "table", "epoch": page.epoch}))
    await person.connect(address)
    return person


async def guess(address: str) -> Counter[int]:
    """Send wrong codes while they come, at a steady pace whatever becomes of those before; how many got each answer."""
    form = await fetch(address, "/")

    async def one(number: int) -> int:
        await asyncio.sleep(number / GUESSES_PER_SECOND)
        return (await ask_to_join(address, form, "Nobody", new_code())).status

    return Counter(await asyncio.gather(*map(one, range(GUESSES))))


async def fill(address: str, code: str, cafe: str) -> None:
    """Everybody comes, and is still connected once the last one is in."""
    async with asyncio.timeout(PATIENCE):
        guesses, *people = await asyncio.gather(
            guess(address), *(come(address, code, number) for number in range(PEOPLE))
        )
        assert set(guesses) == {422, 429} and guesses.total() == GUESSES
        for person in people:
            assert person.line and (await person.line.ask("watch", {f"cafe:{cafe}": 0}))["ok"]
            person.close()


def test_five_hundred_join_from_one_address_beside_a_guesser(tmp_path: Path) -> None:
    with open_hall(tmp_path, "eventlet") as hall:
        event = make_event(hall.store, make_process(hall.store), tables=TABLES)
        open_round(hall.store, event)
        asyncio.run(fill(hall.address, event.code, str(event.cafe)))
        with hall.store.reading() as session:
            people = session.scalar(select(func.count(Participant.id)))
            seats = session.scalars(select(func.count(Place.id)).group_by(Place.table_id)).all()
        assert people == PEOPLE
        assert seats == [PEOPLE // TABLES] * TABLES
        assert "Traceback" not in hall.server.said
