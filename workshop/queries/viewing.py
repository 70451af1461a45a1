"""What every page knows: the one who looks, the channels it watches, and since when."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import String, bindparam, or_, select, type_coerce
from sqlalchemy.orm import Session

from workshop.errors import NotFound
from workshop.models import (
    SEEN_BY,
    SITS_NOW,
    Cafe,
    CafeTable,
    Channel,
    Comment,
    Event,
    Goal,
    GoalStatus,
    Idea,
    Participant,
    Role,
    Seat,
    Vote,
    VotesAt,
    current_epoch,
)
from workshop.models.base import IdText
from workshop.phases import PHASE, Activity, is_open
from workshop.policy import Permission, authorize
from workshop.queries.announcements import Said, ears_of
from workshop.queries.audience import Audience
from workshop.standing import Actor, At, Standing, standing_in_event, standing_in_process
from workshop.statements import Many, Statement


@dataclass
class Viewer:
    """What a page knows about the one who looks; the browser holds the same as JSON.

    Attributes:
        role: stranger, screen, tablet, participant, innolab, moderator or admin; the strongest counts.
        seated: "yes" where the viewer takes part, whatever the role.
        hosts: ids of the tables hosted. own, voted: ids of things.
        votes_at: ids of tables whose notes may be voted on now, or "everywhere".
        was: ids under which this browser wrote before they were joined with the participant's.
        votes_given: the notes that the votes given in the café where one sits are on now, each with the round
            in which it was given; where votes are counted these are gone.
        voting: "no" while the phase of the moment is not one to vote in.
        follows: "yes" where the viewer follows goals, also beside a stronger role.
    """

    role: str = "stranger"
    participant: str | None = None
    name: str = ""
    seated: str = "no"
    seat: str | None = None
    hosts: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)
    voted: list[str] = field(default_factory=list)
    votes_at: list[str] = field(default_factory=list)
    was: list[str] = field(default_factory=list)
    votes_given: dict[str, str] = field(default_factory=dict)
    voting: str = "yes"
    follows: str = "no"

    def votes_left(self, most: int, round_id: UUID | None) -> int:
        """How many votes are left of `most`, in a round where it is named."""
        given = [one for one in self.votes_given.values() if round_id is None or one == str(round_id)]
        # A note that was shown again brings its votes back, which may have been given elsewhere since.
        return max(0, most - len(given))

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return vars(self).copy()


# As texts: a hall that connects brings everybody's notes with it.
OWN = Statement(
    select(type_coerce(Idea.id, IdText()).label("id"))
    .where(Idea.participant_id == bindparam("participant"))
    .union_all(select(Comment.id).where(Comment.participant_id == bindparam("participant")))
)
OWN_OF_MEMBER = Statement(
    select(type_coerce(Comment.id, IdText()).label("id")).where(Comment.user_id == bindparam("user"))
)
VOTED = Statement(
    select(Vote.idea_id, Vote.action_item_id, Vote.round_id, CafeTable.cafe_id, Idea.state)
    .outerjoin(Idea, Idea.id == Vote.idea_id)
    .outerjoin(CafeTable, CafeTable.id == Idea.table_id)
    .where(Vote.participant_id == bindparam("participant"))
)
SEAT = Statement(
    select(Seat.table_id, Seat.cafe_id, Cafe.closed_at)
    .join(Cafe, Cafe.id == Seat.cafe_id)
    .where(
        Seat.participant_id == bindparam("participant"),
        SITS_NOW,
        Cafe.event_id == bindparam("event"),
    )
    .order_by(Seat.from_at.desc())
    .limit(1)
)
# Of a café that is closed the votes stay as they are; one that was brought in never was open.
WITH_VOTES = or_(Cafe.closed_at.is_(None), Cafe.source.is_not(None))
TABLES = Statement(
    select(CafeTable.id, WITH_VOTES.label("with_votes")).join(Cafe).where(Cafe.event_id == bindparam("event"))
)
EVENT = select(Event.id, Event.process_id, Event.closed_at, PHASE, Event.votes_at, Event.tables_visible)
EVENT_OF_TABLE = Statement(EVENT.join(Cafe).join(CafeTable).where(CafeTable.id == bindparam("table")))
EVENT_OF_CAFE = Statement(EVENT.join(Cafe).where(Cafe.id == bindparam("cafe")))
EVENT_BY_ID = Statement(EVENT.where(Event.id == bindparam("event")))
EVENT_OF_PERSON = Statement(
    EVENT.add_columns(Participant.removed_at).join(Participant).where(Participant.id == bindparam("person"))
)
HEADS = Many(lambda names: select(Channel.name, Channel.revision).where(Channel.name.in_(names)), String)


def viewer_in_event(session: Session, standing: Standing) -> Viewer:
    """The viewer of an event's pages."""
    viewer = Viewer(role=role_of(standing), hosts=sorted(str(table) for table in standing.hosts))
    viewer.follows = "yes" if standing.roles & {Role.INNOLAB, Role.ADMIN} else "no"
    if standing.user and standing.roles:
        viewer.own = [one.id for one in OWN_OF_MEMBER.run(session, user=standing.user.id)]
    person = standing.participant
    if person is None or person.removed_at or standing.event is None:
        return viewer
    viewer.participant, viewer.name, viewer.seated = str(person.id), person.display_name, "yes"
    viewer.was = sorted(str(one) for one in standing.was)
    viewer.voting = "yes" if is_open(Activity.VOTE, standing.event.phase_kind) else "no"
    viewer.own += [one.id for one in OWN.run(session, participant=person.id)]
    voted = VOTED.run(session, participant=person.id)
    viewer.voted = [str(one.idea_id or one.action_item_id) for one in voted]
    seat = SEAT.first(session, participant=person.id, event=standing.event.id)
    if standing.event.closed_at is None:
        if standing.event.votes_at is VotesAt.EVENT:
            viewer.votes_at = _with_votes(session, standing, standing.event.id)
        elif seat and seat.closed_at is None:
            viewer.votes_at = [str(seat.table_id)]
    if seat:
        viewer.seat = str(seat.table_id)
        viewer.votes_given = {
            str(one.idea_id): str(one.round_id or "")
            for one in voted
            if one.cafe_id == seat.cafe_id and SEEN_BY[one.state].everybody
        }
    return viewer


