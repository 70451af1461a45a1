"""Cards to print, and the page that a host's card leads to."""

import math
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from workshop.binding import as_written, bind
from workshop.errors import Problem, Removed
from workshop.identity import public_address, take_place
from workshop.models import LANGUAGES
from workshop.operations.ideas import KINDS
from workshop.operations.people import JoinForm
from workshop.perform import OPERATIONS, fresh_key, perform
from workshop.queries import cards, people
from workshop.queries.cards import CardsPage, HostCard
from workshop.render.words import speaking
from workshop.web import attempts
from workshop.web.act import key_sent
from workshop.web.door import actor, again_in, language, reading, show, store
from workshop.web.people import gives_way, place_here, receipt_of, speak

pages = Blueprint("cards", __name__)

WHICH = ("tables", "notes", "hosts")
NOTES = (8, 20, 30, 40, 60)
"""How many note cards a table may get."""
USUAL = 30
ON_A_SHEET = 4
"""A6 cards on a sheet of A4."""


@pages.get("/cafes/<uuid:cafe_id>/cards")
def cards_page(cafe_id: UUID) -> ResponseReturnValue:
    """Table cards, note cards and host cards, in the event's language."""
    with reading() as session:
        page = cards.cards_page(session, actor(), cafe_id)
    wanted = request.args.get("which")
    which = [wanted] if wanted in WHICH else list(WHICH)
    count = next((one for one in NOTES if str(one) == request.args.get("notes")), USUAL)
    counts = {"tables": len(page.tables), "notes": count * len(page.tables), "hosts": len(page.tables)}
    sheets = {
        "tables": counts["tables"],
        "notes": math.ceil(counts["notes"] / ON_A_SHEET),
        "hosts": math.ceil(counts["hosts"] / ON_A_SHEET),
    }
    return show(
        "cafes/cards.html",
        page,
        which=which,
        every=len(which) > 1,
        count=count,
        choices=NOTES,
        counts=counts,
        sheets=sheets,
        total=sum(sheets[one] for one in which),
        drawn=draw_cards(page, which, count),
    )


def draw_cards(page: CardsPage, which: list[str], count: int) -> dict[str, Markup]:
    """Each kind of card, in the language of those who come and not of the one who prints."""
    module: Any = current_app.jinja_env.get_template("cafes/_cards.html").module
    address = public_address()
    drawn = {}
    with speaking(page.event.language):
        for one in which:
            drawn[one] = Markup(getattr(module, one)(page, address, count, KINDS))
    return drawn


@pages.get("/host")
def host_page() -> ResponseReturnValue:
    """What a host card leads to; its script takes the card's token from the address."""
    return draw_host(request.args.get("card", ""), JoinForm(usual_fields()), fresh_key())


def usual_fields() -> MultiDict[str, str]:
    """The join form's languages as they are chosen without asking."""
    return MultiDict({"language": language(), "writing_language": language()})


def draw_host(
    card: str, form: JoinForm, key: UUID, problem: Problem | None = None, status: int = 200
) -> tuple[str, int]:
    """The page, with what was written; who has a place in the card's event needs no name, unless they hand it on."""
    with reading() as session:
        found = cards.host_card(session, card) if card else None
    here = place_here(found.event_id) if found else None
    return show(
        "people/host.html",
        card=card,
        found=found,
        here=here,
        instead=here is not None and gives_way(here),
        receipt=receipt_of(here),
        form=form,
        key=key,
        problem=problem,
        status=status,
    )


@pages.post("/host")
def host() -> ResponseReturnValue:
    """Take the host's place at the card's table; who is not at the event yet joins it by the same form."""
    card, key = request.form.get("card", ""), key_sent()
    fields = MultiDict([(one, request.form.get(one, "")) for one in ("name", "language", "writing_language")])
    if fields["language"] in LANGUAGES:
        speak(fields["language"])
    with reading() as session:
        found = cards.host_card(session, card)
    form = as_written(JoinForm, fields)
    if found is None:
        too_many = attempts.failed()
        page, _usual = draw_host(card, form, key, too_many)
        return page, too_many.status if too_many else 422, again_in(too_many)
    if "go" not in request.form:
        # The card is read: its table is known, nothing is done.
        return draw_host(card, JoinForm(usual_fields()), key)
    here = place_here(found.event_id)
    if here and fields["name"] and not gives_way(here) and not here.is_called(fields["name"]):
        # On an old page the device was still somebody else's, or nobody's.
        return draw_host(card, form, key)
    welcome = False
    try:
        if here is None or gives_way(here):
            form = bind(JoinForm, fields | {"token": found.join_token or ""})
            seat(found, form, key)
            welcome = True
        what = OPERATIONS["table.host_by_card"]
        perform(store(), actor(), what, bind(what.form, {"card": card}), fresh_key())
    except Removed:
        raise
    except Problem as problem:
        written = problem.details.get("form") or form
        for name, errors in problem.fields.items():
            if name in written:
                written[name].errors = errors
        return draw_host(card, written, key, problem, problem.status)
    return redirect(f"/tables/{found.table_id}" + "?welcome=1" * welcome, 303)


def seat(found: HostCard, form: JoinForm, key: UUID) -> None:
    """Join the card's event at its table; the cookie remembers it."""
    done = perform(store(), actor(), OPERATIONS["participant.join"], form, key)
    assert done.thing[1]
    with reading() as session:
        place = people.place(session, done.thing[1])
    take_place(place.event_id, place.participant_id)
