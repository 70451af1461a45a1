"""The page that says what is kept of a person leaves nothing out."""

import html

from flask.testing import FlaskClient

from workshop.models import Participant

SAID = {
    "name": "the name you choose",
    "name_key": "the name you choose",
    "language": "the languages you choose",
    "writing_language": "the languages you choose",
    "joined_at": "when you joined",
    "group_number": "where you sat and are to sit",
    "organisation": "which organisation you come from",
    "remote": "that you take part at a distance",
    "expected": "before you came",
    "away_at": "that you are not here",
    "removed_at": "that you were removed",
    "united_into_id": "that two places are yours",
}
"""Each column that holds something about a person, and the words with which the page says so."""
SAYS_NOTHING = {
    "id", "event_id", "user_id", "name_number", "guest_number", "on_tablet", "token_digest", "receipt_digest",
}  # fmt: skip
"""By these a place is found again; of whose it is they say nothing."""
KEPT_ELSEWHERE = ("what you write and support", "whom you are to sit with", "before you changed", "What you withdraw")


def test_everything_that_is_kept_of_a_participant_is_said(client: FlaskClient) -> None:
    assert {column.name for column in Participant.__table__.columns} == SAID.keys() | SAYS_NOTHING
    page = html.unescape(client.get("/what-we-keep").text)
    missing = [words for words in (*SAID.values(), *KEPT_ELSEWHERE) if words not in page]
    assert missing == []
