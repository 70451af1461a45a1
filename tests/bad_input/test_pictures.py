"""Files that are no photo: each is refused with a sentence, and nothing of it stays anywhere."""

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import pytest
import requests
from babel.support import Translations
from PIL import Image

from tests.bad_input.doors import Form, Hall, everything
from tests.bad_input.places import Place
from tests.factories.photos import picture
from tests.live.phones import cookie_of
from workshop.config import PACKAGE
from workshop.operations.photos import UNFIT
from workshop.pictures import LARGEST_FILE


def chunk(kind: bytes, content: bytes) -> bytes:
    """A part of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_bomb() -> bytes:
    """A PNG of a few kB that unfolds to 2.5 GB of black and white."""
    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    packed = zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def talkative_png() -> bytes:
    """A small PNG beside whose picture stand 200 MB of words in 200 kB."""
    small = BytesIO()
    Image.new("RGB", (8, 8)).save(small, "PNG")
    start, end = small.getvalue()[:33], small.getvalue()[33:]
    words = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(200_000_000), 9))
    return start + words + end


def huge_jpeg() -> bytes:
    """A JPEG whose head says 65,000 dots each way."""
    small = bytearray(picture())
    at = small.index(b"\xff\xc0") if b"\xff\xc0" in small else small.index(b"\xff\xc2")
    small[at + 5 : at + 9] = struct.pack(">HH", 65_000, 65_000)
    return bytes(small)


def gif() -> bytes:
    """A GIF, and the beginning of a script at the same time."""
    made = BytesIO()
    Image.new("P", (8, 8)).save(made, "GIF")
    return made.getvalue() + b"*/=alert(1);"


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(document.cookie)</script></svg>'
HTML = b"<!doctype html><script>alert(document.cookie)</script>"
HEIC = struct.pack(">I", 24) + b"ftypheic" + b"\0\0\0\0" + b"mif1heic"


@dataclass(frozen=True)
class Case:
    """A file that is no photo.

    Attributes:
        content: makes it. called: its name. claimed: its type, as its sender says it. why: a word of UNFIT.
    """

    name: str
    content: Callable[[], bytes]
    why: str
    called: str = "photo.jpg"
    claimed: str = "image/jpeg"
    status: int = 422


CASES = [
    Case("nothing", lambda: b"", "empty"),
    Case("a JPEG that was cut off", lambda: picture(400, 300)[:-900], "broken"),
    Case("the start of a JPEG and nothing of a picture", lambda: b"\xff\xd8\xff" + bytes(5000), "broken"),
    Case("a PNG that was cut off", lambda: picture(400, 300, "PNG")[:200], "broken"),
    Case("an SVG with a script", lambda: SVG, "no_picture", "photo.svg", "image/svg+xml"),
    Case("an SVG that says it is a JPEG", lambda: SVG, "no_picture"),
    Case("a page that says it is a JPEG", lambda: HTML, "no_picture"),
    Case("a GIF that is a script too", gif, "no_picture"),
    Case("HEIC", lambda: HEIC, "heic", "IMG_0001.HEIC", "image/heic"),
    Case("words", lambda: b"Das ist kein Foto.", "no_picture"),
    Case("a PNG that unfolds to 7 GB", png_bomb, "too_many_pixels"),
    Case("a PNG with 200 MB of words", talkative_png, "broken"),
    Case("a JPEG that claims to be huge", huge_jpeg, "too_many_pixels"),
    Case("a byte too many", lambda: b"\xff\xd8\xff" + bytes(LARGEST_FILE), "too_large"),
    Case("40 MB", lambda: b"\xff\xd8\xff" + bytes(40_000_000), "too_large"),
]


@dataclass
class Sent:
    """What the server answered."""

    status: int
    said: str
    kept: dict[str, str]


def send(hall: Hall, place: Place, language: str, name: str, content: bytes, claimed: str, who: str = "staff") -> Sent:
    """Send a file as the photo of a table, as a browser does."""
    with requests.Session() as browser:
        actor = place.event.moderator if who == "staff" else place.anna.actor
        cookie, _, value = cookie_of(hall.store, actor, language).partition("=")
        browser.cookies.set(cookie, value, domain="127.0.0.1", path="/")
        token = re.search(r'name="csrf_token" value="([^"]*)"', browser.get(f"{hall.address}/back", timeout=20).text)
        assert token
        answer = browser.post(
            f"{hall.address}/tables/{place.event.tables[0]}/photos",
            data={"csrf_token": token[1], "key": "", "words": "Circles"},
            files={"picture": (name, content, claimed)},
            allow_redirects=False,
            timeout=60,
        )
    page = Form()
    page.feed(answer.text)
    return Sent(answer.status_code, page.said, page.kept)


def files(hall: Hall) -> list[str]:
    """What lies in the folder of uploads."""
    folder = hall.folder / "uploads"
    return sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []


@pytest.mark.parametrize(
    ("case", "language"), [pytest.param(one, "en" if n % 2 else "de", id=one.name) for n, one in enumerate(CASES)]
)
def test_it_is_refused_with_a_sentence_and_leaves_nothing(
    hall: Hall, places: dict[str, Place], case: Case, language: str
) -> None:
    before, there = everything(hall.store), files(hall)
    answer = send(hall, places["open"], language, case.called, case.content(), case.claimed)
    assert answer.status == case.status, answer.said
    # Of a lazy sentence: what stands in the code, with its numbers.
    words = UNFIT[case.why]
    said = str(words._args[0]) if hasattr(words, "_args") else str(words)
    if language == "de":
        translated = Translations.load(str(PACKAGE / "translations"), ["de"]).gettext(said)
        assert translated != said
        said = translated
    assert said % {"most": 15} in answer.said
    assert everything(hall.store) == before
    assert files(hall) == there
    # What was written beside it is still there.
    if case.why != "too_large" or len(case.content()) < LARGEST_FILE + 64_000:
        assert answer.kept["words"] == "Circles"


def test_who_may_not_add_one_is_told_so_before_it_is_read(hall: Hall, places: dict[str, Place]) -> None:
    before = everything(hall.store)
    answer = send(hall, places["open"], "en", "photo.jpg", picture(), "image/jpeg", who="guest")
    assert answer.status == 403
    assert "You may see this, but not do it." in answer.said
    assert everything(hall.store) == before and files(hall) == []


def test_after_the_event_none_is_taken(hall: Hall, places: dict[str, Place]) -> None:
    answer = send(hall, places["over"], "en", "photo.jpg", picture(), "image/jpeg")
    assert answer.status == 409 and "This event is closed." in answer.said
    assert files(hall) == []
