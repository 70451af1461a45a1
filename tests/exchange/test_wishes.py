"""Reading who comes and who is to sit with whom."""

from pathlib import Path

import pytest

from workshop.exchange.rows import BadFile
from workshop.exchange.wishes import read_attendance

HEAD = "name,organisation,language,together,apart\n"


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "people.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def problem(folder: Path, text: str | bytes) -> str:
    with pytest.raises(BadFile) as caught:
        read_attendance(written(folder, text))
    return str(caught.value)


def test_people_and_their_wishes(tmp_path: Path) -> None:
    found = read_attendance(written(tmp_path, HEAD + "Ana, Amt  für Bau ,de,Bo,\nBo,,,Ana,Ce; Do\nCe,,,,\nDo,,,,bo\n"))
    assert [row.name for row in found.rows] == ["Ana", "Bo", "Ce", "Do"]
    assert (found.rows[0].organisation, found.rows[0].language) == ("Amt für Bau", "de")
    assert found.together == [(0, 1)]
    assert found.apart == [(1, 2), (1, 3)]


def test_a_shared_word_joins_all_who_have_it(tmp_path: Path) -> None:
    found = read_attendance(written(tmp_path, HEAD + "Ana,,,T1,\nBo,,,t1,\nCe,,,T1,\nDo,,,,\n"))
    assert found.together == [(0, 1), (0, 2), (1, 2)]


def test_a_name_may_hold_a_comma_and_a_file_semicolons(tmp_path: Path) -> None:
    found = read_attendance(written(tmp_path, HEAD + '"Süß, Rita",,,,\nBo,,,"Süß, Rita",\nCe,,,,"Ana,Bo"\nAna,,,,\n'))
    assert (found.together, found.apart) == ([(0, 1)], [(1, 2), (2, 3)])
    found = read_attendance(
        written(tmp_path, b"\xef\xbb\xbf" + (HEAD + "Ana,,,,\nBo,,,,Ana\n").replace(",", ";").encode())
    )
    assert found.apart == [(0, 1)]


def test_more_columns_in_any_order_are_no_harm(tmp_path: Path) -> None:
    found = read_attendance(written(tmp_path, "apart,together,mail,name,language,organisation\n,,a@b,Ana,sv,Amt\n"))
    assert (found.rows[0].name, found.rows[0].language, found.rows[0].organisation) == ("Ana", "sv", "Amt")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,organisation,language,apart\nAna,,,\n", "people.csv has no column together. Its first line has to name"),
        ("", "people.csv has no column name, organisation, language, together, apart."),
        (HEAD, "people.csv names nobody."),
        (HEAD + "Ana,,,,\n ,,,,\n", "people.csv, line 3: there is no name."),
        (HEAD + "Ana,,,Bob,\n", "people.csv, line 2, column together: nobody is called “Bob”, and no other row has"),
        (HEAD + "Ana,,,,Bo\nBo,,,,\nBo,,,,\n", "column apart: 2 people are called “Bo” (lines 3 and 4). Give each"),
        (HEAD + "Ana,,,,ana\n", "people.csv, line 2, column apart: “ana” is this person's own name."),
        (HEAD + "Ana,,,\n", "people.csv, line 2: there are more or fewer columns than in line 1."),
        ((HEAD + "Jürgen,,,,\n").encode("latin-1"), "people.csv is not written in UTF-8 (byte 44 is none of it)."),
        (b"PK\x03\x04\0\0", "people.csv is no text file."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_said_in_one_sentence(tmp_path: Path, text: str | bytes, said: str) -> None:
    assert said in problem(tmp_path, text)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"cannot be read \(No such file or directory\)"):
        read_attendance(tmp_path / "nobody.csv")
