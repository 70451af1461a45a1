"""The drawing of the line back."""

from types import SimpleNamespace
from uuid import uuid4

from workshop.render.lineage import lay_out


def item(count: int, more: int = 0) -> SimpleNamespace:
    """A to:DO with so many voices."""
    return SimpleNamespace(voices=[SimpleNamespace(id=uuid4()) for _ in range(count)], more=more)


def test_strands_lie_as_they_were_designed() -> None:
    """Ten voices of four to:DOs: the very curves of the design."""
    drawing = lay_out([item(3), item(3), item(2), item(2)])
    assert drawing.rows == 10
    assert [(block.row, block.span) for block in drawing.blocks] == [(2, 3), (5, 3), (8, 2), (10, 2)]
    first, last = drawing.blocks[0].strands[0], drawing.blocks[3].strands[1]
    assert first.to_item == "M0 50C55 50 45 141 100 141"
    assert first.to_goal == "M0 141C60 141 40 464 100 464"
    assert last.to_item == "M0 150C55 150 45 104.5 100 104.5"
    assert last.to_goal == "M0 904.5C60 904.5 40 536 100 536"


def test_a_fold_takes_a_row_and_a_to_do_without_voices_too() -> None:
    """Both have a strand to the goal, and no voice of their own."""
    drawing = lay_out([item(3, more=9), item(0)])
    assert drawing.rows == 5
    assert [strand.voice is None for strand in drawing.blocks[0].strands] == [False, False, False, True]
    assert [strand.voice for strand in drawing.blocks[1].strands] == [None]


def test_every_voice_has_an_address_of_its_own() -> None:
    """The same note behind two to:DOs: its first place keeps the plain address."""
    same = item(1)
    drawing = lay_out([same, SimpleNamespace(voices=same.voices, more=0)])
    anchors = [block.strands[0].anchor for block in drawing.blocks]
    assert anchors == [f"said-{same.voices[0].id}", f"said-{same.voices[0].id}-2"]
