"""The start of the server: what it prints, what it refuses, and that it comes back with everything."""

import os
import re
import resource
import signal
import socket
import sqlite3
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.factories.servers import Server
from workshop.addresses import last_address, network_address, own_address, public_address
from workshop.cli.serving import picture
from workshop.config import Settings
from workshop.tokens import ALPHABET

MODES = pytest.mark.parametrize("mode", ["eventlet", "threading"])


def fetch(address: str) -> tuple[int, str]:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return answer.status, answer.read().decode()


def seconds_of_children() -> float:
    """Processor time of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_two_starts(tmp_path: Path) -> None:
    with Server(tmp_path) as first:
        address = first.address()
        status, page = fetch(address)
        assert status == 200 and "<form" in page
        first.wait_for("big screen")
        code = re.search(r"code (\S{4} \S{4}), or scan", first.said)
        assert code and set(code[1]) <= {*ALPHABET, " "}
        assert first.said.count("/sign-in/") == 2 and "█" in first.said
        link = re.findall(r"\S+/sign-in/\w+", first.said)[0]
        assert fetch(link)[0] == 200
        assert fetch(re.findall(r"\S+/screen/\w+", first.said)[0])[0] == 200
        assert first.stop() == 0
        assert first.said.endswith("Workshop has stopped. Everything is kept.\n")
    kept = [tmp_path, *tmp_path.glob("*")]
    assert len(kept) > 2 and not [one for one in kept[1:] if one.stat().st_mode & 0o077]
    with Server(tmp_path) as second:
        second.wait_for("big screen")
        assert code[1] in second.said, "the café of today is still the same"
        before = seconds_of_children()
        assert second.stop(signal.SIGINT) == 0
        # Its work rather than the clock, which counts what else this machine is doing.
        assert seconds_of_children() - before < 15
    assert "Traceback" not in first.said + second.said


def test_it_stops_while_somebody_is_connected(tmp_path: Path) -> None:
    with Server(tmp_path, "--no-demo") as server:
        host, port = server.address().removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))):
            began = time.monotonic()
            assert server.stop() == 0
            assert time.monotonic() - began < 5


def test_without_the_demonstration_nothing_is_loaded_or_printed_of_it(tmp_path: Path) -> None:
    with Server(tmp_path, "--no-demo") as server:
        assert fetch(server.address())[0] == 200
        server.wait_for("workshop process create")
        assert "sign-in" not in server.said and "Try it" not in server.said
    with sqlite3.connect(tmp_path / "workshop.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM process").fetchone() == (0,)
    database.close()


def test_behind_a_public_address_no_links_are_printed(tmp_path: Path) -> None:
    with Server(tmp_path, WORKSHOP_PUBLIC_URL="https://mitmachen.example.org") as server:
        assert server.address() == "https://mitmachen.example.org"
        server.wait_for("█")
        time.sleep(0.5)
        assert "/sign-in/" not in server.said and "/screen/" not in server.said


def test_links_are_printed_for_the_demonstration_alone(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        server.wait_for("big screen")
    with sqlite3.connect(tmp_path / "workshop.sqlite3") as database:
        linked = database.execute(
            "SELECT DISTINCT p.demonstration FROM sign_in_link l JOIN membership m ON m.user_id = l.user_id "
            "JOIN process p ON p.id = m.process_id"
        ).fetchall()
    database.close()
    assert linked == [(1,)]


@MODES
def test_a_port_in_use(tmp_path: Path, taken: int, mode: str) -> None:
    with Server(tmp_path, "--port", str(taken), mode=mode) as server:
        assert server.process.wait(60) == 1
        server.reader.join(5)
        assert server.said == (
            f"Error: Port {taken} is in use on 127.0.0.1, perhaps by another Workshop. "
            f"Stop that one, or choose another port with PORT={taken + 1}.\n"
        )
    assert not (tmp_path / "workshop.sqlite3").exists(), "nothing was touched"


def refusal(folder: Path, *words: str, **environment: str) -> str:
    with Server(folder, *words, **environment) as server:
        assert server.process.wait(60) == 1
        server.reader.join(5)
        return server.said


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    said = refusal(file)
    assert said == f"Error: The folder {file} cannot be written (File exists). Choose another with WORKSHOP_DATA.\n"


@pytest.mark.skipif(os.name != "posix" or not Path("/proc").is_dir(), reason="needs a folder nobody can write into")
def test_a_folder_below_one_that_cannot_be_written() -> None:
    said = refusal(Path("/proc/workshop"))
    assert said.startswith("Error: The folder /proc/workshop cannot be written (") and said.count("\n") == 1


def test_a_database_newer_than_the_code(tmp_path: Path) -> None:
    with Server(tmp_path, "--no-demo") as server:
        server.address()
    with sqlite3.connect(tmp_path / "workshop.sqlite3") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    said = refusal(tmp_path)
    assert said.startswith("Error: The database is newer than this Workshop") and said.count("\n") == 1


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"PORT": "many"}, "PORT is “many”."),
        ({"WORKSHOP_PUBLIC_URL": "mitmachen.example.org"}, "WORKSHOP_PUBLIC_URL is “mitmachen.example.org”."),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL begins with “mysql”."),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "The database cannot be opened ("),
        ({"HOST": "nowhere.invalid"}, "nowhere.invalid:0 cannot be served ("),
        ({"WORKSHOP_ASYNC_MODE": "magic"}, "WORKSHOP_ASYNC_MODE is"),
    ],
)
def test_a_setting_that_cannot_be_used_is_said_in_one_line(
    tmp_path: Path, environment: dict[str, str], sentence: str
) -> None:
    said = refusal(tmp_path, **environment)
    assert sentence in said and said.count("\n") == 1


def settings(folder: Path, **fields: object) -> Settings:
    return Settings(data=folder, database_url="sqlite://", secret="x", port=8000, **fields)  # type: ignore[arg-type]


def test_addresses(tmp_path: Path) -> None:
    near = settings(tmp_path)
    everywhere = settings(tmp_path, host="0.0.0.0")
    public = settings(tmp_path, host="0.0.0.0", public_url="https://mitmachen.example.org")
    assert public_address(near) == "http://127.0.0.1:8000"
    assert public_address(everywhere) == f"http://{network_address()}:8000"
    assert own_address(everywhere) == "http://127.0.0.1:8000"
    assert own_address(settings(tmp_path, host="0.0.0.0", allow_plain_sign_in=True)) == public_address(everywhere)
    assert public_address(settings(tmp_path, host="::1")) == "http://[::1]:8000"
    assert public_address(public) == own_address(public) == last_address(public) == "https://mitmachen.example.org"
    (tmp_path / "address").write_text("http://127.0.0.1:8123\n")
    assert last_address(near) == "http://127.0.0.1:8123"


def test_the_picture_has_the_rows_of_the_code() -> None:
    import segno

    code = segno.make("http://127.0.0.1:8000/#0123456789abcdef0123456789abcdef", error="l", micro=False)
    lines = [line.removeprefix("  \033[97;40m").removesuffix("\033[0m") for line in picture(code).splitlines()]
    rows = [list(row) for row in code.matrix_iter(border=2)]
    assert len(lines) == (len(rows) + 1) // 2
    light = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
    for number, row in enumerate(rows):
        assert [1 - light[cell][number % 2] for cell in lines[number // 2]] == [int(module) for module in row]


@pytest.mark.parametrize("limits", ["ulimit -Sn 256 && ulimit -Hn 256", "ulimit -Sn 256"])
def test_more_connections_than_there_are_files_end_nothing(tmp_path: Path, limits: str) -> None:
    """Where the system lets it, it opens as many as it is meant to; where not, it goes on once some have gone."""

    class Limited(Server):
        program = ("sh", "-c", f'{limits} && exec "$0" "$@"', *Server.program)

    with Limited(tmp_path, "--no-demo") as server, ExitStack() as held:
        address = server.address()
        port = int(address.rpartition(":")[2])
        for _ in range(300):
            held.enter_context(socket.create_connection(("127.0.0.1", port)))
        if "-H" in limits:
            server.wait_for("could not be taken")
            held.close()
        assert fetch(address)[0] == 200
