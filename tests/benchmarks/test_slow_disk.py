"""The slow disk: every sync of a commit waits, nothing else does."""

import subprocess
import sys
from pathlib import Path

from tests.factories.servers import ROOT

COMMITS = """
import sqlite3, sys
from benchmarks import slow_disk

waits = []
slow_disk.nap = waits.append
slow_disk.slow_down(0.01)
base = sqlite3.connect(sys.argv[1], isolation_level=None)
base.execute("PRAGMA journal_mode=WAL")
base.execute("PRAGMA synchronous=FULL")
base.execute("CREATE TABLE note (text)")
told = []
for statements in (["INSERT INTO note VALUES ('a')"] * 5, ["SELECT * FROM note"] * 5):
    waits.clear()
    for statement in statements:
        base.execute("BEGIN")
        base.execute(statement)
        base.execute("COMMIT")
    told.append(len(waits))
print(*told, base.execute("SELECT count(*) FROM note").fetchone()[0], set(waits) <= {0.01})
base.close()
"""


def test_every_commit_waits_and_no_read_does(tmp_path: Path) -> None:
    command = [sys.executable, "-c", COMMITS, str(tmp_path / "notes.sqlite3")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["5", "0", "5", "True"]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["notes.sqlite3"]
