"""German and Swedish are complete, and say the same as the source with the same places to fill."""

import re
from collections import Counter
from collections.abc import Callable

import pytest
from babel.messages.catalog import Message

from tests.translations.words import PLACE, TAG, TRANSLATED, catalogue, forms, key, messages, po_text, source_words

MEND = "run `make messages`, then translate what is empty in workshop/translations"
NEVER = {"de": {"!", "”"}, "sv": {"!", "“", "„"}}
"""Signs that the language, or our voice in it, does not have."""
each_language = pytest.mark.parametrize("language", TRANSLATED)


def wrong(language: str, is_wrong: Callable[[Message], bool]) -> list[str]:
    """The messages of a catalogue for which something holds, as they stand in the source."""
    return [str(message.id) for message in messages(catalogue(language)) if is_wrong(message)]


def pairs(message: Message) -> list[tuple[str, str]]:
    """Each translated form beside the form of the source that it stands for."""
    source, target = forms(message.id), forms(message.string)
    return [(source[min(number, len(source) - 1)], words) for number, words in enumerate(target)]


@each_language
def test_every_word_of_the_source_is_in_the_catalogue_and_no_other(language: str) -> None:
    source = {key(message) for message in messages(source_words())}
    known = {key(message) for message in messages(catalogue(language))}
    assert len(source) > 300
    assert not source - known, MEND
    assert not known - source, MEND
    assert not catalogue(language).obsolete, MEND


@each_language
def test_every_word_is_translated_in_all_its_plural_forms(language: str) -> None:
    number = catalogue(language).num_plurals

    def is_wrong(message: Message) -> bool:
        target = forms(message.string or "")
        return not all(target) or len(target) != (1 if isinstance(message.id, str) else number)

    assert not wrong(language, is_wrong), MEND


@each_language
def test_nothing_is_only_guessed(language: str) -> None:
    assert not wrong(language, lambda message: message.fuzzy)


@each_language
@pytest.mark.parametrize("what", [PLACE, TAG], ids=["places", "markup"])
def test_places_and_markup_are_those_of_the_source(language: str, what: re.Pattern[str]) -> None:
    def parts(words: str) -> Counter[str]:
        return Counter(what.findall(words))

    def is_wrong(message: Message) -> bool:
        return any(parts(source) != parts(target) for source, target in pairs(message))

    assert not wrong(language, is_wrong)


@each_language
def test_a_single_sign_of_markup_cannot_slip_in(language: str) -> None:
    """Templates take catalogues for safe; a straight quotation mark would end the attribute it stands in."""

    def is_wrong(message: Message) -> bool:
        return any(set(TAG.sub("", target)) & set('<>&"') for _, target in pairs(message))

    assert not wrong(language, is_wrong)


@each_language
def test_sentences_end_as_in_the_source(language: str) -> None:
    ends = (".", "?", ":", "…", " ")

    def end(words: str) -> str:
        return words[-1] if words.endswith(ends) else ""

    assert not wrong(language, lambda message: any(end(source) != end(target) for source, target in pairs(message)))


@each_language
def test_the_voice_is_kept(language: str) -> None:
    """No exclamation marks, and quotation marks as the language writes them."""

    def is_wrong(message: Message) -> bool:
        return any(set(target) & NEVER[language] for _, target in pairs(message))

    assert not wrong(language, is_wrong)


@each_language
def test_the_head_of_the_file_is_in_order(language: str) -> None:
    head = dict(catalogue(language).mime_headers)
    assert head["Language"] == language
    assert head["Plural-Forms"] == "nplurals=2; plural=(n != 1);"
    assert head["Content-Type"] == "text/plain; charset=utf-8"
    text = po_text(language)
    assert '"POT-Creation-Date: 2026-11-23 00:00+0000\\n"' in text, "a date in the head changes with every run"
    assert "#: " in text
    assert not [line for line in text.splitlines() if line.startswith("#: ") and line[-1].isdigit()]
