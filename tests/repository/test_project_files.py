"""The files that other people and other programs look for hold what they promise."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def publiccode() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))


def test_publiccode_has_the_keys_of_its_standard(publiccode: dict[str, Any]) -> None:
    assert publiccode["publiccodeYmlVersion"] == "0.4"
    assert publiccode["name"] == "Workshop"
    assert publiccode["url"].startswith("https://")
    assert publiccode["platforms"] == ["web"]
    assert publiccode["categories"]
    assert publiccode["developmentStatus"] in {"concept", "development", "beta", "stable"}
    assert publiccode["softwareType"] == "standalone/web"
    assert publiccode["maintenance"]["type"] == "community"
    assert all(contact["name"] for contact in publiccode["maintenance"]["contacts"])
    assert publiccode["localisation"]["localisationReady"] is True


def test_publiccode_describes_within_the_lengths_of_its_standard(
    publiccode: dict[str, Any],
) -> None:
    assert {"en", "de"} <= publiccode["description"].keys()
    for language, about in publiccode["description"].items():
        assert len(about["shortDescription"]) <= 150, language
        assert 150 <= len(about["longDescription"]) <= 10_000, language
        assert about["features"], language


def test_license_and_version_are_the_same_everywhere(publiccode: dict[str, Any]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["license"] == publiccode["legal"]["license"] == "EUPL-1.2"
    assert project["version"] == publiccode["softwareVersion"]
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\n")
    assert "15.Applicable Law" in text
    assert "‘Compatible Licences’ according to Article 5 EUPL are:" in text


def test_ci_calls_the_test_command_of_the_readme_and_nothing_else() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111, "not executable"
    shebang, *lines = script.read_text().splitlines()
    assert shebang == "#!/bin/sh"
    assert lines == ['cd "$(dirname "$0")/.." && exec make test']


def test_readme_names_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for target in ("run", "test"):
        assert f"make {target}" in readme
        assert target in targets


def test_changelog_has_a_place_for_the_next_change() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == "[Unreleased]"
