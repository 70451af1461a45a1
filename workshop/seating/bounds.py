"""How few pairs can meet twice at best.

The cost of a plan is the sum over pairs of v(v−1)/2, where v is how often the pair met. That is the same as
counting, for every two rounds, the pairs that met in both of them. Two counts show what no plan can go below;
both are elementary, and derived here. (For guests that fill tables again and again they are the arguments by which
the social golfer problem is known to have no solution; see W. Harvey, "CSPLib problem 010".)

**Ways.** Who changes tables between two rounds takes one of `tables × (tables − 1)` ways from one table to another.
Two people who take the same way meet in both rounds. Where there are more guests than ways, at least
`guests − ways` pairs share one; spread as evenly as can be, `spread(guests, ways)` of them. This holds for each
two rounds, and the cost is the sum over them. Where the first of the two has been, it is known how many come from
which table, and the count is made table by table. People who stay together take a way as one.

**Meetings.** Tables of given sizes make a given number of meetings in each round. Over all pairs there are, the sum
of v(v−1)/2 is smallest when they are spread evenly: each meeting goes to a pair that has met least. Hosts stay, so
two hosts never meet and a guest meets each host once at most; counting the guests alone is therefore the stronger.

What pairs have to meet again because they stay together is part of the cost and of both counts.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations


def twice(times: int) -> int:
    """What a pair that met so often costs."""
    return times * (times - 1) // 2


def spread(things: int, places: int) -> int:
    """Pairs of things that share a place, at the fewest: as evenly spread as can be."""
    each, rest = divmod(things, places)
    return rest * twice(each + 1) + (places - rest) * twice(each)


def meetings_bound(met: Counter[int], meetings: int, most: int) -> int:
    """The least cost after more meetings.

    Args:
        met: how often a pair has met -> how many pairs have, of those who can meet again.
        meetings: how many the coming rounds bring.
        most: in how many coming rounds a pair can meet.
    """
    waiting = Counter({(times, 0): pairs for times, pairs in met.items()})
    done = 0
    while meetings and waiting:
        times, of_these = key = min(waiting)
        pairs = waiting.pop(key)
        if of_these == most:
            done += pairs * twice(times)
            continue
        now = min(pairs, meetings)
        meetings -= now
        waiting[times + 1, of_these + 1] += now
        if pairs > now:
            waiting[key] = pairs - now
    return done + sum(pairs * twice(times) for (times, _), pairs in waiting.items())


def ways_bound(
    guests: int, tables: int, rounds: int, came_from: Sequence[Sequence[tuple[int, int]]], stay: bool
) -> int:
    """The least cost between rounds of which at least one is still to come.

    Args:
        guests: those who travel, each group that stays together once.
        rounds: the coming ones.
        came_from: for each round that has been and each of its tables, how many of the guests sat at it, and at how
            many of the coming tables they may sit.
        stay: whether somebody may sit at the same table twice, as where there are more rounds than tables.
    """
    ways = tables * tables if stay else tables * (tables - 1)
    coming = len(list(combinations(range(rounds), 2))) * (spread(guests, ways) if ways else 0)
    return coming + rounds * sum(spread(people, to) for turn in came_from for people, to in turn if to)
