"""Starting plans by arithmetic, where everybody changes tables in every round.

Tables are the elements of a group. Guests come in *classes* of one guest for each table; a class has a shift for
each round, and the guest `i` of it sits at table `i + shift`. Two guests of one class never meet. Two of different
classes meet in two rounds only if the difference of those rounds' shifts is the same for both classes. So nobody
meets twice if for every two rounds the differences are different for all classes, and nobody sits twice at a table if
none of them is 0. (Such rows are known as a difference matrix; see C. J. Colbourn and J. H. Dinitz, "Handbook of
Combinatorial Designs", VI.17.)

In a finite field, or in a product of fields, `shift = round × class` has this property as long as the differences of
two rounds can be divided by: for 8 tables up to 8 rounds, for 12 tables up to 3. Elsewhere classes are looked for.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from random import Random
from typing import NamedTuple

TWELVE = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
    (0, 4, 7, 1, 10, 8, 2, 6, 9, 11, 5, 3),
    (0, 7, 5, 6, 9, 3, 4, 2, 10, 8, 11, 1),
    (0, 9, 4, 7, 2, 11, 1, 8, 5, 6, 3, 10),
    (0, 10, 9, 2, 8, 1, 5, 11, 4, 3, 7, 6),
)
"""Shifts for 12 tables and up to 6 rounds, of which the first has none; tables are pairs of a number below 2 and one
below 6. Found by trying all permutations of which each one and all differences are permutations. (That there are five
of them is known since D. M. Johnson, A. L. Dulmage and N. S. Mendelsohn, 1961.)"""
LOOKS = 30_000
"""Shifts that are tried before classes may meet twice."""


@dataclass(frozen=True)
class Part:
    """A field: numbers 0 to size−1 read as polynomials over its prime, added and multiplied."""

    prime: int
    degree: int

    @property
    def size(self) -> int:
        """How many elements it has."""
        return self.prime**self.degree

    def digits(self, number: int) -> list[int]:
        """The coefficients, lowest first."""
        return [number // self.prime**place % self.prime for place in range(self.degree)]

    def number(self, digits: Sequence[int]) -> int:
        """The element of these coefficients."""
        return sum(digit % self.prime * self.prime**place for place, digit in enumerate(digits))

    def add(self, one: int, other: int, sign: int = 1) -> int:
        """Sum, or with the sign −1 difference."""
        return self.number([a + sign * b for a, b in zip(self.digits(one), self.digits(other), strict=True)])

    def times(self, one: int, other: int, modulus: Sequence[int]) -> int:
        """Product modulo a polynomial x^degree − modulus."""
        product = [0] * (2 * self.degree - 1)
        for place, a in enumerate(self.digits(one)):
            for other_place, b in enumerate(self.digits(other)):
                product[place + other_place] += a * b
        for place in range(len(product) - 1, self.degree - 1, -1):
            for lower, factor in enumerate(modulus):
                product[place - self.degree + lower] += product[place] * factor
        return self.number(product[: self.degree])

    def products(self, rows: int) -> list[list[int]]:
        """What the first elements times each element are, by the first polynomial that has no divisors."""
        for candidate in range(self.size):
            modulus = self.digits(candidate)
            # A polynomial with divisors has one of at most half its degree, and that one leads to 0.
            divisors = range(1, self.prime ** (self.degree // 2 + 1) if self.degree > 1 else 1)
            if any(self.times(a, b, modulus) == 0 for a in divisors for b in range(1, self.size)):
                continue
            return [[self.times(a, b, modulus) for b in range(self.size)] for a in range(rows)]
        raise AssertionError("every prime has a field of every degree")


def parts_of(tables: int) -> list[Part]:
    """The fields whose product has so many elements."""
    parts, prime = [], 2
    while tables > 1:
        degree = 0
        while tables % prime == 0:
            tables //= prime
            degree += 1
        if degree:
            parts.append(Part(prime, degree))
        prime += 1
    return parts


class Rotation(NamedTuple):
    """Classes of guests; `classes[c][r]` is the shift of class c in round r."""

    add: Callable[[int, int], int]
    classes: list[tuple[int, ...]]

    def table(self, guest: int, turn: int, tables: int) -> int:
        """Where a guest sits; guests are numbered class by class."""
        number, place = divmod(guest, tables)
        return self.add(place, self.classes[number][turn])


def rotation(tables: int, rounds: int, guests: int, random: Random) -> Rotation:
    """Classes for so many guests, in which as few as possible meet twice. Takes rounds ≤ tables, at least 2 tables."""
    wanted = -(-guests // tables)
    parts = parts_of(tables)
    if rounds <= min(part.size for part in parts):
        return of_fields(parts, tables, rounds, wanted, random)
    if tables == 12 and rounds <= len(TWELVE) + 1:
        columns = [(0, *(row[element] for row in TWELVE[: rounds - 1])) for element in range(1, 12)]
        return Rotation(add_in_pairs, repeated(columns, wanted, add_in_pairs, random))
    return searched(tables, rounds, wanted, random)


def add_in_pairs(one: int, other: int) -> int:
    """The sum of two of the 12 pairs of TWELVE."""
    return (one // 6 + other // 6) % 2 * 6 + (one + other) % 6


def of_fields(parts: list[Part], tables: int, rounds: int, wanted: int, random: Random) -> Rotation:
    """By multiplication."""
    products = [part.products(rounds) for part in parts]

    def split(number: int) -> list[int]:
        found = []
        for part in parts:
            number, rest = divmod(number, part.size)
            found.append(rest)
        return found

    def joined(numbers: Sequence[int]) -> int:
        whole = 0
        for part, number in zip(reversed(parts), reversed(numbers), strict=True):
            whole = whole * part.size + number
        return whole

    def add(one: int, other: int) -> int:
        return joined([part.add(a, b) for part, a, b in zip(parts, split(one), split(other), strict=True)])

    columns = []
    for element in range(1, tables):
        inside = split(element)
        columns.append(
            # A round is the same small number in every part, so that two rounds differ in each of them.
            tuple(
                joined([product[turn][a] for product, a in zip(products, inside, strict=True)])
                for turn in range(rounds)
            )
        )
    return Rotation(add, repeated(columns, wanted, add, random))


def repeated(
    columns: list[tuple[int, ...]], wanted: int, add: Callable[[int, int], int], random: Random
) -> list[tuple[int, ...]]:
    """Where more classes are wanted than there are, the same ones come again with their rounds exchanged.

    As many meet again as in any other way, but seldom the same two in every round. Of some exchanges the one is
    taken by which fewest meet a third time.
    """
    found = columns[:wanted]
    if wanted <= len(columns):
        return found
    rounds = len(columns[0])
    elements = range(len(columns) + 1)
    minus = {(add(one, other), other): one for one in elements for other in elements}

    def again(more: list[tuple[int, ...]]) -> int:
        return sum(
            times**3
            for one in found
            for other in more
            for times in Counter(minus[a, b] for a, b in zip(one, other, strict=True)).values()
        )

    while len(found) < wanted:
        orders = [random.sample(range(rounds), rounds) for _ in range(10)]
        sets = [[tuple(column[turn] for turn in order) for column in columns] for order in orders]
        best = min([one[: wanted - len(found)] for one in sets], key=again)
        found += best
    return found


def searched(tables: int, rounds: int, wanted: int, random: Random) -> Rotation:
    """By trying, with tables in a circle."""
    best: list[tuple[int, ...]] = []
    looks = LOOKS
    while looks > 0 and len(best) < wanted:
        found, used = one_try(tables, rounds, wanted, random)
        looks -= used
        if len(found) > len(best):
            best = found
    seen: list[Counter[int]] = [Counter() for _ in combinations(range(rounds), 2)]
    for column in best:
        count(seen, column, tables)
    while len(best) < wanted:
        # The class that meets the others again least often, of some.
        column = min(
            (tuple(random.sample(range(tables), rounds)) for _ in range(60)),
            key=lambda one: sum(seen[pair][(b - a) % tables] for pair, (a, b) in enumerate(combinations(one, 2))),
        )
        count(seen, column, tables)
        best.append(column)
    return Rotation(lambda one, other: (one + other) % tables, best)


def count(seen: list[Counter[int]], column: Sequence[int], tables: int) -> None:
    """Mark the differences that a class uses."""
    for pair, (a, b) in enumerate(combinations(column, 2)):
        seen[pair][(b - a) % tables] += 1


def one_try(tables: int, rounds: int, wanted: int, random: Random) -> tuple[list[tuple[int, ...]], int]:
    """Classes that never meet twice, one after the other until none fits; and how many shifts were tried."""
    used: list[list[set[int]]] = [[{0} for _ in range(rounds)] for _ in range(rounds)]
    found: list[tuple[int, ...]] = []
    looks = 0

    def extended(column: list[int]) -> bool:
        nonlocal looks
        turn = len(column)
        if turn == rounds:
            return True
        shifts = random.sample(range(tables), tables)
        for shift in shifts:
            looks += 1
            if all((shift - before) % tables not in used[earlier][turn] for earlier, before in enumerate(column)):
                column.append(shift)
                if extended(column):
                    return True
                column.pop()
            if looks > LOOKS // 10:
                return False
        return False

    while len(found) < wanted:
        column = [0]
        if not extended(column):
            break
        for earlier, turn in combinations(range(rounds), 2):
            used[earlier][turn].add((column[turn] - column[earlier]) % tables)
        found.append(tuple(column))
    return found, looks
