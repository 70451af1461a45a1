"""Words as they come in: what is drawn as nothing, what is left out, what no text may hold."""

import unicodedata
from typing import Any

BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0") | {chr(code) for code in range(0xFE00, 0xFE10)}
"""Letters, symbols and marks that are drawn as nothing."""
TIDIED: dict[int, str | None] = {
    **dict.fromkeys((*range(1, 9), *range(14, 32), *range(0x7F, 0xA0))),
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A))),
    **dict.fromkeys(map(ord, "\v\f\x85\u2028\u2029"), "\n"),
}
"""Left out: control characters, and those that turn round what is written after them, somebody else's words too.

The marks that belong to one's own words (LRM, RLM, joiners) stay.
"""
NAME_KEY = 120
"""Characters of a name, as it is compared with others, that count."""
UNSEEN = frozenset(("Cc", "Cf", "Zs", "Zl", "Zp"))
"""Categories of what is drawn as nothing."""


def stripped(value: Any) -> Any:
    """Without space at either end."""
    return value.strip() if isinstance(value, str) else value


def one_line(value: Any) -> Any:
    """With single spaces and no line ends."""
    return " ".join(value.split()) if isinstance(value, str) else value


def has_something(text: str) -> bool:
    """Whether anything of it can be seen."""
    # The first letter nearly always decides; a generator is made more slowly than that is looked at.
    for one in text:  # noqa: SIM110
        if one not in BLANK and unicodedata.category(one) not in UNSEEN:
            return True
    return False


def name_key(name: str) -> str:
    """A name as it is compared with others: those that look the same are the same, whatever in them cannot be seen."""
    seen = (one for one in unicodedata.normalize("NFKC", name).casefold() if one not in BLANK)
    # Compatibility forms can be eighteen times as long.
    return " ".join("".join(one for one in seen if unicodedata.category(one) not in ("Cc", "Cf")).split())[:NAME_KEY]


def clean(text: str) -> str:
    """NFC with LF line ends, without control characters; UnicodeError for what no text may hold."""
    if text.isprintable():
        # Holds nothing of what is left out or refused here.
        return unicodedata.normalize("NFC", text)
    if "\0" in text:
        raise UnicodeError
    # Lone surrogates are no text.
    text.encode()
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(TIDIED)
    return unicodedata.normalize("NFC", text)
