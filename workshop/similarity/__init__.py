"""Look-alikes: texts that are likely to say the same, by the pieces of words they share. No database, no Flask."""

from workshop.similarity.index import Index, Match

__all__ = ["Index", "Match"]
