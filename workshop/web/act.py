"""One route for every write by a form, and the page of each operation that needs more than a button."""

import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from jinja2 import TemplateNotFound
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from workshop import calls
from workshop.binding import as_written, bind
from workshop.config import Settings
from workshop.errors import Conflict, NotFound, Problem, Removed, TooFast
from workshop.extensions import csrf
from workshop.forms import Id, Ids, OperationForm, to_id
from workshop.identity import caller
from workshop.perform import OPERATIONS, Done, Operation, fresh_key, perform
from workshop.policy import RULES, authorize
from workshop.queries.viewing import page_of_a_form
from workshop.standing import Actor, Part, Standing
from workshop.web.door import actor, reading, store, way_back
from workshop.web.errors import show_removed, words_in

pages = Blueprint("act", __name__)

log = logging.getLogger(__name__)

OF_THE_DOOR = ("key", "csrf_token", "next")

ACT_CONTEXT: dict[str, Callable[[Session, Actor, OperationForm], dict[str, Any]]] = {}
"""What an operation's own page reads besides its form: name -> function(session, by, form)."""

ACT_SAYS: dict[str, Callable[[OperationForm], str]] = {}
"""What the next page says was done, where that page alone would not show it: name -> function(form)."""

ACT_TEMPLATES: dict[str, str] = {}
"""Operations whose own page is another one's template: name -> template."""

THING_PAGES = {
    "idea": "/ideas/{}",
    "comment": "/comments/{}",
    "action_item": "/items/{}",
    "goal": "/goals/{}",
    "event": "/events/{}",
    "cafe": "/cafes/{}",
    "table": "/tables/{}",
    "table_state": "/tables/{}",
    "membership": "/members/{}",
}

PLACES = ("idea", "ideas", "action_item", "action_items")
"""Fields that name a thing which stands on the page one comes from, under its id."""
WAITS = {"idea": "decide-", "comment": "decide-", "photo": "photo-"}
"""What the id of such a thing begins with where it waits for a moderator, in the cockpit and in the queue."""


@pages.get("/act/<name>")
def ask(name: str) -> ResponseReturnValue:
    """The operation's own page, its fields filled from the address."""
    what = known(name)
    form = what.form(MultiDict(sent(request.args)))
    standing = check(what, form)
    # Fields the address did not fill show what is there now, which the context may have set.
    return draw(what, form, fresh_key(), None, standing)


@pages.post("/act/<name>")
def act(name: str) -> ResponseReturnValue:
    """Perform it; where that cannot be, draw its page again with what was written."""
    what = known(name)
    fields = sent(request.form)
    key = key_sent()
    try:
        take_turn()
        form = bind(what.form, fields)
        done = perform(store(), actor(), what, form, key)
    except TooFast as problem:
        # Nothing is read for it: who goes this fast may be no person.
        page = draw(what, as_written(what.form, fields), key, problem)
        return page, problem.status, {"Retry-After": str(problem.again_in)}
    except Problem as problem:
        form = problem.details.get("form") or as_written(what.form, fields)
        if isinstance(problem, Removed):
            return show_removed(problem, words_in(form))
        put_into(form, problem)
        # It may have been refused before anybody looked who asks: the page says no more than it would have.
        try:
            standing = where_open(what, form)
        except NotFound:
            if not words_in(form):
                raise
            # Whatever they were meant for, nobody loses what they wrote.
            standing = None
        # A key that was used for something else would be refused for ever.
        fresh = fresh_key() if isinstance(problem, Conflict) else key
        return draw(what, form, fresh, problem, standing), problem.status
    if name in ACT_SAYS:
        flash(ACT_SAYS[name](form))
    return redirect(beside(way_back(page_of(done)), form), 303)


@pages.post("/act/<name>.json")
@csrf.exempt
def call(name: str) -> ResponseReturnValue:
    """Perform it for a page's script that has no socket, and answer as a socket would.

    What no form of another site can send stands in place of the form's token: JSON, a header of our
    own, and the Origin of this site. Without them the answer is an error page and no acknowledgement.
    """
    settings: Settings = current_app.extensions["workshop_settings"]
    ours = calls.origin_allowed(request.headers.get("Origin"), request.environ, settings)
    if not ours or request.mimetype != "application/json" or calls.OUR_HEADER not in request.headers:
        abort(400)
    person = request.headers[calls.OUR_HEADER]
    if person != "1" and not calls.is_among(actor().participants, person):
        abort(403)
    request.max_content_length = calls.LARGEST
    try:
        fields = request.get_json()
    except RecursionError:
        abort(400)
    if not isinstance(fields, dict):
        abort(400)
    key = fields.pop("key", "")
    try:
        take_turn()
        what = known(name)
        done = perform(store(), actor(), what, bind(what.form, fields), calls.key_of(key))
    except TooFast as problem:
        return calls.refused(problem, key), problem.status, {"Retry-After": str(problem.again_in)}
    except Problem as problem:
        return calls.refused(problem, key), problem.status
    except Exception:
        log.exception("%s failed", name)
        return calls.failed(key), 500
    return calls.acknowledged(done, key)


