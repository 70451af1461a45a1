"""The demonstration's content as rows: the process, its event, the café and what was said there."""

import secrets
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from workshop.demo.content import Content, demo_id
from workshop.models import (
    LANGUAGES,
    Base,
    Cafe,
    CafeTable,
    Comment,
    Decider,
    Decision,
    Event,
    FieldOfAction,
    Idea,
    IdeaKind,
    IdeaState,
    Membership,
    Participant,
    Party,
    PartyKind,
    Phase,
    PhaseKind,
    Process,
    Role,
    Round,
    Seat,
    Slot,
    User,
    first_reasons,
)
from workshop.models.events import FIRST_REASONS

PHASE_NAMES = {
    PhaseKind.CO_LEARNING: "Co-Learning",
    PhaseKind.CO_SHARING: "Co-Sharing",
    PhaseKind.CO_CREATION: "Co-Creation",
}
Group = list[Base]


def moment(text: str) -> datetime:
    """A moment as the files write it; KeyError and ValueError are the files' fault."""
    return datetime.fromisoformat(text)


def maybe_id(name: str | None) -> UUID | None:
    """The id of what may not be named."""
    return demo_id(name) if name else None


def process_groups(content: Content, slug: str) -> Iterator[Group]:
    """The process with its fields, organisations and members, each group after those it points to."""
    process = content.process
    key = demo_id(process["id"])
    yield [
        Process(
            id=key,
            slug=slug,
            name={content.language: process["name"]},
            description=process["description"],
            language=content.language,
            city=process["city"],
            lead=process["lead"],
            demonstration=True,
            started_on=date.fromisoformat(process["started_on"]),
            last_goal_number=len(content.goals),
            created_at=content.at_noon(process["started_on"]),
        )
    ]
    yield [
        FieldOfAction(
            id=demo_id(one["id"]),
            process_id=key,
            code=one["code"],
            colour=one["colour"],
            name=one["name"],
            position=position,
        )
        for position, one in enumerate(process["fields_of_action"], 1)
    ]
    yield [
        Party(id=demo_id(one["id"]), process_id=key, kind=PartyKind.ORGANISATION, name=one["name"])
        for one in process["organisations"]
    ]
    yield [
        User(
            id=demo_id(one["id"]),
            name=one["name"],
            language=content.language,
            session_token=secrets.token_hex(32),
        )
        for one in process["members"]
    ]
    yield [
        Membership(
            id=demo_id(f"{one['id']}/{one['role']}"),
            process_id=key,
            user_id=demo_id(one["id"]),
            role=Role(one["role"]),
            duty=one["function"],
        )
        for one in process["members"]
    ]


def event_groups(content: Content) -> Iterator[Group]:
    """The past event: closed, without a code, with its phases, programme, café and who sat where."""
    event, cafe = content.event, content.event["cafe"]
    key, cafe_key = demo_id(event["id"]), demo_id(cafe["id"])
    language = content.language
    ended = max(moment(one["end"]) for one in event["sessions"])
    yield [
        Event(
            id=key,
            process_id=demo_id(event["process_id"]),
            title={language: event["title"]},
            description={language: event["description"]},
            language=language,
            timezone=event["timezone"],
            starts_on=date.fromisoformat(event["start_date"]),
            ends_on=date.fromisoformat(event["end_date"]),
            venue=event["venue"],
            last_item_number=max(one["number"] for one in content.actions),
            closed_at=ended,
            created_at=content.at_noon(event["start_date"]),
        )
    ]
    yield list(first_reasons(key, lambda number: reason_id(content, number)))
    phases = dict.fromkeys(one["phase"] for one in event["sessions"] if one.get("phase"))
    yield [
        Phase(
            id=demo_id(f"{event['id']}/{kind}"),
            event_id=key,
            position=position,
            kind=PhaseKind(kind),
            name={"en": PHASE_NAMES[PhaseKind(kind)]},
        )
        for position, kind in enumerate(phases, 1)
    ]
    yield [
        Slot(
            id=demo_id(one["id"]),
            event_id=key,
            phase_id=maybe_id(f"{event['id']}/{one['phase']}" if one.get("phase") else None),
            title=one["title"],
            abstract=one["abstract"],
            starts_at=moment(one["start"]),
            ends_at=moment(one["end"]),
            room=one["room"] or "",
        )
        for one in event["sessions"]
    ]
    yield [
        Cafe(
            id=cafe_key,
            event_id=key,
            slot_id=demo_id(cafe["session_id"]),
            title={language: cafe["title"]},
            votes_per_participant=cafe["votes_per_participant"],
            closed_at=max(moment(one["end"]) for one in cafe["rounds"]),
        )
    ]
    yield list(participants(content, key))
    people = names(content)
    yield [
        CafeTable(
            id=demo_id(one["id"]),
            cafe_id=cafe_key,
            number=one["number"],
            question={language: one["question"]},
            host_id=people[one["host"]],
        )
        for one in cafe["tables"]
    ]
    yield [
        Round(
            id=round_id(content, one["round"]),
            cafe_id=cafe_key,
            number=one["round"],
            minutes=one["minutes"],
            prompt=one["prompt"],
            opened_at=moment(one["start"]),
            ends_at=moment(one["end"]),
            closed_at=moment(one["end"]),
        )
        for one in cafe["rounds"]
    ]
    yield [
        Seat(
            id=demo_id(f"{person['id']}/{turn['round']}"),
            participant_id=demo_id(person["id"]),
            cafe_id=cafe_key,
            table_id=demo_id(table),
            round_id=round_id(content, turn["round"]),
            from_at=moment(turn["start"]),
            until_at=moment(turn["end"]),
        )
        for person in cafe["participants"]
        for turn, table in zip(cafe["rounds"], person["table_by_round"], strict=True)
        if table
    ]


