"""The commands that other programs rely on: their JSON, and what they say when something is wrong."""

import json
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from tests.factories import do
from tests.factories.databases import store_at
from workshop import create_app
from workshop.cli.commands import cli
from workshop.config import Settings
from workshop.models import Cafe, Event, Idea, Membership, Process, Role
from workshop.perform import Store
from workshop.standing import SYSTEM, Actor
from workshop.tokens import link_of_token

HEAD = "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"


class Terminal:
    """The command line on one database."""

    def __init__(self, url: str, folder: Path) -> None:
        self.environment = {"DATABASE_URL": url, "WORKSHOP_DATA": str(folder)}
        for name in ("HOST", "PORT", "WORKSHOP_PUBLIC_URL", "WORKSHOP_ASYNC_MODE"):
            self.environment[name] = ""
        self.settings = Settings.from_environment(self.environment)

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(cli, words, env=self.environment, catch_exceptions=False)

    def json(self, *words: str) -> Any:
        result = self.run(*words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.output)

    def refused(self, *words: str) -> str:
        result = self.run(*words)
        assert result.exit_code != 0
        return result.output


@pytest.fixture
def terminal(database_url: str, tmp_path: Path) -> Terminal:
    """The command line on a fresh database."""
    return Terminal(database_url, tmp_path / "data")


@pytest.fixture
def event(terminal: Terminal) -> dict[str, Any]:
    """An event whose first round is open."""
    made: dict[str, Any] = terminal.json("event", "create", "--tables", "6", "--rounds", "3", "--open")
    return made


def test_an_event_as_other_programs_get_it(terminal: Terminal, event: dict[str, Any]) -> None:
    assert set(event) == {"event", "code", "tables", "rounds", "moderator_link"}
    assert (len(event["code"]), len(event["tables"]), len(event["rounds"])) == (8, 6, 3)
    assert event["moderator_link"].startswith("http://127.0.0.1:8000/sign-in/")
    assert link_of_token(terminal.settings.secret, event["moderator_link"].rpartition("/")[2])
    with store_at(terminal.settings.database_url) as store, store.reading() as session:
        found = session.get_one(Event, UUID(event["event"]))
        assert (found.votes_at, found.starts_on) == ("table", found.ends_on)
        cafe = session.scalars(select(Cafe).where(Cafe.event_id == found.id)).one()
        assert [str(table.id) for table in cafe.tables] == event["tables"]
        assert [table.number for table in cafe.tables] == [1, 2, 3, 4, 5, 6]
        assert [bool(turn.opened_at) for turn in cafe.rounds] == [True, False, False]
        role = select(Membership.role).where(Membership.process_id == found.process_id)
        assert set(session.scalars(role)) == {Role.ADMIN, Role.MODERATOR}


def test_an_event_in_a_process_that_is_there(terminal: Terminal) -> None:
    made = terminal.json("process", "create", "--name", "Arbeit 4.0 – made in Berlin", "--admin", "Rita")
    assert set(made) == {"process", "slug", "admin_link"}
    first = terminal.json(
        *("event", "create", "--process", made["slug"], "--votes-at", "event", "--tables", "2"),
        *("--question", "Was fehlt?", "--language", "de"),
    )
    second = terminal.json("event", "create", "--process", made["process"], "--tables", "1")
    assert first["moderator_link"] != second["moderator_link"]
    with store_at(terminal.settings.database_url) as store, store.reading() as session:
        assert len(session.scalars(select(Process)).all()) == 1
        cafe = session.scalars(select(Cafe).where(Cafe.event_id == UUID(first["event"]))).one()
        assert [table.question for table in cafe.tables] == [{"de": "Was fehlt?"}, {"de": "Was soll sich ändern?"}]
        assert not any(turn.opened_at for turn in cafe.rounds)
        assert session.get_one(Event, cafe.event_id).votes_at == "event"


def test_people_who_join_sit_evenly_and_their_cookies_are_a_browsers(terminal: Terminal, event: dict[str, Any]) -> None:
    people = terminal.json("join", "--event", event["event"], "--count", "9")
    people += terminal.json("join", "--event", event["code"], "--count", "3")
    assert all(set(one) == {"participant", "table", "cookie"} for one in people)
    assert Counter(one["table"] for one in people) == dict.fromkeys(event["tables"], 2)
    app = create_app(terminal.settings)
    try:
        page = app.test_client(use_cookies=False).get(
            f"/tables/{people[0]['table']}", headers={"Cookie": people[0]["cookie"]}
        )
        stranger = app.test_client().get(f"/tables/{people[0]['table']}")
    finally:
        app.extensions["workshop"].engine.dispose()
    assert page.status_code == 200 and people[0]["participant"] in page.text
    assert stranger.status_code == 404


def test_notes_as_other_programs_get_them(terminal: Terminal, event: dict[str, Any]) -> None:
    one, other = terminal.json("join", "--event", event["event"], "--count", "7")[::6]
    with store_at(terminal.settings.database_url) as store:
        note = write(store, one, event["rounds"][0], "Grüße 👋 “alle”")
        gone = write(store, one, event["rounds"][0], "Nie gesagt")
        perform_as(store, other, "vote.cast", idea=note)
        perform_as(store, one, "idea.withdraw", idea=gone)
    listed = terminal.json("ideas", "--event", event["event"])
    assert listed == [
        {"id": note, "table": one["table"], "round": event["rounds"][0], "state": "visible",
         "text": "Grüße 👋 “alle”", "votes": 1},
        {"id": gone, "table": one["table"], "round": event["rounds"][0], "state": "withdrawn", "text": "", "votes": 0},
    ]  # fmt: skip


