"""Signing in by a one-time link, and out."""

from dataclasses import dataclass, field
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.errors import Closed, NotFound
from workshop.forms import NoFields, OperationForm, Text
from workshop.models import SignInLink, User
from workshop.operations.sessions import end_sessions
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor, At, Standing
from workshop.tokens import link_of_token
from workshop.transaction import Transaction

SIGNED_IN_ALREADY = _l("This link has already signed somebody in. Each link works once.")


class SignInForm(OperationForm):
    """What stands in a one-time link's address."""

    token = Text(_l("Link"), 200, required=_l("The link is not complete."))


@dataclass
class OneLink(At):
    """A sign-in link, locked, and the account it opens."""

    link: SignInLink = field(kw_only=True)


def link_by_token(session: Session, by: Actor, form: SignInForm) -> OneLink:
    """The link that a token names; whether the token proves it is seen where the secret is."""
    try:
        link_id = UUID(hex=form.token.data[:32])
    except ValueError:
        raise NotFound from None
    row = session.execute(
        select(SignInLink, User)
        .join(User, User.id == SignInLink.user_id)
        .where(SignInLink.id == link_id)
        .with_for_update(of=SignInLink)
    ).first()
    if row is None:
        raise NotFound
    link, user = row
    return OneLink(Standing(None, user=user), link=link)


@operation(
    "user.sign_in",
    SignInForm,
    Permission.OWN_ACCOUNT,
    find=link_by_token,
    title=_l("Sign in"),
    says=_l("%(who)s signed in"),
    secret_key=True,
    form_only=True,
)
def sign_in(tx: Transaction, at: OneLink, form: SignInForm) -> None:
    """Use a one-time link up; the door that asked lets its user in."""
    if link_of_token(tx.secret, form.token.data) != at.link.id:
        raise NotFound
    if at.link.used_at is not None:
        raise Closed(SIGNED_IN_ALREADY)
    if at.link.expires_at <= tx.now:
        raise Closed(_l("This link is too old, or a newer one has taken its place."))
    at.link.used_at = tx.now
    tx.about("user", at.link.user_id)


@dataclass
class OwnAccount(At):
    """The account that is signed in, locked."""

    user: User = field(kw_only=True)


def own_account(session: Session, by: Actor, form: NoFields) -> OwnAccount:
    """The account of the one who acts."""
    user = session.scalars(
        select(User).where(User.id == by.user_id, User.session_token == by.session_token).with_for_update()
    ).first()
    if user is None:
        raise NotFound
    return OwnAccount(Standing(None, user=user), user=user)


@operation(
    "user.sign_out",
    NoFields,
    Permission.OWN_ACCOUNT,
    find=own_account,
    title=_l("Sign out"),
    says=_l("%(who)s signed out"),
)
def sign_out(tx: Transaction, at: OwnAccount, form: NoFields) -> None:
    """End every session and socket of the account, on every device."""
    end_sessions(tx, at.user)
    tx.about("user", at.user.id)
