"""Planning the coming rounds: what the people, tables and wishes mean for the search, and back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from workshop.seating import fields, starters
from workshop.seating.prices import groups_to_mix, numbers_of, priced_board, unmixable
from workshop.seating.report import Report, forced, report_on
from workshop.seating.room import Effort, Id, Impossible, Obstacle, Person, Seats, Table, Wishes
from workshop.seating.search import AGAIN, MIX, Board, Search
from workshop.seating.sizes import pools_of, sizes_of
from workshop.seating.units import named, units_of

Wanted = list[dict[int, int]]
"""For each coming round unit -> table, from which the search may begin."""


@dataclass(frozen=True)
class Plan:
    """The coming rounds, table -> the people at it with its host first, and what there is to say of them."""

    rounds: tuple[dict[Id, tuple[Id, ...]], ...]
    report: Report


def plan(
    people: Sequence[Person],
    tables: Sequence[Table],
    rounds: int,
    wishes: Wishes | None = None,
    past: Sequence[Seats] = (),
    told: Sequence[Mapping[Id, Id]] = (),
    effort: Effort | None = None,
) -> Plan:
    """Who sits where in the coming rounds.

    Args:
        people: those who need a seat from now on, late ones included, absent ones not.
        tables: the tables that are open from now on.
        rounds: how many rounds are to come.
        past: the rounds that have been, as people really sat, also at tables that are closed now.
        told: for each coming round, from the next one on, person -> table of those who know it already.

    Raises:
        Impossible: there is no such plan.
    """
    check(people, tables, rounds)
    return Planning(people, tables, rounds, wishes or Wishes(), past, told, effort or Effort()).made()


def check(people: Sequence[Person], tables: Sequence[Table], rounds: int) -> None:
    """Raise Impossible for what no plan can be made of."""
    hosts = [table.host for table in tables if table.host is not None]
    ids = [one.id for one in people]
    twice_named = [
        one
        for names in (ids, hosts, [table.id for table in tables])
        for one, times in Counter(names).items()
        if times > 1
    ]
    if not tables:
        raise Impossible(Obstacle.NO_TABLES, "There is no table.")
    if rounds < 1:
        raise Impossible(Obstacle.NO_ROUNDS, "There is no round to plan.")
    if twice_named:
        raise Impossible(Obstacle.NAMED_TWICE, f"{twice_named[0]} is named twice.", twice_named)
    if missing := [host for host in hosts if host not in set(ids)]:
        raise Impossible(Obstacle.HOST_NOT_THERE, f"The host {missing[0]} is not among the people.", missing)
    if len(people) < len(tables):
        raise Impossible(Obstacle.FEWER_PEOPLE_THAN_TABLES, f"{len(people)} people cannot fill {len(tables)} tables.")
    if hosts and rounds > len(tables):
        raise Impossible(
            Obstacle.MORE_ROUNDS_THAN_TABLES,
            f"{rounds} rounds at {len(tables)} tables: somebody would sit twice at the same table. "
            "Where hosts stay there can be as many rounds as tables at most.",
        )


class Planning:
    """One plan on its way."""

    def __init__(
        self,
        people: Sequence[Person],
        tables: Sequence[Table],
        rounds: int,
        wishes: Wishes,
        past: Sequence[Seats],
        told: Sequence[Mapping[Id, Id]],
        effort: Effort,
    ) -> None:
        self.people, self.tables, self.rounds = people, tables, rounds
        self.wishes, self.past, self.effort = wishes, past, effort
        self.random = Random(effort.seed)
        self.units = units_of(people, tables, wishes)
        self.unit_of = {one.id: number for number, unit in enumerate(self.units) for one in unit.people}
        self.place_of = numbers_of(tables)
        self.groups = groups_to_mix(people, self.unit_of, self.wishes)
        self.pools = pools_of(self.units, tables)
        self.fixed = [self.fixed_in(told[turn] if turn < len(told) else {}) for turn in range(rounds)]

    def fixed_in(self, told: Mapping[Id, Id]) -> dict[int, int]:
        """Unit -> table of those who cannot be moved in a round."""
        fixed = {}
        for number, unit in enumerate(self.units):
            # Of those who stay together one may have been told alone; the others follow.
            known = [self.place_of[told[one.id]] for one in unit.people if told.get(one.id) in self.place_of]
            if unit.stays is not None:
                fixed[number] = unit.stays
            elif known:
                fixed[number] = known[0]
        return fixed

    def made(self) -> Plan:
        """The plan; raises Impossible where a wish cannot be met."""
        board = self.filled()
        least = forced(self.units, self.tables, self.past, self.rounds).between_units
        trials = self.effort.trials
        self.effort.pause()
        search = Search(board, self.random, self.effort.pause)
        # Three tries, each longer: an easy plan is found in the first, and a hard one needs slow cooling.
        for share in (10, 20, 40):
            search.anneal(AGAIN, least * AGAIN + AGAIN - 1, trials * share // 100)
        # Then organisations are mixed, without anybody meeting again for it.
        if self.rounds > len(self.tables) and all(all(free[: len(self.units)]) for free in board.free):
            search.relabel()
        mixed = search.best // AGAIN * AGAIN + unmixable(self.groups, len(self.tables), self.rounds)
        search.mix(mixed, trials * 15 // 100 // self.rounds)
        search.anneal(MIX, mixed, trials * 15 // 100)
        self.must_hold(board)
        self.effort.pause()
        rounds = tuple(self.seats_in(board, turn) for turn in range(self.rounds))
        return Plan(rounds, report_on(self.people, self.tables, self.units, self.past, rounds))

    def filled(self) -> Board:
        """A board on which everybody has a seat."""
        board = priced_board(
            self.units, self.tables, self.pools, self.groups, self.wishes, self.past, self.rounds, self.fixed
        )
        self.effort.pause()
        wanted = self.by_arithmetic()
        for turn in range(self.rounds):
            chairs = len(self.units)
            for unit, table in self.fixed[turn].items():
                board.sit(turn, unit, table)
            for pool in self.pools:
                sizes = sizes_of(pool, self.units, self.fixed[turn])
                full = Counter(wanted[turn].values()) if wanted else Counter()
                lower = sorted(sizes.lower, key=lambda table: (full[table], self.random.random()))
                room = {table: sizes.chairs[table] - (table in lower[: sizes.empty]) for table in pool.tables}
                for table, members in enumerate(board.seats[turn]):
                    if table in room:
                        room[table] -= sum(board.chairs[unit] for unit in members)
                loose = [unit for unit in pool.units if unit not in self.fixed[turn]]
                self.seat(board, turn, loose, room, wanted[turn] if wanted else {})
                self.effort.pause()
                for table in lower[: sizes.empty]:
                    board.sit(turn, chairs, table)
                    board.free[turn][chairs] = True
                    chairs += 1
        return board

    def seat(self, board: Board, turn: int, loose: list[int], room: dict[int, int], wanted: dict[int, int]) -> None:
        """Give the others of a pool a seat: where they are wanted, else where it is cheapest."""
        self.random.shuffle(loose)
        # Those who stay together come first, as long as there is room for them.
        loose.sort(key=lambda unit: -board.chairs[unit])
        left_over = []
        for unit in loose:
            table, need = wanted.get(unit), board.chairs[unit]
            if table is not None and room[table] >= need:
                board.sit(turn, unit, table)
                room[table] -= need
            elif need > 1:
                self.seat_cheaply(board, turn, unit, room)
            else:
                left_over.append(unit)
        for unit in left_over:
            self.seat_cheaply(board, turn, unit, room)

    def seat_cheaply(self, board: Board, turn: int, unit: int, room: dict[int, int]) -> None:
        """Give a unit the seat that costs least; one of those where there are several."""
        need, price, place = board.chairs[unit], board.price[unit], board.place[unit]
        fitting = [table for table, left in room.items() if left >= need]
        table = min(
            fitting or [max(room, key=lambda one: room[one])],
            key=lambda one: (
                place[one] + sum([price[other] for other in board.seats[turn][one]]),
                -room[one] if need > 1 else 0,
                self.random.random(),
            ),
        )
        board.sit(turn, unit, table)
        room[table] -= need
        # Where more stay together than a table holds, it has a chair more, and another one has one less.
        while room[table] < 0:
            room[table] += 1
            room[max(room, key=lambda one: room[one])] -= 1

    def by_arithmetic(self) -> Wanted | None:
        """A plan in which few meet twice, where the room is regular; None where the search has to begin without."""
        guests = [number for number, unit in enumerate(self.units) if unit.stays is None]
        hosts = {unit.stays for unit in self.units} - {None}
        if (
            any(self.past)
            or len(self.pools) > 1
            or len(hosts) not in (0, len(self.tables))
            or any(set(fixed) & set(guests) for fixed in self.fixed)
            or len(self.tables) < 2
        ):
            return None
        self.random.shuffle(guests)
        guests.sort(key=lambda unit: -len(self.units[unit].people))
        if self.rounds <= len(self.tables):
            found = fields.rotation(len(self.tables), self.rounds, len(guests), self.random)
            return [
                {unit: found.table(place, turn, len(self.tables)) for place, unit in enumerate(guests)}
                for turn in range(self.rounds)
            ]
        if hosts or len(guests) < len(self.people):
            return None
        turned = starters.turned(
            len(guests), len(self.tables), self.rounds, self.random, self.effort.trials // 2, self.effort.pause
        )
        return None if turned is None else [dict(zip(guests, table_of, strict=True)) for table_of in turned]

    def must_hold(self, board: Board) -> None:
        """Raise Impossible where the search has found no plan that holds what always has to hold."""
        if unmet := self.not_apart(board):
            pairs = "; ".join(f"{one} and {other}" for one, other in unmet)
            raise Impossible(
                Obstacle.WISHES_NOT_MET,
                f"{pairs} are to be apart; no plan was found that holds this and the other wishes.",
                [one for pair in unmet for one in pair],
            )
        for turn in range(self.rounds):
            for number, unit in enumerate(self.units):
                if not unit.may_sit(self.tables[board.where[turn][number]]):
                    raise Impossible(
                        Obstacle.NO_TABLE_WITHIN_REACH,
                        f"There are not enough seats at tables that {named(unit.people)} can reach.",
                        [one.id for one in unit.people],
                    )

    def not_apart(self, board: Board) -> list[tuple[Id, Id]]:
        """Pairs that are to be apart and sit at one table in some round."""
        found = {}
        for one, other in self.wishes.apart:
            first, second = self.unit_of.get(one), self.unit_of.get(other)
            if first is None or second is None or one == other:
                continue
            if any(where[first] == where[second] for where in board.where[: self.rounds]):
                found[frozenset((one, other))] = (one, other)
        return list(found.values())

    def seats_in(self, board: Board, turn: int) -> dict[Id, tuple[Id, ...]]:
        """A round as people read it."""
        order = {one.id: place for place, one in enumerate(self.people)}
        return {
            table.id: tuple(
                sorted(
                    (one.id for unit in members if unit < len(self.units) for one in self.units[unit].people),
                    key=lambda one: (one != table.host, order[one]),
                )
            )
            for table, members in zip(self.tables, board.seats[turn], strict=True)
        }
