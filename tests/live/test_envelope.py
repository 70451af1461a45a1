"""What packets are written and read with."""

import json
from typing import Any

import pytest

from workshop.live import envelope

MESSAGE = {
    "channel": "table:1",
    "since": 41,
    "keys": ["a"],
    "put": [{"html": "<li>Bänke “hier” 🌳\n</li>"}],
    "ok": True,
}


@pytest.mark.parametrize("value", [["change", MESSAGE], [{"at": {}, "votes": None}], [], [{"half": 0.5}]], ids=repr)
def test_what_is_written_is_read_as_it_was(value: Any) -> None:
    written = envelope.dumps(value, separators=(",", ":"))
    assert json.loads(written) == envelope.loads(written) == value
    assert "\n" not in written and ", " not in written.replace("hier” ", "")


def test_a_lone_surrogate_that_was_sent_can_be_told_back() -> None:
    sent = envelope.loads('{"key": "\\ud800"}')
    assert json.loads(envelope.dumps([sent], separators=(",", ":"))) == [sent]


def test_a_number_that_takes_for_ever_is_not_read() -> None:
    with pytest.raises(ValueError):
        envelope.loads("[" + "9" * 101 + "]")
