"""QR codes as one SVG path (ISO/IEC 18004), drawn by templates/components/qr.html."""

from functools import lru_cache

import segno

QUIET = 4
"""Modules of white around a code, as the standard asks for."""


@lru_cache(maxsize=256)
def qr_path(url: str) -> tuple[int, str]:
    """How many modules a side has, and the path of the dark ones, a subpath for each run in a row."""
    code = segno.make(url, error="m", micro=False)
    parts = []
    for y, row in enumerate(code.matrix):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                parts.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
            x += 1
    return len(code.matrix), "".join(parts)
