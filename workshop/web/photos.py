"""Photos of what lies on a table: the page with all of them, the one door for files, and the pictures themselves."""

import logging
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, redirect, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from workshop.binding import as_written, bind
from workshop.errors import Conflict, Invalid, NotFound, Problem
from workshop.extensions import csrf
from workshop.forms import OperationForm
from workshop.operations.photos import NO_PICTURE, UNFIT, AddForm
from workshop.perform import OPERATIONS, fresh_key, perform
from workshop.queries import album
from workshop.queries.photos import photo_to_change
from workshop.standing import Actor
from workshop.uploads import LARGEST_FILE
from workshop.web.act import ACT_CONTEXT, key_sent, put_into, sent, take_turn
from workshop.web.door import actor, reading, show, store

log = logging.getLogger(__name__)
pages = Blueprint("photos", __name__)

LARGEST_FORM = LARGEST_FILE + 64 * 1024
"""Bytes of the one request that carries a file: all others end far below."""
POLICY = "default-src 'none'; sandbox"


@pages.get("/tables/<uuid:table_id>/photos")
def of_table(table_id: UUID) -> ResponseReturnValue:
    """The photos of a table, and the form that adds one for those who may."""
    return draw(table_id, AddForm(), fresh_key())


@pages.post("/tables/<uuid:table_id>/photos")
@csrf.exempt
def add(table_id: UUID) -> ResponseReturnValue:
    """Take one photo. Who may not send one is told so before it is read; only then the form's token is looked at."""
    with reading() as session:
        album.may_add(session, actor(), table_id)
    request.max_content_length = LARGEST_FORM
    fields: MultiDict[str, str] = MultiDict()
    key = fresh_key()
    try:
        if current_app.config["WTF_CSRF_ENABLED"]:
            csrf.protect()
        take_turn()
        fields, key = sent(request.form), key_sent()
        send(table_id, fields, key)
    except RequestEntityTooLarge:
        # Not read, so that what was written beside it is not known either.
        problem: Problem = Invalid(fields={"upload": [UNFIT["too_large"]]})
    except Problem as refused:
        problem = refused
    except OSError:
        # A full disk, or no memory for another process: whoever runs the server has to read which.
        log.exception("a photo could not be taken in")
        problem = Invalid(fields={"upload": [UNFIT["not_kept"]]})
    else:
        return redirect(f"/tables/{table_id}/photos", 303)
    form = problem.details.get("form") or as_written(AddForm, fields)
    put_into(form, problem)
    return draw(table_id, form, fresh_key() if isinstance(problem, Conflict) else key, problem)


def send(table_id: UUID, fields: MultiDict[str, str], key: UUID) -> None:
    """Have the photo that this request carries kept; raises the Problem for which it cannot be."""
    files = [one for one in request.files.getlist("picture") if one.filename]
    if len(files) != 1:
        sentence = _("One photo at a time. Choose one, and the next one afterwards.") if files else NO_PICTURE
        raise Invalid(fields={"upload": [sentence]})
    uploads = store().uploads
    assert uploads is not None
    what = OPERATIONS["photo.add"]
    with uploads.offered(files[0].stream) as upload:
        submitted = {**fields.to_dict(), "table": str(table_id), "upload": upload}
        perform(store(), actor(), what, bind(what.form, submitted), key)


def draw(table_id: UUID, form: AddForm, key: UUID, problem: Problem | None = None) -> ResponseReturnValue:
    """The page, with what was written where a photo could not be kept."""
    with reading() as session:
        page = album.photos_page(session, actor(), table_id)
    return show(
        "cafes/photos.html", page, problem.status if problem else 200,
        form=form, key=key, problem=problem, most=LARGEST_FILE, too_large=UNFIT["too_large"],
    )  # fmt: skip


@pages.get("/photos/<uuid:photo_id>")
def photo(photo_id: UUID) -> ResponseReturnValue:
    """A photo in full."""
    return picture(photo_id, small=False)


@pages.get("/photos/<uuid:photo_id>/small")
def small_photo(photo_id: UUID) -> ResponseReturnValue:
    """The same, small: a page of them weighs little."""
    return picture(photo_id, small=True)


def picture(photo_id: UUID, *, small: bool) -> Response:
    """The file, kept by a browser only as long as the server says each time that its reader may still see it."""
    with reading() as session:
        found = album.photo_file(session, actor(), photo_id)
    uploads = store().uploads
    path = uploads.path(found.file, small) if uploads else None
    if path is None or not path.is_file():
        raise NotFound
    name = _("Table %(number)s", number=found.number).replace(" ", "-").lower()
    response = send_file(path, mimetype="image/jpeg", download_name=f"{name}.jpg", etag=path.name, max_age=0)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = POLICY
    return response


def photo_as_it_is(session: Session, by: Actor, form: OperationForm) -> dict[str, Any]:
    """The photo that is to change; what the form was not sent shows its words."""
    found = photo_to_change(session, form["photo"].data)
    if found and "words" in form:
        for name, value in (("words", found.words), ("version", found.version)):
            if not form[name].raw_data:
                form[name].data = value
    return {"photo": found}


for operation in ("photo.describe", "photo.remove"):
    ACT_CONTEXT[operation] = photo_as_it_is
