"""Events in every state that a page can be in, made by operations beside the running server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from tests.browser.visitor import Visitor
from tests.factories import do
from tests.factories.action_list import listed_item, take_forward
from tests.factories.cafes import close_cafe, close_round, name_host, open_round
from tests.factories.databases import store_at
from tests.factories.events import EventMade, close_event, make_event
from tests.factories.goals import draft_goal, promoted_goal
from tests.factories.ideas import comment_on, type_in, write
from tests.factories.people import PersonMade, join, join_many, remove
from tests.factories.photos import add_photo, tablecloth
from tests.factories.processes import ProcessMade, add_field, make_process
from tests.factories.servers import Server
from tests.live.phones import cookie_of
from workshop.models import Reason, TableDevice
from workshop.perform import Store
from workshop.queries.seats import moments
from workshop.queries.viewing import Audience
from workshop.standing import NOBODY, Actor
from workshop.uploads import Uploads

KINDS = ("idea", "challenge", "good_example", "question")
SENTENCES = (
    "Our library lends drills and saws.",
    "Straßenbahnhaltestellenüberdachungen fehlen überall, gerade dort, wo ältere Menschen lange warten.",
    "Who pays for the rooms when the funding ends?",
    "https://example.org/a/very/long/address/that/nobody/can/break/without/help/and-goes-on-and-on.html",
)
FULL = 200
"""Notes on a full table."""


@dataclass
class House:
    """A process with events in every state.

    Attributes:
        fresh: no round has begun. empty: a round, no note. first: one note. few: five, and "host of few".
        reaping, listing: four notes taken forward, or on the list.
        full: 200 at table 1, and all that follows. waiting: notes wait, and "host of waiting".
        between: a round is over. closed: the café is. over: the event is.
        paused, resting: its clock stands still, there is a break; in both something was announced.
        hall: forty tables in a round.
        people: somebody at table 1 of each; "host" hosts it in `full`, "removed" was there.
        things: what pages of `full` are about, by a short name.
    """

    store: Store
    process: ProcessMade
    slug: str
    events: dict[str, EventMade] = field(default_factory=dict)
    people: dict[str, PersonMade] = field(default_factory=dict)
    things: dict[str, UUID] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    tablet: Actor = NOBODY

    def actor(self, who: str) -> Actor:
        """Somebody by a word: a member's role, or one of `people`."""
        if who in ("admin", "moderator", "innolab"):
            member: Actor = getattr(self.process, who)
            return member
        if who == "tablet":
            return self.tablet
        return self.people[who].actor

    def let_in(self, visitor: Visitor, who: str, language: str = "en") -> None:
        """Make a browser somebody's; "nobody" stays unknown."""
        if who != "nobody":
            value = cookie_of(self.store, self.actor(who), language).removeprefix("session=")
            visitor.context.add_cookies([{"name": "session", "value": value, "url": visitor.address}])

    def path(self, pattern: str) -> str:
        """An address: {full.id}, {full.cafe}, {full.tables[0]}, {idea}, {slug} and so on filled in."""
        return pattern.format(slug=self.slug, **self.events, **self.things, **self.links)


@contextmanager
def store_of(server: Server) -> Iterator[Store]:
    """The database of a running server, as another process of its machine writes there."""
    with store_at(f"sqlite:///{server.folder / 'workshop.sqlite3'}") as store:
        secret = (server.folder / "secret.key").read_text().strip()
        yield Store(store.engine, secret, uploads=Uploads(server.folder / "uploads"))


