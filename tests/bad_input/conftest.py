"""One server for all of this folder, with places at which everything is refused and so nothing changes."""

from collections.abc import Iterator

import pytest

from tests.bad_input.doors import Hall
from tests.bad_input.places import Place, make_places
from tests.factories.databases import store_at
from tests.factories.servers import Server


@pytest.fixture(scope="package")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A server in a process of its own, and its store."""
    folder = tmp_path_factory.mktemp("bad")
    with Server(folder, "--no-demo") as server:
        address = server.address()
        with store_at(f"sqlite:///{folder}/workshop.sqlite3") as store:
            store.secret = (folder / "secret.key").read_text().strip()
            yield Hall(address, store, folder)
        assert "Traceback" not in server.said, server.said


@pytest.fixture(scope="package")
def places(hall: Hall) -> dict[str, Place]:
    """Where somebody sits: at an open table, in an event that is over, where they have been removed."""
    return make_places(hall.store)
