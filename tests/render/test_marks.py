"""Marked passages: every letter of a note is drawn once, in its order, marked or not."""

from hypothesis import given
from hypothesis import strategies as st

from workshop.render.marks import segments


def test_a_passage_is_marked_where_it_stands() -> None:
    assert segments("open on Sundays", ["on Sun"]) == [("open ", False), ("on Sun", True), ("days", False)]


def test_what_does_not_stand_there_marks_nothing() -> None:
    assert segments("open", ["closed", "", None]) == [("open", False)]
    assert segments("", []) == [("", False)]


def test_overlapping_passages_are_one_mark() -> None:
    assert segments("abcdef", ["abcd", "cdef"]) == [("abcdef", True)]
    assert segments("abcdef", ["bcde", "cd"]) == [("a", False), ("bcde", True), ("f", False)]
    assert segments("abcd", ["ab", "cd"]) == [("abcd", True)]


@given(st.text("ab<& \n", max_size=20), st.lists(st.text("ab<& \n", max_size=4) | st.none(), max_size=4))
def test_the_parts_are_the_text(text: str, excerpts: list[str | None]) -> None:
    parts = segments(text, excerpts)
    assert "".join(part for part, _ in parts) == text
    marks = [marked for _, marked in parts]
    assert all(one != other for one, other in zip(marks, marks[1:], strict=False))
    for excerpt in excerpts:
        if excerpt and excerpt in text:
            assert any(excerpt in part for part, marked in parts if marked)
