"""Beginning a process, its fields of action, and the people who run it."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workshop.errors import Closed, Conflict, Invalid, NotFound
from workshop.forms import Id, Number, OperationForm, Pick, Text
from workshop.models import FieldOfAction, Membership, Process, Role, User, new_id
from workshop.models.base import NAME_LENGTH, TITLE_LENGTH
from workshop.operations.languages import LANGUAGE_NAMES
from workshop.operations.sessions import add_link, end_links, end_sessions, new_session_token
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor, At, Standing, standing_in_process
from workshop.transaction import Transaction

ROLES = (
    (Role.MODERATOR, _l("Moderator")),
    (Role.INNOLAB, _l("InnoLab")),
    (Role.ADMIN, _l("Administrator")),
)
SLUG_LENGTH = 60
SPELLED = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss", ord("å"): "a"}


class ProcessForm(OperationForm):
    """A new process and the name of its first administrator."""

    name = Text(_l("Name"), TITLE_LENGTH, required=_l("Write a name."))
    slug = Text(_l("Short name in addresses"), SLUG_LENGTH)
    language = Pick(_l("Language"), LANGUAGE_NAMES, default="en")
    city = Text(_l("City"), TITLE_LENGTH)
    admin = Text(_l("Administrator"), NAME_LENGTH * 2, required=_l("Write who administers it."))


def the_installation(session: Session, by: Actor, form: ProcessForm) -> At:
    """Where there is no process yet: only the one who runs the server may."""
    return At(Standing(None, system=by.system))


@operation(
    "process.create",
    ProcessForm,
    Permission.INSTALL,
    find=the_installation,
    title=_l("Begin a process"),
    says=_l("%(who)s began a process"),
)
def create_process(tx: Transaction, at: At, form: ProcessForm) -> None:
    """Begin a process; its administrator's one-time link has the call's key as its id."""
    language = form.language.data
    process = Process(
        id=tx.key,
        slug=_slug(tx.session, form),
        name={language: form.name.data},
        description={},
        language=language,
        city=form.city.data or "",
        started_on=tx.now.date(),
        created_at=tx.now,
    )
    user = new_user(tx, form.admin.data, language)
    tx.session.add(process)
    tx.session.flush()
    tx.session.add(Membership(process_id=process.id, user_id=user.id, role=Role.ADMIN))
    add_link(tx, user.id)
    tx.process_id = process.id
    tx.about("process", process.id)


def new_user(tx: Transaction, name: str, language: str) -> User:
    """An account that a sign-in link opens."""
    user = User(id=new_id(), name=name, language=language, session_token=new_session_token(), created_at=tx.now)
    tx.session.add(user)
    tx.session.flush()
    return user


def _slug(session: Session, form: ProcessForm) -> str:
    wanted = slug_of(form.slug.data or form.name.data) or "process"
    taken = set(
        session.scalars(select(Process.slug).where((Process.slug == wanted) | Process.slug.startswith(f"{wanted}-")))
    )
    if wanted not in taken:
        return wanted
    if form.slug.data:
        raise Invalid(fields={"slug": [_l("There is already a process at this address. Choose another short name.")]})
    return next(one for number in range(2, len(taken) + 3) if (one := f"{wanted}-{number}") not in taken)


def slug_of(text: str) -> str:
    """Words for an address: lower case, ASCII letters and digits, dashes between."""
    spelled = text.lower().translate(SPELLED)
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:SLUG_LENGTH].strip("-")


@dataclass
class InProcess(At):
    """A process that somebody administers, locked against a change at the same moment."""

    process: Process = field(kw_only=True)


def in_process(session: Session, by: Actor, form: Any) -> InProcess:
    """The process a form names."""
    process = session.scalars(select(Process).where(Process.id == form.of_process.data).with_for_update()).first()
    standing = standing_in_process(session, by, process.id if process else None)
    assert process is not None
    return InProcess(standing, process=process)


class FieldForm(OperationForm):
    """A field of action: two letters on one of twelve colours."""

    of_process = Id(name="process")
    code = Text(_l("Two letters"), 2, required=_l("Write two letters."))
    colour = Number(_l("Colour"), 1, 12)
    name = Text(_l("Name"), TITLE_LENGTH, required=_l("Write a name."))


@operation(
    "field.add",
    FieldForm,
    Permission.MANAGE_PROCESS,
    find=in_process,
    title=_l("Add a field of action"),
    says=_l("%(who)s added a field of action"),
)
def add_field(tx: Transaction, at: InProcess, form: FieldForm) -> None:
    """Add a field of action to a process; its letters are the process's own."""
    code = form.code.data.upper()
    if len(code) != 2 or not code.isalpha():
        raise Invalid(fields={"code": [_l("Two letters, like WM.")]})
    fields = tx.session.scalars(select(FieldOfAction).where(FieldOfAction.process_id == at.process.id)).all()
    if any(one.code == code for one in fields):
        raise Invalid(fields={"code": [_l("There is already a field %(code)s. Choose other letters.", code=code)]})
    tx.session.add(
        FieldOfAction(
            id=tx.key,
            process_id=at.process.id,
            code=code,
            colour=form.colour.data,
            name={at.process.language: form.name.data},
            position=max((one.position for one in fields), default=0) + 1,
        )
    )
    tx.about("field", tx.key)


