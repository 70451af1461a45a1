"""The door for photos: what it says where the machine itself cannot take one."""

import errno
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.events import make_event
from tests.factories.people import enter
from tests.factories.photos import picture
from tests.factories.processes import make_process
from workshop.perform import Store


def no_room(*_: object, **__: object) -> None:
    """As a disk that is full."""
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("full", ["workshop.uploads.shutil.copyfileobj", "workshop.uploads.subprocess.run"])
def test_a_machine_without_room_says_so_and_keeps_the_words(
    app: Flask, app_store: Store, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, full: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    event = make_event(app_store, make_process(app_store))
    enter(client, app_store, event.moderator)
    monkeypatch.setattr(full, no_room)
    sent = {"picture": (BytesIO(picture()), "photo.jpg"), "words": "Circles"}
    answer = client.post(f"/tables/{event.tables[0]}/photos", data=sent)
    assert answer.status_code == 422
    assert "The server had no room for this photo" in answer.text and 'value="Circles"' in answer.text
    assert app_store.uploads and list(app_store.uploads.folder.iterdir()) == []
