"""A fragment drawn for somebody is the shared one after the browser has shown it to them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from tests.browser_modules.node import as_seen
from tests.factories.databases import SECRET, SQLiteServer
from tests.factories.events import make_event
from tests.factories.processes import make_process
from tests.factories.worlds import World, actors_of, make_world
from workshop import create_app
from workshop.config import Settings
from workshop.models import Base, Event, Idea
from workshop.perform import Store
from workshop.queries.viewing import Audience, Viewer, viewer_in_event
from workshop.render.fragments import FRAGMENTS
from workshop.standing import standing_in_event

VIEWERS = (
    "author", "participant", "host", "host of another table", "moderator", "innolab", "admin", "screen", "tablet",
    "moderator who takes part",
)  # fmt: skip
NOT_NAMED_LIKE_THEIR_TABLE = {
    "table": "cafe_table",
    "tally": "cafe_table",
    "ballot": "participant",
    "table_state": "cafe_table",
    "photos": "cafe_table",
    "rules": "cafe",
    "phase": "event",
    "draft": "action_item",
    "lineage": "goal",
    "update": "progress_update",
}


class Drawn:
    """All fragments of everything there is, for everybody."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.store = app, app.extensions["workshop"]
        self.viewers = {"stranger": Viewer()} | {who: self._viewer(world, who) for who in VIEWERS}
        self.viewers["voter everywhere"] = replace(self.viewers["participant"], votes_at=["everywhere"])
        counted = {str(world.idea): str(world.event.rounds[0])}
        self.viewers["voter whose vote counts"] = replace(self.viewers["participant"], votes_given=counted)
        self.viewers["voter in a phase without votes"] = replace(self.viewers["participant"], voting="no")
        self.rows: dict[int, dict[tuple[Audience, UUID], Any]] = {}
        for number, fragment in enumerate(FRAGMENTS):
            with self.store.reading() as session:
                ids = session.scalars(select(self._table(fragment.thing).c.id)).all()
                self.rows[number] = {}
                for audience in Audience:
                    self.rows[number] |= {
                        (audience, thing): row for thing, row in fragment.read(session, ids, audience).items()
                    }

    def _table(self, thing: str) -> Any:
        return Base.metadata.tables[NOT_NAMED_LIKE_THEIR_TABLE.get(thing, thing)]

    def _viewer(self, world: World, who: str) -> Viewer:
        with self.store.reading() as session:
            event = session.get_one(Event, world.event.id)
            return viewer_in_event(session, standing_in_event(session, actors_of(world)[who], event))


@pytest.fixture(scope="module")
def drawn(sqlite_server: SQLiteServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drawn]:
    folder = tmp_path_factory.mktemp("drawn")
    url = sqlite_server.copy_to(folder / "workshop.sqlite3")
    app = create_app(Settings(data=folder, database_url=url, secret=SECRET, async_mode="threading"))
    store: Store = app.extensions["workshop"]
    world = make_world(store, make_process(store), "Quokka")
    make_event(store, world.event.process, votes_per_participant=2)
    yield Drawn(app, world)
    store.engine.dispose()


def test_everything_is_drawn(drawn: Drawn) -> None:
    for number, fragment in enumerate(FRAGMENTS):
        assert drawn.rows[number], f"there is no {fragment.thing} on the page {fragment.page}"


def test_drawn_for_somebody_is_shared_and_then_shown_to_them(drawn: Drawn) -> None:
    names, shared, theirs = [], [], []
    for number, fragment in enumerate(FRAGMENTS):
        with drawn.app.test_request_context(), force_locale("en"):
            for (audience, thing), row in drawn.rows[number].items():
                for_all = fragment.render(row)
                for who, viewer in drawn.viewers.items():
                    names.append(f"{fragment.macro} {thing} for {audience}, seen by {who}")
                    shared.append((for_all, viewer.as_json()))
                    theirs.append((fragment.render(row, viewer), None))
    wrong = [
        (name, one, other)
        for name, one, other in zip(names, as_seen(shared), as_seen(theirs), strict=True)
        if one != other
    ]
    assert len(names) > 500
    assert not wrong, f"{len(wrong)} of {len(names)}: {wrong[0]}"


def test_what_is_shared_names_nobody(drawn: Drawn) -> None:
    with drawn.store.reading() as session:
        authors = {str(one) for one in session.scalars(select(Idea.participant_id)) if one}
    for number, fragment in enumerate(FRAGMENTS):
        # On the typing-in page the host chooses among those who sit there, whether or not they have written.
        # What a person alone is told is under their own id.
        if fragment.thing in ("participant", "ballot") or fragment.page == "typing":
            continue
        with drawn.app.test_request_context():
            for row in drawn.rows[number].values():
                html = fragment.render(row)
                assert not [one for one in authors if one in html]
                assert 'aria-pressed="true"' not in html and "data-mine" not in html and "csrf" not in html