def perform_as(store: Store, who: dict[str, str], name: str, **fields: Any) -> Any:
    return do(store, Actor(participants=frozenset({UUID(who["participant"])})), name, **fields)


def write(store: Store, who: dict[str, str], turn: str, text: str) -> str:
    done = perform_as(store, who, "idea.contribute", table=who["table"], round=turn, kind="idea", text=text)
    return str(done.thing[1])


def test_an_import_is_reported_by_states_and_the_second_adds_nothing(
    terminal: Terminal, event: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "comments.csv"
    file.write_text(HEAD + "1,x,1,0,5,2,1,Ja\n2,x,2,0,1,1,0,Vielleicht\n3,x,3,0,0,9,-1,Nein\n", encoding="utf-8")
    words = ("import", str(file), "--event", event["event"], "--source", "Rat")
    counts = {"visible": 1, "held": 1, "hidden": 1, "added": 3, "agrees": 6, "disagrees": 12, "passes": None}
    assert terminal.json(*words) == counts
    assert terminal.json(*words) == counts | {"added": 0}
    assert "12 disagreed" in terminal.run(*words).output
    assert sorted(one["votes"] for one in terminal.json("ideas", "--event", event["event"])) == [0, 1, 5]
    with store_at(terminal.settings.database_url) as store, store.reading() as session:
        assert set(session.scalars(select(Idea.language))) == {"en"}


def test_a_bad_file_changes_nothing(terminal: Terminal, event: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "comments.csv"
    file.write_text(HEAD + "1,x,1,0,5,2,1,Ja\n2,x,2,0,a,1,0,Vielleicht\n", encoding="utf-8")
    said = terminal.refused("import", str(file), "--event", event["event"], "--source", "Rat")
    assert said == "Error: comments.csv, line 3: “a” in the column agrees is not a count.\n"
    assert terminal.json("ideas", "--event", event["event"]) == []


def test_the_way_back_in(terminal: Terminal) -> None:
    terminal.json("process", "create", "--name", "Hafen", "--admin", "Rita Süß")
    link = terminal.json("member", "link", "--process", "hafen", "--name", "rita süß")["link"]
    assert link_of_token(terminal.settings.secret, link.rpartition("/")[2])
    said = terminal.refused("member", "link", "--process", "hafen", "--name", "Bob")
    assert said == "Error: There is no member “Bob”. There are: Rita Süß.\n"


def test_what_is_not_there_is_said_in_one_sentence(terminal: Terminal) -> None:
    assert "There is no event “K7MP 3QRT”." in terminal.refused("ideas", "--event", "K7MP 3QRT")
    assert "There is no process “nowhere”. There are: none yet." in terminal.refused(
        "event", "create", "--process", "nowhere"
    )
    assert "A time zone is written like Europe/Berlin." in terminal.refused(
        "event", "create", "--timezone", "Middle/Earth"
    )


def test_a_closed_event_takes_nobody(terminal: Terminal, event: dict[str, Any]) -> None:
    with store_at(terminal.settings.database_url) as store:
        do(store, SYSTEM, "event.close", event=event["event"])
    said = terminal.refused("join", "--event", event["event"])
    assert "This event is closed." in said


def test_a_public_address_stands_in_the_links(terminal: Terminal) -> None:
    terminal.environment["WORKSHOP_PUBLIC_URL"] = "https://mitmachen.example.org"
    made = terminal.json("event", "create", "--tables", "1")
    assert made["moderator_link"].startswith("https://mitmachen.example.org/sign-in/")


def test_a_setting_that_cannot_be_used(terminal: Terminal) -> None:
    terminal.environment["DATABASE_URL"] = "mysql://x"
    assert "DATABASE_URL begins with “mysql”." in terminal.refused("ideas", "--event", "x")
    terminal.environment["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"
    assert "The database cannot be used" in terminal.refused("ideas", "--event", "x")


def test_the_record_of_what_was_hidden(terminal: Terminal, event: dict[str, Any]) -> None:
    terminal.json("join", "--event", event["code"])
    with store_at(terminal.settings.database_url) as store:
        writer = terminal.json("join", "--event", event["code"])[0]
        person = Actor(participants=frozenset({UUID(writer["participant"])}))
        where = {"table": writer["table"], "round": event["rounds"][0]}
        idea = do(store, person, "idea.contribute", **where, kind="idea", text="Mr Miller sleeps").thing[1]
        do(store, SYSTEM, "idea.hide", idea=idea, reason="A name")
    printed = terminal.run("moderation", "--event", event["code"]).output
    assert printed.startswith("decided_at,what,cafe,table,round,decision,reason,by,") and "Miller" not in printed
    entry = terminal.json("moderation", "--event", event["event"], "--words")[0]
    assert (entry["decision"], entry["by"], entry["words"]) == ("hidden", "system", "Mr Miller sleeps")
    assert "There is no event" in terminal.refused("moderation", "--event", "K7MP 3QRT")
