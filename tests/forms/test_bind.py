"""What comes in by any door is bound once, in one way, or refused with a sentence."""

import json
import unicodedata
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from workshop.binding import bind, in_one_line
from workshop.errors import Invalid
from workshop.forms import Day, Id, Ids, LongText, Number, OperationForm, Pick, Text, Yes, to_id
from workshop.text import clean

ONE = "0191d0d0-0000-7000-8000-000000000001"
TWO = "0191d0d0-0000-7000-8000-000000000002"


class Form(OperationForm):
    """One field of each kind."""

    title = Text("Title", 10, required="Write a title.")
    text = LongText("Text", 20)
    thing = Id(required=False)
    things = Ids(most=3)
    count = Number("Count", 1, 9, required=False)
    day = Day("Day", required=False)
    box = Yes("Box")
    kind = Pick("Kind", (("a", "A"), ("b", "B")), default="a")


def bound(**fields: Any) -> Form:
    made = bind(Form, {"title": "t", "things": ONE, **fields})
    assert isinstance(made, Form)
    return made


def fault(**fields: Any) -> Invalid:
    with pytest.raises(Invalid) as caught:
        bound(**fields)
    return caught.value


def test_html_and_json_bind_to_the_same() -> None:
    html = MultiDict([("title", "Über"), ("things", ONE), ("things", TWO), ("count", "3"), ("box", "on")])
    as_json = {"title": "Über", "things": [ONE, TWO], "count": 3, "box": True}
    assert {**bind(Form, html).data, "box": True} == bind(Form, as_json).data


def test_line_ends_and_compositions_make_no_difference() -> None:
    one = bound(title="Müll", text="a\r\nb")
    other = bound(title=unicodedata.normalize("NFD", "Müll"), text="a\nb")
    assert one.text.data == "a\nb"
    assert one.submitted == other.submitted


def test_what_is_submitted_does_not_depend_on_the_order() -> None:
    assert bound(text="x", count=2).submitted == bound(count="2", text="x").submitted
    assert bound(text="x").submitted != bound(text="y").submitted


def test_empty_fields_count_as_not_sent() -> None:
    assert bound(text="").submitted == bound().submitted
    assert bound(text=None).submitted == bound().submitted


def test_a_line_has_single_spaces_and_a_text_keeps_its_lines() -> None:
    made = bound(title="  a \t b  ", text=" a\n\nb ")
    assert (made.title.data, made.text.data) == ("a b", "a\n\nb")


def test_lengths_are_counted_in_composed_characters() -> None:
    assert bound(title=unicodedata.normalize("NFD", "ä" * 10)).title.data == "ä" * 10
    assert "10" in str(fault(title="ä" * 11).fields["title"][0])


@pytest.mark.parametrize("title", ["", "   ", None])
def test_what_is_needed_is_asked_for(title: str | None) -> None:
    assert [str(one) for one in fault(title=title).fields["title"]] == ["Write a title."]


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "\udfff"])
def test_what_no_database_can_hold_is_refused(text: str) -> None:
    assert fault(text=text).fields["text"]


@pytest.mark.parametrize("text", ["\u200b", "\u2800", "\u3164 \ufe0f", "\u202e", "\x1b", "\ufe0f"])
def test_what_cannot_be_seen_is_nothing(text: str) -> None:
    assert [str(one) for one in fault(title=text).fields["title"]] == ["Write a title."]


@pytest.mark.parametrize("text", ["🌳", "👩‍👩‍👧", "סַבְתָּא", "¿", "-", "½", "می‌خواهم", "\U0001fae9"])
def test_every_script_and_sign_is_something(text: str) -> None:
    assert bound(title=text).title.data == unicodedata.normalize("NFC", text)


def test_what_steers_a_terminal_or_turns_others_words_round_is_left_out() -> None:
    assert bound(text="\x1b[31mred\x07\x9b").text.data == "[31mred"
    assert bound(title="ab\u202ecd\u2066\u2069").title.data == "abcd"
    assert bound(text="one\x0ctwo\tthree\u2028four").text.data == "one\ntwo\tthree\nfour"
    assert bound(text="\u200eשלום\u200f").text.data == "\u200eשלום\u200f"


def test_a_number_that_is_none_is_refused_in_our_words() -> None:
    assert str(fault(count="--2").fields["count"][0]) == "Write a number."


