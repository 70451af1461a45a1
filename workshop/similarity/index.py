"""An index of texts that finds those like another one, by the cosine of their weighted pieces (tf-idf)."""

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Container, Iterable
from typing import Any, NamedTuple

from workshop.similarity.pieces import pieces

ALIKE = 0.28
"""From this score on two texts are called alike; docs/look-alikes.md has the figures it was chosen by."""
COMMON = 0.2
"""A piece that more than this share of the texts has says nothing of what one is about; it is not looked up."""
SMALL = 20
"""Below so many texts every piece is looked up."""
LOOKED_AT = 40
"""Of the texts that share most, so many are compared whole."""


class Match(NamedTuple):
    """A text that is like the one that was asked for; 1.0 is the same."""

    key: Any
    score: float


class Index:
    """Texts by their keys; a text that is put again replaces the one before."""

    def __init__(self) -> None:
        self._texts: dict[Any, dict[str, float]] = {}
        self._holders: dict[str, set[Any]] = defaultdict(set)

    def __len__(self) -> int:
        return len(self._texts)

    def keys(self) -> Iterable[Any]:
        """The keys of all texts."""
        return self._texts.keys()

    def put(self, key: Any, text: str) -> None:
        """Know a text."""
        self.drop(key)
        self._texts[key] = counted = _damped(pieces(text))
        for piece in counted:
            self._holders[piece].add(key)

    def drop(self, key: Any) -> None:
        """Know it no longer."""
        for piece in self._texts.pop(key, {}):
            holders = self._holders[piece]
            holders.discard(key)
            if not holders:
                del self._holders[piece]

    def similar(self, text: str, *, least: float = ALIKE, most: int = 3, without: Container[Any] = ()) -> list[Match]:
        """The texts most like this one, the likest first: at most `most`, each with at least the score `least`."""
        asked = _damped(pieces(text))
        shared: dict[Any, float] = defaultdict(float)
        too_common = max(SMALL, COMMON * len(self._texts))
        for piece, count in asked.items():
            holders = self._holders.get(piece, ())
            if len(holders) <= too_common:
                weight = count * self._rarity(piece) ** 2
                for key in holders:
                    shared[key] += weight
        asked_length = self._length(asked)
        found = []
        for key in heapq.nlargest(LOOKED_AT, shared, key=shared.__getitem__):
            if key in without:
                continue
            theirs = self._texts[key]
            product = sum(
                count * theirs[piece] * self._rarity(piece) ** 2 for piece, count in asked.items() if piece in theirs
            )
            score = product / (asked_length * self._length(theirs))
            if score >= least:
                found.append(Match(key, score))
        return sorted(found, key=lambda one: -one.score)[:most]

    def _rarity(self, piece: str) -> float:
        return math.log((1 + len(self._texts)) / (1 + len(self._holders.get(piece, ())))) + 1.0

    def _length(self, counted: dict[str, float]) -> float:
        return math.sqrt(sum((count * self._rarity(piece)) ** 2 for piece, count in counted.items())) or 1.0


def _damped(counted: Counter[str]) -> dict[str, float]:
    # The third time somebody says a word adds little.
    return {piece: 1.0 + math.log(count) for piece, count in counted.items()}
