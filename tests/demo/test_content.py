"""What is in the package of the demonstration, and what must never be."""

import json
from pathlib import Path
from typing import Any

import pytest

from workshop.demo.content import FOLDER, PROCESSES, content_of

FILES = sorted(FOLDER.glob("*.json"))


def keys_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for one in value.values() for key in keys_in(one)}
    if isinstance(value, list):
        return {key for one in value for key in keys_in(one)}
    return set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_annotations_for_evaluation_are_not_in_the_package(file: Path) -> None:
    keys = keys_in(json.loads(file.read_text(encoding="utf-8")))
    assert not {key for key in keys if key.startswith("gold") or key == "duplicate_of"}


def test_all_files_and_the_licence_are_there() -> None:
    assert len(FILES) == 8 + 1
    assert "CC0" in (FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("process", PROCESSES)
def test_every_process_has_its_event(process: str) -> None:
    content = content_of(process)
    assert content.event["process_id"] == content.process["id"] == process
    assert {one["event_id"] for one in content.actions} == {content.event["id"]}
