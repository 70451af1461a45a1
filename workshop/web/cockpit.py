"""A café for the one who runs it, and its choice of tables for everybody else."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from workshop.addresses import is_loopback
from workshop.forms import OperationForm
from workshop.identity import public_address
from workshop.models import Participant
from workshop.models.base import NAME_LENGTH
from workshop.operations.announcements import AnnouncementForm
from workshop.operations.languages import LANGUAGE_NAMES
from workshop.queries import placing, room
from workshop.queries.room import CockpitPage
from workshop.standing import Actor
from workshop.web.act import ACT_CONTEXT, ACT_SAYS
from workshop.web.door import actor, reading, show

pages = Blueprint("cockpit", __name__)


@pages.get("/cafes/<uuid:cafe_id>")
def cafe(cafe_id: UUID) -> ResponseReturnValue:
    """The cockpit for moderators, the choice of tables for everybody else."""
    with reading() as session:
        page = room.cafe_page(session, actor(), cafe_id)
    if isinstance(page, CockpitPage):
        address = public_address()
        announcement = AnnouncementForm(cafe=cafe_id)
        return show(
            "cafes/cockpit.html",
            page,
            address=address,
            only_here=is_loopback(address),
            language_names=LANGUAGE_NAMES,
            announcement=announcement,
        )
    return show("cafes/choice.html", page)


@pages.get("/events/<uuid:event_id>/live")
def live(event_id: UUID) -> ResponseReturnValue:
    """To the café that runs now, from the menu of pages that know only their event."""
    with reading() as session:
        found = room.cafe_now(session, actor(), event_id)
    return redirect(f"/cafes/{found}" if found else f"/events/{event_id}")


@pages.get("/cafes/<uuid:cafe_id>/people")
def people(cafe_id: UUID) -> ResponseReturnValue:
    """Who is there, table by table, for moderators; those with certain letters in their names where they search."""
    words = request.args.get("q", "").strip()[:NAME_LENGTH]
    with reading() as session:
        page = room.people_page(session, actor(), cafe_id, words)
    return show("cafes/people.html", page, words=words)


def hosts_to_choose(session: Session, by: Actor, form: OperationForm) -> dict[str, Any]:
    """Who could host a table."""
    return vars(placing.hosts_to_choose(session, by, form["table"].data))


def person_to_remove(session: Session, by: Actor, form: OperationForm) -> dict[str, Any]:
    """What somebody would leave behind."""
    return vars(room.person_to_remove(session, by, form["participant"].data))


def person_to_name(session: Session, by: Actor, form: OperationForm) -> dict[str, Any]:
    """Somebody whose name is changed; what the form was not sent shows the one they have."""
    person = session.get(Participant, form["participant"].data)
    if person and not form["name"].raw_data:
        form["name"].data = person.name
    return {}


def who_is_the_same(session: Session, by: Actor, form: OperationForm) -> dict[str, Any]:
    """Somebody, and who could be the same person."""
    return vars(room.who_is_the_same(session, by, form["participant"].data))


def next_host(session: Session, by: Actor, form: OperationForm) -> dict[str, Any]:
    """Who could host a table in place of its host."""
    return vars(room.next_host(session, form["table"].data))


ACT_CONTEXT["participant.rename"] = person_to_name
ACT_CONTEXT["participant.unite"] = who_is_the_same
ACT_CONTEXT["table.hand_over"] = next_host
ACT_SAYS["announcement.make"] = lambda form: _("Your announcement is on the screens.")
ACT_CONTEXT["table.name_host"] = hosts_to_choose
ACT_CONTEXT["participant.remove"] = person_to_remove
ACT_CONTEXT["participant.leave_out"] = person_to_remove
