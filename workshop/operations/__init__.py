"""The write vocabulary; importing this fills the registry in `perform`."""

from workshop.operations import accounts, cafes, events, ideas, imports, people, processes, seats

__all__ = ["accounts", "cafes", "events", "ideas", "imports", "people", "processes", "seats"]