def build(store: Store) -> House:
    """All of it."""
    process = make_process(store, "Kreislaufstadt")
    house = House(store, process, "kreislaufstadt")
    for name in ("fresh", "empty", "first", "few", "full", "between", "paused", "resting", "closed", "over"):
        event = make_event(store, process, tables=3, title=f"Forum {name}")
        house.events[name] = event
        house.people[name] = join(store, event, "Anna")
        if name != "fresh":
            open_round(store, event)
        if name not in ("fresh", "empty"):
            write(store, house.people[name], SENTENCES[1])
    fill(house)
    seat_as_planned(house)
    few = house.events["few"]
    for sentence in SENTENCES:
        write(store, house.people["few"], sentence)
    house.people["host of few"] = join(store, few, "Hanna-Luise von der Marwitz-Stolzenberg")
    name_host(store, few, 1, house.people["host of few"])
    tablet(house)
    by_hand(house, house.events["between"])
    close_round(store, house.events["between"])
    rest(house)
    close_cafe(store, house.events["closed"])
    close_event(store, house.events["over"])
    make_wait(house)
    fill_a_hall(house)
    do(store, house.events["first"].moderator, "table.mark_full", table=house.events["first"].tables[1])
    choose_for_screens(house)
    house.people["removed"] = join(store, house.events["empty"], "Rob")
    remove(store, house.people["removed"])
    return house


def make_wait(house: House) -> None:
    """An event whose notes wait: twelve new ones, of which a moderator looks at three."""
    store, process = house.store, house.process
    event = house.events["waiting"] = make_event(store, process, tables=3, title="Forum waiting")
    anna = house.people["waiting"] = join(store, event, "Anna")
    host = house.people["host of waiting"] = join(store, event, "Hanna-Luise von der Marwitz-Stolzenberg")
    name_host(store, event, 1, host)
    open_round(store, event)
    do(store, event.moderator, "event.set_moderation", event=event.id, notes_wait="1")
    device = Actor(device=do(store, host.actor, "device.pair", table=event.tables[0]).thing[1])
    add_photo(store, device, event.tables[0], tablecloth())
    written = [write(store, anna, f"{number} {SENTENCES[number % 4]}") for number in range(12)]
    do(store, event.moderator, "queue.look_at", things=written[:3])
    do(store, event.moderator, "queue.let_through", things=written[10:])
    ben = join(store, event, "Ben")
    do(store, ben.actor, "idea.report", idea=written[10], reason="An insult")


def fill_a_hall(house: House) -> None:
    """Forty tables with three people each, of which some have a host, notes, a call for help or no room."""
    store, process = house.store, house.process
    event = house.events["hall"] = make_event(store, process, tables=40, title="Forum hall")
    open_round(store, event)
    people = join_many(store, event, [f"Maximiliane {number}" for number in range(120)])
    for number in range(1, 31):
        name_host(store, event, number, people[number - 1])
    for number in (3, 17):
        do(store, people[number - 1].actor, "table.call_help", table=event.tables[number - 1])
    for number in range(40, 60):
        write(store, people[number], SENTENCES[number % 4], table=number % 40 + 1)
    do(store, event.moderator, "table.mark_full", table=event.tables[8])


def choose_for_screens(house: House) -> None:
    """Something else on the big screen of each, filled or empty; where notes come there by hand some wait for it."""
    store = house.store
    for name in ("reaping", "listing"):
        event = house.events[name] = make_event(store, house.process, tables=3, title=f"Forum {name}")
        anna = join(store, event, "Anna")
        open_round(store, event)
        ideas = [write(store, anna, sentence) for sentence in SENTENCES]
        for idea, sentence in zip(ideas, SENTENCES, strict=True):
            (take_forward if name == "reaping" else listed_item)(store, event, idea, title=sentence)
        do(store, event.moderator, "event.set_moderation", event=event.id, screen_notes="let_through")
    shown = {
        "fresh": "welcome", "first": "question", "between": "votes", "closed": "votes", "empty": "harvest",
        "reaping": "harvest", "listing": "list", "waiting": "list",
    }  # fmt: skip
    for name, what in shown.items():
        event = house.events[name]
        do(store, event.moderator, "screen.show", cafe=event.cafe, what=what, table=2)


