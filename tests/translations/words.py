"""The words of the interface as they stand in the source, and what the catalogues make of them."""

import re
from collections.abc import Iterator
from functools import cache

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from tests.architecture.source import PROJECT
from workshop.models import LANGUAGES

TRANSLATED = tuple(language for language in LANGUAGES if language != "en")
GETTEXT = ("_", "_l", "gettext", "lazy_gettext", "ngettext", "pgettext", "npgettext")
PLACE = re.compile(r"%(?:\(\w+\))?[sd]|%%")
TAG = re.compile(r"<[^>]+>|&\w+;")


@cache
def source_words() -> Catalog:
    """Every string that the code and the templates hand to gettext at this moment."""
    with (PROJECT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    catalog = Catalog()
    keywords = {**DEFAULT_KEYWORDS, "_l": None}
    found = extract_from_dir(PROJECT, methods, options, keywords)
    for filename, line, message, comments, context in found:
        catalog.add(message, None, [(filename, line)], auto_comments=comments, context=context)
    return catalog


def po_text(language: str) -> str:
    """A catalogue's file."""
    path = PROJECT / "workshop" / "translations" / language / "LC_MESSAGES" / "messages.po"
    return path.read_text(encoding="utf-8")


@cache
def catalogue(language: str) -> Catalog:
    """A catalogue, read."""
    return read_po(po_text(language).splitlines(), locale=language)


def messages(catalog: Catalog) -> Iterator[Message]:
    """Its messages without the header."""
    return (message for message in catalog if message.id)


def forms(words: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """One text or several, as a tuple."""
    return (words,) if isinstance(words, str) else tuple(words)


def key(message: Message) -> tuple[str | None, tuple[str, ...]]:
    """What makes a message the same in two catalogues."""
    return message.context, forms(message.id)
