"""The line back as a drawing: one row of equal height per voice, so that nothing has to be measured."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

ROW = 100
"""Height of a row in the units of the drawing, which is stretched to whatever the words need."""
INTO_ITEM, INTO_GOAL = 9, 8
"""How far apart strands arrive, in the same units."""


@dataclass
class Strand:
    """A voice's way: to its to:DO, within the to:DO's rows, and on to the goal, within all rows."""

    row: int
    """Its row in the grid; the first holds the headings."""
    to_item: str
    to_goal: str
    voice: Any = None
    """None for the line that stands for the folded voices."""
    anchor: str = ""


@dataclass
class Block:
    """A to:DO with its strands."""

    item: Any
    row: int
    span: int
    strands: list[Strand] = field(default_factory=list)


@dataclass
class Drawing:
    """Everything in its rows."""

    rows: int
    blocks: list[Block]


def lay_out(items: Iterable[Any]) -> Drawing:
    """Place to:DOs (`voices`, `more`) and draw a strand for each voice and for each fold."""
    found = list(items)
    counts = [max(1, len(item.voices) + bool(item.more)) for item in found]
    total = sum(counts)
    blocks: list[Block] = []
    seen: set[str] = set()
    above = 0
    for item, count in zip(found, counts, strict=True):
        block = Block(item, above + 2, count)
        for index, voice in enumerate([*item.voices, None][:count]):
            arrival = count * ROW / 2 + (index - (count - 1) / 2) * INTO_ITEM
            start = above * ROW + arrival
            goal = total * ROW / 2 + (above + index - (total - 1) / 2) * INTO_GOAL
            block.strands.append(
                Strand(
                    row=above + index + 2,
                    to_item=curve(index * ROW + ROW / 2, arrival, 55, 45),
                    to_goal=curve(start, goal, 60, 40),
                    voice=voice,
                    anchor=_anchor(voice, seen),
                )
            )
        blocks.append(block)
        above += count
    return Drawing(total, blocks)


def curve(start: float, end: float, out: int, into: int) -> str:
    """An S from the left edge to the right one."""
    return f"M0 {start:g}C{out} {start:g} {into} {end:g} 100 {end:g}"


def _anchor(voice: Any, seen: set[str]) -> str:
    # The address of one person's words; the second to:DO that came from them gets another.
    if voice is None:
        return ""
    anchor, number = f"said-{voice.id}", 1
    while anchor in seen:
        number += 1
        anchor = f"said-{voice.id}-{number}"
    seen.add(anchor)
    return anchor