def _with_votes(session: Session, standing: Standing, event_id: UUID) -> list[str]:
    sight, tables = standing.sight(), TABLES.run(session, event=event_id)
    if sight is None and all(one.with_votes for one in tables):
        return ["everywhere"]
    return sorted(str(one.id) for one in tables if one.with_votes and (sight is None or one.id in sight))


def role_of(standing: Standing) -> str:
    """The strongest word for what somebody is."""
    for role in (Role.ADMIN, Role.MODERATOR, Role.INNOLAB):
        if role in standing.roles:
            return str(role)
    if standing.participant and not standing.participant.removed_at:
        return "participant"
    if standing.tablet:
        return "tablet"
    return "screen" if standing.screen else "stranger"


@dataclass
class Page:
    """Base of what a page query gives: who looks, and the channels with the revisions it was read at.

    Attributes:
        aloud: the announcements that stand for the one who looks, the newest first; None where the page has them
            in what it shows itself, or nothing to do with an event that goes on.
    """

    standing: Standing
    viewer: Viewer
    channels: dict[str, int]
    epoch: str
    aloud: list[Said] | None = field(default=None, kw_only=True)


def open_page(session: Session, standing: Standing, channels: Iterable[str], *, aloud: bool = True) -> dict[str, Any]:
    """The arguments of `Page`; call it before the content is read, so that nothing falls between.

    With `aloud` it listens to what is announced at the event too.
    """
    ears = ears_of(session, standing) if aloud else None
    names = [*channels, *(ears.channels if ears else ())]
    return {
        "channels": heads(session, names),
        "aloud": ears.hear(session) if ears else None,
        "epoch": current_epoch(session),
        "standing": standing,
        "viewer": viewer_in_event(session, standing),
    }


