"""The record as CSV: what a spreadsheet makes of it."""

import csv
import io
from datetime import UTC, datetime

import pytest

from tests.factories import do
from tests.factories.cafes import open_round
from tests.factories.events import EventMade
from tests.factories.ideas import write
from tests.factories.people import join
from workshop.exchange.decisions import csv_of
from workshop.exchange.tables import BEGINS_A_FORMULA, as_csv, cell
from workshop.perform import Store
from workshop.queries.moderation import record


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-2", "@SUM(A1)", "\uff1d1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"


def test_numbers_and_moments_stay_what_they_are() -> None:
    moment = datetime(2026, 5, 12, 10, 0, 0, 5, UTC)
    assert [cell(value) for value in (-2, None, moment, "A, b\n")] == ["-2", "", "2026-05-12T10:00:00+00:00", "A, b\n"]
    assert as_csv(["a", "b"], [['x"y', "1,2"]]) == 'a,b\r\n"x""y","1,2"\r\n'


def test_the_record_can_be_read_again(store: Store, event: EventMade) -> None:
    anna = join(store, event)
    open_round(store, event)
    reason = do(store, event.moderator, "reason.add", event=event.id, en="=cmd|'/c calc'!A0").thing[1]
    idea = write(store, anna, "=HYPERLINK(1)")
    do(store, event.moderator, "idea.hide", idea=idea, because=reason, reason="+1")
    with store.reading() as session:
        found = record(session, event.moderator, event.id, with_words=True)
    without, with_words = (list(csv.DictReader(io.StringIO(csv_of(found, with_words=one)))) for one in (False, True))
    assert len(without) == len(with_words) == 1
    line = without[0]
    assert (line["table"], line["round"], line["decision"], line["by"], line["outcome"]) == (
        "1",
        "1",
        "hidden",
        "moderator",
        "holds",
    )
    assert line["reason"].startswith("'=cmd")
    assert line["decided_at"].endswith(("+01:00", "+02:00"))
    assert "words" not in line and line["what"] == "note"
    assert (with_words[0]["words"], with_words[0]["added_to_the_reason"]) == ("'=HYPERLINK(1)", "'+1")


@pytest.mark.parametrize("text", ["\t=1", "a;=1+1", "a\n=1+1;b", 'a;"=1+1', "a\t@x", "a; -1", "a;\uff1d1", "=1;=2"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_spreadsheet_finds_a_formula_whatever_it_separates_by(text: str, separator: str) -> None:
    read = csv.reader(io.StringIO(as_csv(["words", "more"], [[text, "end"]])), delimiter=separator)
    cells = [one.strip(' "') for row in read for one in row]
    assert len(cells) > 1 and not [one for one in cells if one.startswith(BEGINS_A_FORMULA)]
