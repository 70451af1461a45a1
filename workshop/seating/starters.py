"""Starting plans for more rounds than tables: one round is looked for, and turned for the others.

People are laid out in circles of as many as there are rounds, one or two left over stand in the middle. From one
round to the next everybody takes the place of the next in the circle. Two people of a table meet again exactly
where another two stand at the same distance in the same circles; so nobody meets twice if all distances within the
tables of the first round differ. That is one round to look for instead of all of them. (For three to a table such a
round is a starter of a Kirkman system; see C. J. Colbourn and J. H. Dinitz, "Handbook of Combinatorial Designs",
II.2 and VI.51.)
"""

from collections.abc import Callable
from math import exp
from random import Random

LONGEST = 60_000
"""Exchanges after which a round is shuffled anew."""
IN_THE_MIDDLE = 2


def turned(
    people: int, tables: int, rounds: int, random: Random, trials: int, pause: Callable[[], None]
) -> list[list[int]] | None:
    """For each round the table of every person, without a pair that meets twice; None where none was found."""
    middle = people % rounds
    if people < rounds or middle > IN_THE_MIDDLE or people * (people // tables - 1) * rounds > people * (people - 1):
        return None
    circles = people // rounds
    first = Starter(rounds, circles, middle, tables, random).found(trials, pause)
    if first is None:
        return None
    plan = []
    for turn in range(rounds):
        table_of = [0] * people
        for table, members in enumerate(first):
            for person in members:
                circle, place = divmod(person, rounds)
                table_of[person if circle == circles else circle * rounds + (place + turn) % rounds] = table
        plan.append(table_of)
    return plan


class Starter:
    """One round of tables, whose distances become different by exchanging people."""

    def __init__(self, length: int, circles: int, middle: int, tables: int, random: Random) -> None:
        self.random = random
        self.people = length * circles + middle
        self.tables = tables
        self.distance = [
            [distance(length, circles, one, other) for other in range(self.people)] for one in range(self.people)
        ]
        # The last one is the distance of two in the middle: they would meet in every round.
        self.kinds = length * circles * circles + middle * circles + 1
        self.never = [self.kinds - 1] if middle > 1 else []
        if length % 2 == 0:
            # Half way round one meets the other and, half of the rounds later, is met again.
            self.never += [(circle * circles + circle) * length + length // 2 for circle in range(circles)]

    def found(self, trials: int, pause: Callable[[], None]) -> list[list[int]] | None:
        """The round, or None after so many exchanges."""
        while trials > 0:
            least = min(trials, LONGEST)
            if self.shuffled(least, pause):
                return self.members
            trials -= least
        return None

    def shuffled(self, trials: int, pause: Callable[[], None]) -> bool:
        """Begin anew and exchange; whether all distances differ now."""
        random = self.random
        order = list(range(self.people))
        random.shuffle(order)
        self.members = [order[table :: self.tables] for table in range(self.tables)]
        self.seen = [0] * self.kinds
        for kind in self.never:
            self.seen[kind] = 1
        again = sum(
            self.come(person, members[:place]) for members in self.members for place, person in enumerate(members)
        )
        warmth = 0.6
        for trial in range(trials):
            if again == 0:
                return True
            if trial % 1000 == 0:
                warmth = max(0.12, warmth * 0.965)
                pause()
            one, other = random.sample(range(self.tables), 2)
            here, there = self.members[one], self.members[other]
            at, place = random.randrange(len(here)), random.randrange(len(there))
            more = self.exchange(here, at, there, place)
            if more <= 0 or random.random() < exp(-more / warmth):
                again += more
            else:
                self.exchange(here, at, there, place)
        return again == 0

    def exchange(self, here: list[int], at: int, there: list[int], place: int) -> int:
        """Let two change tables; by how much more distances are repeated now."""
        one, other = here.pop(at), there.pop(place)
        more = -self.go(one, here) - self.go(other, there) + self.come(other, here) + self.come(one, there)
        here.insert(at, other)
        there.insert(place, one)
        return more

    def come(self, person: int, others: list[int]) -> int:
        """Count the distances to others; how many were there already."""
        seen, kinds, again = self.seen, self.distance[person], 0
        for other in others:
            again += seen[kinds[other]]
            seen[kinds[other]] += 1
        return again

    def go(self, person: int, others: list[int]) -> int:
        """The opposite of `come`."""
        seen, kinds, again = self.seen, self.distance[person], 0
        for other in others:
            seen[kinds[other]] -= 1
            again += seen[kinds[other]]
        return again


def distance(length: int, circles: int, one: int, other: int) -> int:
    """A number that two pairs share if one becomes the other by turning."""
    (circle, place), (other_circle, other_place) = divmod(one, length), divmod(other, length)
    if circle > other_circle:
        return distance(length, circles, other, one)
    if circle == circles:
        return -1
    if other_circle == circles:
        return length * circles * circles + other_place * circles + circle
    apart = (other_place - place) % length
    if circle == other_circle:
        apart = min(apart, length - apart)
    return (circle * circles + other_circle) * length + apart
