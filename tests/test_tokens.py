"""What is derived from the secret: hard to guess, easy to read, and nobody else's."""

import hmac
from uuid import uuid4

from workshop import tokens

SECRET = "one"


def test_codes_have_no_look_alikes_and_survive_how_people_write_them() -> None:
    for _ in range(200):
        code = tokens.new_code()
        assert len(code) == 8 and not set(code) & set("01OI")
        assert tokens.clean_code(tokens.spaced_code(code).lower()) == code
        assert tokens.clean_code(f" {code[:4]}-{code[4:]} ") == code


def test_what_is_derived_differs_by_secret_purpose_and_value() -> None:
    who = uuid4()
    values = {
        tokens.participant_token(SECRET, who),
        tokens.participant_token("two", who),
        tokens.participant_token(SECRET, uuid4()),
        tokens.digest(SECRET, str(who)),
        tokens.derive(SECRET, "participant\0x", "y"),
        tokens.derive(SECRET, "participant", "x\0y"),
    }
    assert len(values) >= 5
    assert tokens.participant_token(SECRET, who) == tokens.participant_token(SECRET, who)


def test_what_was_derived_once_is_derived_again() -> None:
    """A digest that is kept in a database must stay what it is: HMAC-SHA256 (RFC 2104)."""
    made = tokens.derive(SECRET, "key", "value")
    assert made == hmac.digest(b"one", b"key\0value", "sha256").hex() and len(made) == 64
    assert tokens.derive(SECRET, "key", "value") == made


def test_a_receipt_is_a_code_of_its_own() -> None:
    who = uuid4()
    receipt = tokens.receipt_code(SECRET, who)
    assert len(receipt) == 8 and set(receipt) <= set(tokens.ALPHABET)
    assert receipt != tokens.receipt_code(SECRET, uuid4())


def test_a_link_is_known_by_its_proof_alone() -> None:
    link = uuid4()
    token = tokens.link_token(SECRET, link)
    assert tokens.link_of_token(SECRET, token) == link
    assert tokens.link_of_token("two", token) is None
    assert tokens.link_of_token(SECRET, token[:32] + "0" * 32) is None
    assert tokens.link_of_token(SECRET, uuid4().hex + token[32:]) is None


def test_nothing_people_can_put_into_an_address_breaks_a_link() -> None:
    for text in ("", "x", "z" * 64, "²" * 64, "0" * 64, "é" * 64, tokens.link_token(SECRET, uuid4()) + "0"):
        assert tokens.link_of_token(SECRET, text) is None
