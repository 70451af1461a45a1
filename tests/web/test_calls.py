"""Calls in JSON without a socket: what they must carry, and that they are answered as a socket would answer."""

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories.cafes import open_round
from tests.factories.events import make_event
from tests.factories.people import enter, join
from tests.factories.processes import make_process
from workshop.models import Idea, Seat, new_id
from workshop.pace import Pace
from workshop.perform import Store

ADDRESS = "/act/idea.contribute.json"
OURS = {"Origin": "http://localhost", "X-Workshop": "1"}


@pytest.fixture
def note(app_store: Store, client: FlaskClient) -> dict[str, Any]:
    """What somebody seated at an open table sends; the client is theirs."""
    event = make_event(app_store, make_process(app_store))
    person = join(app_store, event)
    open_round(app_store, event)
    enter(client, app_store, person.actor)
    return {
        "key": str(new_id()),
        "table": str(event.tables[0]),
        "round": str(event.rounds[0]),
        "kind": "idea",
        "text": "A bench",
    }


def count(store: Store) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count(Idea.id))) or 0


def test_it_is_acknowledged_and_happens_once(app_store: Store, client: FlaskClient, note: dict[str, Any]) -> None:
    answers = [client.post(ADDRESS, json=note, headers=OURS) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json == answers[1].json == {"ok": True, "key": note["key"], "at": {f"table:{note['table']}": 2}}
    assert count(app_store) == 1


def test_a_refusal_is_a_verdict_on_what_was_sent(app_store: Store, client: FlaskClient, note: dict[str, Any]) -> None:
    for changed, status, code in (
        ({"text": "x" * 501}, 422, "invalid"),
        ({"round": str(new_id())}, 404, "not_found"),
        ({"surplus": "1"}, 422, "invalid"),
        ({"text": "\ud800"}, 422, "invalid"),
        ({"key": "none"}, 422, "invalid"),
    ):
        answer = client.post(ADDRESS, json={**note, **changed}, headers=OURS)
        assert answer.json
        assert (answer.status_code, answer.json["ok"], answer.json["code"]) == (status, False, code), changed
        assert answer.json["message"]
        assert answer.json["key"] == {**note, **changed}["key"]
    assert count(app_store) == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": None},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:8001"},
        {"Origin": "null"},
        {"X-Workshop": None},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
    ids=str,
)
def test_what_another_site_could_send_is_no_call(
    app_store: Store, client: FlaskClient, note: dict[str, Any], headers: dict[str, Any]
) -> None:
    sent = {name: value for name, value in {**OURS, "Content-Type": "application/json", **headers}.items() if value}
    answer = client.post(ADDRESS, data=client.application.json.dumps(note), headers=sent)
    assert answer.status_code == 400
    assert not answer.is_json
    assert count(app_store) == 0


def test_what_somebody_else_wrote_on_this_device_is_not_taken_as_ones_own(
    app_store: Store, client: FlaskClient, note: dict[str, Any]
) -> None:
    with app_store.reading() as session:
        [me] = session.scalars(select(Seat.participant_id).where(Seat.table_id == UUID(note["table"])))
    answer = client.post(ADDRESS, json=note, headers={**OURS, "X-Workshop": str(new_id())})
    # No verdict: it is kept until they are back.
    assert (answer.status_code, answer.is_json, count(app_store)) == (403, False, 0)
    assert client.post(ADDRESS, json=note, headers={**OURS, "X-Workshop": str(me)}).status_code == 200


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff", b"1" * 40_000])
def test_what_cannot_be_read_is_no_verdict(client: FlaskClient, note: dict[str, Any], body: bytes) -> None:
    answer = client.post(ADDRESS, data=body, headers={**OURS, "Content-Type": "application/json"})
    assert answer.status_code in (400, 413)
    assert not answer.is_json


def test_a_mistake_of_the_server_is_no_verdict(
    client: FlaskClient, note: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_arguments: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("workshop.web.act.perform", breaks)
    answer = client.post(ADDRESS, json=note, headers=OURS)
    assert answer.status_code == 500
    assert answer.json and (answer.json["ok"], answer.json["code"]) == (False, "failed")


def test_who_is_too_fast_is_told_when_to_come_again_and_keeps_the_text(
    app_store: Store, client: FlaskClient, note: dict[str, Any]
) -> None:
    now = [0.0]
    client.application.extensions["workshop_pace"] = Pace(1, 0.25, lambda: now[0])
    client.application.config["WTF_CSRF_ENABLED"] = False
    assert client.post(ADDRESS, json=note, headers=OURS).status_code == 200
    second = {**note, "key": str(new_id()), "text": "A second bench"}
    now[0] = 1.0
    answer = client.post(ADDRESS, json=second, headers=OURS)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")
    assert answer.json
    assert {**answer.json, "message": ""} == {
        "ok": False, "key": second["key"], "code": "too_fast", "message": "", "fields": {}, "again_in": 3,
    }  # fmt: skip
    page = client.post("/act/idea.contribute", data=second)
    assert (page.status_code, page.headers["Retry-After"]) == (429, "3")
    assert "This came faster than anybody can write." in page.text
    assert "A second bench" in page.text and second["key"] in page.text
    # Whoever signs in nowhere is nobody in particular, and finds nothing here anyway.
    stranger = client.application.test_client()
    for _ in range(3):
        assert stranger.post(ADDRESS, json=second, headers=OURS).status_code == 404
    assert count(app_store) == 1
    now[0] = 4.0
    assert client.post("/act/idea.contribute", data=second).status_code == 303
    assert count(app_store) == 2


def test_what_only_a_form_or_the_command_line_may_do_is_not_found(client: FlaskClient, note: dict[str, Any]) -> None:
    for name in ("participant.join", "process.create", "no.such"):
        answer = client.post(f"/act/{name}.json", json={"key": note["key"]}, headers=OURS)
        assert answer.json and answer.json["code"] == "not_found", name


def test_the_shell_and_its_worker_are_the_same_for_everybody(app_store: Store, client: FlaskClient) -> None:
    event = make_event(app_store, make_process(app_store))
    stranger = client.get("/shell").text
    enter(client, app_store, join(app_store, event, "Quokka").actor)
    mine = client.get("/shell")
    assert "Quokka" not in mine.text and "csrf" not in mine.text and "Set-Cookie" not in mine.headers
    # The head holds the time.
    assert stranger.partition("<body")[2] == mine.text.partition("<body")[2]
    with client.get("/sw.js") as worker:
        assert worker.headers["Cache-Control"] == "no-store"
        assert worker.mimetype == "text/javascript"


def test_forms_still_need_their_token(client: FlaskClient, note: dict[str, Any]) -> None:
    assert client.post("/act/idea.contribute", data=note, headers=OURS).status_code == 400
