"""Coming in: by the code, by a card's QR, and back by a receipt."""

import re

from playwright.sync_api import expect

from tests.browser.path.hall import Hall, shows


def play(hall: Hall) -> None:
    """Two people called Anna sit down at table 1 and wait for the start."""
    wrong_codes_are_told_kindly(hall)
    one_joins_by_the_code(hall)
    the_other_joins_by_the_card(hall)
    they_are_told_apart(hall)
    before_the_start_they_see_what_comes(hall)
    a_receipt_takes_the_place_back(hall)


def wrong_codes_are_told_kindly(hall: Hall) -> None:
    phone = hall.second
    phone.goto("/")
    phone.look("join", dark=True)
    for code, sentence in (
        ("K7MP 3QR", "The code has eight characters. You wrote 7."),
        ("K7MP 3QRT", "No event has the code K7MP 3QRT."),
    ):
        phone.fill("Code", code)
        phone.fill("Your name at the table", "Anna")
        with phone.being_refused():
            phone.press("Take a seat")
        shows(phone.find("#code-error"), sentence)
        expect(phone.page.get_by_label("Your name at the table")).to_have_value("Anna")
    phone.look("join-wrong-code")


def one_joins_by_the_code(hall: Hall) -> None:
    phone = hall.anna
    phone.goto("/")
    expect(phone.find("html")).to_have_attribute("lang", "de")
    # As people type it: small letters and no space; the page makes two groups of it.
    code = hall.event["code"]
    phone.find("[name=code]").press_sequentially(code.lower())
    expect(phone.find("[name=code]")).to_have_value(f"{code[:4]} {code[4:]}")
    phone.find("[name=name]").fill("Anna")
    phone.press(phone.says("Take a seat"))
    assert phone.path() == f"/tables/{hall.table}"
    receipt = phone.find(".receipt-line .num")
    expect(receipt).to_have_text(re.compile(r"^[A-HJ-NP-Z2-9]{4} [A-HJ-NP-Z2-9]{4}$"))
    hall.receipt = receipt.inner_text()
    phone.look("table-welcome")
    phone.follow(phone.says("I have it"))
    expect(receipt).to_have_count(0)


def the_other_joins_by_the_card(hall: Hall) -> None:
    """The QR's token stands in the fragment, which no server sees; then a name and one button."""
    phone = hall.second
    phone.goto("about:blank")
    phone.goto(f"/#{hall.server.card_tokens(hall.event['code'])[0]}")
    expect(phone.find("[data-scanned]")).to_be_visible()
    expect(phone.find("[name=code]")).to_be_hidden()
    phone.fill("Your name at the table", "Anna")
    phone.press("Take a seat")
    assert phone.path() == f"/tables/{hall.table}"


def they_are_told_apart(hall: Hall) -> None:
    shows(hall.second.find(".receipt-line"), "Somebody here has the same name, so you are Anna 2.")
    for phone in (hall.anna, hall.second):
        names = phone.find(".seat-names li")
        expect(names).to_have_count(2, timeout=5000)
        phone.find(".seat-faces").click()
        expect(names.first).to_be_visible()
        assert [name.strip() for name in names.all_inner_texts()] == ["Anna", "Anna 2"]
        phone.look("table-names")
        phone.find(".seat-faces").click()


def before_the_start_they_see_what_comes(hall: Hall) -> None:
    for phone in (hall.anna, hall.second):
        expect(phone.find(".question")).to_have_text("What should change?")
        shows(phone.find(".seat-no"), "1")
        expect(phone.find(".next-steps li")).to_have_count(3)
        shows(phone.find(".composer-off"), phone.says("Writing opens with round 1."))
        expect(phone.find("[data-composer]")).to_be_hidden()
    hall.anna.look("table-before", dark=True)


def a_receipt_takes_the_place_back(hall: Hall) -> None:
    other = hall.enter("Anna's tablet", "desktop")
    other.goto("/")
    other.follow("Come back with a receipt")
    other.find("[name=receipt]").fill("AAAA 2222")
    with other.being_refused():
        other.press("Take my place back")
    shows(other.find("#receipt-error"), "No place has this receipt.")
    other.look("back")
    other.find("[name=receipt]").fill(hall.receipt.lower().replace(" ", ""))
    other.press("Take my place back")
    assert other.path() == f"/tables/{hall.table}"
    other.goto("/me")
    shows(other.find("main"), "You are Anna.")
    shows(other.find(".receipt-code"), hall.receipt)
    other.look("me-empty")
    other.goto("/what-we-keep")
    other.look("what-we-keep")
    other.context.close()
