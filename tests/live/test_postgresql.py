"""The live path on PostgreSQL, by real sockets to a real server on either engine: told, caught up, and come back."""

from pathlib import Path

import pytest

from tests.factories import do
from tests.factories.cafes import open_round
from tests.factories.databases import SEND_AWAY, store_at
from tests.factories.events import make_event
from tests.factories.people import join
from tests.factories.processes import make_process
from tests.live.halls import open_hall
from workshop.engine import MODES
from workshop.perform import fresh_key


@pytest.mark.postgresql
@pytest.mark.parametrize("mode", MODES)
def test_what_is_written_is_told_also_after_the_database_was_away(
    postgresql_url: str, mode: str, tmp_path: Path
) -> None:
    with open_hall(tmp_path, mode, postgresql_url) as hall:
        event = make_event(hall.store, make_process(hall.store))
        anna, ben = join(hall.store, event, "Anna"), join(hall.store, event, "Ben")
        open_round(hall.store, event)
        channel, where = f"table:{event.tables[0]}", {"table": event.tables[0], "round": event.rounds[0]}
        with hall.phone(anna.actor) as hers, hall.phone(ben.actor, page="table", language="en") as his:
            now = his.call("watch", {channel: 0})["at"][channel]
            assert his.next("change")["revision"] == now
            key = fresh_key()
            saved = hers.do("idea.contribute", key, **where, kind="idea", text="Benches")
            assert saved["ok"] and saved == hers.do("idea.contribute", key, **where, kind="idea", text="Benches")
            told = his.next("change")
            assert told["channel"] == channel and told["revision"] == saved["at"][channel]
            # Another process tells by NOTIFY, or is found by the poll.
            do(hall.store, ben.actor, "vote.cast", idea=key)
            assert his.next("change")["revision"] > told["revision"]
            # The database goes away under the server, and is there again: what it held on to is of no use any more.
            hall.store.engine.dispose()
            with store_at(postgresql_url) as other, other.engine.begin() as connection:
                connection.exec_driver_sql(SEND_AWAY)
            again = hers.do("idea.contribute", **where, kind="idea", text="Trees")
            assert again["ok"], hall.server.said
            assert his.next("change")["revision"] == again["at"][channel]
            do(hall.store, event.moderator, "idea.hide", idea=key, reason="Let us look")
            assert his.next("change")["revision"] > again["at"][channel]
        assert hall.server.stop() == 0
