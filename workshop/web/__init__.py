"""The HTML door: pages and forms, one file per stem."""

from flask import Flask

from workshop.web import act, cafes, errors, headers, people

STEMS = (act, cafes, people)


def open_door(app: Flask) -> None:
    """Answer requests for pages."""
    for stem in STEMS:
        app.register_blueprint(stem.pages)
    errors.install(app)
    headers.install(app)
