"""Photos of what lies on a table: what is kept of them, who sees them, and that nothing stays of what is gone."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import IO
from uuid import UUID

import pytest
from PIL import ExifTags, Image
from sqlalchemy import delete, func, select

from tests.factories import do
from tests.factories.cafes import name_host, open_round
from tests.factories.events import EventMade, close_event, make_event
from tests.factories.people import join
from tests.factories.photos import ALWAYS, InProcess, add_photo, picture
from tests.factories.processes import make_process
from workshop.errors import Closed, Conflict, Forbidden, Invalid, NotFound
from workshop.jobs import Sweeper
from workshop.models import Photo
from workshop.operations import photos as operations
from workshop.perform import Store, fresh_key
from workshop.pictures import LONGEST_SIDE, LONGEST_SIDE_SMALL, taken_in
from workshop.queries import album
from workshop.queries.cockpit import cockpit
from workshop.queries.photos import photos_that_wait, table_photos
from workshop.queries.queue import queues
from workshop.queries.viewing import Audience
from workshop.standing import Actor
from workshop.uploads import Unfit, Uploads


@pytest.fixture
def store(store: Store, tmp_path: Path) -> Store:
    """A store that keeps pictures."""
    return replace(store, uploads=InProcess(tmp_path / "uploads"))


@pytest.fixture
def event(store: Store) -> EventMade:
    """An event in its first round."""
    made = make_event(store, make_process(store))
    open_round(store, made)
    return made


def files(store: Store) -> list[str]:
    """What lies in the folder of uploads."""
    assert store.uploads
    return sorted(one.name for one in store.uploads.folder.iterdir())


def grow_old(store: Store) -> None:
    """Let all that lies there be of yesterday."""
    assert store.uploads
    for one in store.uploads.folder.iterdir():
        os.utime(one, (time.time() - 86_400,) * 2)


def from_a_phone() -> bytes:
    """A photo held upright, which says where, when and with what it was taken, and carries a page behind its end."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Model] = "Quokkaphone"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    return picture(400, 300, exif=exif, comment=b"secret words") + b"<script>alert(1)</script>"


def test_what_is_kept_says_nothing_of_the_phone_and_stands_upright() -> None:
    sent = from_a_phone()
    assert Image.open(BytesIO(sent)).getexif().get_ifd(ExifTags.IFD.GPSInfo)
    taken = taken_in(BytesIO(sent))
    assert (taken.width, taken.height) == (300, 400)
    for content in (taken.large, taken.small):
        kept = Image.open(BytesIO(content))
        kept.load()
        assert kept.format == "JPEG" and not kept.getexif() and "comment" not in kept.info
        assert not [word for word in (b"Quokkaphone", b"secret words", b"<script>") if word in content]
    # What stood at the upper left of the sensor is at the upper right for whoever held the phone upright.
    upright = Image.open(BytesIO(taken.large))
    left, right = upright.getpixel((40, 60)), upright.getpixel((260, 60))
    assert min(left) > 200 and right[0] < 80  # type: ignore[index,type-var]


def test_a_large_photo_is_kept_no_larger_than_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = taken_in(BytesIO(picture(4000, 3000)))
    assert (taken.width, taken.height) == (LONGEST_SIDE, 1800)
    assert Image.open(BytesIO(taken.small)).size == (LONGEST_SIDE_SMALL, 360)


def test_what_lets_through_lies_on_white() -> None:
    made = BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(made, "PNG")
    kept = Image.open(BytesIO(taken_in(made_again(made)).large))
    assert min(kept.getpixel((10, 10))) > 250  # type: ignore[type-var]


