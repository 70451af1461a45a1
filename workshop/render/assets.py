"""Addresses of the built stylesheets, scripts and icons."""

import json
from pathlib import Path

from flask import current_app, url_for

from workshop.config import resource_dir


def asset(name: str) -> str:
    """The address of a built file by its plain name ("table.css", "icons.svg")."""
    return url_for("static", filename=f"dist/{manifest()[name]}")


def manifest() -> dict[str, str]:
    """Plain name -> hashed name; read once, while developing anew at each build."""
    path = resource_dir("static") / "dist" / "manifest.json"
    kept: tuple[float, dict[str, str]] | None = current_app.extensions.get("workshop_manifest")
    age = _age(path)
    if kept is None or kept[0] != age:
        kept = (age, json.loads(path.read_text()))
        current_app.extensions["workshop_manifest"] = kept
    return kept[1]


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        raise RuntimeError("The stylesheets and scripts are not built yet. Run: make setup") from None
