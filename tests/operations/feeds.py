"""What each operation is fed with in a world, and what it is about there: the matrix' own knowledge."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.factories import do
from tests.factories.photos import ALWAYS
from tests.factories.worlds import World
from workshop.perform import Store
from workshop.standing import Part

STAFF = {Part.MODERATOR, Part.ADMIN, Part.SYSTEM}
AT_THE_TABLE = STAFF | {Part.HOST}
MEMBERS = STAFF | {Part.INNOLAB}
ALL = set(Part)
PEOPLE = {Part.PARTICIPANT}


@dataclass(frozen=True)
class Feed:
    """How one operation is tried.

    Attributes:
        fields: what is submitted for a thing of a world.
        scope: "event", "process" (also whoever is in one of its events is known there), "code" (whoever
            has it), "account" (whoever is signed in) or "server" (nobody but the command line).
        seen_by: the parts that know of the thing; for the others it is not found.
        table: number of the table it is at: a host is one there alone.
        by_author: whether the thing is the author's own.
        only: of those whom the rules permit, the ones who may do it to this very thing.
    """

    fields: Callable[[World], dict[str, Any]]
    scope: str = "event"
    seen_by: frozenset[Part] | set[Part] = frozenset(ALL)
    table: int | None = None
    by_author: bool = False
    only: frozenset[Part] | set[Part] = frozenset(ALL)
    seated: int | None = None
    """Number of the table at which one has to sit."""
    before: Callable[[World], list[tuple[str, dict[str, Any]]]] = lambda world: []
    """What the moderator does first, so that it can be done at all."""

    def prepare(self, store: Store, world: World) -> None:
        """Have that done."""
        for operation, fields in self.before(world):
            do(store, world.event.moderator, operation, **fields)


def one(name: str, value: Callable[[World], UUID], /) -> Callable[[World], dict[str, Any]]:
    """Fields that hold one id."""
    return lambda world: {name: value(world)}


def with_more(name: str, value: Callable[[World], Any], /, **more: Any) -> Callable[[World], dict[str, Any]]:
    """One id and words."""
    return lambda world: {name: value(world), **more}


ROWS = '[["1", "A statement", "visible", "", 3, "2026-05-12T10:00:00+00:00"]]'
OWN_AT_THE_TABLE: Any = {"table": 1, "by_author": True, "seen_by": AT_THE_TABLE | {Part.AUTHOR}}
DRAFT_ITEM = {"seen_by": AT_THE_TABLE, "table": 1}
DRAFT_GOAL = {"scope": "process", "seen_by": STAFF}


def next_round_open(world: World) -> list[tuple[str, dict[str, Any]]]:
    """The second round runs, and has ended the first."""
    return [("round.open", {"round": world.event.rounds[1]})]


def round_over(world: World) -> list[tuple[str, dict[str, Any]]]:
    """The first round has ended."""
    return [("round.close", {"round": world.event.rounds[0]})]


def round_due(world: World) -> list[tuple[str, dict[str, Any]]]:
    """The first round has ended, and the next one begins at once by the clock."""
    clock = {"minutes": "20, 20", "pace": "clock", "change_minutes": 0, "warning_minutes": 2, "grace_seconds": 30}
    return [("cafe.set_time", {"cafe": world.event.cafe, **clock}), *round_over(world)]


FEEDS: dict[str, list[Feed]] = {
    "participant.join": [
        Feed(lambda w: {"code": w.event.code, "name": "New", "language": "en", "writing_language": "en"}, "code"),
    ],
    "hall.report": [
        Feed(lambda w: {"code": w.event.code, "device": w.event.id, "websocket": 12, "websocket_worst": 40}, "code"),
    ],
    "participant.rename": [Feed(with_more("participant", lambda w: w.author.id, name="Somebody"))],
    "participant.unite": [Feed(lambda w: {"participant": w.participant.id, "other": w.author.id})],
    "table.hand_over": [Feed(lambda w: {"table": w.event.tables[0], "participant": w.author.id}, table=1)],
    "participant.remove": [Feed(one("participant", lambda w: w.author.id))],
    "seat.take": [Feed(one("table", lambda w: w.event.tables[1]), only=PEOPLE)],
    "seat.stay": [Feed(one("round", lambda w: w.event.rounds[1]), only=PEOPLE)],
    "participant.move": [Feed(lambda w: {"participant": w.author.id, "table": w.event.tables[1]})],
    "participant.describe": [Feed(with_more("event", lambda w: w.event.id, organisation="Works"), only=PEOPLE)],
    "participant.leave_out": [Feed(one("participant", lambda w: w.author.id))],
    "participant.bring_back": [Feed(one("participant", lambda w: w.away.id))],
    "cafe.plan": [Feed(one("cafe", lambda w: w.event.cafe))],
    "cafe.set_seating": [Feed(with_more("cafe", lambda w: w.event.cafe, mixes_languages="1"))],
    "cafe.undo_tables": [Feed(one("cafe", lambda w: w.event.cafe))],
    "tables.close": [Feed(lambda w: {"cafe": w.event.cafe, "tables": [w.event.tables[1]]})],
    "table.merge": [Feed(lambda w: {"table": w.event.tables[1], "into": w.event.tables[0]}, table=2)],
    "table.add": [Feed(with_more("cafe", lambda w: w.event.cafe, question="What else?", attendance="on_site"))],
    "table.set_place": [
        Feed(with_more("table", lambda w: w.event.tables[0], way="By the window", attendance="hybrid"), table=1),
    ],
    "table.reopen": [Feed(one("table", lambda w: w.event.tables[3]), table=4)],
    "table.mark_full": [Feed(one("table", lambda w: w.event.tables[0]), table=1)],
    "table.mark_free": [Feed(one("table", lambda w: w.event.tables[2]), table=3)],
    "wish.add": [Feed(lambda w: {"kind": "apart", "one": w.author.id, "other": w.participant.id})],
    "wish.remove": [Feed(one("wish", lambda w: w.wish))],
    "people.expect": [Feed(with_more("event", lambda w: w.event.id, people="Somebody"))],
    "table.name_host": [
        Feed(lambda w: {"table": w.event.tables[0], "participant": w.author.id}, table=1),
        Feed(one("table", lambda w: w.event.tables[0]), table=1),
    ],
    "table.host_by_card": [Feed(with_more("card", lambda w: w.event.host_cards[1]), only=PEOPLE)],
    "table.renew_host_card": [Feed(one("table", lambda w: w.event.tables[0]))],
    "round.open": [Feed(one("round", lambda w: w.event.rounds[1]))],
    "round.close": [Feed(one("round", lambda w: w.event.rounds[0]))],
    "cafe.close": [Feed(one("cafe", lambda w: w.event.cafe))],
    "round.pause": [Feed(one("round", lambda w: w.event.rounds[0]))],
    "round.resume": [
        Feed(
            one("round", lambda w: w.event.rounds[0]),
            before=lambda w: [("round.pause", {"round": w.event.rounds[0]})],
        ),
    ],
    "round.extend": [Feed(with_more("round", lambda w: w.event.rounds[0], minutes=2))],
    "round.take_back": [
        Feed(one("round", lambda w: w.event.rounds[0])),
        Feed(one("round", lambda w: w.event.rounds[1]), before=next_round_open),
    ],
    "round.reopen": [Feed(one("round", lambda w: w.event.rounds[0]), before=round_over)],
    "cafe.take_break": [Feed(with_more("cafe", lambda w: w.event.cafe, minutes=15), before=round_over)],
    "cafe.end_break": [
        Feed(
            one("cafe", lambda w: w.event.cafe),
            before=lambda w: [*round_over(w), ("cafe.take_break", {"cafe": w.event.cafe, "minutes": 15})],
        ),
    ],
    "cafe.go_on": [Feed(one("cafe", lambda w: w.event.cafe), "server", before=round_due)],
    "announcement.make": [
        Feed(with_more("cafe", lambda w: w.event.cafe, to="all", text="Two minutes more")),
        Feed(with_more("cafe", lambda w: w.event.cafe, to="hosts", text="Come to the stage")),
        Feed(lambda w: {"cafe": w.event.cafe, "to": "table", "number": 1, "text": "Your turn"}),
    ],
    "announcement.end": [Feed(one("announcement", lambda w: w.announcement))],
    "cafe.edit": [Feed(with_more("cafe", lambda w: w.event.cafe, title="New", questions="One?\nTwo?\nThree?"))],
    "cafe.set_time": [
        Feed(
            with_more(
                "cafe", lambda w: w.event.cafe,
                minutes="20, 15, 10", pace="hand", change_minutes=3, warning_minutes=1, grace_seconds=0,
            )
        ),
    ],
    "cafe.set_votes": [
        Feed(with_more("cafe", lambda w: w.event.cafe, votes_per_participant=2, votes_per="round")),
        Feed(with_more("cafe", lambda w: w.event.cafe)),
    ],
    "cafe.set_movement": [Feed(with_more("cafe", lambda w: w.event.cafe, movement="group", seats_per_table=6))],
    "idea.contribute": [
        Feed(
            lambda w: {"table": w.event.tables[0], "round": w.event.rounds[0], "kind": "idea", "text": "New"},
            table=1, only=PEOPLE, seated=1,
        ),
    ],
    "idea.write_for": [
        Feed(
            lambda w: {
                "table": w.event.tables[0], "round": w.event.rounds[0], "participant": w.participant.id,
                "kind": "idea", "text": "Said aloud",
            },
            table=1,
        ),
    ],
    "device.pair": [Feed(one("table", lambda w: w.event.tables[0]), table=1)],
    "device.revoke": [Feed(one("device", lambda w: w.device), table=1)],
    "idea.write_on_device": [
        Feed(
            lambda w: {
                "table": w.event.tables[0], "round": w.event.rounds[0], "kind": "idea", "text": "New",
                "participant": w.on_tablet,
            },
            table=1,
        ),
    ],
    "participant.join_on_device": [Feed(with_more("table", lambda w: w.event.tables[0], name="New"), table=1)],
    "seat.take_on_device": [
        Feed(lambda w: {"table": w.event.tables[0], "participant": w.on_other_tablet}, table=1),
    ],
    "photo.add": [Feed(with_more("table", lambda w: w.event.tables[0], upload=ALWAYS, words="Circles"), table=1)],
    "photo.describe": [
        Feed(with_more("photo", lambda w: w.photo, words="Circles and arrows"), table=1),
        Feed(with_more("photo", lambda w: w.waiting_photo, words="Arrows"), table=1, seen_by=AT_THE_TABLE),
    ],
    "photo.let_through": [Feed(one("photo", lambda w: w.waiting_photo), table=1, seen_by=AT_THE_TABLE)],
    "photo.remove": [
        Feed(one("photo", lambda w: w.photo), table=1),
        Feed(one("photo", lambda w: w.waiting_photo), table=1, seen_by=AT_THE_TABLE),
    ],
    "idea.type_in": [
        Feed(
            lambda w: {
                "table": w.event.tables[0], "round": w.event.rounds[0], "kind": "idea", "text": "New",
                "language": "en", "card": "1-30", "participant": w.author.id, "dots": 3,
            },
            table=1,
        ),
    ],
    "idea.untype": [Feed(one("idea", lambda w: w.typed), table=1)],
    "table.pause_writing": [Feed(one("table", lambda w: w.event.tables[0]), table=1)],
    "table.resume_writing": [Feed(one("table", lambda w: w.event.tables[1]), table=2)],
    "table.finish_harvest": [Feed(one("table", lambda w: w.event.tables[0]), table=1)],
    "table.reopen_harvest": [Feed(one("table", lambda w: w.event.tables[1]), table=2)],
    "action_item.move_up": [Feed(one("action_item", lambda w: w.second_draft), **DRAFT_ITEM)],
    "idea.pin": [Feed(one("idea", lambda w: w.idea), table=1)],
    "idea.unpin": [Feed(one("idea", lambda w: w.second_idea), table=1)],
    "table.call_help": [Feed(one("table", lambda w: w.event.tables[0]), table=1)],
    "table.settle_help": [Feed(one("table", lambda w: w.event.tables[1]), table=2)],
    "idea.edit": [
        Feed(with_more("idea", lambda w: w.idea, kind="question", text="Other words"), table=1, by_author=True),
        Feed(
            with_more("idea", lambda w: w.held, kind="question", text="Other words"),
            table=1, by_author=True, seen_by=AT_THE_TABLE | {Part.AUTHOR},
        ),
    ],
    "idea.withdraw": [Feed(one("idea", lambda w: w.idea), table=1, by_author=True)],
    "idea.report": [
        Feed(with_more("idea", lambda w: w.idea, reason="Unkind"), table=1, only=PEOPLE),
        Feed(
            with_more("idea", lambda w: w.held, reason="Unkind"),
            table=1, by_author=True, only=PEOPLE, seen_by=AT_THE_TABLE | {Part.AUTHOR},
        ),
    ],
    "idea.leave": [Feed(one("idea", lambda w: w.reported), table=1)],
    "idea.ask_again": [
        Feed(with_more("idea", lambda w: w.hidden, words="It was a joke"), table=1, by_author=True,
             seen_by=AT_THE_TABLE | {Part.AUTHOR}),
    ],
    "idea.keep_hidden": [
        Feed(with_more("idea", lambda w: w.asked, answer="No joke"), table=1, by_author=True,
             seen_by=AT_THE_TABLE | {Part.AUTHOR}),
    ],
    "queue.let_through": [
        Feed(lambda w: {"things": [w.waiting]}, table=1, by_author=True, seen_by=AT_THE_TABLE | {Part.AUTHOR}),
        Feed(
            lambda w: {"things": [w.waiting, w.waiting_comment]},
            table=1, by_author=True, seen_by=AT_THE_TABLE | {Part.AUTHOR},
        ),
    ],
    "queue.look_at": [
        Feed(lambda w: {"things": [w.waiting]}, table=1, by_author=True, seen_by=AT_THE_TABLE | {Part.AUTHOR},
             only={Part.MODERATOR, Part.ADMIN}),
        Feed(lambda w: {"things": [w.waiting_comment]}, table=1, by_author=True, seen_by=AT_THE_TABLE | {Part.AUTHOR},
             only={Part.MODERATOR, Part.ADMIN}),
    ],
    "event.set_moderation": [
        Feed(with_more("event", lambda w: w.event.id, notes_wait="1")),
        Feed(with_more("event", lambda w: w.event.id, screen_notes="let_through")),
    ],
    "screen.show": [
        Feed(with_more("cafe", lambda w: w.event.cafe, what="question", table=2)),
        Feed(with_more("cafe", lambda w: w.event.cafe, what="harvest")),
    ],
    "screen.darken": [Feed(one("cafe", lambda w: w.event.cafe))],
    "idea.put_on_screen": [Feed(one("idea", lambda w: w.idea))],
    "idea.take_off_screen": [Feed(one("idea", lambda w: w.idea))],
    "reason.add": [Feed(with_more("event", lambda w: w.event.id, de="Zu laut", en="Too loud"))],
    "reason.edit": [Feed(with_more("reason", lambda w: w.reason, en="Much too loud"))],
    "reason.remove": [Feed(one("reason", lambda w: w.reason))],
    "idea.hold": [Feed(with_more("idea", lambda w: w.idea, reason="Names somebody"), table=1)],
    "idea.hide": [
        Feed(with_more("idea", lambda w: w.idea, reason="Names somebody"), table=1),
        Feed(lambda w: {"idea": w.idea, "because": w.reason, "reason": ""}, table=1),
    ],
    "idea.show": [Feed(one("idea", lambda w: w.held), table=1, by_author=True, seen_by=AT_THE_TABLE | {Part.AUTHOR})],
    "comment.write": [
        Feed(with_more("idea", lambda w: w.idea, text="Yes, and on Sundays"), only=PEOPLE | MEMBERS),
        Feed(with_more("action_item", lambda w: w.item, text="Yes, and soon"), only=PEOPLE | MEMBERS),
        Feed(with_more("idea", lambda w: w.held, text="Yes"), seen_by=set()),
        Feed(with_more("action_item", lambda w: w.draft, text="Yes"), seen_by=set()),
    ],
    "comment.withdraw": [Feed(one("comment", lambda w: w.comment), table=1, by_author=True)],
    "comment.report": [
        Feed(with_more("comment", lambda w: w.comment, reason="Unkind"), table=1, only=PEOPLE),
        Feed(with_more("comment", lambda w: w.waiting_comment, reason="Unkind"), only=PEOPLE, **OWN_AT_THE_TABLE),
    ],
    "comment.leave": [Feed(one("comment", lambda w: w.comment), table=1)],
    "comment.hold": [Feed(with_more("comment", lambda w: w.comment, reason="Names somebody"), table=1)],
    "comment.hide": [
        Feed(with_more("comment", lambda w: w.comment, reason="Names somebody"), table=1),
        Feed(lambda w: {"comment": w.comment, "because": w.reason, "reason": ""}, table=1),
    ],
    "comment.ask_again": [
        Feed(with_more("comment", lambda w: w.hidden_comment, words="It was a joke"), **OWN_AT_THE_TABLE),
    ],
    "comment.keep_hidden": [
        Feed(with_more("comment", lambda w: w.asked_comment, answer="No joke"), **OWN_AT_THE_TABLE),
    ],
    "comment.show": [
        Feed(
            one("comment", lambda w: w.hidden_comment), table=1, by_author=True, seen_by=AT_THE_TABLE | {Part.AUTHOR}
        ),
    ],
    "idea.merge": [
        Feed(lambda w: {"ideas": [w.idea, w.second_idea], "stays": w.second_idea}, table=1),
        Feed(lambda w: {"ideas": [w.idea, w.held], "stays": w.idea}, table=1, seen_by=AT_THE_TABLE, only=set()),
    ],
    "idea.unmerge": [
        Feed(one("idea", lambda w: w.merged), table=1, by_author=True, seen_by=AT_THE_TABLE | {Part.AUTHOR}),
    ],
    "vote.cast": [
        Feed(one("idea", lambda w: w.idea), only=PEOPLE, seated=1),
        Feed(one("action_item", lambda w: w.item), only=PEOPLE),
        Feed(one("idea", lambda w: w.held), seen_by=set()),
        Feed(one("action_item", lambda w: w.draft), seen_by=set()),
    ],
    "vote.take_back": [
        Feed(one("idea", lambda w: w.voted_idea)),
        Feed(one("action_item", lambda w: w.sorted_item)),
    ],
    "vote.cast_on_device": [
        Feed(lambda w: {"idea": w.idea, "participant": w.on_tablet}, table=1),
        Feed(lambda w: {"idea": w.held, "participant": w.on_tablet}, seen_by=set()),
    ],
    "vote.take_back_on_device": [Feed(lambda w: {"idea": w.typed, "participant": w.on_tablet}, table=1)],
    "phase.begin": [Feed(one("phase", lambda w: w.phase))],
    "phase.end": [Feed(one("event", lambda w: w.event.id))],
    "event.set_phases": [
        Feed(
            with_more(
                "event", lambda w: w.event.id,
                co_learning_name="Learning", co_learning_begins="2026-05-12T09:00",
                co_sharing_name="Sharing", co_creation_name="Making", co_creation_place="3",
            )
        ),
    ],
    "ideas.import": [Feed(lambda w: {"event": w.event.id, "source": "Elsewhere", "language": "en", "rows": ROWS})],
    "action_item.take_forward": [
        Feed(lambda w: {"ideas": [w.idea], "title": "Do it"}, table=1),
        Feed(lambda w: {"ideas": [w.held], "title": "Do it"}, table=1, seen_by=AT_THE_TABLE, only=set()),
    ],
    "action_item.add": [Feed(with_more("event", lambda w: w.event.id, title="Said in the room"))],
    "action_item.edit": [
        Feed(with_more("action_item", lambda w: w.draft, title="Other", description=""), **DRAFT_ITEM),
        Feed(with_more("action_item", lambda w: w.item, title="Other", description=""), table=1, only=STAFF),
    ],
    "action_item.publish": [Feed(lambda w: {"action_items": [w.draft]}, **DRAFT_ITEM)],
    "action_item.discard": [Feed(one("action_item", lambda w: w.draft), **DRAFT_ITEM)],
    "action_item.set_status": [
        Feed(with_more("action_item", lambda w: w.item, status="done", reason=""), table=1),
        Feed(with_more("action_item", lambda w: w.item, status="dropped", reason="No ground"), table=1),
        Feed(
            with_more("action_item", lambda w: w.draft, status="done", reason=""),
            seen_by=AT_THE_TABLE, table=1, only=set(),
        ),
    ],
    "action_item.move": [
        Feed(lambda w: {"action_items": [w.item], "goal": w.draft_goal}, table=1),
        Feed(lambda w: {"action_items": [w.item], "new_title": "New box"}, table=1),
        Feed(lambda w: {"action_items": [w.sorted_item]}, table=1),
    ],
    "goal.draft": [Feed(with_more("event", lambda w: w.event.id, title="New"))],
    "goal.edit": [
        Feed(lambda w: {"goal": w.draft_goal, "title": "New", "field": w.field}, **DRAFT_GOAL),
        Feed(with_more("goal", lambda w: w.goal, title="New"), "process"),
    ],
    "goal.promote": [Feed(one("goal", lambda w: w.draft_goal), **DRAFT_GOAL)],
    "responsibility.add": [
        Feed(with_more("goal", lambda w: w.draft_goal, name="A club"), **DRAFT_GOAL),
        Feed(with_more("goal", lambda w: w.goal, name="A club"), "process"),
    ],
    "responsibility.end": [Feed(one("responsibility", lambda w: w.handler), "process")],
    "milestone.add": [Feed(with_more("goal", lambda w: w.goal, title="A step"), "process")],
    "milestone.finish": [Feed(one("milestone", lambda w: w.milestone), "process")],
    "goal.update": [
        Feed(with_more("goal", lambda w: w.goal, text="It goes on", status="on_track"), "process"),
        Feed(with_more("goal", lambda w: w.draft_goal, text="It", status="on_track"), **DRAFT_GOAL, only=set()),
    ],
    "demo.load": [Feed(lambda w: {"process": "proc-nacka"}, "server")],
    # Without the demonstration there is nothing to open it in.
    "demo.open_cafe": [Feed(lambda w: {}, "server", only=set())],
    "process.create": [Feed(lambda w: {"name": "A third", "admin": "Somebody"}, "server")],
    "field.add": [Feed(with_more("process", lambda w: w.process.id, code="QQ", colour=2, name="New"), "process")],
    "member.invite": [Feed(with_more("process", lambda w: w.process.id, name="New", role="innolab"), "process")],
    "member.renew_link": [Feed(one("member", lambda w: w.member), "process", seen_by=MEMBERS)],
    "member.remove": [Feed(one("member", lambda w: w.member), "process", seen_by=MEMBERS)],
    "event.create": [
        Feed(
            lambda w: {
                "process": w.process.id, "title": "New", "starts_on": "2026-06-01", "questions": "What?",
                "rounds": 1, "minutes": 5,
            },
            "process",
        ),
    ],
    "event.close": [Feed(one("event", lambda w: w.event.id))],
    "event.set_sight": [Feed(with_more("event", lambda w: w.event.id, tables_visible="own", votes_at="event"))],
    "event.set_names": [Feed(with_more("event", lambda w: w.event.id, author_names="pseudonym"))],
    "event.renew_screen_link": [Feed(one("event", lambda w: w.event.id))],
    "user.sign_in": [Feed(lambda w: {"token": w.link}, "code")],
    "user.sign_out": [Feed(lambda w: {}, "account")],
}  # fmt: skip
