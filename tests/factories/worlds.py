"""An event with something of everything in it, and others it must be walled off from."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from tests.factories import do
from tests.factories.action_list import listed_item, take_forward
from tests.factories.cafes import name_host, open_round
from tests.factories.databases import SECRET, SQLiteServer
from tests.factories.events import EventMade, make_event, set_phases
from tests.factories.goals import add_handler, draft_goal, promoted_goal
from tests.factories.ideas import comment_on, type_in, write
from tests.factories.people import PersonMade, join, remove
from tests.factories.photos import add_photo
from tests.factories.processes import ProcessMade, add_field, make_process, membership_of
from workshop import create_app
from workshop.config import Settings
from workshop.models import Role, SignInLink, User
from workshop.pace import Pace
from workshop.perform import Store
from workshop.standing import SYSTEM, Actor
from workshop.tokens import link_token


@dataclass
class World:
    """An event in its first round; all ids that an operation may be given."""

    event: EventMade
    author: PersonMade
    participant: PersonMade
    host: PersonMade
    other_host: PersonMade
    removed: PersonMade
    away: PersonMade
    wish: UUID
    idea: UUID
    second_idea: UUID
    voted_idea: UUID
    held: UUID
    hidden: UUID
    asked: UUID
    reason: UUID
    phase: UUID
    reported: UUID
    waiting: UUID
    merged: UUID
    comment: UUID
    hidden_comment: UUID
    asked_comment: UUID
    waiting_comment: UUID
    typed: UUID
    device: UUID
    on_tablet: UUID
    on_other_tablet: UUID
    photo: UUID
    waiting_photo: UUID
    draft: UUID
    second_draft: UUID
    item: UUID
    sorted_item: UUID
    draft_goal: UUID
    goal: UUID
    handler: UUID
    milestone: UUID
    announcement: UUID
    field: UUID
    member: UUID
    link: str
    word: str

    @property
    def process(self) -> ProcessMade:
        """The process of the event."""
        return self.event.process


def make_world(store: Store, process: ProcessMade, word: str, *, votes_at: str = "table") -> World:
    """Fill an event; `word` stands in everything that people wrote there, so that it is known where it is seen."""
    counted = {"votes_per_participant": 5, "votes_per": "round"}
    event = make_event(store, process, title=f"Forum {word}", votes_at=votes_at, tables=4, **counted)
    author = join(store, event, f"Anna {word}", 1)
    participant = join(store, event, f"Ben {word}", 1)
    host = join(store, event, f"Hanna {word}", 1)
    other_host = join(store, event, f"Otto {word}", 2)
    removed = join(store, event, f"Rob {word}", 1)
    away = join(store, event, f"Gone {word}", 1)
    name_host(store, event, 1, host)
    name_host(store, event, 2, other_host)
    open_round(store, event)
    for tool in ("table.pause_writing", "table.call_help"):
        do(store, event.moderator, tool, table=event.tables[1])
    texts = ("First", "Second", "Voted", "Held", "Forward", "Sorted", "Goal", "Hidden", "Asked", "Reported")
    ideas = [write(store, author, f"{text} {word}") for text in texts]
    idea, second, voted, held, forward, sorted_idea, goal_idea, hidden, asked, reported = ideas
    do(store, participant.actor, "vote.cast", idea=voted)
    do(store, event.moderator, "idea.hold", idea=held, reason=f"Names somebody {word}")
    for note in (hidden, asked):
        do(store, event.moderator, "idea.hide", idea=note, reason=f"Insults somebody {word}")
    do(store, author.actor, "idea.ask_again", idea=asked, words=f"It was a quotation {word}")
    do(store, participant.actor, "idea.report", idea=reported, reason=f"Unkind {word}")
    do(store, event.moderator, "event.set_moderation", event=event.id, notes_wait="1")
    waiting = write(store, author, f"Waiting {word}")
    do(store, event.moderator, "event.set_moderation", event=event.id)
    reason = do(store, event.moderator, "reason.add", event=event.id, en=f"Is too loud {word}").thing[1]
    assert reason
    merged = write(store, author, f"Merged {word}")
    do(store, event.moderator, "idea.merge", ideas=[second, merged], stays=second)
    phase, making = set_phases(store, event, co_sharing=f"Sharing {word}", co_creation=f"Making {word}")
    do(store, event.moderator, "phase.begin", phase=making)
    texts = ("Remark", "Hidden remark", "Asked remark")
    comment, hidden_comment, asked_comment = (comment_on(store, author, second, f"{text} {word}") for text in texts)
    for remark in (hidden_comment, asked_comment):
        do(store, event.moderator, "comment.hide", comment=remark, reason=f"Names somebody {word}")
    do(store, author.actor, "comment.ask_again", comment=asked_comment, words=f"It was a jest {word}")
    do(store, event.moderator, "event.set_moderation", event=event.id, notes_wait="1")
    waiting_comment = comment_on(store, author, second, f"Waiting remark {word}")
    do(store, event.moderator, "event.set_moderation", event=event.id)
    typed = type_in(store, host, f"Typed {word}", card=7)
    device, on_tablet = _tablet(store, host, 1, f"Tilda {word}")
    _, on_other_tablet = _tablet(store, other_host, 2, f"Theo {word}")
    do(store, Actor(device=device), "vote.cast_on_device", idea=typed, participant=on_tablet)
    photo = add_photo(store, host.actor, event.tables[0], words=f"Drawn {word}")
    do(store, event.moderator, "event.set_moderation", event=event.id, notes_wait="1")
    waiting_photo = add_photo(store, Actor(device=device), event.tables[0], words=f"Scribbled {word}")
    do(store, event.moderator, "event.set_moderation", event=event.id)
    remove(store, removed)
    draft, second_draft = (take_forward(store, event, forward, title=f"{one} {word}") for one in ("Draft", "Next"))
    beside = write(store, other_host, f"Beside {word}", table=2)
    take_forward(store, event, beside, title=f"Beside it {word}")
    do(store, event.moderator, "table.finish_harvest", table=event.tables[1])
    do(store, event.moderator, "idea.pin", idea=second)
    item = listed_item(store, event, second, title=f"Listed {word}")
    sorted_item = listed_item(store, event, sorted_idea, title=f"Sorted {word}")
    do(store, participant.actor, "vote.cast", action_item=sorted_item)
    drafted = draft_goal(store, event, sorted_item, title=f"Drafted {word}")
    add_handler(store, event, drafted, f"Office {word}")
    goal = promoted_goal(store, event, listed_item(store, event, goal_idea, title=f"Done {word}"), title=f"Goal {word}")
    handler = add_handler(store, event, goal, f"Alliance {word}")
    milestone = do(store, process.innolab, "milestone.add", goal=goal, title=f"Step {word}").thing[1]
    assert milestone
    do(store, process.innolab, "goal.update", goal=goal, text=f"Begun {word}", status="on_track", percent=10)
    field = add_field(store, process, word[:2], name=f"Field {word}")
    member, link = _invited(store, process, f"Nora {word}")
    wish = do(store, event.moderator, "wish.add", kind="together", one=author.id, other=host.id).thing[1]
    assert wish
    do(store, event.moderator, "participant.leave_out", participant=away.id)
    do(store, event.moderator, "tables.close", cafe=event.cafe, tables=[event.tables[3]])
    do(store, event.moderator, "table.mark_full", table=event.tables[2])
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    # Longer than the slowest machine takes for all that is tried in a world.
    said = {"text": f"Listen {word}", "minutes": 60}
    announcement = do(store, event.moderator, "announcement.make", cafe=event.cafe, **said).thing[1]
    assert announcement
    return World(
        event, author, participant, host, other_host, removed, away, wish,
        idea, second, voted, held, hidden, asked, reason, phase, reported, waiting, merged, comment, hidden_comment,
        asked_comment, waiting_comment, typed, device, on_tablet, on_other_tablet, photo, waiting_photo, draft,
        second_draft, item, sorted_item, drafted, goal, handler, milestone, announcement, field, member, link, word,
    )  # fmt: skip


def _tablet(store: Store, host: PersonMade, table: int, name: str) -> tuple[UUID, UUID]:
    """A tablet of the host's table, and somebody who writes on it."""
    at = host.event.tables[table - 1]
    device = do(store, host.actor, "device.pair", table=at).thing[1]
    assert device
    person = do(store, Actor(device=device), "participant.join_on_device", table=at, name=name).thing[1]
    assert person
    return device, person


