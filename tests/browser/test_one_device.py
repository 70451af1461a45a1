"""One device that goes from hand to hand: what its first person wrote stays that person's."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.test_live import BACK_WITHIN, seated, write
from tests.browser.test_outbox import SHELL_KEPT, pending, texts_of, until
from tests.factories.servers import Server

pytestmark = pytest.mark.browser


def test_what_one_person_wrote_is_never_sent_as_the_next_one_on_the_same_device(server: Server, enter: Enter) -> None:
    event = server.workshop("event", "create", "--tables", "1", "--open")
    phone, ben = seated(enter, server, event, "Anna"), seated(enter, server, event, "Ben")
    phone.context.set_offline(True)
    write(phone, "Anna's own")
    expect(pending(phone.page)).to_have_count(1)
    phone.find("[data-composer] textarea").fill("Half a secr")
    anna = phone.context.cookies()
    # He took his place back by his receipt, in another tab of her phone.
    phone.context.add_cookies(ben.context.cookies())  # type: ignore[arg-type]
    with phone.being_refused():
        phone.context.set_offline(False)
        expect(phone.find("body")).to_have_attribute("data-viewer", re.compile("Ben"), timeout=BACK_WITHIN)
        expect(phone.find("#connection")).to_be_hidden()
    expect(phone.find(".note")).to_have_count(0)
    expect(phone.find("[data-composer] textarea")).to_have_value("")
    assert not texts_of(server, event)
    phone.context.add_cookies(anna)  # type: ignore[arg-type]
    phone.page.reload()
    expect(phone.find(".note[data-order]")).to_have_count(1, timeout=BACK_WITHIN)
    expect(phone.find("[data-composer] textarea")).to_have_value("Half a secr")
    assert texts_of(server, event) == ["Anna's own"]


def test_somebody_else_takes_the_device_over_by_its_join_page_and_its_owner_comes_back(
    server: Server, enter: Enter
) -> None:
    event = server.workshop("event", "create", "--tables", "2", "--open")
    phone = seated(enter, server, event, "Anna")
    until(phone.page, SHELL_KEPT)
    table = phone.path()
    phone.find("[data-composer] textarea").fill("Half a secr")
    phone.goto(f"/#{server.card_tokens(event['code'])[1]}")
    phone.fill("Your name at the table", "Ben")
    with phone.being_refused():
        phone.press("Take a seat")
    assert phone.link("Go on as Anna").get_attribute("href") == table
    receipt = phone.find(".receipt-code").inner_text()
    phone.press("Take a seat as Ben")
    expect(phone.find("body")).to_have_attribute("data-viewer", re.compile("Ben"))
    until(phone.page, SHELL_KEPT)
    expect(phone.find("[data-composer] textarea")).to_have_value("")
    # Without network this device knows no seat at her table any more, nor the words that were begun there.
    phone.context.set_offline(True)
    phone.goto(table)
    expect(phone.find("body[data-shell]")).to_be_visible()
    expect(phone.find("[data-composer]")).to_be_hidden()
    phone.context.set_offline(False)
    phone.goto("/back")
    phone.find("[name=receipt]").fill(receipt)
    phone.press("Take my place back")
    expect(phone.find("body")).to_have_attribute("data-viewer", re.compile("Anna"))
    expect(phone.find("[data-composer] textarea")).to_have_value("Half a secr")
