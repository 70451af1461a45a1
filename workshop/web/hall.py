"""Will this room carry it: tried the day before, on whatever devices are there."""

from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from workshop.binding import as_written, bind
from workshop.errors import Problem
from workshop.forms import to_id
from workshop.identity import public_address
from workshop.operations.hall import CodeForm, HallForm, hall_of_code
from workshop.perform import OPERATIONS, perform
from workshop.queries import hall
from workshop.web import attempts, strangers
from workshop.web.act import key_sent, sent
from workshop.web.door import actor, again_in, reading, show, store
from workshop.web.people import event_asked_for

pages = Blueprint("hall", __name__)


@pages.get("/hall")
def hall_page() -> ResponseReturnValue:
    """Ask for the event's code; its script takes a QR's token from the address."""
    return show("events/hall_code.html", form=CodeForm(MultiDict({"code": request.args.get("code", "")})), problem=None)


@pages.post("/hall")
def try_hall() -> ResponseReturnValue:
    """The page that measures, for an event's code."""
    fields = MultiDict([(name, request.form.get(name, "")) for name in ("code", "token")])
    try:
        form = bind(CodeForm, fields)
        with reading() as session:
            event = hall_of_code(session, actor(), form).event
    except Problem as problem:
        told = (attempts.failed() if "code" in problem.fields else None) or problem
        form = problem.details.get("form") or as_written(CodeForm, fields)
        for name, errors in problem.fields.items():
            form[name].errors = errors
        return *show("events/hall_code.html", form=form, problem=told, status=told.status), again_in(told)
    return show("events/hall.html", event=event)


@pages.post("/hall/report")
def report() -> ResponseReturnValue:
    """Keep what a device measured, and say in a sentence what it means."""
    what = OPERATIONS["hall.report"]
    try:
        form = bind(HallForm, sent(request.form))
        event_id = event_asked_for(form)
        if event_id:
            strangers.take_turn("measure", event_id)
        perform(store(), actor(), what, form, key_sent())
    except Problem as problem:
        told = (attempts.failed() if "code" in problem.fields else None) or problem
        return render_template("events/hall_result.html", device=None, problem=told), told.status, again_in(told)
    with reading() as session:
        found = hall.device(session, to_id(form["device"].data))
    return render_template("events/hall_result.html", device=found, problem=None)


@pages.get("/events/<uuid:event_id>/hall")
def of_event(event_id: UUID) -> ResponseReturnValue:
    """All devices that were tried, live, for moderators."""
    with reading() as session:
        page = hall.hall_page(session, actor(), event_id)
    return show("events/hall_devices.html", page, address=public_address())
