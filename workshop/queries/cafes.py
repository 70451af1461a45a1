"""Reads about tables, rounds and who sits where."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from workshop.models import (
    SITS_NOW,
    Attendance,
    Cafe,
    CafeTable,
    Event,
    Idea,
    IdeaState,
    Participant,
    Seat,
)
from workshop.models.people import named
from workshop.policy import Permission, allowed, authorize
from workshop.queries.announcements import Said, standing_at
from workshop.queries.brief import Brief, brief
from workshop.queries.comments import ASIDE, Remark, written_by
from workshop.queries.ideas import Note, notes_at_table
from workshop.queries.items import drafts_at_table
from workshop.queries.moderation import Rules, rules
from workshop.queries.phases import Phases, phases
from workshop.queries.photos import TablePhotos, table_photos
from workshop.queries.seats import Moment, moments
from workshop.queries.table_tools import TableState, table_states
from workshop.queries.tables import table_to_show
from workshop.queries.turns import Turns, turns
from workshop.queries.viewing import Audience, Page, Viewer, open_page, viewer_in_event
from workshop.room_left import IS_FULL
from workshop.standing import Actor, At, standing_in_event
from workshop.statements import Many, Statement


def own_table(session: Session, by: Actor, event_id: UUID) -> UUID | None:
    """The table where the one who asks sits now."""
    standing = standing_in_event(session, by, session.get(Event, event_id))
    authorize(Permission.READ_EVENT, At(standing))
    seat = viewer_in_event(session, standing).seat
    return UUID(seat) if seat else None


@dataclass
class Face:
    """Somebody at a table."""

    name: str
    host: bool

    @property
    def letters(self) -> str:
        """The first two letters of the name."""
        return self.name[:2]


@dataclass
class TableHead:
    """A table's number, who is there, and how many notes lie on it."""

    id: UUID
    number: int
    cafe_id: UUID
    faces: list[Face]
    notes: int
    full: bool
    """Whether it takes nobody else for now."""


@dataclass
class TablePage(Page):
    """A table with all that lies on it."""

    table: CafeTable
    cafe: Cafe
    event: Event
    head: TableHead
    state: TableState
    turns: Turns
    notes: list[Note]
    photos: TablePhotos
    more: bool
    """Whether there are older notes than these."""
    asides: list[Remark]
    """One's own comments that others do not see, the newest first."""
    audience: Audience
    here: bool
    """Whether the viewer sits at this table."""
    sees: bool
    """Whether the viewer reads what was written here; else nothing of it is on the page."""
    me: "Me | None"
    moment: Moment | None
    about: Any
    """What a plan would like to know of the participant: organisation, remote, and which of the two is asked."""
    into: CafeTable | None
    """The table that goes on with the question of this closed one."""
    took_in: list[CafeTable]
    """Closed tables whose questions stand on this one too."""
    rules: Rules
    phases: Phases
    brief: Brief | None
    """What was said here before, for somebody who came later."""
    announcements: list[Said]
    """What stands here now, the newest first."""
    tray: list[Any]
    """The drafts this table takes forward, for staff."""


def table_page(session: Session, by: Actor, table_id: UUID) -> TablePage:
    """The table's page, for whoever may read the event."""
    table, event, standing = table_to_show(session, by, table_id)
    authorize(Permission.READ_EVENT, At(standing))
    person = standing.participant
    sees = standing.sees(table.id)
    channels = [f"table:{table.id}", f"cafe:{table.cafe_id}"] if sees else [f"cafe:{table.cafe_id}"]
    if person:
        channels.append(f"person:{person.id}")
    opened = open_page(session, standing, channels, aloud=False)
    audience = Audience.STAFF if standing.hosting(table.id) else Audience.EVERYBODY
    notes, more = notes_at_table(session, table.id, audience, person.id if person else None) if sees else ([], False)
    head = table_heads(session, [table.id], audience)[table.id]
    if not sees:
        head = replace(head, faces=[], notes=0)
    photos = TablePhotos(table.id, table.number, event.timezone, False, False)
    if sees and allowed(Permission.SEE_PHOTOS, At(standing, table_id=table.id)):
        photos = table_photos(session, [table.id], audience)[table.id]
    return TablePage(
        **opened,
        table=table,
        cafe=table.cafe,
        event=event,
        head=head,
        state=table_states(session, [table.id], audience)[table.id],
        turns=turns(session, [table.cafe_id], audience)[table.cafe_id],
        notes=notes,
        photos=photos,
        more=more,
        asides=written_by(session, [person.id], *ASIDE).get(person.id, []) if person else [],
        audience=audience,
        here=opened["viewer"].seat == str(table.id),
        sees=sees,
        me=me(session, [person.id], Audience.OWN).get(person.id) if person else None,
        moment=moments(session, [person.id], Audience.OWN).get(person.id) if person else None,
        about=ABOUT.first(session, participant=person.id, cafe=table.cafe_id) if person else None,
        into=session.get(CafeTable, table.merged_into_id) if table.merged_into_id else None,
        took_in=list(
            session.scalars(select(CafeTable).where(CafeTable.merged_into_id == table.id).order_by(CafeTable.number))
        ),
        rules=rules(session, [table.cafe_id], audience)[table.cafe_id],
        phases=phases(session, [event.id], audience)[event.id],
        brief=brief(session, table.id, person.id) if person and sees and audience is Audience.EVERYBODY else None,
        announcements=standing_at(
            session,
            table.cafe_id,
            table.id if sees else None,
            audience,
            mine_of(opened["viewer"]),
            hosts=bool(opened["viewer"].hosts),
        ),
        tray=drafts_at_table(session, table.id, audience) if audience is Audience.STAFF else [],
    )


