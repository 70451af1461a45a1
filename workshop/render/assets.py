"""Addresses of the built stylesheets, scripts and icons."""

import json
from pathlib import Path

from flask import current_app

from workshop.config import resource_dir


def asset(name: str) -> str:
    """The address of a built file by its plain name ("table.css", "icons.svg")."""
    kept: dict[str, str] | None = current_app.extensions.get("workshop_assets")
    if kept is None or current_app.debug:
        kept = current_app.extensions["workshop_assets"] = manifest(resource_dir("static") / "dist" / "manifest.json")
    return f"/static/dist/{kept[name]}"


def manifest(path: Path) -> dict[str, str]:
    """Plain name -> name with the content's hash; RuntimeError where nothing was built yet."""
    try:
        return dict(json.loads(path.read_text()))
    except FileNotFoundError:
        raise RuntimeError("The stylesheets and scripts are not built yet. Run: make setup") from None
