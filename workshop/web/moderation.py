"""The rules of an event in the open, and the record of what was hidden for them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from workshop.exchange.decisions import csv_of
from workshop.exchange.tables import MARK
from workshop.forms import OperationForm
from workshop.models import LANGUAGES
from workshop.operations.queue import ModerationForm
from workshop.queries import moderation
from workshop.queries import queue as waiting
from workshop.queries.settings import SettingsPage
from workshop.standing import Actor
from workshop.web.act import ACT_CONTEXT, ACT_TEMPLATES
from workshop.web.door import actor, reading, show
from workshop.web.settings import add_section

pages = Blueprint("moderation", __name__)


@pages.get("/events/<uuid:event_id>/rules")
def rules(event_id: UUID) -> ResponseReturnValue:
    """The reasons for which a note or a comment may be hidden, and how often each was used."""
    with reading() as session:
        page = moderation.rules_page(session, actor(), event_id)
    return show("moderation/rules.html", page)


@pages.get("/events/<uuid:event_id>/moderation.csv")
def record(event_id: UUID) -> ResponseReturnValue:
    """Every decision, without the words it was about, for those who run the event."""
    with reading() as session:
        found = moderation.record(session, actor(), event_id)
    answer = Response(MARK + csv_of(found), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="moderation.csv"'
    return answer


@pages.get("/cafes/<uuid:cafe_id>/queue")
def queue(cafe_id: UUID) -> ResponseReturnValue:
    """Everything that waits for a decision at a café, for moderators."""
    with reading() as session:
        page = waiting.queue_page(session, actor(), cafe_id)
    return show("moderation/queue.html", page)


def seen(page: SettingsPage) -> Iterable[OperationForm]:
    """How notes come to be seen at the event."""
    if page.event.closed_at is None:
        yield ModerationForm(
            event=page.event.id, notes_wait=page.event.notes_wait, screen_notes=str(page.event.screen_notes)
        )


def to_decide_on(session: Session, by: Actor, form: OperationForm) -> dict[str, Any]:
    """What is decided about, and for what that may be."""
    idea, comment = (form[name].data if name in form else None for name in ("idea", "comment"))
    found = moderation.to_decide_on(session, idea, comment)
    return vars(found) if found else {}


def reason_as_it_is(session: Session, by: Actor, form: OperationForm) -> dict[str, Any]:
    """The reason; what the form was not sent shows it."""
    found = moderation.reason_to_change(session, form["reason"].data)
    for language in LANGUAGES:
        if found and language in form and not form[language].raw_data:
            form[language].data = found.words.get(language, "")
    return {"found": found}


for name in ("hold", "hide", "ask_again", "keep_hidden"):
    ACT_CONTEXT[f"idea.{name}"] = ACT_CONTEXT[f"comment.{name}"] = to_decide_on
    ACT_TEMPLATES[f"comment.{name}"] = f"act/idea.{name}.html"
ACT_CONTEXT["reason.edit"] = reason_as_it_is
ACT_CONTEXT["reason.remove"] = reason_as_it_is
add_section(50, "event.set_moderation", seen)
