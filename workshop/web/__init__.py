"""The HTML door: pages and forms, one file per stem."""

from flask import Flask

from workshop.web import (
    accounts,
    act,
    action_list,
    attempts,
    built,
    cafes,
    cards,
    cockpit,
    devices,
    errors,
    events,
    goals,
    hall,
    headers,
    ideas,
    moderation,
    paper,
    people,
    photos,
    plans,
    processes,
    settings,
    strangers,
)

STEMS = (
    accounts, act, action_list, built, cafes, cards, cockpit, devices, events, goals, hall, ideas, moderation, paper,
    people, photos, plans, processes, settings,
)  # fmt: skip


def open_door(app: Flask) -> None:
    """Answer requests for pages."""
    for stem in STEMS:
        app.register_blueprint(stem.pages)
    app.extensions["workshop_attempts"] = attempts.Attempts()
    app.extensions["workshop_strangers"] = strangers.Strangers()
    errors.install(app)
    headers.install(app)
