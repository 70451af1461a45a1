"""Bettering a plan: people exchange seats, at first boldly, then only for the better.

Everything a plan should avoid has a price. Two people of a round, drawn at random, exchange seats if that makes the
plan cheaper, and now and then if it makes it a little dearer, ever less often (simulated annealing; S. Kirkpatrick,
C. D. Gelatt and M. P. Vecchi, "Optimization by simulated annealing", Science 220, 1983). Those who stay together are
one unit of two or more. Tables that are one smaller than others have an *empty chair*, a unit of nobody, so that
taking it is an exchange like any other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from math import exp
from random import Random

MIX, AGAIN, TABLE, NEVER = 1, 10**6, 10**11, 10**14
"""What it costs to sit with one's own organisation, to meet again, to sit at the same table again, to break a wish;
so far apart that none ever outweighs the next."""
HOT, COLD = 0.5, 0.12
"""What an exchange may cost at the beginning and at the end, measured by what is being avoided."""
SOON = 2 * AGAIN
"""What sitting at the same table again counts on the way to a plan."""
BREATH = 500
"""Exchanges tried between two pauses; some milliseconds. Whole rotations take longer, so a fifth of them."""
USUAL = 33
"""From so many people on at two tables together, an exchange between these counts as several."""


@dataclass
class Board:
    """The coming rounds with all prices; units are numbered.

    Attributes:
        chairs: how many seats a unit takes.
        weight: how many people it is; 0 for an empty chair.
        price: what it costs two units to meet once more.
        place: what it costs a unit to sit at a table once more.
        again: unit -> what that rises by each time.
        seats: round -> table -> units.
        where: round -> unit -> table.
        free: round -> unit -> whether it may be moved.
    """

    chairs: list[int]
    weight: list[int]
    price: list[list[int]]
    place: list[list[int]]
    again: list[int]
    seats: list[list[list[int]]]
    where: list[list[int]]
    free: list[list[bool]]

    def __post_init__(self) -> None:
        self.heads = [[0] * len(tables) for tables in self.seats]
        """Round -> table -> how many people sit there."""
        self.first_price = [list(row) for row in self.price]
        """What it costs two units to meet for the first time in the coming rounds."""
        self.first_place = [list(row) for row in self.place]

    def sit(self, turn: int, unit: int, table: int) -> int:
        """Give a unit a seat; what it costs."""
        price, weight = self.price[unit], self.weight
        step = AGAIN * weight[unit]
        cost = self.place[unit][table]
        members = self.seats[turn][table]
        for other in members:
            cost += price[other]
            if rise := step * weight[other]:
                price[other] += rise
                self.price[other][unit] += rise
        self.place[unit][table] += self.again[unit]
        members.append(unit)
        self.heads[turn][table] += weight[unit]
        self.where[turn][unit] = table
        return cost

    def leave(self, turn: int, unit: int) -> int:
        """Take a unit from its seat; what that saves."""
        price, weight = self.price[unit], self.weight
        step = AGAIN * weight[unit]
        table = self.where[turn][unit]
        members = self.seats[turn][table]
        members.remove(unit)
        self.heads[turn][table] -= weight[unit]
        saved = 0
        for other in members:
            if fall := step * weight[other]:
                price[other] -= fall
                self.price[other][unit] -= fall
            saved += price[other]
        self.place[unit][table] -= self.again[unit]
        return saved + self.place[unit][table]

    def exchange(self, turn: int, ones: list[int], others: list[int]) -> int:
        """Let those of one table change places with those of another; how much dearer the plan is."""
        here, there = self.where[turn][ones[0]], self.where[turn][others[0]]
        saved = sum(self.leave(turn, unit) for unit in [*ones, *others])
        return (
            sum(self.sit(turn, unit, there) for unit in ones)
            + sum(self.sit(turn, unit, here) for unit in others)
            - saved
        )

    def more(self, turn: int, one: int, other: int) -> int:
        """How much dearer the plan would be if two of different tables exchanged seats."""
        here, there = self.where[turn][one], self.where[turn][other]
        price, its = self.price[one], self.price[other]
        place, its_place = self.place[one], self.place[other]
        more = place[there] - place[here] + self.again[one] + its_place[here] - its_place[there] + self.again[other]
        for member in self.seats[turn][here]:
            more += its[member] - price[member]
        for member in self.seats[turn][there]:
            more += price[member] - its[member]
        # The sums above took each for the other's neighbour, and the meetings they leave for ones still to come.
        weight, heads = self.weight, self.heads[turn]
        more -= 2 * price[other]
        more += AGAIN * weight[one] * (heads[here] - weight[one])
        more += AGAIN * weight[other] * (heads[there] - weight[other])
        return more

    def more_by_swap(self, one: int, other: int, turns: list[int]) -> int:
        """How much dearer the plan would be if two of the same size took over each other's tables in all these rounds.

        Who meets how often in the coming rounds stays the same, but for the names of these two.
        """
        price, its = self.first_price[one], self.first_price[other]
        place, its_place = self.first_place[one], self.first_place[other]
        more = 0
        for turn in turns:
            here, there = self.where[turn][one], self.where[turn][other]
            more += place[there] - place[here] + its_place[here] - its_place[there] - 2 * price[other]
            for member in self.seats[turn][here]:
                more += its[member] - price[member]
            for member in self.seats[turn][there]:
                more += price[member] - its[member]
        return more

    def whole(self) -> int:
        """The price of all coming rounds together."""
        taken = [(turn, unit, table) for turn, where in enumerate(self.where) for unit, table in enumerate(where)]
        seated = [one for one in taken if one[2] >= 0]
        for turn, unit, _ in seated:
            self.leave(turn, unit)
        return sum(self.sit(*one) for one in seated)


class Search:
    """One search on a board, within a number of trials."""

    def __init__(self, board: Board, random: Random, pause: Callable[[], None]) -> None:
        self.board = board
        self.random = random
        self.pause = pause
        self.movable = [
            [unit for unit, table in enumerate(where) if table >= 0 and free[unit]]
            for where, free in zip(board.where, board.free, strict=True)
        ]
        self.total = board.whole()
        self.keep()

    def anneal(self, unit_price: int, enough: int, trials: int) -> None:
        """Exchange single seats until the plan costs no more than `enough`, or the trials are used up."""
        board, draw = self.board, self.random.random
        turns = [turn for turn, movable in enumerate(self.movable) if len(movable) > 1]
        if not turns or self.total <= enough:
            return
        warmth = HOT * unit_price
        cooling = (COLD / HOT) ** (BREATH / max(trials, BREATH))
        spent = breath = 0
        while spent < trials:
            if spent >= breath:
                self.pause()
                warmth *= cooling
                breath += BREATH
            spent += 1
            turn = turns[int(draw() * len(turns))]
            movable, where = self.movable[turn], board.where[turn]
            one, other = movable[int(draw() * len(movable))], movable[int(draw() * len(movable))]
            if where[one] == where[other]:
                continue
            large = self.largeness(turn, one, other)
            if board.chairs[one] != board.chairs[other]:
                # Several leave, sit down, and perhaps all come back.
                spent += large * 4 * (1 + max(board.chairs[one], board.chairs[other]))
                self.exchange_several(turn, one, other, warmth)
            else:
                spent += large
                more = board.more(turn, one, other)
                if not self.dares(more, warmth):
                    continue
                board.exchange(turn, [one], [other])
                self.total += more
            if self.total < self.best:
                self.keep()
                if self.total <= enough:
                    return
        self.go_back()

    def largeness(self, turn: int, one: int, other: int) -> int:
        """How much longer than usual it takes to look at everybody at the tables of two; 0 where they are no larger."""
        heads, where = self.board.heads[turn], self.board.where[turn]
        return (heads[where[one]] + heads[where[other]]) // USUAL

    def dares(self, more: int, warmth: float) -> bool:
        """Whether to take an exchange that makes the plan dearer by so much."""
        if abs(more) > TABLE // 2:
            # On its way the search may send people to a table twice, or it would never get anywhere where they are to
            # see all of them. The best plan is chosen by the full price.
            times = (more + TABLE // 2) // TABLE
            more += times * (SOON - TABLE)
        return more <= 0 or (more < 20 * warmth and self.random.random() < exp(-more / warmth))

    def exchange_several(self, turn: int, one: int, other: int, warmth: float) -> None:
        """Exchange those who stay together with as many others of a table."""
        board = self.board
        if board.chairs[one] < board.chairs[other]:
            one, other = other, one
        table = board.where[turn][other]
        singles = [unit for unit in board.seats[turn][table] if board.free[turn][unit] and board.chairs[unit] == 1]
        if len(singles) < board.chairs[one]:
            return
        others = self.random.sample(singles, board.chairs[one])
        more = board.exchange(turn, [one], others)
        if self.dares(more, warmth):
            self.total += more
        else:
            board.exchange(turn, [one], others)

    def mix(self, enough: int, trials: int) -> None:
        """The same for whole rotations: two people take over each other's, so that nobody meets again for it."""
        board, random = self.board, self.random
        rounds = range(len(board.where))
        units = [unit for unit, weight in enumerate(board.weight) if weight and all(free[unit] for free in board.free)]
        if len(units) < 2 or self.total <= enough:
            return
        breath = BREATH // 5
        warmth = HOT * MIX
        cooling = (COLD / HOT) ** (breath / max(trials, breath))
        spent = rest = 0
        while spent < trials:
            if spent >= rest:
                self.pause()
                warmth *= cooling
                rest += breath
            spent += 1
            one, other = units[int(random.random() * len(units))], units[int(random.random() * len(units))]
            if board.chairs[one] != board.chairs[other]:
                continue
            turns = [turn for turn in rounds if board.where[turn][one] != board.where[turn][other]]
            spent += max((self.largeness(turn, one, other) for turn in turns), default=0)
            more = board.more_by_swap(one, other, turns)
            if not turns or not self.dares(more, warmth):
                continue
            for turn in turns:
                board.exchange(turn, [one], [other])
            self.total += more
            if self.total < self.best:
                self.keep()
                if self.total <= enough:
                    return
        self.go_back()

    def relabel(self) -> None:
        """Let whole tables change places within a round where people then come to tables that are new to them.

        Only for rooms in which nobody is bound to a table: who meets whom stays as it is.
        """
        board = self.board
        for _ in range(3):
            before = self.total
            for turn, seats in enumerate(board.seats):
                for here, there in combinations(range(len(seats)), 2):
                    ones, others = list(seats[here]), list(seats[there])
                    more = board.exchange(turn, ones, others)
                    if more > 0:
                        board.exchange(turn, ones, others)
                    else:
                        self.total += more
                self.pause()
            if self.total < self.best:
                self.keep()
            if self.total == before:
                break

    def keep(self) -> None:
        """Remember this plan as the best one."""
        self.best = self.total
        self.kept = [list(where) for where in self.board.where]

    def go_back(self) -> None:
        """Return to the best plan."""
        board = self.board
        for turn, kept in enumerate(self.kept):
            moved = [unit for unit, table in enumerate(kept) if table >= 0 and table != board.where[turn][unit]]
            for unit in moved:
                board.leave(turn, unit)
            for unit in moved:
                board.sit(turn, unit, kept[unit])
        self.total = self.best
