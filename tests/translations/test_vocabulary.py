"""The vocabulary in the documents is the one on the pages."""

import re

import workshop.operations  # noqa: F401  (it fills the registry)
from tests.architecture.source import PROJECT
from tests.translations.words import TRANSLATED, catalogue, forms, messages
from workshop import models, policy
from workshop.perform import OPERATIONS

ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (PROJECT / "docs" / "vocabulary.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("|")
][2:]


def test_the_words_are_those_of_the_catalogues() -> None:
    assert len(ROWS) > 40
    for column, language in zip((2, 3), sorted(TRANSLATED), strict=True):
        said = {
            one: words
            for message in messages(catalogue(language))
            if not message.context
            for one, words in zip(forms(message.id), forms(message.string), strict=False)
        }
        wrong = {row[1]: said.get(row[1]) for row in ROWS if said.get(row[1]) != row[column]}
        assert wrong == {}, f"docs/vocabulary.md says otherwise in {language}"


def test_names_of_the_code_are_in_the_code() -> None:
    for row in ROWS:
        for name in re.findall(r"`([^`]+)`", row[0]):
            if name in OPERATIONS:
                continue
            holder = models if hasattr(models, name.split(".")[0]) else policy
            for part in name.split("."):
                assert hasattr(holder, part), f"docs/vocabulary.md speaks of {name}"
                holder = getattr(holder, part)
