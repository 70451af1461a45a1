"""What python-socketio writes and reads packets with; it asks for `dumps` and `loads` as the json module has them."""

import json
from typing import Any

import msgspec
from socketio.packet import Packet

MOST_DIGITS = 100


class TextPacket(Packet):
    """A packet of Socket.IO that holds no attachments, and is not searched for them."""

    uses_binary_events = False


def whole_number(digits: str) -> int:
    """The number; ValueError where reading it would take for ever."""
    if len(digits) > MOST_DIGITS:
        raise ValueError("a number of too many digits")
    return int(digits)


loads = json.JSONDecoder(parse_int=whole_number).decode
"""Made once, unlike with `json.loads`; lone surrogates come to the forms, which refuse them."""


def dumps(value: Any, **ways: Any) -> str:
    """JSON in one line, a tenth of the time; texts as they are and not as escapes, which is shorter for an umlaut."""
    try:
        return msgspec.json.encode(value).decode()
    except UnicodeEncodeError:
        # A lone surrogate that somebody sent and has come back: only as an escape can it be told.
        return json.dumps(value, **ways)
