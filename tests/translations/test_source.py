"""Every word a person reads goes through gettext, whole: one sentence, one string."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import nodes
from jinja2.sandbox import SandboxedEnvironment

from tests.architecture.source import PROJECT, modules
from tests.translations.words import GETTEXT

TEMPLATES = sorted((PROJECT / "templates").rglob("*.html"))
READ_OUT = {"aria-label", "aria-description", "aria-roledescription", "title", "placeholder", "alt"}
THE_SAME_EVERYWHERE = {"Workshop", "to:DO", "to", "DO"}
"""Our name; and the to:DO, whose colon is drawn apart."""
HOLE = "\0"
IN_A_TAG = re.compile(
    r"{% block (page_kind|live_page|main_class|html_attributes|body_attributes) %}.*?{% endblock %}"
    r"|{% macro \w+_attributes\(.*?{%-? endmacro %}",
    re.DOTALL,
)
"""Blocks and macros that end up inside a tag."""
environment = SandboxedEnvironment(extensions=["jinja2.ext.do", "jinja2.ext.i18n"])


class Text(HTMLParser):
    """The words that stand in a template outside its expressions."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("script", "style")
        self.found += [value for name, value in attributes if name in READ_OUT and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def literal_words(template: str) -> list[str]:
    """What a reader would read in every language alike."""
    parts: list[str] = []
    for _, kind, value in environment.lex(IN_A_TAG.sub("", template)):
        if kind == "data":
            parts.append(value)
        elif kind == "variable_begin":
            parts.append(HOLE)
    parser = Text()
    parser.feed("".join(parts))
    parser.close()
    pieces = (piece.strip(" \n·") for text in parser.found for piece in text.split(HOLE))
    return [piece for piece in pieces if piece not in THE_SAME_EVERYWHERE and any(sign.isalpha() for sign in piece)]


def named(path: Path) -> str:
    """A template, as others include it."""
    return path.relative_to(PROJECT / "templates").as_posix()


def test_no_words_stand_in_a_template_outside_gettext() -> None:
    found = {named(path): words for path in TEMPLATES if (words := literal_words(path.read_text()))}
    assert found == {}


def test_words_outside_gettext_are_found() -> None:
    template = """<p title="Votes">{# no #}{{ _("One") }}: {% if one %}<b lang="de">two</b>{% endif %} Workshop</p>
        <button aria-label="{{ _('Send') }} now">…</button><style>p {}</style>"""
    assert literal_words(template) == ["Votes", "two", "now"]


def calls_in_templates() -> Iterator[tuple[str, nodes.Call]]:
    """Every call of a gettext function with its place."""
    for path in TEMPLATES:
        for call in environment.parse(path.read_text()).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in GETTEXT:
                yield f"{named(path)}:{call.lineno}", call


def test_templates_hand_whole_sentences_to_gettext() -> None:
    wrong, found = [], 0
    for place, call in calls_in_templates():
        assert isinstance(call.node, nodes.Name)
        found += 1
        words = call.args[: words_taken(call.node.name)]
        if not words or not all(isinstance(one, nodes.Const) and is_whole(one.value) for one in words):
            wrong.append(place)
    assert found > 200
    assert wrong == []


def test_the_code_hands_whole_sentences_to_gettext() -> None:
    wrong, found = [], 0
    for module in modules():
        for call in ast.walk(module.tree):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in GETTEXT):
                continue
            found += 1
            words = call.args[: words_taken(call.func.id)]
            if not words or not all(isinstance(one, ast.Constant) and is_whole(one.value) for one in words):
                wrong.append(f"{module.name}:{call.lineno}")
    assert found > 200
    assert wrong == []


def words_taken(function: str) -> int:
    """How many of a function's arguments are words."""
    return {"ngettext": 2, "pgettext": 2, "npgettext": 3}.get(function, 1)


def is_whole(words: object) -> bool:
    """Not empty and without space at its ends, which a translator would not see."""
    return isinstance(words, str) and bool(words) and words == words.strip()
