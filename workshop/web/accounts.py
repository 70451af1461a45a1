"""Signing in by a one-time link, and out."""

from uuid import UUID

from flask import Blueprint, current_app, g, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_user, logout_user

from workshop.binding import bind
from workshop.config import Settings
from workshop.errors import Closed, Forbidden, Problem
from workshop.extensions import login
from workshop.forms import NoFields
from workshop.operations.accounts import SIGNED_IN_ALREADY, SignInForm
from workshop.perform import OPERATIONS, fresh_key, perform
from workshop.queries import accounts
from workshop.tokens import link_of_token
from workshop.web import attempts
from workshop.web.act import key_sent
from workshop.web.door import actor, again_in, reading, show, store

pages = Blueprint("accounts", __name__)

KEPT_AT_SIGN_IN = ("places", "screen", "language")
"""What of the cookie stays: it belongs to the browser, not to the account."""
LOCAL_ADDRESSES = ("127.0.0.1", "::1", "::ffff:127.0.0.1")
LOCAL_NAMES = ("127.0.0.1", "[::1]", "localhost")

# It would compare addresses, and nobody's address is kept.
login.session_protection = None


@pages.get("/sign-in/<token>")
def link(token: str) -> ResponseReturnValue:
    """What a one-time link would do; opening it changes nothing."""
    return draw_link(token, fresh_key())


def draw_link(token: str, key: UUID, problem: Problem | None = None) -> ResponseReturnValue:
    """The page of a link, with its button where it still works."""
    with reading() as session:
        found = accounts.link_page(session, link_of_token(store().secret, token))
    if found is None:
        problem = attempts.failed() or problem
    status = problem.status if problem else 200 if found else 404
    more = {"found": found, "token": token, "key": key, "problem": problem, "safe": carries_safely()}
    return *show("accounts/link.html", None, status, **more), again_in(problem)


@pages.post("/sign-in/<token>")
def sign_in(token: str) -> ResponseReturnValue:
    """Use the link up and let its user in, in a cookie that knows nothing of the account before."""
    key = key_sent()
    if not carries_safely():
        return draw_link(token, key, Forbidden(_("You are not signed in.")))
    try:
        done = perform(store(), actor(), OPERATIONS["user.sign_in"], bind(SignInForm, {"token": token}), key)
    except Problem as problem:
        return draw_link(token, fresh_key(), problem)
    user_id = done.thing[1]
    assert user_id is not None
    with reading() as session:
        if done.repeated and not accounts.still_opens(session, link_of_token(store().secret, token)):
            return draw_link(token, fresh_key(), Closed(SIGNED_IN_ALREADY))
        account = accounts.account(session, user_id)
    kept = {name: cookie[name] for name in KEPT_AT_SIGN_IN if name in cookie}
    cookie.clear()
    cookie.update(kept)
    cookie.permanent = True
    login_user(account)
    # A digest of the browser's address.
    cookie.pop("_id", None)
    g.pop("actor", None)
    return redirect(url_for("processes.mine"), 303)


def carries_safely() -> bool:
    """Whether a sign-in is safe from listeners here: https, this machine, or the operator has said so."""
    settings: Settings = current_app.extensions["workshop_settings"]
    here = request.remote_addr in LOCAL_ADDRESSES and request.host.rsplit(":", 1)[0] in LOCAL_NAMES
    return request.is_secure or settings.secure or here or settings.allow_plain_sign_in


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the account's sessions everywhere."""
    if actor().user_id:
        perform(store(), actor(), OPERATIONS["user.sign_out"], bind(NoFields, {}), key_sent())
    logout_user()
    g.pop("actor", None)
    return redirect(url_for("people.join_page"), 303)
