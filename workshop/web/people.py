"""Joining with a code, coming back with a receipt, one's own page."""

from uuid import UUID

from flask import Blueprint, g, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import refresh
from werkzeug.datastructures import MultiDict

from workshop.binding import as_written, bind
from workshop.errors import Conflict, Invalid, Problem, TooFast
from workshop.identity import place_in, take_place
from workshop.models import LANGUAGES
from workshop.operations.hall import CodeForm
from workshop.operations.people import JoinForm, event_by_code
from workshop.perform import OPERATIONS, fresh_key, perform
from workshop.queries import comments, people
from workshop.queries.people import Place
from workshop.tokens import clean_code, digest, receipt_code
from workshop.web import attempts, strangers
from workshop.web.act import key_sent, sent
from workshop.web.door import actor, again_in, language, reading, show, store, way_back

pages = Blueprint("people", __name__)


@pages.get("/")
def join_page() -> ResponseReturnValue:
    """The join form; where this browser has a seat, the way back to it."""
    fields = MultiDict({"language": language(), "writing_language": language(), "code": request.args.get("code", "")})
    return draw_join(JoinForm(fields), fresh_key())


def draw_join(form: JoinForm, key: UUID, problem: Problem | None = None, status: int = 200) -> tuple[str, int]:
    """The join form with what was written."""
    with reading() as session:
        places = people.open_places(session, actor().participants)
    return show("people/join.html", form=form, key=key, problem=problem, places=places, status=status)


@pages.post("/join")
def join() -> ResponseReturnValue:
    """Take a seat: the cookie remembers it, and the next page shows the receipt.

    A device that is here as somebody else asks first.
    """
    key = key_sent()
    fields = sent(request.form)
    if fields.get("language") in LANGUAGES:
        speak(fields["language"])
    what = OPERATIONS["participant.join"]
    try:
        form = bind(JoinForm, fields)
        event_id = event_asked_for(form)
        here = place_here(event_id)
        if here and here.is_called(form.name.data):
            return redirect(here.address(), 303)
        if here and not gives_way(here):
            receipt = receipt_of(here)
            return show(
                "people/somebody_else.html", status=Conflict.status, form=form, key=key, here=here, receipt=receipt
            )
        if event_id:
            strangers.take_turn("join", event_id)
        done = perform(store(), actor(), what, form, key)
    except TooFast as problem:
        return *draw_join(as_written(JoinForm, fields), key, problem, problem.status), again_in(problem)
    except Problem as problem:
        told = (attempts.failed() if "code" in problem.fields else None) or problem
        bound = problem.details.get("form") or as_written(JoinForm, fields)
        for name, errors in problem.fields.items():
            if name in bound:
                bound[name].errors = errors
        return *draw_join(bound, key, told, told.status), again_in(told)
    participant_id = done.thing[1]
    assert participant_id is not None
    with reading() as session:
        place = people.place(session, participant_id)
    take_place(place.event_id, participant_id)
    return redirect(place.address(welcome=True), 303)


def event_asked_for(form: CodeForm | JoinForm) -> UUID | None:
    """The event of a code, or of a QR, which may lead nowhere any more."""
    with reading() as session:
        if form.token.data:
            return people.event_of_token(session, form.token.data)
        return event_by_code(session, form.code.data or "").id


def place_here(event_id: UUID | None) -> Place | None:
    """The place this browser has in an event, under whatever name."""
    token = place_in(event_id) if event_id else None
    if token is None:
        return None
    with reading() as session:
        held = people.participants_by_token(session, store().secret, [token])
        return next(iter(people.open_places(session, [one.now for one in held])), None)


def gives_way(here: Place) -> bool:
    """Whether the page that was sent knew who the device is here as, and that it is somebody else's now."""
    return request.args.get("instead") == str(here.participant_id)


def receipt_of(here: Place | None) -> str:
    """What brings somebody back whose device is somebody else's from now on."""
    return receipt_code(store().secret, here.participant_id) if here else ""


@pages.get("/back")
def back_page() -> ResponseReturnValue:
    """Ask for a receipt."""
    return show("people/back.html", receipt="", error=None, problem=None)


@pages.post("/back")
def back() -> ResponseReturnValue:
    """Take one's place back on this device by the receipt."""
    written = request.form.get("receipt", "")
    code = clean_code(written)
    with reading() as session:
        place = people.place_by_receipt(session, digest(store().secret, code)) if code else None
    if place is None:
        too_many = attempts.failed()
        error = _("No place has this receipt. It has eight characters, and never a 0, O, 1 or I.")
        status = too_many.status if too_many else 422
        page = show("people/back.html", receipt=written, error=error, problem=too_many, status=status)
        return *page, again_in(too_many)
    take_place(place.event_id, place.participant_id)
    return redirect(place.address(), 303)


@pages.get("/me")
def me() -> ResponseReturnValue:
    """One's receipts and notes, by event."""
    with reading() as session:
        places = people.all_places(session, actor().participants)
        page = people.my_page(session, actor(), places)
        mine = [place.participant_id for place in places]
        notes = people.own_notes(session, mine)
        remarks = comments.written_by(session, mine, *comments.OWN)
    receipts = {place.participant_id: receipt_code(store().secret, place.participant_id) for place in places}
    return show("people/me.html", page, places=places, notes=notes, remarks=remarks, receipts=receipts)


@pages.post("/language")
def choose() -> ResponseReturnValue:
    """Keep the language of the buttons."""
    wanted = request.form.get("language")
    if wanted not in LANGUAGES:
        raise Invalid(_("Choose one of these."))
    speak(wanted)
    return redirect(way_back(url_for("people.join_page")), 303)


@pages.before_app_request
def remember_language() -> None:
    """A language chosen by a link of a page's foot stays chosen."""
    wanted = request.args.get("language")
    if wanted in LANGUAGES and cookie.get("language") != wanted:
        cookie["language"] = wanted
        cookie.permanent = True


def speak(wanted: str) -> None:
    """Answer this browser in a language from now on."""
    cookie["language"] = wanted
    cookie.permanent = True
    g.pop("_flask_babel", None)
    refresh()


@pages.get("/what-we-keep")
def what_we_keep() -> ResponseReturnValue:
    """What is stored of a participant, and for how long."""
    return show("people/what_we_keep.html")
