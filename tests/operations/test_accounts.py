"""Signing in by a one-time link, and out."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories import do
from tests.factories.events import make_event
from tests.factories.people import enter, join_many
from tests.factories.processes import ProcessMade, make_process, membership_of
from workshop.clock import now
from workshop.errors import Closed, NotFound
from workshop.models import SignInLink, User, new_id
from workshop.models.people import INVITATION_HOLDS
from workshop.perform import Store
from workshop.standing import NOBODY, Actor
from workshop.tokens import link_token


def new_link(store: Store, process: ProcessMade) -> str:
    """A fresh link of the moderator."""
    key = new_id()
    do(store, process.admin, "member.renew_link", key, member=membership_of(store, process.id, process.moderator))
    return link_token(store.secret, key)


def test_a_link_works_once(store: Store, process: ProcessMade) -> None:
    token, key = new_link(store, process), new_id()
    done = do(store, NOBODY, "user.sign_in", key, token=token)
    assert done.thing == ("user", process.moderator.user_id)
    # The answer was lost on the way: the same button sends the same key.
    assert do(store, NOBODY, "user.sign_in", key, token=token).thing == done.thing
    with pytest.raises(Closed):
        do(store, NOBODY, "user.sign_in", token=token)


def test_a_link_runs_out(store: Store, process: ProcessMade) -> None:
    token = new_link(store, process)
    with Session(store.engine) as session:
        session.execute(update(SignInLink).values(expires_at=now() - timedelta(seconds=1)))
        session.commit()
    with pytest.raises(Closed):
        do(store, NOBODY, "user.sign_in", token=token)


@pytest.mark.parametrize("spoil", [lambda token: token[:-1] + "g", lambda token: token[:32] + "0" * 32, lambda _: "x"])
def test_a_link_cannot_be_made_up(store: Store, process: ProcessMade, spoil: object) -> None:
    assert callable(spoil)
    token = new_link(store, process)
    with pytest.raises(NotFound):
        do(store, NOBODY, "user.sign_in", token=spoil(token))
    do(store, NOBODY, "user.sign_in", token=token)


def test_signing_out_ends_every_session(store: Store, process: ProcessMade) -> None:
    do(store, process.moderator, "user.sign_out")
    with store.reading() as session:
        assert session.get_one(User, process.moderator.user_id).session_token != process.moderator.session_token
    with pytest.raises(NotFound):
        do(store, process.moderator, "user.sign_out")


def test_opening_a_link_changes_nothing(client: FlaskClient, app_store: Store) -> None:
    token = new_link(app_store, make_process(app_store))
    for _ in range(2):
        answer = client.get(f"/sign-in/{token}")
        assert answer.status_code == 200
        assert f'action="/sign-in/{token}"' in answer.text
    with app_store.reading() as session:
        assert session.scalars(select(SignInLink.used_at).where(SignInLink.id == UUID(token[:32]))).one() is None


def sign_in(client: FlaskClient, token: str, address: str = "http://localhost") -> tuple[int, str]:
    """Press the button; the status, and where it led."""
    client.application.config["WTF_CSRF_ENABLED"] = False
    answer = client.post(f"/sign-in/{token}", base_url=address, data={"key": str(new_id())})
    return answer.status_code, answer.headers.get("Location", "")


def test_the_button_signs_in_and_keeps_ones_places_alone(client: FlaskClient, app_store: Store) -> None:
    process = make_process(app_store)
    event = make_event(app_store, process)
    anna = join_many(app_store, event, ["Anna"])[0]
    enter(client, app_store, anna.actor, process.innolab, language="sv")
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = "known to whoever set it"
        before = dict(cookie)
    token = new_link(app_store, process)
    assert sign_in(client, token) == (303, "/processes")
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] == process.moderator.session_token
        assert (cookie["places"], cookie["language"]) == (before["places"], "sv")
        assert cookie.get("csrf_token") != before["csrf_token"]
        # It would be a digest of the browser's address.
        assert "_id" not in cookie
    assert "Mona of Harbour" in client.get("/processes").text


def test_a_used_link_says_what_it_did(client: FlaskClient, app: Flask, app_store: Store) -> None:
    token = new_link(app_store, make_process(app_store))
    sign_in(client, token)
    elsewhere = app.test_client().get(f"/sign-in/{token}?language=en")
    assert "This link has done its work" in elsewhere.text
    assert "ask one too" in elsewhere.text
    assert "go on" in client.get(f"/sign-in/{token}?language=en").text
    assert sign_in(app.test_client(), token)[0] == 409


def test_signing_in_over_plain_http_from_elsewhere_is_refused(client: FlaskClient, app_store: Store) -> None:
    token = new_link(app_store, make_process(app_store))
    hall = "http://192.168.0.10:8000"
    assert "WORKSHOP_PLAIN_SIGN_IN=1" in client.get(f"/sign-in/{token}?language=en", base_url=hall).text
    assert sign_in(client, token, hall) == (403, "")
    # A listener who knows the header cannot make the machine believe it is asked from itself.
    answer = client.post(
        f"/sign-in/{token}", data={"key": str(new_id())}, environ_overrides={"REMOTE_ADDR": "192.168.0.11"}
    )
    assert answer.status_code == 403
    assert sign_in(client, token, "https://192.168.0.10:8000")[0] == 303


def test_signing_out_by_the_button(client: FlaskClient, app: Flask, app_store: Store) -> None:
    process = make_process(app_store)
    app.config["WTF_CSRF_ENABLED"] = False
    other = app.test_client()
    for browser in (client, other):
        enter(browser, app_store, process.moderator)
        assert "Mona of Harbour" in browser.get("/processes").text
    assert client.post("/sign-out", data={"key": str(new_id())}).status_code == 303
    for browser in (client, other):
        assert "Mona of Harbour" not in browser.get("/processes").text
    assert client.post("/sign-out").status_code == 303


@pytest.mark.parametrize("ended_by", ["user.sign_out", "member.remove"])
def test_the_form_that_signed_in_signs_nobody_in_once_the_account_is_signed_out(
    app: Flask, app_store: Store, ended_by: str
) -> None:
    process = make_process(app_store)
    app.config["WTF_CSRF_ENABLED"] = False
    token, form = new_link(app_store, process), {"key": str(new_id())}
    # The answer was lost on the way: the same form lets in once more.
    for _ in range(2):
        browser = app.test_client()
        assert browser.post(f"/sign-in/{token}", data=form).status_code == 303
    member = membership_of(app_store, process.id, process.moderator)
    if ended_by == "member.remove":
        do(app_store, process.admin, ended_by, member=member)
    else:
        do(app_store, process.moderator, ended_by)
    # Somebody else goes back in the history of the same browser.
    answer = browser.post(f"/sign-in/{token}", data=form)
    assert answer.status_code == 409
    assert "Mona of Harbour" not in browser.get("/processes").text


def test_signing_out_leaves_links_that_nobody_has_used(store: Store, process: ProcessMade) -> None:
    token = new_link(store, process)
    do(store, process.moderator, "user.sign_out")
    do(store, NOBODY, "user.sign_in", token=token)


def test_the_link_is_shown_once_to_administrators(client: FlaskClient, app: Flask, app_store: Store) -> None:
    process = make_process(app_store)
    token = new_link(app_store, process)
    page = f"/members/{membership_of(app_store, process.id, process.moderator)}"
    enter(client, app_store, process.admin)
    assert token in client.get(page).text
    for nobody in (Actor(), process.moderator):
        stranger = app.test_client()
        enter(stranger, app_store, nobody)
        answer = stranger.get(page)
        assert answer.status_code in (403, 404)
        assert token not in answer.text
    with Session(app_store.engine) as session:
        session.execute(update(SignInLink).values(expires_at=now() + INVITATION_HOLDS - timedelta(minutes=11)))
        session.commit()
    assert token not in client.get(page).text