def _invited(store: Store, process: ProcessMade, name: str) -> tuple[UUID, str]:
    done = do(store, process.admin, "member.invite", process=process.id, name=name, role=Role.MODERATOR)
    with store.reading() as session:
        user = session.scalars(select(User).where(User.name == name)).one()
        link = session.scalars(select(SignInLink.id).where(SignInLink.user_id == user.id)).one()
    assert done.thing[1]
    return membership_of(store, process.id, Actor(user_id=user.id)), link_token(store.secret, link)


@dataclass
class Worlds:
    """One world, another event of the same process, and another process."""

    mine: World
    near: World
    far: World
    actors: dict[str, Actor]
    """Everybody there is, named by what they are in `mine`."""


def make_worlds(store: Store, *, votes_at: str = "table") -> Worlds:
    """Three events, two of them in one process."""
    process = make_process(store, "Harbour")
    mine = make_world(store, process, "Quokka", votes_at=votes_at)
    near = make_world(store, process, "Numbat", votes_at=votes_at)
    far = make_world(store, make_process(store, "Elsewhere"), "Wombat", votes_at=votes_at)
    mixed = Actor(participants=frozenset({mine.participant.id, near.participant.id}))
    return Worlds(mine, near, far, {**actors_of(mine), "participant of both events": mixed})


@contextmanager
def application_with_worlds(sqlite_server: SQLiteServer, folder: Path) -> Iterator[tuple[Flask, Worlds]]:
    """An application with three worlds, made once: what is done in them does not matter to what follows."""
    url = sqlite_server.copy_to(folder / "workshop.sqlite3")
    app = create_app(Settings(data=folder, database_url=url, secret=SECRET, async_mode="threading"))
    app.config["WTF_CSRF_ENABLED"] = False
    # Nobody tries all of this by hand.
    app.extensions["workshop_pace"] = Pace(1_000_000, 1.0)
    yield app, make_worlds(app.extensions["workshop"])
    app.extensions["workshop"].engine.dispose()


def actors_of(world: World) -> dict[str, Actor]:
    """Everybody there is, named by what they are in a world."""
    process = world.process
    moderator = process.moderator
    return {
        "nobody": Actor(),
        "author": world.author.actor,
        "participant": world.participant.actor,
        "host": world.host.actor,
        "host of another table": world.other_host.actor,
        "removed": world.removed.actor,
        "screen": Actor(screen_of=world.event.id),
        "tablet": Actor(device=world.device),
        "moderator": moderator,
        "innolab": process.innolab,
        "admin": process.admin,
        "moderator who takes part": Actor(
            user_id=moderator.user_id,
            session_token=moderator.session_token,
            participants=frozenset({world.participant.id}),
        ),
        "signed out": Actor(user_id=process.admin.user_id, session_token="renewed since"),
        "system": SYSTEM,
    }
