"""A text as the pieces of its words: so that endings, compounds and typing errors cost little, in any language."""

import re
import unicodedata
from collections import Counter

SIZES = (4, 5)
"""Characters of a piece; a word's beginning and end count as one."""
WORD = re.compile(r"\w+")


def folded(text: str) -> str:
    """A text without differences of case, form and accent."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(one for one in plain if not unicodedata.combining(one))


def pieces(text: str) -> Counter[str]:
    """How often each piece occurs in a text."""
    found: Counter[str] = Counter()
    for word in WORD.findall(folded(text)):
        marked = f"_{word}_"
        for size in SIZES:
            found.update(marked[start : start + size] for start in range(len(marked) - size + 1))
        if len(marked) < min(SIZES):
            found[marked] += 1
    return found
