"""Who sits where: the plan of a café, and the page for a room that is different."""

from typing import Any
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from workshop.forms import OperationForm, to_id
from workshop.operations.plans import KINDS
from workshop.planning import Made, reckon, wants_plan
from workshop.queries import placing, plans, room_changes
from workshop.queries.room_changes import Preview
from workshop.standing import Actor
from workshop.web.act import ACT_CONTEXT
from workshop.web.door import actor, reading, show

pages = Blueprint("plans", __name__)


@pages.get("/cafes/<uuid:cafe_id>/plan")
def plan(cafe_id: UUID) -> ResponseReturnValue:
    """Who sits where, round by round, for moderators."""
    with reading() as session:
        page = plans.plan_page(session, actor(), cafe_id, request.args.get("find", "")[:80])
    return show("cafes/plan.html", page)


@pages.get("/cafes/<uuid:cafe_id>/room")
def room(cafe_id: UUID) -> ResponseReturnValue:
    """The room is different: which tables close, and what will happen."""
    closing = [one for one in map(as_id, request.args.getlist("close")) if one]
    with reading() as session:
        page = room_changes.room_page(session, actor(), cafe_id, closing, count_of(request.args.get("tables", "")))
    made = plan_of(page.preview)
    return show("cafes/room.html", page, made=made)


@pages.get("/cafes/<uuid:cafe_id>/wishes")
def wishes(cafe_id: UUID) -> ResponseReturnValue:
    """Who sits together, who apart."""
    with reading() as session:
        page = plans.wish_page(session, actor(), cafe_id)
    return show("cafes/wishes.html", page, kinds=KINDS, one=as_id(request.args.get("one", "")))


def as_id(text: str) -> UUID | None:
    """An id from an address, if it is one."""
    try:
        return to_id(text)
    except ValueError:
        return None


def count_of(text: str) -> int | None:
    """A number from an address, if it is one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None


def plan_of(preview: Preview | None) -> Made | None:
    """The plan that would be made: the same that will be, as long as nothing changes in between."""
    if preview is None or not wants_plan(preview.drawn, preview.asked):
        return None
    return reckon(preview.drawn)


def merging(session: Session, by: Actor, form: OperationForm) -> dict[str, Any]:
    """What merging would do."""
    found = room_changes.merging(session, by, form["table"].data, form["into"].data)
    return {**vars(found), "made": plan_of(found.preview)}


def person_to_move(session: Session, by: Actor, form: OperationForm) -> dict[str, Any]:
    """Where somebody could sit."""
    return vars(placing.person_to_move(session, by, form["participant"].data))


def place_of(session: Session, by: Actor, form: OperationForm) -> dict[str, Any]:
    """How one comes to a table now, where the form says nothing else."""
    table = placing.one_table(session, by, form["table"].data)
    for name in ("way", "attendance", "video_url"):
        if not form[name].raw_data:
            form[name].data = getattr(table, name)
    return {"table": table}


def mixing(session: Session, by: Actor, form: OperationForm) -> dict[str, Any]:
    """What a plan of the café mixes now."""
    cafe = placing.one_cafe(session, by, form["cafe"].data)
    for name in ("asks_organisation", "mixes_languages"):
        form[name].data = form[name].data or getattr(cafe, name)
    return {}


ACT_CONTEXT["cafe.set_seating"] = mixing
ACT_CONTEXT["table.merge"] = merging
ACT_CONTEXT["table.set_place"] = place_of
ACT_CONTEXT["participant.move"] = person_to_move