def test_a_scan_in_fine_greys_is_not_kept_as_a_white_sheet() -> None:
    made = BytesIO()
    greys = Image.new("I;16", (40, 20), 60_000)
    greys.paste(9_000, (0, 0, 20, 20))
    greys.save(made, "PNG")
    kept = Image.open(BytesIO(taken_in(made_again(made)).large))
    dark, light = (kept.getpixel((x, 10))[0] for x in (10, 30))  # type: ignore[index]
    assert abs(dark - 9_000 // 256) < 6 and abs(light - 60_000 // 256) < 6
    # And one of them larger than what is kept.
    large = BytesIO()
    Image.new("I;16", (LONGEST_SIDE + 10, 20), 60_000).save(large, "PNG")
    assert taken_in(made_again(large)).width == LONGEST_SIDE


def made_again(made: BytesIO) -> BytesIO:
    """From its beginning."""
    return BytesIO(made.getvalue())


def test_a_process_of_its_own_takes_a_picture_in(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "made" / "uploads")
    with uploads.offered(BytesIO(from_a_phone())) as upload:
        kept = uploads.take_in(upload)
    names = sorted(one.name for one in uploads.folder.iterdir())
    assert names == [f"{kept.name}.jpg", f"{kept.name}.small.jpg"]
    assert (kept.width, kept.height) == (300, 400)
    assert kept.size == sum(one.stat().st_size for one in uploads.folder.iterdir())
    assert all(one.stat().st_mode & 0o077 == 0 for one in uploads.folder.iterdir())
    with pytest.raises(operations.Unfit):
        uploads.take_in(upload)


def test_a_decoder_that_is_brought_down_takes_nobody_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # As where a picture wants more memory than there is: the process ends before it answers.
    monkeypatch.setattr("workshop.uploads.sys.executable", "/bin/false")
    uploads = Uploads(tmp_path)
    with uploads.offered(BytesIO(picture())) as upload, pytest.raises(operations.Unfit) as refused:
        uploads.take_in(upload)
    assert refused.value.why == "broken"
    assert list(tmp_path.iterdir()) == []


def test_whoever_sends_the_same_at_the_same_moment_takes_nothing_from_the_other(tmp_path: Path) -> None:
    class Slow(Uploads):
        def _decoded(self, file: IO[bytes], name: str) -> dict[str, int]:
            decoding.set()
            assert left.wait(20)
            return {"width": 1, "height": 1, "size": len(file.read())}

    decoding, left = threading.Event(), threading.Event()
    uploads, content = Slow(tmp_path), picture()
    with ThreadPoolExecutor(1) as beside, ExitStack() as first:
        upload = first.enter_context(uploads.offered(BytesIO(content)))
        with uploads.offered(BytesIO(content)) as same:
            assert same == upload
            taken = beside.submit(uploads.take_in, same)
            assert decoding.wait(20)
            first.close()
            left.set()
            assert taken.result(20).size == len(content)
    with pytest.raises(Unfit):
        uploads.take_in(upload)
    assert uploads.unclaimed() == [] and not uploads._offered


def test_the_same_call_again_keeps_one_photo(store: Store, event: EventMade) -> None:
    table, key = event.tables[0], fresh_key()
    first = do(store, event.moderator, "photo.add", key=key, table=table, upload=ALWAYS)
    kept = files(store)
    again = do(store, event.moderator, "photo.add", key=key, table=table, upload=ALWAYS)
    assert again.repeated and again.at == first.at
    assert files(store) == kept and len(kept) == 2
    with pytest.raises(Conflict):
        do(store, event.process.admin, "photo.add", key=key, table=table, upload=ALWAYS)
    assert files(store) == kept


def test_a_removed_photo_is_gone_at_once_from_the_folder_too(store: Store, event: EventMade) -> None:
    photo = add_photo(store, event.moderator, event.tables[0])
    other = add_photo(store, event.moderator, event.tables[1])
    assert len(files(store)) == 4
    do(store, event.moderator, "photo.remove", photo=photo)
    assert len(files(store)) == 2
    with store.reading() as session:
        assert session.scalars(select(Photo.id)).all() == [other]
    # After the end too: a face that should not be there does not wait for anybody's permission.
    close_event(store, event)
    with pytest.raises(Closed):
        add_photo(store, event.moderator, event.tables[0])
    do(store, event.moderator, "photo.remove", photo=other)
    assert files(store) == []


def test_what_no_row_names_is_swept_away_and_nothing_else(store: Store, event: EventMade) -> None:
    add_photo(store, event.moderator, event.tables[0])
    kept = files(store)
    assert store.uploads
    for left in (".half", "0" * 32 + ".jpg"):
        (store.uploads.folder / left).write_bytes(b"x")
    # What is new may be of a call whose row is still to come.
    assert Sweeper(store).sweep() == 0 and len(files(store)) == 4
    grow_old(store)
    assert Sweeper(store).sweep() == 1
    assert files(store) == kept
    with store.writing() as session:
        session.execute(delete(Photo))
        session.commit()
    assert Sweeper(store).sweep() == 1 and files(store) == []


def test_what_a_backup_lays_back_is_not_swept_away_before_its_rows_are_in_use(store: Store, event: EventMade) -> None:
    add_photo(store, event.moderator, event.tables[0])
    assert store.uploads
    [name] = {one.split(".")[0] for one in files(store)}
    content = {small: store.uploads.path(name, small).read_bytes() for small in (False, True)}
    with store.writing() as session:
        session.execute(delete(Photo))
        session.commit()
    # It lies there still, and no row names it any more, or not yet.
    grow_old(store)
    for small, kept in content.items():
        store.uploads.put(name, small, kept)
    assert Sweeper(store).sweep() == 0 and len(files(store)) == 2


def test_a_table_and_an_event_keep_so_many_and_no_more(
    store: Store, event: EventMade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "MOST_AT_A_TABLE", 2)
    monkeypatch.setattr(operations, "MOST_IN_AN_EVENT", 3)
    for table in (0, 0, 1):
        add_photo(store, event.moderator, event.tables[table])
    kept = files(store)
    for table in (0, 1):
        with pytest.raises(Closed):
            add_photo(store, event.moderator, event.tables[table])
    # Not even decoded.
    assert files(store) == kept


def test_what_a_tablet_sends_waits_where_notes_do(store: Store, event: EventMade) -> None:
    table = event.tables[0]
    host, guest = join(store, event, "Hanna", 1), join(store, event, "Gerd", 1)
    name_host(store, event, 1, host)
    tablet = Actor(device=do(store, host.actor, "device.pair", table=table).thing[1])
    shown = add_photo(store, tablet, table)
    do(store, event.moderator, "event.set_moderation", event=event.id, notes_wait="1")
    by_host, by_tablet = add_photo(store, host.actor, table), add_photo(store, tablet, table)
    with store.reading() as session:
        seen = {
            audience: {one.id for one in table_photos(session, [table], audience)[table].photos}
            for audience in (Audience.EVERYBODY, Audience.STAFF)
        }
        assert seen[Audience.EVERYBODY] == {shown, by_host}
        assert seen[Audience.STAFF] == {shown, by_host, by_tablet}
        for actor in (guest.actor, tablet):
            with pytest.raises(NotFound):
                album.photo_file(session, actor, by_tablet)
            assert album.photo_file(session, actor, shown)
        with pytest.raises(Forbidden):
            album.photo_file(session, Actor(screen_of=event.id), shown)
    do(store, host.actor, "photo.let_through", photo=by_tablet)
    with store.reading() as session:
        assert album.photo_file(session, guest.actor, by_tablet)
    # Words that nobody has looked at take the photo back behind the curtain.
    do(store, tablet, "photo.describe", photo=shown, words="Something rude")
    with store.reading() as session, pytest.raises(NotFound):
        album.photo_file(session, guest.actor, shown)


def test_what_waits_stands_in_the_moderators_queue_and_in_the_cockpit(store: Store, event: EventMade) -> None:
    do(store, event.moderator, "event.set_moderation", event=event.id, notes_wait="1")
    devices = [Actor(device=do(store, event.moderator, "device.pair", table=one).thing[1]) for one in event.tables]
    first, second = (
        add_photo(store, device, table, words=words)
        for device, table, words in zip(devices, event.tables, ("Circles", ""), strict=True)
    )
    add_photo(store, event.moderator, event.tables[0])

    def waiting() -> tuple[int, list[tuple[UUID, int, str]], int]:
        with store.reading() as session:
            queue = queues(session, [event.cafe])[event.cafe]
            at_tables = cockpit(session, [event.cafe])[event.cafe].total("photos_waiting")
            return queue.photos_waiting, [(one.id, one.number, one.words) for one in queue.photos], at_tables

    assert waiting() == (2, [(first, 1, "Circles"), (second, 2, "")], 2)
    with store.reading() as session:
        many, oldest = photos_that_wait(session, [event.cafe], 1)[event.cafe]
    assert (many, [one.id for one in oldest]) == (2, [first])
    # Whoever sums up a café hears of what happens at its tables.
    assert do(store, event.moderator, "photo.let_through", photo=first).at.keys() == {f"table:{event.tables[0]}"}
    assert waiting() == (1, [(second, 2, "")], 1)
    do(store, event.moderator, "photo.remove", photo=second)
    assert waiting() == (0, [], 0)


def test_two_who_describe_a_photo_do_not_overwrite_each_other(store: Store, event: EventMade) -> None:
    photo = add_photo(store, event.moderator, event.tables[0])
    do(store, event.moderator, "photo.describe", photo=photo, version=1, words="Circles")
    with pytest.raises(Conflict) as conflict:
        do(store, event.moderator, "photo.describe", photo=photo, version=1, words="Squares")
    assert "Circles" in conflict.value.sentence


def test_nothing_stays_of_a_photo_that_cannot_be_kept(store: Store, event: EventMade) -> None:
    with pytest.raises(Invalid) as refused:
        add_photo(store, event.moderator, event.tables[0], content=b"no picture at all")
    assert "JPEG or a PNG" in refused.value.sentence
    assert files(store) == []
    with store.reading() as session:
        assert session.scalar(select(func.count(Photo.id))) == 0