def page_of_a_form(session: Session, standing: Standing, *, live: bool) -> Page | None:
    """A page that has nothing of its own but what is announced at its event; None where nothing can be.

    With `live` it goes on listening.
    """
    if standing.event:
        # Operations read of the event what they need themselves.
        standing = replace(standing, event=session.get(Event, standing.event.id), session=session)
    page = Page(**open_page(session, standing, []))
    if page.aloud is None:
        return None
    return page if live else replace(page, channels={})


def heads(session: Session, names: Iterable[str]) -> dict[str, int]:
    """The newest revision of each channel; 0 for one that nothing was told in yet."""
    wanted = list(names)
    known = {row.name: row.revision for row in HEADS.run(session, wanted)}
    return {name: known.get(name, 0) for name in wanted}


def cafe_scope(session: Session, cafe_id: UUID) -> list[str]:
    """The channels that a café's summaries (big screen, cockpit) sum up: its own, its tables' and its event's list."""
    tables = session.scalars(select(CafeTable.id).where(CafeTable.cafe_id == cafe_id))
    event = session.scalar(select(Cafe.event_id).where(Cafe.id == cafe_id))
    return [f"cafe:{cafe_id}", *(f"table:{table}" for table in tables), f"list:{event}"]


def summary_revision(session: Session, channels: Iterable[str]) -> int:
    """The revision of a summary: the sum of those it sums up, which every change of one raises."""
    return sum(heads(session, channels).values())


Known = dict[UUID, Standing]
"""What somebody was found to be in events, for as long as one transaction reads."""


def watch(session: Session, by: Actor, channel: str, known: Known | None = None) -> tuple[Audience, Standing]:
    """As which audience `by` may watch a channel; NotFound or Forbidden otherwise.

    Several channels of one event are authorised each by itself; `known` spares reading the standing again.
    """
    known = {} if known is None else known
    kind, _, text = channel.partition(":")
    try:
        thing_id = UUID(text)
    except ValueError:
        raise NotFound from None
    if str(thing_id) != text:
        # Another spelling would be another channel, in which nothing is ever told.
        raise NotFound
    if kind == "table":
        standing = _standing(session, by, EVENT_OF_TABLE.first(session, table=thing_id), known)
        staff = standing.hosting(thing_id)
    elif kind == "cafe":
        standing = _standing(session, by, EVENT_OF_CAFE.first(session, cafe=thing_id), known)
        staff = standing.staff
    elif kind == "list":
        standing = _standing(session, by, EVENT_BY_ID.first(session, event=thing_id), known)
        staff = standing.staff
    elif kind == "goal":
        goal = session.get(Goal, thing_id)
        standing = standing_in_process(session, by, goal.process_id if goal else None)
        staff = standing.staff or Role.INNOLAB in standing.roles
        if goal and goal.status is GoalStatus.DRAFT and not standing.staff:
            raise NotFound
    elif kind == "person":
        return Audience.OWN, _own_standing(session, by, thing_id, known)
    else:
        raise NotFound
    if kind == "table":
        authorize(Permission.READ_TABLE, At(standing, table_id=thing_id))
    elif kind == "cafe" and standing.tablet:
        # A tablet follows the rounds of the café in which its table stands.
        authorize(Permission.READ_TABLE, At(standing, table_id=_table_in(session, standing.tablet.table_id, thing_id)))
    else:
        authorize(Permission.READ_EVENT, At(standing))
    return (Audience.STAFF if staff else Audience.EVERYBODY), standing


def _standing(session: Session, by: Actor, event: Any, known: Known) -> Standing:
    if event is None:
        raise NotFound
    if event.id not in known:
        known[event.id] = standing_in_event(session, by, event)
    return known[event.id]


def _own_standing(session: Session, by: Actor, person: UUID, known: Known) -> Standing:
    if person not in by.participants:
        raise NotFound
    for standing in known.values():
        me = standing.participant
        if me and me.id == person and not me.removed_at:
            return standing
    event = EVENT_OF_PERSON.first(session, person=person)
    if event is None or event.removed_at:
        raise NotFound
    return _standing(session, by, event, known)


def _table_in(session: Session, table_id: UUID, cafe_id: UUID) -> UUID | None:
    return session.scalar(select(CafeTable.id).where(CafeTable.id == table_id, CafeTable.cafe_id == cafe_id))