def mine_of(viewer: Viewer) -> list[UUID]:
    """The tables where somebody sits or hosts."""
    return [UUID(one) for one in {*viewer.hosts, *([viewer.seat] if viewer.seat else [])}]


ABOUT = Statement(
    select(
        Participant.organisation,
        Participant.remote,
        Cafe.asks_organisation,
        select(func.count(CafeTable.id))
        .where(CafeTable.cafe_id == Cafe.id, CafeTable.attendance != Attendance.ON_SITE, CafeTable.closed_at.is_(None))
        .scalar_subquery()
        .label("distant"),
    )
    .join(Cafe, Cafe.event_id == Participant.event_id)
    .where(Participant.id == bindparam("participant"), Cafe.id == bindparam("cafe"))
)
NOTES_SEEN = (
    # Of the index alone; the notes themselves are not read.
    select(func.count())
    .select_from(Idea)
    .where(Idea.table_id == CafeTable.id, Idea.state == IdeaState.VISIBLE)
    .scalar_subquery()
    .label("notes")
)
TALLIES = Many(lambda tables: select(CafeTable.id, NOTES_SEEN).where(CafeTable.id.in_(tables)))
HEADS = Many(
    lambda tables: (
        select(CafeTable.id, CafeTable.number, CafeTable.cafe_id, IS_FULL.label("full"), NOTES_SEEN)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .where(CafeTable.id.in_(tables))
    )
)
PEOPLE = Many(
    lambda tables: (
        select(
            Seat.table_id,
            Participant.name,
            Participant.name_number,
            (CafeTable.host_id == Participant.id).label("host"),
        )
        .join(Participant, Participant.id == Seat.participant_id)
        .join(CafeTable, CafeTable.id == Seat.table_id)
        .where(Seat.table_id.in_(tables), SITS_NOW)
        .order_by(Seat.from_at, Participant.id)
    )
)


class Tally(NamedTuple):
    """Of a table the count of visible notes."""

    id: UUID
    notes: int


def tallies(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, Tally]:
    """Of each table the count of visible notes."""
    return {row.id: Tally(*row) for row in TALLIES.run(session, ids)}


def table_heads(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, TableHead]:
    """Number, people, count of visible notes and room of each table."""
    wanted = list(ids)
    heads = {
        row.id: TableHead(row.id, row.number, row.cafe_id, [], row.notes, bool(row.full))
        for row in HEADS.run(session, wanted)
    }
    for person in PEOPLE.run(session, wanted):
        heads[person.table_id].faces.append(Face(named(person.name, person.name_number), bool(person.host)))
    for head in heads.values():
        head.faces.sort(key=lambda face: (not face.host, face.name.casefold()))
    return heads


@dataclass
class Me:
    """What a participant's own pages compare themselves with."""

    id: UUID
    seat: UUID | None
    hosts: list[UUID]
    removed: bool
    sent: bool
    """Whether a plan or a moderator sent them to where they sit."""


def me(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, Me]:
    """Where each participant sits, what they host, whether they were removed."""
    rows = session.execute(
        select(Participant.id, Participant.removed_at, Seat.table_id, Seat.sent)
        .outerjoin(
            Seat,
            (Seat.participant_id == Participant.id) & SITS_NOW,
        )
        .where(Participant.id.in_(list(ids)))
        .order_by(Seat.from_at)
    )
    found = {row.id: Me(row.id, row.table_id, [], row.removed_at is not None, bool(row.sent)) for row in rows}
    hosted = session.execute(select(CafeTable.host_id, CafeTable.id).where(CafeTable.host_id.in_(found)))
    for host_id, table_id in hosted:
        assert host_id is not None
        found[host_id].hosts.append(table_id)
    return found
