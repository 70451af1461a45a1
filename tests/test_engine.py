"""The engine: what is read of a websocket without eventlet's own way of reading, and what is left to that."""

from eventlet.websocket import RFC6455WebSocket
from hypothesis import given
from hypothesis import strategies as st

from workshop.engine import ReadAhead, close_quietly

MASK = bytes((1, 2, 3, 4))


def frame(data: bytes, first: int = 0x81, *, mask: bytes | None = MASK) -> bytes:
    """A frame as RFC 6455 has it, 5.2."""
    size = len(data)
    length = bytes((size,)) if size < 126 else b"\x7e" + size.to_bytes(2, "big")
    if mask is None:
        return bytes((first,)) + length + data
    return bytes((first, length[0] | 0x80)) + length[1:] + mask + RFC6455WebSocket._apply_mask(data, mask)


def ahead(kept: bytes) -> ReadAhead:
    """What has read this."""
    made = ReadAhead(None)
    made.kept = kept
    return made


@given(st.text(max_size=600), st.binary(min_size=4, max_size=4), st.binary(max_size=20))
def test_a_text_that_came_whole_is_read_and_nothing_else(text: str, mask: bytes, more: bytes) -> None:
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return
    reading = ahead(frame(data, mask=mask) + more)
    assert (reading.text(), reading.kept) == (text, more)


@given(st.text(st.characters(codec="utf-8"), max_size=300), st.data())
def test_what_has_not_come_whole_stays(text: str, data: st.DataObject) -> None:
    whole = frame(text.encode())
    part = whole[: data.draw(st.integers(0, len(whole) - 1))]
    reading = ahead(part)
    assert (reading.text(), reading.kept) == (None, part)


def test_all_else_is_left_to_eventlet() -> None:
    others = {
        "a part of a message": frame(b"a", 0x01),
        "its end": frame(b"a", 0x80),
        "bytes": frame(b"a", 0x82),
        "a ping": frame(b"a", 0x89),
        "an end": frame(b"\x03\xe8", 0x88),
        "compressed": frame(b"a", 0xC1),
        "not masked": frame(b"abcdefgh", mask=None),
        "no text": frame(b"\xff\xfe"),
        "a surrogate": frame(b"\xed\xa0\x80"),
        "a long one": b"\x81\xff" + (70_000).to_bytes(8, "big") + MASK + bytes(8_000),
    }
    for what, kept in others.items():
        reading = ahead(kept)
        assert (reading.text(), reading.kept) == (None, kept), what


def test_what_has_gone_already_is_closed_without_a_word() -> None:
    class Gone:
        def close(self) -> None:
            raise OSError("bad file descriptor")

    gone = Gone()
    close_quietly(gone)
    gone.close()
