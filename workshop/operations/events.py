"""An event that is there: ending it, and its big screen's link."""

from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.forms import Id, OperationForm
from workshop.models import (
    Cafe,
    Event,
    Round,
)
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor, At, standing_in_event
from workshop.tokens import new_link_token
from workshop.transaction import Transaction


class OneEventForm(OperationForm):
    """Which event."""

    event = Id()


def one_event(session: Session, by: Actor, form: OneEventForm) -> At:
    """The event, locked against a change at the same moment."""
    event = session.scalars(select(Event).where(Event.id == form.event.data).with_for_update()).first()
    return At(standing_in_event(session, by, event))


@operation(
    "event.close",
    OneEventForm,
    Permission.RUN_EVENT,
    find=one_event,
    title=_l("Close the event"),
    says=_l("%(who)s closed the event"),
)
def close_event(tx: Transaction, at: At, form: OneEventForm) -> None:
    """End an event: its code leads nowhere any more, its cafés and rounds are closed, what was written stays."""
    event = at.event
    if event.closed_at is not None:
        return
    event.closed_at = tx.now
    event.code = event.join_token = None
    cafes = tx.session.scalars(select(Cafe).where(Cafe.event_id == event.id).with_for_update()).all()
    for cafe in cafes:
        close_rounds(tx, cafe.id)
        cafe.next_round_at = cafe.break_ends_at = None
        cafe.closed_at = cafe.closed_at or tx.now
        tx.touch("cafe", cafe.id)
        tx.tell("cafe", cafe.id)
    tx.about("event", event.id)
    # Nobody votes or writes any more: what is open is another page now.
    tx.touch("page", event.id)
    tx.tell("list", event.id)


def close_rounds(tx: Transaction, cafe_id: UUID) -> int | None:
    """Close the round of a café that runs; its number, if one did."""
    running = tx.session.scalars(
        select(Round).where(Round.cafe_id == cafe_id, Round.opened_at.is_not(None), Round.closed_at.is_(None))
    ).first()
    if running is None:
        return None
    stop_clock(tx, running)
    # Before another one is opened: the database allows one at a time.
    tx.session.flush()
    return running.number


def stop_clock(tx: Transaction, running: Round) -> None:
    """Close a round; one that was paused keeps the time it had left, for whoever opens it again."""
    if running.paused_at and running.ends_at:
        running.ends_at += tx.now - running.paused_at
    running.paused_at = None
    running.closed_at = tx.now


@operation(
    "event.renew_screen_link",
    OneEventForm,
    Permission.RUN_EVENT,
    find=one_event,
    title=_l("Make a new link for the big screen"),
    says=_l("%(who)s made a new link for the big screen"),
)
def renew_screen_link(tx: Transaction, at: At, form: OneEventForm) -> None:
    """Make a new link for the big screen; the old one stops working."""
    at.event.screen_token = new_link_token()
    tx.about("event", at.event.id)
    # A screen on the old link finds nothing there any more; a cockpit shows the new one.
    tx.touch("page", at.event.id)
    tx.tell("cafe", *tx.session.scalars(select(Cafe.id).where(Cafe.event_id == at.event.id)))
