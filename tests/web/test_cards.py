"""What is printed, and coming with a host card."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories import do
from tests.factories.cafes import open_round
from tests.factories.events import EventMade, make_event
from tests.factories.people import enter, join
from tests.factories.processes import make_process
from workshop.models import CafeTable, Participant
from workshop.perform import Store
from workshop.render.qr import qr_path


@pytest.fixture
def here(app_store: Store) -> EventMade:
    """An event of six tables in German, in which round one runs."""
    made = make_event(app_store, make_process(app_store), tables=6, language="de")
    open_round(app_store, made, 1)
    return made


def hidden(page: str, name: str) -> str:
    """What a hidden field of a page holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found.group(1)


def test_every_table_has_its_cards(app_store: Store, client: FlaskClient, here: EventMade) -> None:
    enter(client, app_store, here.moderator)
    page = client.get(f"/cafes/{here.cafe}/cards?notes=20").text
    assert page.count('class="fold-card"') == 6 and page.count('class="fold-card back"') == 6
    numbers = re.findall(r'<b class="num">(\d-\d\d)</b>', page)
    assert numbers == [f"{table}-{number:02}" for table in range(1, 7) for number in range(1, 21)]
    assert "Print 38 sheets" in page
    assert page.count('class="sheet-a4') == 38
    for token, card in zip(here.table_tokens, here.host_cards, strict=True):
        # Twice on the table's card, once for all its note cards.
        assert page.count(qr_path(f"http://localhost/#{token}")[1]) == 3
        assert page.count(qr_path(f"http://localhost/host#{card}")[1]) == 1
    # Those who come read them, not the one who prints.
    assert "Vorname, wenn du magst:" in page and "Cards to print" in page


def test_one_kind_alone_can_be_printed(app_store: Store, client: FlaskClient, here: EventMade) -> None:
    enter(client, app_store, here.moderator)
    page = client.get(f"/cafes/{here.cafe}/cards?which=hosts&notes=x").text
    assert "fold-card" not in page and "a6-lines" not in page
    assert "Print 2 sheets" in page


def test_cards_are_for_those_who_run_the_event(app_store: Store, client: FlaskClient, here: EventMade) -> None:
    enter(client, app_store, join(app_store, here).actor)
    answer = client.get(f"/cafes/{here.cafe}/cards")
    assert answer.status_code == 403 and here.host_cards[0] not in answer.text


def come(client: FlaskClient, card: str, **fields: str):  # type: ignore[no-untyped-def]
    """Send the host card's form as its script and its button do."""
    page = client.get("/host").text
    kept = {"csrf_token": hidden(page, "csrf_token"), "key": hidden(page, "key")}
    return client.post("/host", data={**kept, "card": card, **fields})


def host_of(store: Store, event: EventMade, table: int) -> str | None:
    with store.reading() as session:
        return session.scalar(
            select(Participant.name)
            .join(CafeTable, CafeTable.host_id == Participant.id)
            .where(CafeTable.id == event.tables[table - 1])
        )


def test_reading_a_card_does_nothing_and_a_name_makes_the_host(
    app_store: Store, client: FlaskClient, here: EventMade
) -> None:
    card = here.host_cards[3]
    page = come(client, card, language="en", writing_language="de")
    assert page.status_code == 200 and "Host table 4?" in page.text and 'name="name"' in page.text
    assert host_of(app_store, here, 4) is None
    empty = come(client, card, go="1", name="", language="en", writing_language="de")
    assert empty.status_code == 422 and "Write a name." in empty.text
    done = come(client, card, go="1", name="Ruth", language="en", writing_language="de")
    assert done.location == f"/tables/{here.tables[3]}?welcome=1"
    assert host_of(app_store, here, 4) == "Ruth"
    table = client.get(done.location).text
    assert "You are the host." in table and "Your receipt:" in table
    # Who is there already is asked for nothing, and reads as whom.
    again = come(client, here.host_cards[0])
    assert 'name="name"' not in again.text and "This device is here as Ruth." in again.text
    assert come(client, here.host_cards[0], go="1").location == f"/tables/{here.tables[0]}"
    assert (host_of(app_store, here, 1), host_of(app_store, here, 4)) == ("Ruth", None)


def test_a_card_read_on_somebody_elses_device_makes_whoever_holds_it_the_host(
    app_store: Store, client: FlaskClient, here: EventMade
) -> None:
    usual = {"language": "en", "writing_language": "de"}
    come(client, here.host_cards[0], go="1", name="Ruth", **usual)
    page = come(client, here.host_cards[3], **usual).text
    other = re.search(r'formaction="(/host\?instead=[^"]+)"[^>]*>Somebody else uses this device now<', page)
    assert other

    def instead(**fields: str):  # type: ignore[no-untyped-def]
        kept = {"csrf_token": hidden(page, "csrf_token"), "key": hidden(page, "key"), "card": here.host_cards[3]}
        return client.post(other.group(1), data={**kept, **usual, **fields})

    asked = instead()
    assert 'name="name"' in asked.text and "receipt-code" in asked.text and "Go on as Ruth" in asked.text
    assert f'action="{other.group(1)}"' in asked.text
    assert "Write a name." in instead(go="1", name="").text
    assert instead(go="1", name="Ali").location == f"/tables/{here.tables[3]}?welcome=1"
    assert (host_of(app_store, here, 1), host_of(app_store, here, 4)) == ("Ruth", "Ali")
    # Sent once more it makes nobody else.
    assert instead(go="1", name="Ali").location == f"/tables/{here.tables[3]}"
    with app_store.reading() as session:
        assert session.scalars(select(Participant.name).order_by(Participant.joined_at)).all() == ["Ruth", "Ali"]


def test_a_name_on_an_old_page_makes_nobody_else_the_host(
    app_store: Store, client: FlaskClient, here: EventMade
) -> None:
    usual = {"language": "en", "writing_language": "de"}
    assert 'name="name"' in come(client, here.host_cards[3], **usual).text
    # Meanwhile somebody has taken a seat in another tab.
    come(client, here.host_cards[0], go="1", name="Ruth", **usual)
    asked = come(client, here.host_cards[3], go="1", name="Ali", **usual)
    assert asked.status_code == 200 and "This device is here as Ruth." in asked.text
    assert (host_of(app_store, here, 1), host_of(app_store, here, 4)) == ("Ruth", None)


def test_a_card_that_was_renewed_says_so(app_store: Store, client: FlaskClient, here: EventMade) -> None:
    do(app_store, here.moderator, "table.renew_host_card", table=here.tables[0])
    for fields in ({}, {"go": "1", "name": "Ruth", "language": "en", "writing_language": "de"}):
        answer = come(client, here.host_cards[0], **fields)
        assert answer.status_code == 422
        assert "leads nowhere any more" in answer.text
    assert host_of(app_store, here, 1) is None
