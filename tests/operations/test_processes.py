"""Beginning a process, fields of action, members."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import do
from tests.factories.processes import ProcessMade, add_field, member, membership_of
from workshop.clock import now
from workshop.errors import Closed, Conflict, Forbidden, Invalid, NotFound
from workshop.models import FieldOfAction, Membership, Process, Role, SignInLink, User, new_id
from workshop.operations.processes import slug_of
from workshop.perform import Store
from workshop.standing import SYSTEM, Actor


def test_a_process_begins_with_its_administrators_link(store: Store) -> None:
    key = new_id()
    done = do(store, SYSTEM, "process.create", key, name="Grüne Höfe", language="de", city="Köln", admin="Ada")
    with store.reading() as session:
        process = session.get_one(Process, done.thing[1])
        link = session.get_one(SignInLink, key)
        role = session.scalars(select(Membership.role).where(Membership.user_id == link.user_id)).one()
    assert (process.slug, process.name, process.demonstration) == ("gruene-hoefe", {"de": "Grüne Höfe"}, False)
    assert role is Role.ADMIN
    assert timedelta(days=6) < link.expires_at - now() <= timedelta(days=7)


def test_only_who_runs_the_server_begins_processes(store: Store, process: ProcessMade) -> None:
    with pytest.raises(Forbidden):
        do(store, process.admin, "process.create", name="Mine", admin="Me")


def test_two_processes_of_one_name_have_two_addresses(store: Store) -> None:
    for _ in range(3):
        do(store, SYSTEM, "process.create", name="Harbour", admin="Ada")
    with store.reading() as session:
        assert set(session.scalars(select(Process.slug))) == {"harbour", "harbour-2", "harbour-3"}
    with pytest.raises(Invalid) as refused:
        do(store, SYSTEM, "process.create", name="Other", slug="Harbour", admin="Ada")
    assert list(refused.value.fields) == ["slug"]


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Straße & Übergang", "strasse-uebergang"), ("Öppna Åre", "oeppna-are"), ("北京", ""), ("--", "")],
)
def test_a_name_becomes_an_address(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_a_field_has_two_letters_of_its_own(store: Store, process: ProcessMade) -> None:
    add_field(store, process, "wm", 3)
    with store.reading() as session:
        assert session.scalars(select(FieldOfAction.code)).all() == ["WM"]
    for wrong in ("WM", "W", "W1"):
        with pytest.raises(Invalid) as refused:
            add_field(store, process, wrong, 4)
        assert list(refused.value.fields) == ["code"]
    with pytest.raises(Invalid) as refused:
        add_field(store, process, "QU", 13)
    assert list(refused.value.fields) == ["colour"]
    with pytest.raises(Forbidden):
        do(store, process.moderator, "field.add", process=process.id, code="AA", colour=1, name="A")


def test_an_invitation_is_a_role_and_a_link(store: Store, process: ProcessMade) -> None:
    key = new_id()
    done = do(store, process.admin, "member.invite", key, process=process.id, name="Nils Berg", role="moderator")
    with store.reading() as session:
        link = session.get_one(SignInLink, key)
        membership = session.get_one(Membership, done.thing[1])
    assert membership.user_id == link.user_id
    assert (membership.role, link.used_at) == (Role.MODERATOR, None)
    assert done.at == {}


def test_a_name_that_is_there_gets_the_role_in_addition(store: Store, process: ProcessMade) -> None:
    do(store, process.admin, "member.invite", process=process.id, name="MONA OF HARBOUR", role="innolab")
    with store.reading() as session:
        roles = session.scalars(
            select(Membership.role).join(User).where(User.name == "Mona of Harbour").order_by(Membership.role)
        ).all()
    assert roles == [Role.INNOLAB, Role.MODERATOR]
    with pytest.raises(Invalid) as refused:
        do(store, process.admin, "member.invite", process=process.id, name="Mona of Harbour", role="innolab")
    assert list(refused.value.fields) == ["name"]


def test_a_new_link_ends_the_one_before(store: Store, process: ProcessMade) -> None:
    mona = membership_of(store, process.id, process.moderator)
    key = new_id()
    do(store, process.admin, "member.renew_link", key, member=mona)
    with store.reading() as session:
        links = session.scalars(select(SignInLink).where(SignInLink.user_id == process.moderator.user_id)).all()
    assert [link.id for link in links if link.expires_at > now()] == [key]


def test_removal_signs_out_and_ends_links(store: Store, process: ProcessMade) -> None:
    mona = membership_of(store, process.id, process.moderator)
    do(store, process.admin, "member.remove", member=mona)
    with pytest.raises(NotFound):
        do(store, process.moderator, "event.create", process=process.id, title="T", starts_on="2026-01-01",
           questions="Q", rounds=1, minutes=1)  # fmt: skip
    with store.reading() as session:
        user = session.get_one(User, process.moderator.user_id)
        open_links = session.scalars(
            select(SignInLink).where(SignInLink.user_id == user.id, SignInLink.expires_at > now())
        ).all()
    assert user.session_token != process.moderator.session_token
    assert open_links == []
    with pytest.raises(NotFound):
        do(store, Actor(user_id=user.id, session_token=user.session_token), "member.renew_link", member=mona)
    with pytest.raises(Closed):
        do(store, process.admin, "member.renew_link", member=mona)
    assert do(store, process.admin, "member.remove", member=mona).thing == ("", None)


def test_one_administrator_always_stays(store: Store, process: ProcessMade) -> None:
    ada = membership_of(store, process.id, process.admin)
    with pytest.raises(Conflict):
        do(store, process.admin, "member.remove", member=ada)
    do(store, process.admin, "member.invite", process=process.id, name="Second", role="admin")
    do(store, process.admin, "member.remove", member=ada)
    assert member(store, process.id, Role.ADMIN).user_id != process.admin.user_id


def test_who_left_may_be_invited_again(store: Store, process: ProcessMade) -> None:
    do(store, process.admin, "member.invite", process=process.id, name="Mona of Harbour", role="innolab")
    ina = member(store, process.id, Role.MODERATOR)
    do(store, process.admin, "member.remove", member=_role(store, ina, Role.INNOLAB))
    do(store, process.admin, "member.invite", process=process.id, name="Mona of Harbour", role="innolab")
    with store.reading() as session:
        roles = session.scalars(
            select(Membership.role).where(Membership.user_id == ina.user_id, Membership.ended_at.is_(None))
        ).all()
    assert set(roles) == {Role.MODERATOR, Role.INNOLAB}


def _role(store: Store, who: Actor, role: Role) -> object:
    with store.reading() as session:
        return session.scalars(
            select(Membership.id).where(Membership.user_id == who.user_id, Membership.role == role)
        ).one()
