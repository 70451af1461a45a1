"""Which Changes end sockets is found once each, in whatever order they are committed."""

import pytest
from sqlalchemy.orm import Session

from tests.factories import do
from tests.factories.databases import store_at
from tests.factories.events import EventMade, make_event
from tests.factories.people import join, remove
from tests.factories.processes import make_process
from workshop.live.endings import Endings
from workshop.models import Change, new_id
from workshop.perform import Recorded, Store


def found(endings: Endings, store: Store) -> list[Recorded]:
    with store.reading() as session:
        return endings.found(session)


def begun(store: Store) -> Endings:
    endings = Endings()
    with store.reading() as session:
        endings.begin(session)
    return endings


def test_what_others_did_since_the_beginning_is_found_once(store: Store, event: EventMade) -> None:
    anna, ben = join(store, event, "Anna"), join(store, event, "Ben")
    remove(store, anna)
    endings = begun(store)
    assert found(endings, store) == []
    heard: list[Recorded] = []
    store.listeners.append(heard.append)
    remove(store, ben)
    do(store, event.moderator, "user.sign_out")
    assert [(one.operation, one.key, one.thing, one.touched) for one in found(endings, store)] == [
        (one.operation, one.key, one.thing, one.touched) for one in heard
    ]
    assert found(endings, store) == []


def test_what_this_process_did_is_not_found(store: Store, event: EventMade) -> None:
    endings = begun(store)
    store.listeners.append(endings.know)
    do(store, event.process.admin, "user.sign_out")
    assert found(endings, store) == found(endings, store) == []


@pytest.mark.postgresql
def test_what_is_overtaken_is_found_all_the_same(postgresql_url: str) -> None:
    with store_at(postgresql_url) as store:
        event = make_event(store, make_process(store))
        person = join(store, event)
        endings = begun(store)
        with Session(store.engine) as slow:
            change = Change(key="slow", digest="", operation="participant.remove")
            change.thing_type, change.thing_id = "participant", person.id
            slow.add(change)
            slow.flush()
            do(store, event.moderator, "user.sign_out", new_id())
            assert [one.operation for one in found(endings, store)] == ["user.sign_out"]
            slow.commit()
        assert [one.key for one in found(endings, store)] == ["slow"]
