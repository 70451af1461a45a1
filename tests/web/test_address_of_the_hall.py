"""The address that the QR carries is one that a phone in the hall can reach, or the cockpit says that it is not."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.events import EventMade, make_event
from tests.factories.people import enter
from tests.factories.processes import make_process
from workshop import identity
from workshop.perform import Store

HERE_ALONE = "Only this machine reaches this address."


@pytest.fixture
def event(client: FlaskClient, app_store: Store) -> EventMade:
    """An event; the browser is its moderator's, on the machine itself."""
    made = make_event(app_store, make_process(app_store))
    enter(client, app_store, made.moderator)
    return made


@pytest.fixture
def network(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server listens to the whole network, in which this machine is 192.0.2.7."""
    settings = app.extensions["workshop_settings"]
    monkeypatch.setitem(app.extensions, "workshop_settings", replace(settings, host="0.0.0.0", public_url=None))
    monkeypatch.setattr(identity, "network_address", lambda: "192.0.2.7")


def test_the_cockpit_says_that_phones_do_not_reach_a_loopback(client: FlaskClient, event: EventMade) -> None:
    assert HERE_ALONE in client.get(f"/cafes/{event.cafe}").text


@pytest.mark.usefixtures("network")
def test_in_a_network_the_qr_carries_the_networks_address(client: FlaskClient, event: EventMade) -> None:
    for page in (f"/cafes/{event.cafe}", f"/events/{event.id}"):
        text = client.get(page).text
        assert '<p class="meta">192.0.2.7' in text and HERE_ALONE not in text


@pytest.mark.usefixtures("network")
def test_the_port_is_kept_and_what_came_from_the_network_too(app: Flask) -> None:
    for base, wanted in (
        ("http://127.0.0.1:8556", "http://192.0.2.7:8556"),
        ("http://[::1]:8556", "http://192.0.2.7:8556"),
        ("http://localhost", "http://192.0.2.7"),
        ("http://192.168.1.4:8556", "http://192.168.1.4:8556"),
        ("http://cafe.example.org", "http://cafe.example.org"),
    ):
        with app.test_request_context(base_url=base):
            assert identity.public_address() == wanted
        # Signing in over plain http is for this machine alone.
        with app.test_request_context(base_url=base):
            assert identity.own_address() == base
