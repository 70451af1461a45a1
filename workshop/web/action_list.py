"""The shared list, single to:DOs, and the sorting board."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from sqlalchemy.orm import Session

from workshop.forms import OperationForm
from workshop.operations.sorting import STATUSES
from workshop.queries import action_list, idea_list, lines, sorting
from workshop.queries.action_list import SORTS, Wanted
from workshop.standing import Actor
from workshop.web.act import ACT_CONTEXT, ACT_SAYS
from workshop.web.door import actor, reading, show

pages = Blueprint("action_list", __name__)

MOST_PAGES = 100_000


@pages.get("/events/<uuid:event_id>/list")
def shared_list(event_id: UUID) -> ResponseReturnValue:
    """The list, or what was searched and filtered of it."""
    wanted = Wanted(
        words=" ".join(request.args.get("q", "").split())[:200],
        status=request.args.get("status", ""),
        field=request.args.get("field", ""),
        goal=request.args.get("goal", ""),
        sort=next((one for one in SORTS if one == request.args.get("sort")), SORTS[0]),
        page=page_number(),
    )
    with reading() as session:
        page = action_list.list_page(session, actor(), event_id, wanted)
    return show("action_list/list.html", page, statuses=STATUSES, here=here(), address=address())


def page_number() -> int:
    """Which page of a long list is wanted."""
    text = request.args.get("page", "1")
    return min(max(int(text), 1), MOST_PAGES) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def here() -> str:
    """This page's address, to return to."""
    return request.full_path.rstrip("?")


def address() -> str:
    """This page's address, ready for another page's number."""
    rest = [(name, value) for name, value in request.args.items(multi=True) if name != "page" and value]
    return f"{request.path}?{urlencode(rest)}{'&' if rest else ''}"


@pages.get("/items/<uuid:item_id>")
def item(item_id: UUID) -> ResponseReturnValue:
    """One to:DO and the notes it came from."""
    with reading() as session:
        page = lines.item_page(session, actor(), item_id)
    return show("action_list/item.html", page, here=here())


@pages.get("/events/<uuid:event_id>/sorting")
def sorting_board(event_id: UUID) -> ResponseReturnValue:
    """The board where to:DOs become goals."""
    with reading() as session:
        page = sorting.sorting_page(session, actor(), event_id)
    return show("sorting/sorting.html", page, here=here())


def take_forward_context(session: Session, by: Actor, form: OperationForm) -> dict[str, Any]:
    """The notes that are taken forward, in the order in which they were named."""
    return {"notes": idea_list.notes_to_take(session, form["ideas"].data or [])}


def say_taken_forward(form: OperationForm) -> str:
    """What became of the notes that were selected."""
    return ngettext(
        "The note was taken forward. The draft waits at its table until it is put on the list.",
        "%(num)s notes were taken forward as one draft. It waits at its table until it is put on the list.",
        len(form["ideas"].data),
    )


def item_context(session: Session, by: Actor, form: OperationForm) -> dict[str, Any]:
    """The to:DO as it is; what the form was not sent shows it."""
    found = sorting.item_to_change(session, form["action_item"].data)
    if found:
        for name, value in (
            ("title", found.title),
            ("description", found.description),
            ("version", found.version),
            ("status", str(found.status)),
            ("reason", found.status_reason),
        ):
            if name in form and not form[name].raw_data:
                form[name].data = value
    # Where its title is changed, the field shows it.
    about = {"words": found.title, "language": found.language} if found and "title" not in form else None
    return {"item": found, "about": about}


def move_context(session: Session, by: Actor, form: OperationForm) -> dict[str, Any]:
    """What is moved, and where to."""
    return {"choice": sorting.choice(session, form["action_items"].data or [])}


ACT_CONTEXT["action_item.take_forward"] = take_forward_context
ACT_SAYS["action_item.take_forward"] = say_taken_forward
ACT_CONTEXT["action_item.move"] = move_context
for name in ("action_item.edit", "action_item.discard", "action_item.set_status"):
    ACT_CONTEXT[name] = item_context
