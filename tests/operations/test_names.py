"""As whom people speak: what the event says holds for notes and remarks, and for staff like for guests."""

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import do
from tests.factories.cafes import name_host, open_round
from tests.factories.events import EventMade, make_event
from tests.factories.ideas import comment_on, write
from tests.factories.people import PersonMade, enter, join
from tests.factories.processes import make_process
from workshop.models import AuthorNames, Event, Participant
from workshop.perform import Store


@pytest.fixture
def table(app_store: Store) -> tuple[EventMade, PersonMade, PersonMade, UUID]:
    """A note by Wilhelmina with a remark by Zebedee, who hosts another table."""
    event = make_event(app_store, make_process(app_store))
    author, other = join(app_store, event, "Wilhelmina"), join(app_store, event, "Zebedee")
    open_round(app_store, event)
    idea = write(app_store, author)
    comment_on(app_store, other, idea)
    return event, author, other, idea


def pages(app: Flask, store: Store, event: EventMade, idea: UUID) -> list[str]:
    """What a guest, the host and a moderator read of it."""
    guest, host = join(store, event, "Guest"), join(store, event, "Host")
    name_host(store, event, 1, host)
    read = []
    for who in (guest.actor, host.actor, event.moderator):
        client: FlaskClient = app.test_client()
        enter(client, store, who)
        for address in (f"/tables/{event.tables[0]}", f"/ideas/{idea}"):
            _head, _, main = client.get(address).text.partition("<main")
            read.append(main)
    return read


def test_names_are_shown_unless_the_event_says_otherwise(
    app: Flask, app_store: Store, table: tuple[EventMade, PersonMade, PersonMade, UUID]
) -> None:
    event, _author, _other, idea = table
    for page in pages(app, app_store, event, idea):
        assert "Zebedee" in page


@pytest.mark.parametrize("names", ["pseudonym", "hidden"])
def test_where_names_are_not_shown_nobody_reads_them_beside_words(
    app: Flask, app_store: Store, table: tuple[EventMade, PersonMade, PersonMade, UUID], names: str
) -> None:
    event, author, other, idea = table
    do(app_store, event.moderator, "event.set_names", event=event.id, author_names=names)
    with app_store.reading() as session:
        numbers = [session.get_one(Participant, one.id).guest_number for one in (author, other)]
    for page in pages(app, app_store, event, idea):
        assert "Wilhelmina" not in page and "Zebedee" not in page
        assert (f"Guest {numbers[1]}" in page) == (names == "pseudonym")


def test_a_number_is_ones_own_and_in_no_order(store: Store, event: EventMade) -> None:
    people = [join(store, event, f"Guest {number}") for number in range(12)]
    with store.reading() as session:
        numbers = [session.get_one(Participant, one.id).guest_number for one in people]
    assert None not in numbers and len(set(numbers)) == 12
    assert numbers != sorted(numbers, key=lambda one: one or 0)


def test_the_same_names_again_change_nothing(store: Store, event: EventMade) -> None:
    assert do(store, event.moderator, "event.set_names", event=event.id, author_names="hidden").at
    assert not do(store, event.moderator, "event.set_names", event=event.id, author_names="hidden").at


def test_it_is_a_part_of_the_settings(
    app: Flask, app_store: Store, table: tuple[EventMade, PersonMade, PersonMade, UUID]
) -> None:
    event = table[0]
    client = app.test_client()
    enter(client, app_store, event.moderator)
    address = f"/events/{event.id}/settings"
    form = client.get(address).text.partition("/act/event.set_names")[2]
    token = form.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert 'value="shown" checked' in form
    data = {"csrf_token": token, "next": address, "event": str(event.id), "author_names": "hidden"}
    assert client.post("/act/event.set_names", data=data).status_code == 303
    with app_store.reading() as session:
        assert session.get_one(Event, event.id).author_names is AuthorNames.HIDDEN
