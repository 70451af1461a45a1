"""Setting events up, and what happens at them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from workshop import clock
from workshop.forms import OperationForm
from workshop.identity import public_address
from workshop.models import PhaseKind
from workshop.operations.phases import WHEN, PhasesForm
from workshop.operations.setting_up import EventForm, question_lines
from workshop.perform import fresh_key
from workshop.policy import Permission
from workshop.queries import events, processes
from workshop.queries.settings import SettingsPage
from workshop.standing import Actor
from workshop.web.act import ACT_CONTEXT, key_sent, sent
from workshop.web.door import actor, language, reading, show
from workshop.web.settings import add_section

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
    """The questions as they stand in the form, and the process that is to have the event."""
    page = processes.process_to_change(session, by, form["of_process"].data, Permission.CREATE_EVENT)
    return {"questions": question_lines(form["questions"].data), "page": page}


ACT_CONTEXT["event.create"] = lines_written


def phases_now(page: SettingsPage) -> Iterable[OperationForm]:
    """The phases as they are, each in its place."""
    event = page.event
    if event.closed_at is not None:
        return
    known = {one.kind: one for one in event.phases}
    fields: dict[str, Any] = {}
    free = [place for place in range(1, 4) if place not in {one.position for one in event.phases}]
    for kind in PhaseKind:
        one = known.get(kind)
        begins = one.begins_at.astimezone(ZoneInfo(event.timezone)).strftime(WHEN) if one and one.begins_at else ""
        fields[f"{kind}_name"] = one.name.get(event.language, next(iter(one.name.values()), "")) if one else ""
        fields[f"{kind}_place"] = str(one.position if one else free.pop(0))
        fields[f"{kind}_begins"] = begins
    yield PhasesForm(event=event.id, **fields)


add_section(60, "event.set_phases", phases_now)
