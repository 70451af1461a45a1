"""Goals: one with the line back, and all of a process."""

from typing import Any
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from workshop.forms import OperationForm
from workshop.queries import goals, sorting
from workshop.standing import Actor
from workshop.web.act import ACT_CONTEXT
from workshop.web.door import actor, reading, show

pages = Blueprint("goals", __name__)


@pages.get("/goals/<uuid:goal_id>")
def goal(goal_id: UUID) -> ResponseReturnValue:
    """One goal; with all=1 every voice of its line, else the strongest."""
    with reading() as session:
        page = goals.goal_page(session, actor(), goal_id, whole=bool(request.args.get("all")))
    return show("goals/goal.html", page)


@pages.get("/processes/<slug>/goals")
def overview(slug: str) -> ResponseReturnValue:
    """All goals of a process that are followed."""
    with reading() as session:
        page = goals.goals_page(session, actor(), slug)
    return show("goals/goals.html", page, tally=goals.tally(page.goals))


def goal_context(session: Session, by: Actor, form: OperationForm) -> dict[str, Any]:
    """The goal as it is, its process's fields and parties; what the form was not sent shows it."""
    found = sorting.goal_context(session, form["goal"].data)
    if found:
        head = found.head
        for name, value in (
            ("version", head.version),
            ("description", head.description),
            ("due_on", head.due_on),
            ("field", head.field.id if head.field else None),
            ("percent", head.percent),
            ("status", str(head.status)),
            ("reason", head.status_reason),
        ):
            if name in form and not form[name].raw_data:
                form[name].data = value
    return {"goal": found, "about": found and {"words": found.head.title, "language": found.head.language}}


def edit_context(session: Session, by: Actor, form: OperationForm) -> dict[str, Any]:
    """The same, with its title."""
    context = goal_context(session, by, form)
    if context["goal"] and not form["title"].raw_data:
        form["title"].data = context["goal"].head.title
    return context


ACT_CONTEXT["goal.edit"] = edit_context
for name in ("goal.promote", "responsibility.add", "milestone.add", "goal.update"):
    ACT_CONTEXT[name] = goal_context