@pytest.mark.parametrize("value", [{"a": 1}, object(), [["nested"]], b"bytes"])
def test_what_is_no_word_is_refused(value: Any) -> None:
    fault(text=value)


def test_a_field_for_one_value_takes_no_other_one_silently() -> None:
    assert fault(thing=[ONE, TWO]).fields["thing"]
    assert fault(text=["a", "b"]).fields["text"]
    assert bound(text=["a", "a"]).text.data == "a"


def test_unknown_fields_are_refused_by_name() -> None:
    assert list(fault(admin="1").fields) == ["admin"]


@pytest.mark.parametrize("text", ["x", ONE[:-1], ONE.replace("-", ""), f"{{{ONE}}}", f"urn:uuid:{ONE}", f" {ONE}"])
def test_an_id_is_a_canonical_uuid(text: str) -> None:
    assert fault(thing=text).fields["thing"]


def test_ids_come_repeated_or_in_one_field_and_each_counts_once() -> None:
    wanted = [UUID(TWO), UUID(ONE)]
    assert bound(things=[TWO, ONE, TWO]).things.data == wanted
    assert bound(things=f"{TWO} {ONE}").things.data == wanted
    assert fault(things="").fields["things"]
    assert fault(things=[ONE] * 4).fields["things"]


@pytest.mark.parametrize("text", ["0", "10", "1.5", "²", "--2", "1e0", "999999999999", "x"])
def test_a_number_is_between_its_bounds(text: str) -> None:
    assert fault(count=text).fields["count"]


@pytest.mark.parametrize("text", ["2026-02-30", "12.5.2026", "x"])
def test_a_day_is_in_the_calendar(text: str) -> None:
    assert fault(day=text).fields["day"]


def test_a_word_outside_the_set_is_refused() -> None:
    assert bound().kind.data == "a"
    assert fault(kind="c").fields["kind"]


@pytest.mark.parametrize(("text", "ticked"), [("on", True), ("1", True), ("", False), ("0", False), ("false", False)])
def test_a_box_is_ticked_or_not(text: str, ticked: bool) -> None:
    assert bound(box=text).box.data is ticked


def test_a_refused_form_keeps_what_was_written() -> None:
    problem = fault(title="", text="kept")
    assert problem.details["form"].text.data == "kept"


def test_refusals_are_sentences(app: Flask) -> None:
    with app.test_request_context():
        for problem in (fault(count="x"), fault(thing="x"), fault(text="\0"), fault(admin="1"), fault(day="x")):
            assert problem.sentence.endswith(".")


@given(st.dictionaries(st.text(), st.lists(st.text(), max_size=3), max_size=4))
@settings(deadline=None)
def test_what_is_submitted_reads_as_it_did_when_first_answers_were_kept(came: dict[str, list[str]]) -> None:
    wanted = {name: values for name, values in sorted(came.items()) if any(values)}
    assert in_one_line(came) == json.dumps(wanted, ensure_ascii=False)


@given(st.one_of(st.uuids().map(str), st.uuids().map(lambda one: str(one).upper())))
@settings(deadline=None)
def test_an_id_is_read_in_its_canonical_form(text: str) -> None:
    assert to_id(text) == UUID(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "x", ONE[:-1], ONE + "0", ONE.replace("-", ""), "{" + ONE + "}", "urn:uuid:" + ONE, ONE[:-1] + " ",
        ONE[:-1] + "g", " " + ONE[1:], ONE.replace("-", "_"), ONE[1:] + "-", ONE[:9] + " " + ONE[10:],
        ONE[:-1] + "１", "0" * 36, "-" * 36, ONE.replace("d", "-", 1),
    ],
)  # fmt: skip
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="does not exist"):
        to_id(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["title", "text", "thing", "things", "count", "day", "box", "kind"]), JSON))
@settings(max_examples=300, deadline=None)
def test_nothing_that_json_can_say_breaks_it(fields: dict[str, Any]) -> None:
    try:
        made = bind(Form, fields)
    except Invalid:
        return
    assert isinstance(made.title.data, str)


@given(st.text())
@settings(deadline=None)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    try:
        once = clean(text)
    except ValueError:
        assert "\0" in text or any("\ud800" <= one <= "\udfff" for one in text)
        return
    assert clean(once) == once and "\r" not in once