class InviteForm(OperationForm):
    """Who is invited, and as what."""

    of_process = Id(name="process")
    name = Text(
        _l("Name"),
        NAME_LENGTH * 2,
        required=_l("Write a name."),
        description=_l("A name that is already in the list gets the role in addition."),
    )
    role = Pick(_l("Role"), ROLES, default=Role.MODERATOR.value)


@operation(
    "member.invite",
    InviteForm,
    Permission.MANAGE_PROCESS,
    find=in_process,
    title=_l("Invite somebody"),
    says=_l("%(who)s invited somebody"),
)
def invite_member(tx: Transaction, at: InProcess, form: InviteForm) -> None:
    """Give somebody a role and a one-time link under the call's key.

    A name that is already among the members is the same person, who gets the role in addition.
    """
    role = Role(form.role.data)
    members = tx.session.execute(
        select(Membership, User).join(User, User.id == Membership.user_id).where(Membership.process_id == at.process.id)
    ).all()
    current = [user for one, user in members if one.ended_at is None]
    user = next((one for one in current if one.name.casefold() == form.name.data.casefold()), None)
    if user is None:
        user = new_user(tx, form.name.data, at.process.language)
    membership = next((one for one, who in members if who.id == user.id and one.role is role), None)
    if membership and membership.ended_at is None:
        raise Invalid(
            fields={"name": [_l("%(name)s already has this role. Make a new link in the list.", name=user.name)]}
        )
    if membership is None:
        membership = Membership(id=tx.key, process_id=at.process.id, user_id=user.id, role=role)
        tx.session.add(membership)
    membership.ended_at = None
    add_link(tx, user.id)
    tx.about("membership", membership.id)


@dataclass
class OneMember(At):
    """A role that somebody has in a process."""

    membership: Membership = field(kw_only=True)
    user: User = field(kw_only=True)


class MemberForm(OperationForm):
    """Which member."""

    member = Id()


def one_member(session: Session, by: Actor, form: MemberForm) -> OneMember:
    """The membership, if this actor may know of it."""
    row = session.execute(
        select(Membership, User, Process)
        .join(User, User.id == Membership.user_id)
        .join(Process, Process.id == Membership.process_id)
        .where(Membership.id == form.member.data)
        .with_for_update(of=[Process, Membership])
    ).first()
    if row is None:
        raise NotFound
    membership, user, process = row
    standing = standing_in_process(session, by, process.id)
    if not (standing.roles or standing.system):
        raise NotFound
    return OneMember(standing, membership=membership, user=user)


@operation(
    "member.renew_link",
    MemberForm,
    Permission.MANAGE_PROCESS,
    find=one_member,
    title=_l("Make a new sign-in link"),
    says=_l("%(who)s made a new sign-in link"),
)
def renew_link(tx: Transaction, at: OneMember, form: MemberForm) -> None:
    """Make a new one-time link under the call's key; those not used yet stop working."""
    if at.membership.ended_at is not None:
        raise Closed(_l("%(name)s no longer belongs to this process.", name=at.user.name))
    end_links(tx, at.user.id)
    add_link(tx, at.user.id)
    tx.about("membership", at.membership.id)


@operation(
    "member.remove",
    MemberForm,
    Permission.MANAGE_PROCESS,
    find=one_member,
    title=_l("Remove from the process"),
    says=_l("%(who)s removed a member"),
)
def remove_member(tx: Transaction, at: OneMember, form: MemberForm) -> None:
    """End a role; the account is signed out everywhere. One administrator always stays."""
    membership = at.membership
    if membership.ended_at is not None:
        return
    if membership.role is Role.ADMIN:
        admins = tx.session.scalar(
            select(func.count(Membership.id)).where(
                Membership.process_id == membership.process_id,
                Membership.role == Role.ADMIN,
                Membership.ended_at.is_(None),
            )
        )
        if admins == 1:
            raise Conflict(_l("A process keeps at least one administrator. Invite another one first."))
    membership.ended_at = tx.now
    end_sessions(tx, at.user)
    end_links(tx, at.user.id)
    tx.fact("role", membership.role, None)
    tx.about("membership", membership.id)
