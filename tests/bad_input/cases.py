"""The one table of bad input: what is sent, where, and what is said about it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.bad_input.places import TEXT, Place
from workshop.errors import Closed, Conflict, Forbidden, Invalid, NotFound, Problem

FORM, JSON, SOCKET = "form", "json", "socket"
EVERY = (FORM, JSON, SOCKET)
PROGRAMS = (JSON, SOCKET)
"""Doors that carry more than words."""

EMPTY = "There is nothing in the note yet. Write a few words."
TOO_LONG = "%(most)s characters fit. You wrote %(count)s."
NOT_STORED = "This text holds characters that cannot be stored. Write them again by hand."
NOT_THERE = "This does not exist, or it is not open to you."
NO_THING = "This does not exist."
NOT_READ = "This was sent in a form that cannot be read."
SURPLUS = "This was sent with fields that do not belong to it."
USED_KEY = "This was already sent with other content."


@dataclass(frozen=True)
class Case:
    """One thing that is wrong with an operation that is otherwise right.

    Attributes:
        change: the fields that are sent instead; None leaves one out.
        problem: what it is answered with.
        sentence: what a person is told, in English, with its `numbers` to fill in.
        where: the place; who: who sends it there; key: under which key, a fresh one unless given.
        doors: those that can carry it.
        shown: what stands in a form's fields afterwards where that is not simply what was sent.
    """

    name: str
    problem: type[Problem]
    sentence: str
    change: Callable[[Place], dict[str, Any]] = lambda place: {}
    operation: str = "idea.contribute"
    numbers: dict[str, int] = field(default_factory=dict)
    where: str = "open"
    who: str = "anna"
    key: Callable[[Place], Any] | None = None
    doors: tuple[str, ...] = EVERY
    shown: dict[str, str | None] = field(default_factory=dict)


def sends(**fields: Any) -> Callable[[Place], dict[str, Any]]:
    """The same fields everywhere."""
    return lambda place: fields


def too_long(count: int, most: int) -> dict[str, Any]:
    """What is said of too much."""
    return {"problem": Invalid, "sentence": TOO_LONG, "numbers": {"most": most, "count": count}}


CASES = [
    Case("an empty note", Invalid, EMPTY, sends(text="")),
    Case("a note left out", Invalid, EMPTY, sends(text=None)),
    Case("a note of spaces", Invalid, EMPTY, sends(text=" \n\t "), shown={"text": ""}),
    Case("a note that cannot be seen", Invalid, EMPTY, sends(text="\u200b\u2800\u202e"),
         shown={"text": "\u200b\u2800"}),
    Case("a note made empty", Invalid, EMPTY, sends(text=""), "idea.edit"),
    Case("5,000 characters", change=sends(text="wordy " * 833 + "ab"), **too_long(5000, 500)),
    Case("5,000 characters instead", change=sends(text="ä" * 5000), operation="idea.edit", **too_long(5000, 500)),
    Case("500 characters and one", change=sends(text="x" * 501), **too_long(501, 500)),
    Case("a reason of 201", change=sends(reason="x" * 201), operation="idea.hold", who="moderator",
         **too_long(201, 200)),
    Case("no reason", Invalid, "Choose a reason. Its author reads it.", sends(reason=" "), "idea.hold",
         who="moderator", shown={"reason": ""}),
    Case("a reason of no event", NotFound, NOT_THERE, sends(because="0191d0d0-0000-7000-8000-000000000009"),
         "idea.hold", who="moderator"),
    Case("a reason that is none", Invalid, NO_THING, sends(because="names"), "idea.hold", who="moderator",
         shown={"because": None}),
    Case("a title of 5,000", change=sends(title="y" * 5000), operation="goal.draft", who="moderator",
         **too_long(5000, 200)),
    Case("a NUL", Invalid, NOT_STORED, sends(text="A bench\0 here"), shown={"text": "A bench\ufffd here"}),
    Case("a NUL in a title", Invalid, NOT_STORED, sends(title="A\0B"), "action_item.take_forward", who="moderator",
         shown={"title": "A\ufffdB"}),
    Case("a lone surrogate", Invalid, NOT_STORED, sends(text="A bench\ud800 here"), doors=PROGRAMS),
    Case("the other surrogate", Invalid, NOT_STORED, sends(title="\udfff"), "goal.draft", who="moderator",
         doors=PROGRAMS),
    Case("another event's table", NotFound, NOT_THERE, lambda place: {"table": place.other.tables[0]}),
    Case("another event's table and round", NotFound, NOT_THERE,
         lambda place: {"table": place.other.tables[0], "round": place.other.rounds[0]}),
    Case("a table that is none", Invalid, NO_THING, sends(table="table 1"), shown={"table": None}),
    Case("no table", Invalid, "This does not say which one.", sends(table=None)),
    Case("a table never sat at", Forbidden, "You did not sit at this table in this round.",
         lambda place: {"table": place.event.tables[1]}),
    Case("a round one did not sit in", Forbidden, "You did not sit at this table in this round.",
         lambda place: {"round": place.event.rounds[1]}),
    Case("after the event", Closed, "This event is closed.", where="over"),
    Case("a change after the event", Closed, "This event is closed.", operation="idea.edit", where="over"),
    Case("somebody removed", Forbidden, "You have been removed from this event.", where="removed",
         shown={"kind": None}),
    Case("a change by somebody removed", Forbidden, "You have been removed from this event.", operation="idea.edit",
         where="removed", shown={"kind": None}),
    Case("an excerpt that is not there", Invalid,
         "These words do not stand in the note like that. Copy them from it.", sends(excerpt="a roof and a light"),
         "action_item.take_forward", who="moderator"),
    Case("a key of another note", Conflict, USED_KEY, sends(text="Other words"), key=lambda place: place.key),
    Case("a key of another operation", Conflict, USED_KEY, operation="idea.edit", key=lambda place: place.key),
    Case("somebody else's key", Conflict, USED_KEY, operation="goal.draft", who="moderator",
         key=lambda place: place.key),
    Case("no key", Invalid, "This was sent without a key.", key=lambda place: None, doors=PROGRAMS),
    Case("a key that is a number", Invalid, "This was sent without a key.", key=lambda place: 5, doors=PROGRAMS),
    Case("a key that is a list", Invalid, "This was sent without a key.", key=lambda place: [str(place.key)],
         doors=PROGRAMS),
    Case("a key in capitals", Conflict, USED_KEY, sends(text="Other words"), key=lambda place: str(place.key).upper()),
    Case("a field too many", Invalid, SURPLUS, sends(votes="100")),
    Case("a field of the database", Invalid, SURPLUS, sends(participant_id="1", state="visible")),
    Case("another's name for a field", Invalid, SURPLUS, sends(Text="a", **{"text ": "b"})),
    Case("a kind that is none", Invalid, "Choose one of these.", sends(kind="order"), shown={"kind": None}),
    Case("a version that is no number", Invalid, "Write a number.", sends(version="²"), "idea.edit"),
    Case("a version out of bounds", Invalid, "A number from %(least)s to %(most)s.", sends(version="-1"), "idea.edit",
         numbers={"least": 1, "most": 1000000}),
    Case("two texts", Invalid, NOT_READ, sends(text=[TEXT, "b"]), shown={"text": TEXT}),
    Case("a text inside a text", Invalid, NOT_READ, sends(text={"text": TEXT}), doors=PROGRAMS),
    Case("a list inside a list", Invalid, NOT_READ, sends(text=[[TEXT]]), doors=PROGRAMS),
    Case("nothing for a text", Invalid, EMPTY, sends(text=[None]), doors=PROGRAMS),
    Case("no for a text", Invalid, EMPTY, sends(text=False), doors=PROGRAMS),
    Case("a number for a table", Invalid, NO_THING, sends(table=1), doors=PROGRAMS),
    Case("yes for a table", Invalid, NO_THING, sends(table=True), doors=PROGRAMS),
    Case("half a number for a version", Invalid, "Write a number.", sends(version=1.5), "idea.edit", doors=PROGRAMS),
    Case("a number beyond all", Invalid, "Write a number.", sends(version=10**30), "idea.edit", doors=PROGRAMS),
    Case("no list of notes", Invalid, "Choose at least one.", sends(ideas=[]), "action_item.take_forward",
         who="moderator", doors=PROGRAMS),
    Case("a list of what is none", Invalid, NO_THING, sends(ideas=[1, 2]), "action_item.take_forward",
         who="moderator", doors=PROGRAMS),
    Case("too many notes", Invalid, "At most %(most)s at once.",
         lambda place: {"ideas": [f"0191d0d0-0000-7000-8000-{number:012}" for number in range(51)]},
         "action_item.take_forward", who="moderator", numbers={"most": 50}, shown={"ideas": None}),
]  # fmt: skip
"""Everything that is refused."""


@dataclass(frozen=True)
class Taken:
    """What looks bad and is taken all the same, and how it is kept."""

    name: str
    text: Any
    kept: str
    doors: tuple[str, ...] = EVERY


TAKEN = [
    Taken("a right-to-left override", "A \u202ehcneb\u202c here", "A hcneb here"),
    Taken("isolates that nobody closes", "\u2067\u2066A bench", "A bench"),
    Taken("Hebrew with its marks", "\u200fספסל\u200e", "\u200fספסל\u200e"),
    Taken("what steers a terminal", "\x1b[31mA bench\x07", "[31mA bench"),
    Taken("markup", "<script>alert(1)</script>{{ 7 * 7 }}", "<script>alert(1)</script>{{ 7 * 7 }}"),
    Taken("a number", 42, "42", PROGRAMS),
    Taken("one text in a list", ["A bench"], "A bench", PROGRAMS),
    Taken("line ends of three systems", "one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour", PROGRAMS),
]
"""Everything that is taken."""