def reason_id(content: Content, number: int) -> UUID:
    """The event's reasons are numbered."""
    return demo_id(f"{content.event['id']}/reason/{number}")


def round_id(content: Content, number: int) -> UUID:
    """The files number rounds and do not name them."""
    return demo_id(f"{content.event['cafe']['id']}/round/{number}")


def names(content: Content) -> dict[str, UUID]:
    """Participants by the pseudonym they are called by."""
    return {one["pseudonym"]: demo_id(one["id"]) for one in content.event["cafe"]["participants"]}


def participants(content: Content, event_id: UUID) -> Iterator[Participant]:
    """Those who sat at the tables; nobody can take their places, so they have no tokens."""
    joined = min(moment(one["start"]) for one in content.event["cafe"]["rounds"])
    for one in content.event["cafe"]["participants"]:
        yield Participant(
            id=demo_id(one["id"]),
            event_id=event_id,
            name=one["pseudonym"],
            name_key=one["pseudonym"].casefold(),
            language=one["language"] if one["language"] in LANGUAGES else content.language,
            writing_language=one["language"],
            joined_at=joined,
        )


def idea_groups(content: Content) -> Iterator[Group]:
    """What was written, in the order of time at each table, and what others remarked on it."""
    begun = {one["round"]: moment(one["start"]) for one in content.event["cafe"]["rounds"]}
    people = names(content)
    # All of them lay there before the first revision of their table's channel.
    place = Counter(one["table_id"] for one in content.ideas)
    ideas: Group = []
    comments: Group = []
    for one in content.ideas:
        place[one["table_id"]] -= 1
        ideas.append(
            Idea(
                id=demo_id(one["id"]),
                event_id=demo_id(content.event["id"]),
                table_id=demo_id(one["table_id"]),
                round_id=round_id(content, one["round"]),
                participant_id=people[one["author"]],
                kind=IdeaKind(one["kind"]),
                language=one["language"],
                text=one["text"],
                state=IdeaState(one["state"]),
                state_reason=one["state_reason"] or "",
                counted_elsewhere=one["votes"],
                position=-place[one["table_id"]],
                created_at=after(begun[one["round"]], one),
            )
        )
        comments += [
            Comment(
                id=demo_id(f"{one['id']}/comment/{number}"),
                idea_id=demo_id(one["id"]),
                participant_id=people[comment["author"]],
                text=comment["text"],
                language=one["language"],
                created_at=after(begun[one["round"]], comment),
            )
            for number, comment in enumerate(one["comments"], 1)
        ]
    yield ideas
    yield decisions(content, ideas)
    yield comments


def decisions(content: Content, ideas: Group) -> Group:
    """What the moderators held or hid, each with the words the files give for it."""
    in_words = reason_id(content, len(FIRST_REASONS) + 1)
    return [
        Decision(
            id=demo_id(f"{one.id}/decision"),
            event_id=one.event_id,
            idea_id=one.id,
            reason_id=in_words,
            state=one.state,
            words=one.state_reason,
            by=Decider.MODERATOR,
            at=one.created_at + timedelta(minutes=1),
        )
        for one in ideas
        if isinstance(one, Idea) and one.state in (IdeaState.HELD, IdeaState.HIDDEN)
    ]


def after(begun: datetime, entry: dict[str, Any]) -> datetime:
    """When something was written, from the start of its round."""
    return begun + timedelta(seconds=entry["created_offset_s"])
