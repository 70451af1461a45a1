"""Marked passages: which parts of a note somebody took forward."""

from collections.abc import Iterable


def segments(text: str, excerpts: Iterable[str | None]) -> list[tuple[str, bool]]:
    """The text in order as (part, marked); joined together the parts are the text.

    An excerpt that does not occur literally marks nothing; overlapping ones are one mark.
    """
    spans = []
    for excerpt in excerpts:
        start = text.find(excerpt) if excerpt else -1
        if excerpt and start >= 0:
            spans.append((start, start + len(excerpt)))
    parts: list[tuple[str, bool]] = []
    done = 0
    for start, end in sorted(spans):
        if end <= done:
            continue
        if start > done:
            parts.append((text[done:start], False))
        parts.append((text[max(start, done) : end], True))
        done = end
    if done < len(text) or not parts:
        parts.append((text[done:], False))
    merged: list[tuple[str, bool]] = []
    for part, marked in parts:
        if merged and merged[-1][1] == marked:
            merged[-1] = (merged[-1][0] + part, marked)
        else:
            merged.append((part, marked))
    return merged
