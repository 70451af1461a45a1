"""Whole cafés over real sockets: ninety-six with all that goes wrong in a hall, and sixty-one instead of them."""

from pathlib import Path

from tests.live.cafes import Cafe, judge
from tests.live.halls import open_hall

TABLES, ROUNDS = 12, 3
NO_SHOWS, LATE = 5, 8


def test_ninety_six_at_twelve_tables_with_all_that_goes_wrong(tmp_path: Path) -> None:
    with open_hall(tmp_path, "eventlet") as hall, Cafe(hall, TABLES, ROUNDS) as cafe:
        cafe_id = str(cafe.event.cafe)
        cafe.expect_all()
        hosts = [one["pseudonym"] for one in cafe.listed if one["role"] == "table_host"]
        guests = [one["pseudonym"] for one in cafe.listed if one["role"] != "table_host"]
        cafe.name_hosts(hosts)
        cafe.run("cafe.plan", cafe=cafe_id, expected="y")

        # Five of them do not come; the others find their seats.
        cafe.come(hosts + guests[:-NO_SHOWS], cafe.rounds[0])
        assert len(cafe.guests) == 96 - NO_SHOWS
        cafe.begin(1, cafe.guests)
        here = [one for one in cafe.guests if one.person.name in guests[: -NO_SHOWS - 2]]
        offline = [one for one in cafe.guests if one.person.name in guests[-NO_SHOWS - 2 : -NO_SHOWS]]
        assert len(offline) == 2
        at_tables = [one for one in cafe.guests if one not in offline]
        cafe.all(at_tables, lambda guest: guest.write(1))

        # Two phones lose the network before the round changes, and go on writing.
        for guest in offline:
            guest.phone.hang_up()
            guest.kept = [guest.note("Geschrieben, als das Netz weg war."), *map(guest.note, ["Noch eins."])]

        # Eight come late, and the coming rounds are planned anew without those who never came.
        late = cafe.come([f"Spät {number}" for number in range(1, LATE + 1)], cafe.rounds[0])
        for guest in late:
            guest.send(guest.note(f"Zu spät, aber da: {guest.person.name}"))
        for person in cafe.expected(guests[-NO_SHOWS:]).values():
            cafe.run("participant.leave_out", participant=str(person))
        cafe.run("cafe.plan", cafe=cafe_id)

        known = cafe.begin(2, [*at_tables, *late])
        for guest in offline:
            # Back after the change: what they wrote belongs to the first round and their first table.
            for note in guest.kept:
                guest.send(note)
            guest.go(cafe.rounds[1])
        cafe.all(cafe.guests[:50], lambda guest: guest.write(2))

        # A host leaves; somebody who sits there takes over. Another table closes in the middle of the round.
        leaving = cafe.hosts()[cafe.tables[4]]
        heir = next(one for one in here if one.phone.table == cafe.tables[4])
        cafe.run("participant.leave_out", participant=leaving.id, new_host=heir.id)
        leaving.phone.hang_up()
        cafe.harvest(cafe.tables[8], cafe.hosts()[cafe.tables[8]])
        cafe.run("tables.close", cafe=cafe_id, tables=[cafe.tables[8]])
        there = [one for one in cafe.guests if one is not leaving]
        cafe.all(there, lambda guest: guest.go(cafe.rounds[1]))
        assert not [one for one in there if one.phone.table == cafe.tables[8]]

        # The server dies while they write.
        cafe.restart()
        cafe.all([one for one in cafe.guests[50:] if one is not leaving], lambda guest: guest.write(2))

        last = cafe.begin(3, there)
        cafe.all(there, lambda guest: guest.write(3))
        open_hosts = cafe.hosts()
        assert len(open_hosts) == TABLES - 1
        for table, host in open_hosts.items():
            cafe.harvest(table, host)
        cafe.run("round.close", round=cafe.rounds[2])
        cafe.run("cafe.close", cafe=cafe_id)

        outcome = judge(cafe.store, cafe)
        refused = [one for guest in cafe.guests for one in guest.phone.refused]
        print(f"{outcome.stored} notes; everybody at their next table after {known:.1f} and {last:.1f} s; {outcome}")
        assert refused == []
        assert (outcome.lost, outcome.double, outcome.elsewhere) == ([], [], [])
        assert outcome.stored == sum(len(guest.said) for guest in cafe.guests) > 300
        assert outcome.twice == []
        assert all(1 <= count <= 5 for count in outcome.harvested.values()), outcome.harvested
        assert "Traceback" not in hall.server.said


def test_sixty_one_come_instead_of_ninety_six(tmp_path: Path) -> None:
    """Twelve tables become eight in two steps, planned anew each time; people are told, notes are kept."""
    with open_hall(tmp_path, "eventlet") as hall, Cafe(hall, TABLES, ROUNDS) as cafe:
        cafe_id = str(cafe.event.cafe)
        cafe.expect_all()
        hosts = [one["pseudonym"] for one in cafe.listed if one["role"] == "table_host"]
        guests = [one["pseudonym"] for one in cafe.listed if one["role"] != "table_host"]
        cafe.name_hosts(hosts)
        cafe.run("cafe.plan", cafe=cafe_id, expected="y")
        cafe.come([*hosts, *guests[:49]], cafe.rounds[0])
        assert len(cafe.guests) == 61

        # Before the start the last two tables close.
        cafe.run("tables.close", cafe=cafe_id, tables=cafe.tables[10:])
        cafe.run("cafe.plan", cafe=cafe_id)
        cafe.begin(1, cafe.guests)
        assert not [one for one in cafe.guests if one.phone.table in cafe.tables[10:]]
        cafe.all(cafe.guests, lambda guest: guest.write(1))

        # In the first round two more, whose harvest is brought in before.
        for table in cafe.tables[8:10]:
            cafe.harvest(table, cafe.hosts()[table])
        cafe.run("tables.close", cafe=cafe_id, tables=cafe.tables[8:10])
        cafe.run("cafe.plan", cafe=cafe_id)
        cafe.all(cafe.guests, lambda guest: guest.go(cafe.rounds[0]))
        assert {one.phone.table for one in cafe.guests} == set(cafe.tables[:8])
        for number in (2, 3):
            cafe.begin(number, cafe.guests)
            cafe.all(cafe.guests, lambda guest, number=number: guest.write(number))
        assert set(cafe.hosts()) == set(cafe.tables[:8])
        for table, host in cafe.hosts().items():
            cafe.harvest(table, host)
        cafe.run("cafe.close", cafe=cafe_id)

        outcome = judge(cafe.store, cafe)
        print(outcome)
        assert [one for guest in cafe.guests for one in guest.phone.refused] == []
        assert (outcome.lost, outcome.double, outcome.elsewhere) == ([], [], [])
        assert outcome.twice == []
        # Of the tables that closed before the start nothing can come.
        came = [outcome.harvested[number] for number in range(1, TABLES + 1)]
        assert all(1 <= count <= 5 for count in came[:10]) and came[10:] == [0, 0], came
        for sizes in outcome.sizes[1:]:
            assert sum(sizes) == 61 and len(sizes) == 8 and max(sizes) - min(sizes) <= 1, outcome.sizes
