"""A table's tablet: pairing it, and the page it shows."""

from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from workshop.binding import bind
from workshop.errors import NotFound, Problem
from workshop.forms import to_id
from workshop.identity import become_device, public_address
from workshop.operations.ideas import KINDS
from workshop.perform import OPERATIONS, perform
from workshop.queries import devices
from workshop.queries.people import table_of_device
from workshop.tokens import receipt_code
from workshop.web import attempts
from workshop.web.act import key_sent, take_turn
from workshop.web.door import actor, reading, show, store

pages = Blueprint("devices", __name__)


@pages.get("/tables/<uuid:table_id>/tablets")
def tablets(table_id: UUID) -> ResponseReturnValue:
    """The tablets of a table with the links that pair them."""
    with reading() as session:
        page = devices.devices_page(session, actor(), table_id)
    return show("cafes/tablets.html", page, address=public_address())


@pages.get("/device/<token>")
def pair_page(token: str) -> ResponseReturnValue:
    """Ask whether this browser is to be the table's tablet; opening the link changes nothing."""
    return show("cafes/pair.html", table=known(token), token=token)


@pages.post("/device/<token>")
def pair(token: str) -> ResponseReturnValue:
    """Make this browser the table's tablet, and nobody else any more."""
    table = known(token)
    become_device(token)
    return redirect(f"/tables/{table.id}/device", 303)


def known(token: str) -> devices.Names:
    """The table a token pairs with; a wrong one is counted."""
    with reading() as session:
        table_id = table_of_device(session, token)
        found = devices.names(session, [table_id], devices.Audience.EVERYBODY) if table_id else {}
    if not table_id:
        raise attempts.failed() or NotFound
    return found[table_id]


@pages.get("/tables/<uuid:table_id>/device")
def device(table_id: UUID) -> ResponseReturnValue:
    """The table on its tablet, with the receipt of whoever has just sat down."""
    return draw(table_id)


@pages.post("/tables/<uuid:table_id>/device")
def sit_down(table_id: UUID) -> ResponseReturnValue:
    """Somebody new, or somebody from another tablet, sits down."""
    came = request.form.get("participant", "")
    name = "seat.take_on_device" if came else "participant.join_on_device"
    fields = {"table": str(table_id)} | ({"participant": came} if came else {"name": request.form.get("name", "")})
    what = OPERATIONS[name]
    try:
        take_turn()
        done = perform(store(), actor(), what, bind(what.form, fields), key_sent())
    except Problem as problem:
        return draw(table_id, problem)
    welcome = "" if came else f"?welcome={done.thing[1]}"
    return redirect(f"/tables/{table_id}/device{welcome}", 303)


@pages.get("/tables/<uuid:table_id>/device/person")
def person(table_id: UUID) -> ResponseReturnValue:
    """What somebody at the tablet supports, and their receipt to take along."""
    try:
        who = to_id(request.args.get("who", ""))
    except ValueError:
        raise NotFound from None
    with reading() as session:
        page = devices.person_page(session, actor(), table_id, who)
    receipt = receipt_code(store().secret, page.person.id)
    return show("cafes/device_person.html", page, receipt=receipt, address=public_address())


def draw(table_id: UUID, problem: Problem | None = None) -> ResponseReturnValue:
    """The tablet's page."""
    with reading() as session:
        page = devices.device_page(session, actor(), table_id, others="others" in request.args)
        try:
            new = devices.just_came(session, table_id, to_id(request.args.get("welcome", "")))
        except ValueError:
            new = None
    receipt = receipt_code(store().secret, new.id) if new else None
    return show(
        "cafes/device.html", page, problem.status if problem else 200,
        kinds=KINDS, new=new, receipt=receipt, problem=problem,
    )  # fmt: skip
