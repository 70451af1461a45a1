"""All notes of an event, and the page of one."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from workshop.forms import OperationForm
from workshop.lookalikes import Lookalikes
from workshop.models import IdeaState
from workshop.operations.ideas import KINDS
from workshop.operations.sight import NamesForm, SightForm
from workshop.queries import comments, idea_list, lines
from workshop.queries.alike import MOST_TO_SHOW, AlikeNote
from workshop.queries.idea_list import Wanted
from workshop.queries.settings import SettingsPage
from workshop.standing import Actor
from workshop.web.act import ACT_CONTEXT
from workshop.web.action_list import address, here, page_number
from workshop.web.door import actor, reading, show
from workshop.web.settings import add_section

pages = Blueprint("ideas", __name__)

STATES = (
    (IdeaState.VISIBLE, _l("Visible")),
    (IdeaState.HELD, _l("Held back")),
    (IdeaState.HIDDEN, _l("Hidden")),
    (IdeaState.MERGED, _l("Merged")),
)


@pages.get("/events/<uuid:event_id>/ideas")
def all_of_event(event_id: UUID) -> ResponseReturnValue:
    """The notes of all tables, or what was searched and filtered of them."""
    wanted = Wanted(
        words=" ".join(request.args.get("q", "").split())[:200],
        table=request.args.get("table", ""),
        kind=request.args.get("kind", ""),
        state=request.args.get("state", ""),
        sort="votes" if request.args.get("sort") == "votes" else "newest",
        page=page_number(),
    )
    with reading() as session:
        page = idea_list.ideas_page(session, actor(), event_id, wanted)
    return show("ideas/ideas.html", page, kinds=KINDS, states=STATES, here=here(), address=address())


@pages.get("/ideas/<uuid:idea_id>")
def idea(idea_id: UUID) -> ResponseReturnValue:
    """One note, word for word, and what became of it."""
    with reading() as session:
        page = lines.idea_page(session, actor(), idea_id)
    lookalikes: Lookalikes = current_app.extensions["workshop_lookalikes"]
    alike = lookalikes.to_note(actor(), page.note.table_id, idea_id) if page.sees else []
    return show("ideas/idea.html", page, here=here(), alike=alike)


@pages.get("/comments/<uuid:comment_id>")
def comment(comment_id: UUID) -> ResponseReturnValue:
    """To a remark, on the page of what it is on."""
    with reading() as session:
        return redirect(comments.page_of(session, actor(), comment_id))


def note_context(session: Session, by: Actor, form: OperationForm) -> dict[str, Any]:
    """The note as it is; what the form was not sent shows it."""
    found = idea_list.note_to_change(session, form["idea"].data)
    if found:
        for name, value in (("text", found.text), ("kind", str(found.kind)), ("version", found.version)):
            if not form[name].raw_data:
                form[name].data = value
    return {"note": found}


def note_about(session: Session, by: Actor, form: OperationForm) -> dict[str, Any]:
    """The note whose fate is decided, so that nobody holds another one than they mean."""
    found = idea_list.note_to_change(session, form["idea"].data)
    return {"about": {"words": found.text, "language": found.language}} if found else {}


def commented_about(session: Session, by: Actor, form: OperationForm) -> dict[str, Any]:
    """What a remark is about."""
    found = comments.commented(session, form["idea"].data, form["action_item"].data)
    return {"about": {"words": found[0], "language": found[1]}} if found else {}


def comment_about(session: Session, by: Actor, form: OperationForm) -> dict[str, Any]:
    """The remark that is reported."""
    found = comments.comment_to_change(session, form["comment"].data)
    return {"about": {"words": found.text, "language": found.language}} if found else {}


def merge_context(session: Session, by: Actor, form: OperationForm) -> dict[str, Any]:
    """What the notes would be together; the one with most support stays unless another is chosen."""
    merge = idea_list.merge_of(session, form["ideas"].data or [])
    if not form["stays"].data and merge.notes:
        form["stays"].data = max(merge.notes, key=lambda one: one.votes).id
    return {"merge": merge, "alike": notes_to_add(session, by, [one.id for one in merge.notes])}


def notes_to_add(session: Session, by: Actor, ids: list[UUID]) -> list[AlikeNote]:
    """Notes that look like those already chosen; a host is offered what stands at their own table."""
    tables = idea_list.tables_of(session, ids[:MOST_TO_SHOW])
    # The finder reads by itself; nobody holds two connections at once.
    session.close()
    lookalikes: Lookalikes = current_app.extensions["workshop_lookalikes"]
    found = {
        one.id: one
        for idea, table in tables.items()
        for one in lookalikes.to_note(by, table, idea, elsewhere=False)
        if one.id not in ids and (by.user_id or one.table_id in tables.values())
    }
    return list(found.values())[:MOST_TO_SHOW]


ACT_CONTEXT["idea.merge"] = merge_context
ACT_CONTEXT["comment.write"] = commented_about
ACT_CONTEXT["comment.report"] = ACT_CONTEXT["comment.withdraw"] = comment_about
ACT_CONTEXT["idea.edit"] = note_context
ACT_CONTEXT["idea.report"] = ACT_CONTEXT["idea.withdraw"] = note_about


def names_now(page: SettingsPage) -> Iterable[OperationForm]:
    """As whom people speak; once an event is over its names leave by themselves."""
    if page.event.closed_at is None:
        yield NamesForm(event=page.event.id, author_names=str(page.event.author_names))


add_section(45, "event.set_names", names_now)


def sight_now(page: SettingsPage) -> Iterable[OperationForm]:
    """Which tables people read; of an event that is over too, whose notes stay readable."""
    event = page.event
    yield SightForm(event=event.id, tables_visible=str(event.tables_visible), votes_at=str(event.votes_at))


add_section(42, "event.set_sight", sight_now)
