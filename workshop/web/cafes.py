"""A table's page and the big screen."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from workshop.errors import NotFound
from workshop.forms import OperationForm
from workshop.identity import become_screen, public_address
from workshop.models import LANGUAGES
from workshop.operations.ideas import KINDS
from workshop.queries import cafes, screen, table_tools
from workshop.queries.viewing import Audience
from workshop.render.words import speaking
from workshop.standing import Actor
from workshop.tokens import receipt_code
from workshop.web.act import ACT_CONTEXT
from workshop.web.door import actor, language, reading, show, store

pages = Blueprint("cafes", __name__)


@pages.get("/tables/<uuid:table_id>")
def table(table_id: UUID) -> ResponseReturnValue:
    """A table: its question, its notes, the line to write on."""
    with reading() as session:
        page = cafes.table_page(session, actor(), table_id)
    person = page.standing.participant
    receipt = receipt_code(store().secret, person.id) if person else None
    template = "cafes/table_host.html" if page.audience is Audience.STAFF else "cafes/table.html"
    return show(template, page, kinds=KINDS, receipt=receipt, welcome="welcome" in request.args)


@pages.get("/events/<uuid:event_id>/table")
def own_table(event_id: UUID) -> ResponseReturnValue:
    """To the table where one sits now, from pages that were drawn before one was sent on."""
    with reading() as session:
        found = cafes.own_table(session, actor(), event_id)
    return redirect(f"/tables/{found}" if found else f"/events/{event_id}")


@pages.get("/shell")
def shell() -> ResponseReturnValue:
    """The table page without anybody's content, which a browser keeps for when there is no network."""
    return show("cafes/shell.html", kinds=KINDS)


@pages.get("/screen/<token>")
def big_screen(token: str) -> ResponseReturnValue:
    """The big screen by its own read-only link; the link is all it needs.

    It speaks the event's language, or the one that its address names by `in`, whatever this browser speaks elsewhere.
    """
    with reading() as session:
        event_id = screen.event_of(session, token)
    if event_id is None:
        raise NotFound
    become_screen(token)
    with reading() as session:
        page = screen.screen_page(session, actor(), event_id)
    wanted = next((one for one in (request.args.get("in"), page.event.language) if one in LANGUAGES), language())
    with speaking(wanted):
        return show("cafes/screen.html", page, public_address=public_address())


def sitting_there(session: Session, by: Actor, form: OperationForm) -> dict[str, Any]:
    """In whose name a note can be written down at a table."""
    return vars(table_tools.sitting(session, form["table"].data))


ACT_CONTEXT["idea.write_for"] = sitting_there
