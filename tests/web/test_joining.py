"""Joining, coming back and reading by forms alone."""

import html
import re
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories import do
from tests.factories.cafes import open_round
from tests.factories.events import EventMade, make_event
from tests.factories.people import enter
from tests.factories.processes import make_process
from workshop import create_app
from workshop.config import Settings
from workshop.models import Participant
from workshop.perform import Store
from workshop.standing import Actor


@pytest.fixture
def here(app_store: Store) -> EventMade:
    """An event in which round one runs."""
    made = make_event(app_store, make_process(app_store))
    open_round(app_store, made, 1)
    return made


def hidden(page: str, name: str) -> str:
    """What a hidden field of a page holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found.group(1)


def join(client: FlaskClient, code: str, name: str = "Mira", **more: str):  # type: ignore[no-untyped-def]
    """Send the join form as a browser without script does."""
    page = client.get("/", headers={"Accept-Language": "en"}).text
    fields = {"csrf_token": hidden(page, "csrf_token"), "key": hidden(page, "key"), "language": "en"}
    return client.post("/join", data={**fields, "code": code, "name": name, "writing_language": "de", **more})


def test_a_code_and_a_name_lead_to_a_table_and_show_the_receipt(client: FlaskClient, here: EventMade) -> None:
    answer = join(client, here.code)
    assert answer.status_code == 303
    assert answer.location == f"/tables/{here.tables[0]}?welcome=1"
    page = client.get(answer.location).text
    assert re.search(r"Your receipt:</b>|Your receipt: <span|Your receipt:", page)
    assert 'lang="de"' in page


def test_a_namesake_is_told_and_a_name_that_ends_in_a_number_is_not(client: FlaskClient, here: EventMade) -> None:
    namesake = "Somebody here has the same name, so you are"
    assert namesake not in client.get(join(client, here.code, "Quartier 7").location).text
    client.delete_cookie("session")
    assert f"{namesake} Quartier 7 2." in client.get(join(client, here.code, "Quartier 7").location).text


def test_a_wrong_code_keeps_the_name_and_the_key(client: FlaskClient, here: EventMade) -> None:
    answer = join(client, "ZZZZ ZZZZ", "Mira")
    assert answer.status_code == 422
    assert 'value="Mira"' in answer.text
    assert "A code never has a 0, O, 1 or I in it." in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_what_is_wrong_with_code_and_name_is_said_at_once(client: FlaskClient, here: EventMade) -> None:
    page = join(client, "K7MP 3", "").text
    assert "You wrote 5." in page
    assert "Write a name." in page


def test_joining_twice_leads_to_the_seat_one_has(client: FlaskClient, app_store: Store, here: EventMade) -> None:
    join(client, here.code)
    assert join(client, here.code, " MIRA ").location == f"/tables/{here.tables[0]}"
    with app_store.reading() as session:
        assert session.scalars(select(Participant.name)).all() == ["Mira"]
    # A namesake by the number others see, and by the name alone.
    client.delete_cookie("session")
    join(client, here.code)
    for name in ("Mira 2", "Mira"):
        assert join(client, here.code, name).location == f"/tables/{here.tables[1]}"


def test_somebody_else_on_the_same_device_is_asked_first_and_its_owner_finds_back(
    client: FlaskClient, app_store: Store, here: EventMade
) -> None:
    def names() -> list[str]:
        with app_store.reading() as session:
            return list(session.scalars(select(Participant.name).order_by(Participant.joined_at)))

    join(client, here.code)
    asked = join(client, here.code, "Ben", token=here.table_tokens[1])
    assert asked.status_code == 409 and "This device is here as Mira." in asked.text
    assert re.search(rf'href="/tables/{here.tables[0]}"[^>]*>Go on as Mira<', asked.text)
    receipt = re.search(r"receipt-code num\">([2-9A-HJ-NP-Z]{4} [2-9A-HJ-NP-Z]{4})<", asked.text)
    assert receipt and names() == ["Mira"]
    assert join(client, here.code, "Mira").location == f"/tables/{here.tables[0]}"
    # What was written in the form is kept in it.
    fields = {name: hidden(asked.text, name) for name in ("csrf_token", "key", "token", "name", "writing_language")}
    assert (fields["token"], fields["name"]) == (here.table_tokens[1], "Ben")
    instead = re.search(r'action="(/join\?instead=[^"]+)"', asked.text)
    assert instead
    sent = [client.post(instead.group(1), data={**fields, "language": "en"}) for _ in range(2)]
    assert [one.location for one in sent] == [f"/tables/{here.tables[1]}?welcome=1", f"/tables/{here.tables[1]}"]
    assert names() == ["Mira", "Ben"]
    # An old page, on which the device was still somebody else's, asks again.
    late = client.post(instead.group(1), data={**fields, "key": str(uuid4()), "name": "Cem", "language": "en"})
    assert "This device is here as Ben." in late.text and names() == ["Mira", "Ben"]
    back = client.post("/back", data={"csrf_token": fields["csrf_token"], "receipt": receipt.group(1)})
    assert back.location == f"/tables/{here.tables[0]}"
    assert join(client, here.code, "Mira").location == f"/tables/{here.tables[0]}"


def test_the_receipt_takes_the_place_back_on_another_device(app, client: FlaskClient, here: EventMade) -> None:  # type: ignore[no-untyped-def]
    page = client.get(join(client, here.code).location).text
    receipt = re.search(r"([2-9A-HJ-NP-Z]{4} [2-9A-HJ-NP-Z]{4})", page[page.index("Your receipt") :])
    assert receipt
    other = app.test_client()
    token = hidden(other.get("/back").text, "csrf_token")
    answer = other.post("/back", data={"csrf_token": token, "receipt": receipt.group(1).lower()})
    assert answer.location == f"/tables/{here.tables[0]}"
    assert other.get(answer.location).status_code == 200
    wrong = other.post("/back", data={"csrf_token": token, "receipt": "ZZZZ ZZZZ"})
    assert wrong.status_code == 422
    assert "ZZZZ ZZZZ" in wrong.text


def test_the_receipt_of_a_host_brings_hosting_along(
    app: Flask, client: FlaskClient, app_store: Store, here: EventMade
) -> None:
    table = f"/tables/{here.tables[0]}"
    page = client.get(join(client, here.code).location).text
    receipt = re.search(r"([2-9A-HJ-NP-Z]{4} [2-9A-HJ-NP-Z]{4})", page[page.index("Your receipt") :])
    assert receipt
    with app_store.reading() as session:
        person = session.scalars(select(Participant.id)).one()
    do(app_store, here.moderator, "table.name_host", table=here.tables[0], participant=person)
    other = app.test_client()
    token = hidden(other.get("/back").text, "csrf_token")
    assert other.post("/back", data={"csrf_token": token, "receipt": receipt.group(1)}).location == table
    page = other.get(table).text
    assert f'"hosts": ["{here.tables[0]}"]' in html.unescape(page)
    assert "/act/table.pause_writing" in page
    # And it is of use there, while the first device hosts on.
    fields = {"csrf_token": hidden(page, "csrf_token"), "key": str(uuid4()), "table": str(here.tables[0])}
    assert other.post("/act/table.pause_writing", data=fields).status_code in (302, 303)
    assert "/act/table.resume_writing" in client.get(table).text


def test_a_note_is_written_without_script(client: FlaskClient, here: EventMade) -> None:
    table = join(client, here.code).location.split("?")[0]
    page = client.get(table).text
    fields = {name: hidden(page, name) for name in ("csrf_token", "table", "round", "next")}
    key = re.findall(r'name="key" value="([^"]*)"', page)[-1]
    note = {**fields, "key": key, "kind": "challenge", "text": "Courses at nine\r\ndo not help me."}
    for _ in range(2):
        assert client.post("/act/idea.contribute", data=note).location == table
    words = r'class="note-text"[^>]*>Courses at nine\ndo not help me\.<'
    assert len(re.findall(words, client.get(table).text)) == 1


def test_an_empty_note_shows_its_form_again(client: FlaskClient, here: EventMade) -> None:
    table = join(client, here.code).location.split("?")[0]
    page = client.get(table).text
    fields = {name: hidden(page, name) for name in ("csrf_token", "table", "round")}
    answer = client.post("/act/idea.contribute", data={**fields, "kind": "idea", "text": "  "})
    assert answer.status_code == 422
    assert "There is nothing in the note yet." in answer.text
    assert hidden(answer.text, "table") == str(here.tables[0])


def test_a_form_without_its_token_is_refused(client: FlaskClient, here: EventMade) -> None:
    join(client, here.code)
    answer = client.post("/act/idea.contribute", data={"text": "x"})
    assert answer.status_code == 400
    assert "load the page again" in answer.text


def test_the_big_screen_reads_by_its_link_alone_until_it_is_renewed(
    app_store: Store, client: FlaskClient, here: EventMade
) -> None:
    address = f"/screen/{here.screen_token}"
    assert here.code[:4] in client.get(address).text
    do(app_store, here.moderator, "event.renew_screen_link", event=here.id)
    assert client.get(address).status_code == 404


def test_the_big_screen_says_break_while_the_last_sentences_are_finished(
    app_store: Store, client: FlaskClient, here: EventMade
) -> None:
    do(app_store, here.moderator, "round.open", round=here.rounds[0])
    do(app_store, here.moderator, "round.close", round=here.rounds[0])
    do(app_store, here.moderator, "cafe.take_break", cafe=here.cafe, minutes=15)
    screen = client.get(f"/screen/{here.screen_token}").text
    assert 'data-is="grace"' in screen
    assert re.findall(r'<p class="pj-next" [^>]*?( hidden)?>(Break until|Round 2 begins)', screen) == [
        ("", "Break until"),
        (" hidden", "Round 2 begins"),
    ]


def test_the_way_back_leads_nowhere_else(client: FlaskClient, here: EventMade) -> None:
    table = join(client, here.code).location.split("?")[0]
    page = client.get(table).text
    fields = {name: hidden(page, name) for name in ("csrf_token", "table", "round")}
    for elsewhere in (
        "https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "/\n/evil.example",
        "/ok\r\nX-Bad: 1", "//[", "/" + "a" * 5000,
    ):  # fmt: skip
        answer = client.post(
            "/act/idea.contribute", data={**fields, "kind": "idea", "text": f"to {elsewhere[:40]}", "next": elsewhere}
        )
        assert answer.status_code == 303
        assert answer.location.startswith("/ideas/")


def test_who_was_removed_does_not_join_again_by_the_same_browser(
    app_store: Store, client: FlaskClient, here: EventMade
) -> None:
    join(client, here.code)
    with app_store.reading() as session:
        person = session.scalars(select(Participant.id)).one()
    do(app_store, here.moderator, "participant.remove", participant=person)
    for name in ("Mira", "Another"):
        answer = join(client, here.code, name)
        assert answer.status_code == 403
        assert "You have been removed from this event." in answer.text
    with app_store.reading() as session:
        assert session.scalars(select(Participant.id)).all() == [person]


@pytest.mark.postgresql
def test_an_address_that_no_database_can_look_up_leads_nowhere(postgresql_url: str, tmp_path: Path) -> None:
    app = create_app(Settings(data=tmp_path, database_url=postgresql_url, secret="known", async_mode="threading"))
    store: Store = app.extensions["workshop"]
    event = make_event(store, make_process(store))
    client = app.test_client()
    enter(client, store, event.moderator)
    for address in (
        "/processes/%00",
        "/screen/%00",
        f"/events/{event.id}/list?q=%00",
        f"/events/{event.id}/ideas?q=a%00",
    ):
        assert client.get(address).status_code == 404
    store.engine.dispose()


def test_whoever_joins_on_a_tables_tablet_takes_it_from_the_table(
    client: FlaskClient, app_store: Store, here: EventMade
) -> None:
    device = do(app_store, here.moderator, "device.pair", table=here.tables[0]).thing[1]
    enter(client, app_store, Actor(device=device))
    tablet = f"/tables/{here.tables[0]}/device"
    assert client.get(tablet).status_code == 200
    assert join(client, here.code).status_code == 303
    assert client.get(tablet).status_code in (403, 404)
    with client.session_transaction() as cookie:
        assert "device" not in cookie
