"""Group rotation: fixed groups visit one table after the other."""

from collections.abc import Mapping, Sequence

from workshop.seating.room import Id, Impossible, Obstacle


def rotate_groups(
    groups: Sequence[Id], tables: Sequence[Id], rounds: int, past: Sequence[Mapping[Id, Id]] = ()
) -> list[dict[Id, Id]]:
    """For each coming round group -> table; no group comes to a table twice as long as it has not seen all.

    From the start this is a Latin square: each group goes on to the next table in every round. Where tables were
    closed or added in between, each round is the matching that sends as many groups as possible to tables that are
    new to them. Groups never share a table.

    Args:
        past: the rounds that have been, group -> table.

    Raises:
        Impossible: there are more groups than tables.
    """
    if len(groups) > len(tables):
        raise Impossible(
            Obstacle.MORE_GROUPS_THAN_TABLES, f"{len(groups)} groups cannot be at {len(tables)} tables at once.", groups
        )
    visits = {group: dict.fromkeys(tables, 0) for group in groups}
    for turn in past:
        for group, table in turn.items():
            if group in visits and table in visits[group]:
                visits[group][table] += 1
    plan = []
    for turn_number in range(rounds):
        if any(past):
            turn = matched(groups, tables, visits, turn_number)
        else:
            turn = {group: tables[(place + turn_number) % len(tables)] for place, group in enumerate(groups)}
        for group, table in turn.items():
            visits[group][table] += 1
        plan.append(turn)
    return plan


def matched(
    groups: Sequence[Id], tables: Sequence[Id], visits: Mapping[Id, Mapping[Id, int]], turn: int
) -> dict[Id, Id]:
    """A table of its own for each group, as rarely visited as possible."""
    group_at: dict[Id, Id] = {}

    def find(group: Id, seen: set[Id], most: int) -> bool:
        for step in range(len(tables)):
            table = tables[(groups.index(group) + turn + step) % len(tables)]
            if table in seen or visits[group][table] > most:
                continue
            seen.add(table)
            if table not in group_at or find(group_at[table], seen, most):
                group_at[table] = group
                return True
        return False

    # Whoever has fewest new tables left chooses first; who finds none takes one seen once, then twice.
    for group in sorted(groups, key=lambda one: sum(times == 0 for times in visits[one].values())):
        most = 0
        while not find(group, set(), most):
            most += 1
    return {group: table for table, group in group_at.items()}
