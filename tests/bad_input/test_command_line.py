"""Bad input by the command line: files and words that are none, told in one sentence, with nothing changed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bad_input.doors import everything
from tests.cli.test_commands import HEAD, Terminal
from tests.factories.databases import SQLiteServer, store_at
from tests.factories.servers import ROOT

ROWS = "".join(f'165107109455{number},x,{number},0,5,2,1,"Satz {number},\nzweite Zeile"\n' for number in range(4))
GOOD = HEAD + ROWS
WITHOUT_END = HEAD + ROWS + '1651071094555,x,9,0,5,2,1,"Satz ohne En'
EXPANDS = "\u0958"
"""One character that two are stored of."""
NO_UTF8 = b"\xff".decode(errors="surrogateescape")
"""As Python gives a word of the command line that is not written in UTF-8."""


@pytest.fixture(scope="module")
def terminal(sqlite_server: SQLiteServer, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """The command line on a database with one event in it."""
    folder = tmp_path_factory.mktemp("terminal")
    made = Terminal(sqlite_server.copy_to(folder / "workshop.sqlite3"), folder)
    made.event = made.json("event", "create", "--tables", "1", "--open")["event"]  # type: ignore[attr-defined]
    return made


@pytest.fixture
def unchanged(terminal: Terminal) -> Iterator[None]:
    """Sees that nothing in the database is another one afterwards."""
    with store_at(terminal.settings.database_url) as store:
        before = everything(store)
        yield
        assert everything(store) == before


def bring(terminal: Any, path: Path, source: str = "Rat") -> str:
    """What `workshop import` says of a file it does not take."""
    return str(terminal.refused("import", str(path), "--event", terminal.event, "--source", source))


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("", "comments.csv has no column timestamp", id="empty"),
        pytest.param("\n\n\n", "comments.csv has no column timestamp", id="line ends"),
        pytest.param(HEAD, "comments.csv holds no statements.", id="a head alone"),
        pytest.param(GOOD.replace("comment-body", "body"), "has no column comment-body.", id="a column is missing"),
        pytest.param(GOOD.replace(",", "\t"), "has no column timestamp", id="tabs"),
        pytest.param(GOOD.encode("utf-16"), "is not written in UTF-8 (byte 1 is none of it).", id="UTF-16"),
        pytest.param(GOOD.encode("utf-16-le"), "comments.csv is no text file.", id="UTF-16 without its mark"),
        pytest.param(GOOD.replace("Satz 3", "Sätze").encode("latin-1"), "is not written in UTF-8 (byte ", id="latin-1"),
        pytest.param(GOOD + "165107109455,x,9,0\n", "line 10: there are more or fewer columns", id="cut in a row"),
        pytest.param(WITHOUT_END, "line 10: this row is broken", id="cut in a quoted field"),
        pytest.param(WITHOUT_END + "\nund noch\neine\n", "line 10: this row is broken", id="cut before the last row"),
        pytest.param(GOOD + ",".join("x" * 300) + "\n", "line 10: there are more or fewer columns", id="300 columns"),
        pytest.param(GOOD + "1,x,9,0,1,1,1,a\0b\n", "comments.csv is no text file.", id="a NUL"),
        pytest.param(GOOD + f"1,x,9,0,1,1,1,{'a' * 200_000}\n", "line 10: this row is broken", id="a huge field"),
        pytest.param(GOOD + f"1,x,9,0,1,1,1,{'a' * 5000}\n", "line 10: the statement has 5000 characters; 500 fit.",
                     id="5,000 characters"),
        pytest.param(GOOD + f"1,x,9,0,{'9' * 5000},1,1,a\n", "line 10: “9999", id="a number of 5,000 digits"),
        pytest.param(GOOD + "1,x,9,0,１,1,1,a\n", "line 10: “１” in the column agrees is not a count.",
                     id="wide digits"),
        pytest.param(GOOD + "1,x,9,0,1,1,1,\x1b\x07\u200b\n", "line 10: the statement is empty.", id="nothing to see"),
        pytest.param(GOOD + f"1,x,9,0,1,1,1,{EXPANDS * 300}\n", "line 10: the statement has 600 characters; 500 fit.",
                     id="longer once it is composed"),
        pytest.param(GOOD + "1,x,\x1b,0,1,1,1,a\n", "line 10: the comment-id “” cannot be used.",
                     id="an id of nothing"),
        pytest.param(GOOD + "1,x,3,0,1,1,1,a\n", "line 10: the comment-id 3 stands there twice.", id="an id twice"),
        pytest.param(GOOD + "1,x,3\u202e,0,1,1,1,a\n", "line 10: the comment-id 3 stands there twice.",
                     id="an id twice once it is tidied"),
    ],
)  # fmt: skip
def test_a_bad_file_gets_one_sentence(terminal: Any, tmp_path: Path, content: str | bytes, said: str) -> None:
    path = tmp_path / "comments.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    answer = bring(terminal, path)
    assert answer.startswith("Error: comments.csv") and said in answer
    assert answer.count("\n") == 1 and len(answer) < 300


@pytest.mark.usefixtures("unchanged")
def test_a_bad_row_behind_500_good_ones_leaves_none_of_them(terminal: Any, tmp_path: Path) -> None:
    path = tmp_path / "comments.csv"
    good = "".join(f"1651071094558,x,{number},0,5,2,1,Satz {number}\n" for number in range(600))
    path.write_text(HEAD + good + f"1651071094558,x,601,0,5,2,1,{EXPANDS * 300}\n", encoding="utf-8")
    assert "line 602: the statement has 600 characters" in bring(terminal, path)


@pytest.mark.usefixtures("unchanged")
def test_what_is_no_file(terminal: Any, tmp_path: Path) -> None:
    assert "cannot be read (Is a directory)." in bring(terminal, tmp_path)
    assert "cannot be read (No such file or directory)." in bring(terminal, tmp_path / "none.csv")
    assert "has more than 50 MB." in bring(terminal, Path("/dev/zero"))
    (tmp_path / "comments.csv").write_text(GOOD, encoding="utf-8")
    (tmp_path / "votes.csv").write_text("timestamp,comment-id\n1,2\n", encoding="utf-8")
    assert "votes.csv has no column vote." in bring(terminal, tmp_path / "comments.csv")


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("event", "create", "--title", "x" * 5000), "title: 200 characters fit. You wrote 5000."),
        (("event", "create", "--title", " "), "title: "),
        (("event", "create", "--title", "Fest\0"), "This text holds characters that cannot be stored."),
        (("event", "create", "--title", NO_UTF8), "This text holds characters that cannot be stored."),
        (("event", "create", "--question", "x" * 5000), "questions: "),
        (("event", "create", "--tables", "many"), "'many' is not a valid integer"),
        (("event", "create", "--timezone", NO_UTF8), "cannot be stored"),
        (("event", "create", "--process", NO_UTF8), "cannot be stored"),
        (("process", "create", "--name", "x" * 5000, "--admin", "Rita"), "200 characters fit. You wrote 5000."),
        (("process", "create", "--name", NO_UTF8, "--admin", "Rita"), "cannot be stored"),
        (("process", "create", "--name", "Hafen", "--admin", NO_UTF8), "cannot be stored"),
        (("member", "link", "--process", NO_UTF8, "--name", "Rita"), "cannot be stored"),
        (("member", "link", "--process", "workshop", "--name", NO_UTF8), "cannot be stored"),
        (("join", "--event", NO_UTF8), "There is no event"),
        (("join", "--event", "0"), "There is no event “0”. An event is named by its id or its code."),
        (("join", "--event", "x", "--count", "-1"), "-1"),
        (("ideas", "--event", "x" * 5000), "There is no event"),
        (("ideas", "--events", "x"), "No such option"),
    ],
    ids=lambda value: " ".join(value)[:40].encode("ascii", "replace").decode() if isinstance(value, tuple) else "",
)
def test_bad_words_get_a_sentence(terminal: Terminal, words: tuple[str, ...], said: str) -> None:
    assert said in terminal.refused(*words)


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("source", ["", " ", "x" * 41, "Rat\0", NO_UTF8, "\u202e"])
def test_a_source_that_is_none(terminal: Any, tmp_path: Path, source: str) -> None:
    path = tmp_path / "comments.csv"
    path.write_text(GOOD, encoding="utf-8")
    said = bring(terminal, path, source)
    assert said.startswith("Error: ") and "Traceback" not in said


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((b"import", b"nothing\xff.csv", b"--event", b"x", b"--source", b"Rat"), b"cannot be read"),
        ((b"process", b"create", b"--name", b"Hafen\xff", b"--admin", b"Rita"), b"cannot be stored"),
    ],
)
def test_a_process_of_its_own_ends_with_a_sentence_and_a_code(
    terminal: Terminal, words: tuple[bytes, ...], said: bytes
) -> None:
    given = {**os.environ, **terminal.environment}
    done = subprocess.run(
        [sys.executable, "-m", "workshop", *words], cwd=ROOT, env=given, capture_output=True, timeout=120
    )
    assert done.returncode == 1
    assert said in done.stderr and done.stderr.count(b"\n") == 1 and not done.stdout