def seat_as_planned(house: House) -> None:
    """Planned rounds, of which one is over; a table was closed, one goes on at another, one is at a distance."""
    store, process = house.store, house.process
    event = house.events["planned"] = make_event(store, process, tables=6, title="Forum planned")
    do(store, process.moderator, "cafe.set_movement", cafe=event.cafe, movement="planned")
    do(store, process.moderator, "people.expect", event=event.id, people="Somebody late\nAnybody later")
    people = [join(store, event, f"Maximiliane {number}", number % 6 + 1) for number in range(24)]
    for number in range(6):
        name_host(store, event, number + 1, people[number])
    do(store, process.moderator, "wish.add", kind="together", one=people[6].id, other=people[7].id)
    do(
        store, process.moderator, "table.set_place",
        table=event.tables[1], way="Second room on the left, by the window.", attendance="hybrid",
        video_url="https://rooms.example/a-long-name-of-a-room",
    )  # fmt: skip
    do(store, process.moderator, "cafe.plan", cafe=event.cafe)
    open_round(store, event)
    do(store, process.moderator, "tables.close", cafe=event.cafe, tables=[event.tables[5]])
    do(store, process.moderator, "table.merge", table=event.tables[4], into=event.tables[3])
    close_round(store, event)
    with store.reading() as session:
        found = moments(session, [one.id for one in people], Audience.OWN)
    guest = next(one for one in people[6:] if found[one.id].next and found[one.id].next.number == 2)  # type: ignore[union-attr]
    seat = found[guest.id].seat
    assert seat
    house.people["sent on"], house.things["left"] = guest, seat.id
    house.things["planned_guest"], house.things["planned_host"] = people[9].id, people[0].id


def by_hand(house: House, event: EventMade) -> None:
    """Have rounds wait for a hand, so that what is between two stays as it is for as long as somebody looks."""
    do(house.store, event.moderator, "cafe.set_time", cafe=event.cafe, minutes="20, 20", pace="hand",
       change_minutes=2, warning_minutes=2, grace_seconds=0)  # fmt: skip


def rest(house: House) -> None:
    """One café whose clock stands still, and one that has a break; in both something was announced."""
    paused, resting = house.events["paused"], house.events["resting"]
    do(house.store, paused.moderator, "round.pause", round=paused.rounds[0])
    by_hand(house, resting)
    close_round(house.store, resting)
    do(house.store, resting.moderator, "cafe.take_break", cafe=resting.cafe, minutes=200)
    for event in (paused, resting):
        said = SENTENCES[1] if event is paused else f"{SENTENCES[1]} {SENTENCES[3]} {SENTENCES[0]} {SENTENCES[2]}"
        do(house.store, event.moderator, "announcement.make", cafe=event.cafe, text=said[:300], minutes=200)


def tablet(house: House) -> None:
    """A tablet at the first table of `few`, with three people who write on it, and two photos of the table."""
    store, event = house.store, house.events["few"]
    device = do(store, house.people["host of few"].actor, "device.pair", table=event.tables[0]).thing[1]
    house.tablet = Actor(device=device)
    for name in ("Mira", "Herr Yılmaz", "Annegret-Margarete"):
        sat = do(store, house.tablet, "participant.join_on_device", table=event.tables[0], name=name).thing[1]
        assert sat
        house.things["on_tablet"] = sat
    cloth = tablecloth()
    house.things["photo"] = add_photo(
        store, house.tablet, event.tables[0], cloth, words="Circles, and arrows to the sun."
    )
    add_photo(store, event.moderator, event.tables[0], cloth)
    with store.reading() as session:
        house.links["tablet_link"] = session.get_one(TableDevice, device).token


