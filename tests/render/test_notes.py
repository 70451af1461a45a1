"""What a note weighs: it is sent to everybody at its table, and a table may hold thousands."""

from uuid import UUID

from flask import Flask

from tests.factories.cafes import open_round
from tests.factories.events import make_event
from tests.factories.ideas import write
from tests.factories.people import join
from tests.factories.processes import make_process
from workshop.perform import Store
from workshop.queries.viewing import Audience
from workshop.render.fragments import FRAGMENTS

HEAVIEST = 2320
"""Bytes of a note of one sentence, as everybody at its table gets it."""


def drawn(app: Flask, store: Store, idea: UUID, audience: Audience) -> str:
    """A note as one room is sent it."""
    [fragment] = [one for one in FRAGMENTS if (one.channel, one.page, one.thing) == ("table", "table", "idea")]
    with store.reading() as session:
        row = fragment.read(session, [idea], audience)[idea]
    with app.test_request_context():
        return fragment.render(row)


def test_a_note_for_everybody_is_light_and_has_no_tools_of_the_host(app: Flask, app_store: Store) -> None:
    event = make_event(app_store, make_process(app_store))
    anna = join(app_store, event)
    open_round(app_store, event)
    idea = write(app_store, anna, "A bench at every stop, with a roof over it.")
    everybody, staff = (drawn(app, app_store, idea, one) for one in (Audience.EVERYBODY, Audience.STAFF))
    assert len(everybody) <= HEAVIEST
    for tool in ("/act/idea.hold", "/act/idea.hide", "/act/action_item.take_forward", 'form="selection"'):
        assert tool not in everybody
        assert tool in staff
