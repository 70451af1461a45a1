"""The write vocabulary; importing this fills the registry in `perform`."""

from workshop.operations import (
    accounts,
    action_list,
    cafes,
    cards,
    events,
    following,
    goals,
    ideas,
    imports,
    moderation,
    people,
    processes,
    reasons,
    seats,
    sorting,
    votes,
)

__all__ = [
    "accounts",
    "action_list",
    "cafes",
    "cards",
    "events",
    "following",
    "goals",
    "ideas",
    "imports",
    "moderation",
    "people",
    "processes",
    "reasons",
    "seats",
    "sorting",
    "votes",
]
