"""Setting events up, and what happens at them."""

from typing import Any
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from workshop import clock
from workshop.forms import OperationForm
from workshop.identity import public_address
from workshop.operations.events import EventForm, question_lines
from workshop.perform import fresh_key
from workshop.policy import Actor, Permission
from workshop.queries import events, processes
from workshop.web.act import ACT_CONTEXT, key_sent, sent
from workshop.web.door import actor, language, reading, show

pages = Blueprint("events", __name__)


@pages.get("/events/<uuid:event_id>")
def event(event_id: UUID) -> ResponseReturnValue:
    """What happens at an event."""
    with reading() as session:
        page = events.event_page(session, actor(), event_id)
    return show("events/event.html", page, address=public_address())


@pages.get("/processes/<slug>/events/new")
def new(slug: str) -> ResponseReturnValue:
    """One page that sets a café up."""
    return draw_new(slug, EventForm(starts_on=clock.now().date(), language=language()), fresh_key())


@pages.post("/processes/<slug>/events/new")
def preview(slug: str) -> ResponseReturnValue:
    """The same page with what was written, and the preview of it; nothing is kept."""
    return draw_new(slug, EventForm(MultiDict(sent(request.form))), key_sent())


def draw_new(slug: str, form: EventForm, key: UUID) -> ResponseReturnValue:
    """The set-up with its preview."""
    with reading() as session:
        page = processes.process_to_change(session, actor(), slug, Permission.CREATE_EVENT)
    if not form.of_process.data:
        form.of_process.data = page.process.id
    return show("events/new.html", page, form=form, key=key, questions=question_lines(form.questions.data))


def lines_written(session: Session, by: Actor, form: OperationForm) -> dict[str, Any]:
    """The questions as they stand in the form."""
    return {"questions": question_lines(form["questions"].data)}


ACT_CONTEXT["event.create"] = lines_written
