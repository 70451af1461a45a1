"""A restore beside a running server: whoever had seen more than the backup holds loads afresh."""

from pathlib import Path

from tests.crash.house import Tables
from tests.crash.phone import Phone, all_at_once
from tests.factories.servers import Server, workshop

NOTICED_WITHIN = 10.0
"""Seconds; the poll comes every two, and the machine may be busy."""


def test_all_who_had_seen_more_load_afresh(tmp_path: Path) -> None:
    mode, people = "eventlet", 100
    data = tmp_path / "data"
    data.mkdir()
    with (
        Server(data, "--no-demo", mode=mode) as server,
        Tables(data, server.address(), tables=20, people=people, mode=mode) as tables,
    ):
        tables.write(1).join()
        kept = sorted(one["text"] for one in tables.stored())
        file = tmp_path / "backup.sqlite3"
        workshop(data, "backup", str(file))
        tables.write(3).join()
        all_at_once(tables.phones, Phone.catch_up)
        had_seen = {phone.participant: dict(phone.revisions) for phone in tables.phones}
        before = tables.phones[0].epoch
        restored = workshop(data, "restore", str(file))
        all_at_once(tables.phones, lambda phone: phone.wait_for_behind(NOTICED_WITHIN))
        # As the page's script does: the page anew, on a connection of its own.
        all_at_once(tables.phones, lambda phone: (phone.hang_up(), phone.load(), phone.catch_up()))
        assert {phone.epoch for phone in tables.phones} == {restored["epoch"]} != {before}
        for phone in tables.phones:
            table = f"table:{phone.table}"
            assert phone.revisions[table] < had_seen[phone.participant][table]
            assert phone.behind == 1, "and nobody in circles"
        assert sorted(one["text"] for one in tables.stored()) == kept
        assert tables.differences() == []
        # What is written from now on is told as ever.
        for phone in tables.phones:
            phone.acknowledged.clear()
        tables.write(1).join()
        assert tables.judge().lost == [] and tables.differences() == []
        assert "Traceback" not in server.said
