"""Photos, and pictures to make them of."""

import tempfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import IO
from uuid import UUID

from PIL import ExifTags, Image, ImageDraw

from tests.factories import do
from workshop.perform import Store
from workshop.pictures import lay, taken_in
from workshop.standing import Actor
from workshop.uploads import Offer, Uploads

ALWAYS = "always on offer"
"""What a picture is called that `InProcess` has, without anybody sending it."""


def picture(width: int = 64, height: int = 48, kind: str = "JPEG", **how: object) -> bytes:
    """A picture with something on it."""
    image = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(image).ellipse((2, 2, width // 2, height // 2), fill="teal")
    written = BytesIO()
    image.save(written, kind, **how)
    return written.getvalue()


def tablecloth(width: int = 1200, height: int = 900) -> bytes:
    """Something like a tablecloth on which people have drawn, as a phone photographs it."""
    image = Image.new("RGB", (width, height), "#f6f1e4")
    pen = ImageDraw.Draw(image)
    for at in range(0, width, 90):
        pen.line((at, 0, at, height), fill="#d9483b22", width=18)
    for number in range(24):
        x, y = number * 137 % (width - 220), number * 89 % (height - 140)
        pen.ellipse((x, y, x + 200, y + 120), outline="#0a4a9f", width=6)
        pen.line((x + 200, y + 60, x + 320, y + 140), fill="#14202c", width=5)
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = "Quokkaphone"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    written = BytesIO()
    image.save(written, "JPEG", quality=92, exif=exif)
    return written.getvalue()


class InProcess(Uploads):
    """Takes pictures in as the product does, without a process of their own for each."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self._offered[ALWAYS] = Offer(BytesIO(picture()), 1)

    def _decoded(self, file: IO[bytes], name: str) -> dict[str, int]:
        taken = taken_in(file)
        lay(self.path(name), taken.large)
        lay(self.path(name, small=True), taken.small)
        return {"width": taken.width, "height": taken.height, "size": len(taken.large) + len(taken.small)}


def with_uploads(store: Store) -> Store:
    """The same store, which keeps pictures: in its own folder of uploads where it has one."""
    return replace(store, uploads=InProcess(store.uploads.folder if store.uploads else Path(tempfile.mkdtemp())))


def add_photo(store: Store, actor: Actor, table: UUID, content: bytes | None = None, words: str = "") -> UUID:
    """A photo of a table."""
    keeping = with_uploads(store)
    assert keeping.uploads
    with keeping.uploads.offered(BytesIO(content or picture())) as upload:
        done = do(keeping, actor, "photo.add", table=table, upload=upload, words=words)
    assert done.thing[1]
    return done.thing[1]