def take_turn() -> None:
    """Count this call; raises TooFast."""
    calls.take_turn(current_app.extensions["workshop_pace"], caller())


def put_into(form: OperationForm, problem: Problem) -> None:
    """Lay what was refused beside its fields, so that the form can be sent again corrected."""
    for name, errors in problem.fields.items():
        if name in form:
            form[name].errors = errors
    if isinstance(problem, Conflict) and "version" in form:
        # Whoever has read the other words and sends theirs again has decided: on what is there now.
        form["version"].raw_data, form["version"].data = None, None


def check(what: Operation, form: OperationForm) -> Standing:
    """What this actor is there; raises the Problem for which they cannot do it to the things the form names."""
    if any(field.flags.required and not field.data for field in form if isinstance(field, Id | Ids)):
        raise NotFound
    with reading() as session:
        at = what.find(session, actor(), form)
        authorize(what.permission, at)
    return at.standing


def where_open(what: Operation, form: OperationForm) -> Standing | None:
    """What this actor is there, if they may see what the form is about; NotFound where it may not be known at all."""
    try:
        return check(what, form)
    except NotFound:
        raise
    except Problem:
        return None


def known(name: str) -> Operation:
    """The operation, unless it is not this route's: another form's, or the command line's alone."""
    what = OPERATIONS.get(name)
    if what is None or what.form_only or RULES[what.permission].parts == {Part.SYSTEM}:
        raise NotFound
    return what


def sent(fields: MultiDict[str, str]) -> MultiDict[str, str]:
    """What was submitted without the door's own fields."""
    return MultiDict([(name, value) for name, value in fields.items(multi=True) if name not in OF_THE_DOOR])


def key_sent() -> UUID:
    """The form's key; a button without one gets a fresh one."""
    try:
        return to_id(request.form["key"]) if request.form.get("key") else fresh_key()
    except ValueError:
        return fresh_key()


def page_of(done: Done) -> str:
    """The page of the thing an operation was about."""
    thing, thing_id = done.thing
    return THING_PAGES[thing].format(thing_id) if thing in THING_PAGES and thing_id else url_for("people.join_page")


def beside(address: str, form: OperationForm) -> str:
    """The way back to what somebody came from, so that whoever reads a long page by keyboard goes on there."""
    if not address or "#" in address:
        return address
    about = next((form[name].data for name in PLACES if name in form and form[name].data), None)
    first = about[0] if isinstance(about, list) else about
    return f"{address}#{first}" if first else address


def where_from(address: str, form: OperationForm) -> str:
    """The way back of whoever does nothing after all: where what waits is listed, to what they came from.

    A decision leads to the next that waits.
    """
    page = address.partition("#")[0]
    if page.startswith("/cafes/"):
        for name, begins in WAITS.items():
            if name in form and form[name].data:
                return f"{page}#{begins}{form[name].data}"
    return address


def draw(
    what: Operation, form: OperationForm, key: UUID, problem: Problem | None, standing: Standing | None = None
) -> str:
    """The operation's page; only the plain form without `standing`, where the rest is not open to whoever asks.

    It has what is announced at the event and hears more of it, but for one that answers what was sent: to load that
    afresh would be to send it again.
    """
    context: dict[str, Any] = {}
    page = None
    if standing:
        with reading() as session:
            page = page_of_a_form(session, standing, live=problem is None)
            if what.name in ACT_CONTEXT:
                context = ACT_CONTEXT[what.name](session, actor(), form)
    after = beside(way_back(""), form)
    values = {
        "page": page,
        "viewer": page.viewer if page else None,
        "operation": what,
        "form": form,
        "key": key,
        "next": after,
        "back": where_from(after, form),
        "problem": problem,
        "context": context,
    }
    if standing:
        try:
            return render_template(ACT_TEMPLATES.get(what.name, f"act/{what.name}.html"), **values)
        except TemplateNotFound:
            pass
    return render_template("act/form.html", **values)
