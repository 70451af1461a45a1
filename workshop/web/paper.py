"""Typing in what was written on paper."""

from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from workshop.binding import as_written, bind
from workshop.errors import Conflict, Problem, Removed
from workshop.operations.paper import TypeInForm
from workshop.perform import OPERATIONS, fresh_key, perform
from workshop.queries import paper
from workshop.web.act import key_sent, put_into, sent, take_turn
from workshop.web.door import actor, reading, show, store
from workshop.web.errors import show_problem, show_removed, words_in

pages = Blueprint("paper", __name__)

KEPT = {"round": "round", "written": "language"}
"""What stays from one note to the next, by its name in the address; `language` there is the buttons'."""


@pages.get("/tables/<uuid:table_id>/typing-in")
def typing_in(table_id: UUID) -> ResponseReturnValue:
    """The form for the next note, and what was typed in at this table."""
    kept = MultiDict([(field, request.args[name]) for name, field in KEPT.items() if name in request.args])
    return draw(table_id, TypeInForm(kept), fresh_key())


@pages.post("/tables/<uuid:table_id>/typing-in")
def type_in(table_id: UUID) -> ResponseReturnValue:
    """Take one note without script; the next form keeps the round and the language."""
    fields = sent(request.form)
    fields["table"] = str(table_id)
    key = key_sent()
    what = OPERATIONS["idea.type_in"]
    try:
        take_turn()
        perform(store(), actor(), what, bind(what.form, fields), key)
    except Problem as problem:
        form = problem.details.get("form") or as_written(what.form, fields)
        put_into(form, problem)
        try:
            return draw(table_id, form, fresh_key() if isinstance(problem, Conflict) else key, problem)
        except Removed as removed:
            return show_removed(removed, words_in(form))
        except Problem as now:
            # Not open to them any more: nobody loses what they wrote.
            return show_problem(now.status, now.code, problem.sentence, f"/tables/{table_id}", words_in(form))
    kept = urlencode({name: fields[field] for name, field in KEPT.items() if fields.get(field)})
    return redirect(f"/tables/{table_id}/typing-in?{kept}", 303)


def draw(table_id: UUID, form: TypeInForm, key: UUID, problem: Problem | None = None) -> ResponseReturnValue:
    """The page with what was written."""
    with reading() as session:
        page = paper.typing_page(session, actor(), table_id)
    if not form.language.raw_data:
        form.language.data = page.event.language
    more = {"form": form, "key": key, "problem": problem, "words": words_in(form) if problem else []}
    return show("ideas/typing.html", page, problem.status if problem else 200, **more)
