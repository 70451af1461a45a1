"""Reading a Polis export: real files, and every way in which a file can be bad."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from workshop.exchange.polis import read_conversation
from workshop.exchange.rows import BadFile

KLIMARAT = Path(__file__).resolve().parents[3] / "shared" / "data" / "klimarat"
HEAD = "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
GOOD = '1651071094558,x,122,0,59,63,-1,"Erste Zeile,\nzweite"\n1651071094559,x,123,0,1,0,1,Kurz\n'
needs_klimarat = pytest.mark.skipif(
    not KLIMARAT.is_dir(), reason=f"{KLIMARAT} is absent: the Climate Council's statements stay out of this repository"
)


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "comments.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_statement_keeps_its_words_counts_and_time(tmp_path: Path) -> None:
    conversation = read_conversation(written(tmp_path, HEAD + GOOD))
    first = conversation.statements[0]
    assert (first.external_id, first.text, first.moderated) == ("122", "Erste Zeile,\nzweite", "-1")
    assert (first.agrees, first.disagrees) == (59, 63)
    assert first.created_at == datetime(2022, 4, 27, 14, 51, 34, 558000, tzinfo=UTC)
    assert (conversation.agrees, conversation.disagrees, conversation.passes) == (60, 63, None)


def test_a_later_export_says_seconds(tmp_path: Path) -> None:
    conversation = read_conversation(written(tmp_path, HEAD + "1651071094,x,122,0,59,63,1,Satz\n"))
    assert conversation.statements[0].created_at == datetime(2022, 4, 27, 14, 51, 34, tzinfo=UTC)


def test_what_a_spreadsheet_puts_in_front_is_no_harm(tmp_path: Path) -> None:
    assert len(read_conversation(written(tmp_path, b"\xef\xbb\xbf" + (HEAD + GOOD).encode())).statements) == 2


def test_passes_come_from_the_votes_beside_it(tmp_path: Path) -> None:
    (tmp_path / "votes.csv").write_text("timestamp,comment-id,voter-id,vote\n1,122,5,0\n2,122,6,1\n3,122,7,-1\n")
    assert read_conversation(written(tmp_path, HEAD + GOOD)).passes == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no column timestamp"),
        (HEAD, "holds no statements"),
        (HEAD.replace("moderated", "status") + GOOD, "no column moderated"),
        ((HEAD + GOOD).encode("utf-16"), "not written in UTF-8"),
        ((HEAD + "1,x,1,0,1,1,1,Grün\n").encode("latin-1"), "not written in UTF-8"),
        (HEAD + "1,x,1,0,1,1,1,a\0b\n", "no text file"),
        (HEAD + GOOD + "1,x,5,0\n", "line 5: there are more or fewer columns"),
        (HEAD + GOOD + "1,x,5,0,1,1,1,a,b\n", "line 5: there are more or fewer columns"),
        (HEAD + '1,x,1,0,1,1,1,"offen\n', "row is broken"),
        (HEAD + "1,x,1,0,viele,1,1,a\n", "line 2: “viele” in the column agrees is not a count"),
        (HEAD + "1,x,1,0,-3,1,1,a\n", "“-3” in the column agrees"),
        (HEAD + "gestern,x,1,0,1,1,1,a\n", "“gestern” in the column timestamp"),
        (HEAD + "99999999999999999999,x,1,0,1,1,1,a\n", "in the column timestamp"),
        (HEAD + "1,x,1,0,1,1,2,a\n", "“2” in the column moderated"),
        (HEAD + "1,x,,0,1,1,1,a\n", "the comment-id “” cannot be used"),
        (HEAD + "1,x,1,0,1,1,1,  \n", "line 2: the statement is empty"),
        (HEAD + f"1,x,1,0,1,1,1,{'a' * 501}\n", "has 501 characters; 500 fit"),
        (HEAD + "1,x,1,0,1,1,1,a\n1,x,1,0,1,1,1,b\n", "line 3: the comment-id 1 stands there twice"),
    ],
)
def test_a_bad_file_gets_one_sentence(tmp_path: Path, text: str | bytes, sentence: str) -> None:
    with pytest.raises(BadFile) as refused:
        read_conversation(written(tmp_path, text))
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be read"):
        read_conversation(tmp_path / "nothing.csv")
    with pytest.raises(BadFile, match="cannot be read"):
        read_conversation(tmp_path)


@needs_klimarat
@pytest.mark.parametrize(
    ("folder", "rows", "agrees", "disagrees", "passes"),
    [("produktion-und-konsum", 522, 38592, 9289, 14055), ("wohnen", 613, 43062, 14673, None)],
)
def test_the_climate_council(folder: str, rows: int, agrees: int, disagrees: int, passes: int | None) -> None:
    conversation = read_conversation(KLIMARAT / folder / "comments.csv")
    assert len(conversation.statements) == rows
    assert (conversation.agrees, conversation.disagrees, conversation.passes) == (agrees, disagrees, passes)