def fill(house: House) -> None:
    """A full table in its second round, with notes in each state, and all that became of some."""
    store, event, anna = house.store, house.events["full"], house.people["full"]
    ben = house.people["neighbour"] = join(store, event, "Ben")
    host = house.people["host"] = join(store, event, "Hanna-Luise von der Marwitz-Stolzenberg")
    name_host(store, event, 1, host)
    many = write_many(store, anna, FULL - 9)
    open_round(store, event, 2)
    late = write(store, anna, "Written in round 1, on the way home.")
    held, hidden, reported = (write(store, anna, f"A word too many, {number}.", turn=2) for number in range(3))
    asked = write(store, anna, "Somebody on our stairs plays the trumpet.", turn=2)
    ideas = [write(store, ben, text, turn=2) for text in SENTENCES]
    for number, sentence in ((2, SENTENCES[0]), (3, SENTENCES[3]), (5, SENTENCES[1])):
        type_in(store, host, sentence, turn=2, card=f"1-{number}", dots=number)
    do(store, ben.actor, "vote.cast", idea=late)
    do(store, anna.actor, "vote.cast", idea=ideas[0])
    do(store, event.moderator, "idea.hold", idea=held, reason="Please talk about the work.")
    do(store, event.moderator, "idea.hide", idea=hidden, reason="It names somebody.")
    do(store, event.moderator, "idea.hide", idea=asked, because=first_reason(store, event))
    do(store, anna.actor, "idea.ask_again", idea=asked, words="Nobody knows which stairs.")
    do(store, ben.actor, "idea.report", idea=reported, reason="An insult")
    house.things["comment"] = comment_on(store, ben, late, "On Saturdays too, when the market is there.")
    for author, text in ((anna, "Mr Miller from the third floor will be against it."), (ben, "He always is.")):
        hidden_one = comment_on(store, author, late, text)
        do(store, event.moderator, "comment.hide", comment=hidden_one, because=first_reason(store, event))
        house.things["hidden_comment"] = hidden_one
    do(store, ben.actor, "comment.ask_again", comment=hidden_one, words="I mean somebody else.")
    unkind = comment_on(store, anna, ideas[1], "Whoever wrote that has never held a hammer.")
    do(store, ben.actor, "comment.report", comment=unkind, reason="Unkind")
    add_field(store, house.process, "RR", name="Repair and reuse")
    draft = take_forward(store, event, late, ideas[0], title="Rooms to repair in")
    items = [listed_item(store, event, one, title=f"A lending shelf in library {one}"[:90]) for one in ideas[1:]]
    drafted = draft_goal(store, event, items[0], title="Repairing is possible in every district")
    goal = promoted_goal(store, event, items[1], title="Everything that breaks can be mended nearby")
    voices = [
        listed_item(store, event, *many[first : first + 12], title=f"What {first} asked for") for first in (0, 12)
    ]
    folded = promoted_goal(store, event, *voices, title="More voices than one sees at once")
    milestone = do(store, house.process.innolab, "milestone.add", goal=goal, title="The first Saturday").thing[1]
    do(store, house.process.innolab, "goal.update", goal=goal, text="Two libraries open.", status="at_risk", percent=40)
    assert milestone
    house.things |= {
        "late": late, "idea": ideas[0], "own": late, "draft": draft, "item": items[2],
        "drafted": drafted, "goal": goal, "folded": folded, "milestone": milestone, "ben": ben.id,
        "hidden": hidden, "asked": asked, "reason": first_reason(store, event),
    }  # fmt: skip


def first_reason(store: Store, event: EventMade) -> UUID:
    """The first of the reasons for which a note may be hidden."""
    with store.reading() as session:
        mine = select(Reason.id).where(Reason.event_id == event.id).order_by(Reason.position).limit(1)
        return session.scalars(mine).one()


def write_many(store: Store, person: PersonMade, count: int) -> list[UUID]:
    """So many notes of every kind, at table 1 in round 1."""
    event = person.event
    where = {"table": event.tables[0], "round": event.rounds[0]}
    made = []
    for number in range(count):
        fields = {"kind": KINDS[number % 4], "text": f"{number} {SENTENCES[number % 4]}"}
        made.append(do(store, person.actor, "idea.contribute", **where, **fields).thing[1])
    return [one for one in made if one]
