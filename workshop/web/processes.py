"""Processes and the people who run them."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from workshop.identity import own_address
from workshop.operations.processes import ROLES, FieldForm, InviteForm
from workshop.queries import processes
from workshop.tokens import link_token
from workshop.web.door import actor, reading, show, store

pages = Blueprint("processes", __name__)


@pages.get("/processes")
def mine() -> ResponseReturnValue:
    """One's own processes."""
    with reading() as session:
        page = processes.my_processes(session, actor())
    return show("processes/mine.html", page, roles=dict(ROLES))


@pages.get("/processes/<slug>")
def process(slug: str) -> ResponseReturnValue:
    """A process: events, fields of action, goals."""
    with reading() as session:
        page = processes.process_page(session, actor(), slug)
    return show("processes/process.html", page, form=FieldForm())


@pages.get("/processes/<slug>/members")
def members(slug: str) -> ResponseReturnValue:
    """Who runs it."""
    with reading() as session:
        page = processes.members_page(session, actor(), slug)
    return show("processes/members.html", page, form=InviteForm(), roles=dict(ROLES))


@pages.get("/members/<uuid:member_id>")
def member(member_id: UUID) -> ResponseReturnValue:
    """One member, with the sign-in link that was just made."""
    with reading() as session:
        page = processes.member_page(session, actor(), member_id)
    link = f"{own_address()}/sign-in/{link_token(store().secret, page.link.id)}" if page.link else None
    return show("processes/member.html", page, link=link, roles=dict(ROLES))
