"""Pictures that somebody sends: looked at, decoded to the last row and written anew, so that nothing else comes along.

What is kept is a JPEG of our own making: without place, time and device (EXIF), without what hung behind the picture's
end, turned the right way up, and no larger than it takes to read handwriting.
"""

import json
import os
import sys
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from PIL import ExifTags, Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

try:
    import resource
except ImportError:
    # Where there is no such thing (Windows), a picture has its limit in time alone.
    resource = None  # type: ignore[assignment]

LARGEST_FILE = 15 * 1024 * 1024
"""Bytes; the pictures of today's phones have 2 to 12 MB."""
LONGEST_SIDE, LONGEST_SIDE_SMALL = 2400, 480
"""Pixels: to read handwriting by, and to recognise which picture it is."""
QUALITY, QUALITY_SMALL = 82, 68
MOST_MEMORY, MOST_SECONDS = 1_500_000_000, 20
"""Bytes and seconds of the processor that taking one in may cost; the largest honest one costs a third."""

OPENERS: dict[bytes, tuple[type[ImageFile], int]] = {
    b"\xff\xd8\xff": (JpegImageFile, 50_000_000),
    b"\x89PNG\r\n\x1a\n": (PngImageFile, 25_000_000),
}
"""By the first bytes: what opens it, and the most pixels. A progressive JPEG needs six bytes for each, a PNG four."""
HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}


class Unfit(Exception):
    """No picture that can be kept; `why` is one of too_large, empty, no_picture, heic, broken,
    too_many_pixels, not_kept.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Picture:
    """A picture and a small one of it, as they are kept."""

    large: bytes
    small: bytes
    width: int
    height: int


def taken_in(file: IO[bytes]) -> Picture:
    """The picture in a file, written anew; raises Unfit. It takes up to a second, and 400 MB for the largest."""
    content = file.read(LARGEST_FILE + 1)
    if not content:
        raise Unfit("empty")
    if len(content) > LARGEST_FILE:
        raise Unfit("too_large")
    image = decoded(content)
    width, height = image.size
    large = BytesIO()
    # Without the colour profile too: reading a stranger's is one more way in, and ink on paper looks the same.
    image.save(large, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    image.thumbnail((LONGEST_SIDE_SMALL, LONGEST_SIDE_SMALL))
    small = BytesIO()
    image.save(small, "JPEG", quality=QUALITY_SMALL, optimize=True, progressive=True)
    return Picture(large.getvalue(), small.getvalue(), width, height)


def decoded(content: bytes) -> Image.Image:
    """All of a picture in RGB, the right way up, no larger than what is kept; raises Unfit."""
    found = next((kind for start, kind in OPENERS.items() if content.startswith(start)), None)
    if found is None:
        raise Unfit("heic" if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS else "no_picture")
    opener, most = found
    try:
        # The one decoder that its first bytes ask for: none of the others looks at what strangers send.
        image: ImageFile = opener(BytesIO(content))
    except Exception:
        raise Unfit("broken") from None
    if image.width * image.height > most:
        raise Unfit("too_many_pixels")
    try:
        # A JPEG is read at half or a quarter of its size where that is enough.
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        image.load()
        turned = upright(in_eight_bits(image), orientation(image))
        turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        kept = on_white(turned)
        # Of what was read beside it the encoder would write some down again, a comment for one.
        kept.info = {}
        return kept
    except Exception:
        # Decoders raise whatever they stumble over.
        raise Unfit("broken") from None


def orientation(image: Image.Image) -> int:
    """How the camera was held (EXIF); a picture whose data about itself cannot be read is taken as it lies."""
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:
        return 1


def in_eight_bits(image: Image.Image) -> Image.Image:
    """With the fine greys of a scan as 256 of them: taken as they are they would all be white."""
    if not image.mode.startswith("I;16"):
        return image
    greys = image.point(lambda grey: grey / 256).convert("L")
    greys.info.pop("transparency", None)
    return greys


TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def upright(image: Image.Image, held: int) -> Image.Image:
    """Turned as it was seen."""
    return image.transpose(TURNS[held]) if held in TURNS else image.copy()


def on_white(image: Image.Image) -> Image.Image:
    """In RGB; what lets through lies on white paper."""
    if image.has_transparency_data:
        seen = image.convert("RGBA")
        paper = Image.new("RGBA", seen.size, "white")
        paper.alpha_composite(seen)
        image = paper
    return image.convert("RGB")


def main() -> None:
    """Take the picture in from standard input and lay it and the small one where the arguments say; answers in JSON.

    A process of its own: a file that brings a decoder down, or has it want all memory, brings nobody else down, and
    nobody's notes wait for it.
    """
    limit_oneself()
    try:
        picture = taken_in(sys.stdin.buffer)
    except Unfit as unfit:
        answer: dict[str, object] = {"why": unfit.why}
    else:
        answer = {"width": picture.width, "height": picture.height, "size": len(picture.large) + len(picture.small)}
        try:
            for path, content in zip(sys.argv[1:3], (picture.large, picture.small), strict=True):
                lay(Path(path), content)
        except OSError:
            answer = {"why": "not_kept"}
    print(json.dumps(answer))


def limit_oneself() -> None:
    """Have this process end where a picture would take more memory or time than any honest one."""
    if resource:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


def lay(path: Path, content: bytes) -> None:
    """Write a file whole, safe on the disk; half of one is never seen under its name."""
    descriptor, name = tempfile.mkstemp(prefix=".", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            # The name too, before any row says it.
            os.fsync(folder)
        finally:
            os.close(folder)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


if __name__ == "__main__":
    main()
