"""The demonstration's to:DOs and goals as rows."""

from collections.abc import Iterator
from datetime import date

from workshop.demo.content import Content, demo_id
from workshop.demo.rows import Group, maybe_id
from workshop.models import (
    ActionItem,
    Goal,
    GoalStatus,
    ItemStatus,
    Milestone,
    Origin,
    ProgressUpdate,
    Responsibility,
    ResponsibilityRole,
)


def day(text: str | None) -> date | None:
    """A date that may be missing."""
    return date.fromisoformat(text) if text else None


def outcome_groups(content: Content) -> Iterator[Group]:
    """Goals, to:DOs with the notes they came from, handlers, milestones, updates."""
    yield list(goals(content))
    yield list(items(content))
    yield [
        Origin(action_item_id=demo_id(one["id"]), idea_id=demo_id(idea), position=position)
        for one in content.actions
        for position, idea in enumerate(one["source_idea_ids"])
    ]
    yield [
        Responsibility(
            id=demo_id(f"{goal['id']}/{one['organisation_id']}"),
            goal_id=demo_id(goal["id"]),
            party_id=demo_id(one["organisation_id"]),
            role=ResponsibilityRole(one["role"]),
            promise=one["promise"] or "",
            since=content.at_noon(goal["start_date"]),
        )
        for goal in content.goals
        for one in goal["responsibilities"]
    ]
    yield [
        Milestone(
            id=demo_id(one["id"]),
            goal_id=demo_id(goal["id"]),
            title=one["title"],
            due_on=day(one["due_date"]),
            finished_on=day(one["finished_date"]),
        )
        for goal in content.goals
        for one in goal["milestones"]
    ]
    yield [
        ProgressUpdate(
            id=demo_id(one["id"]),
            goal_id=demo_id(goal["id"]),
            author=content.process["lead"],
            status=GoalStatus(one["status"]),
            percent=one["percent"],
            text=one["text"],
            language=goal["language"],
            evidence_url=one["evidence_url"] or "",
            at=content.at_noon(one["date"]),
        )
        for goal in content.goals
        for one in goal["updates"]
    ]


def goals(content: Content) -> Iterator[Goal]:
    """The goals, numbered in the order of the file."""
    for number, one in enumerate(content.goals, 1):
        begun = content.at_noon(one["start_date"])
        yield Goal(
            id=demo_id(one["id"]),
            process_id=demo_id(one["process_id"]),
            event_id=demo_id(content.event["id"]),
            number=number,
            title=one["title"],
            description=one["description"],
            language=one["language"],
            field_id=maybe_id(one["field_id"]),
            status=GoalStatus(one["status"]),
            status_reason=one["status_reason"] or "",
            percent=one["percent"] or 0,
            starts_on=day(one["start_date"]),
            due_on=day(one["due_date"]),
            promoted_at=begun,
            created_at=begun,
        )


def items(content: Content) -> Iterator[ActionItem]:
    """The to:DOs; the table is that of the first note behind each."""
    table = {one["id"]: one["table_id"] for one in content.ideas}
    for one in content.actions:
        yield ActionItem(
            id=demo_id(one["id"]),
            event_id=demo_id(one["event_id"]),
            number=one["number"],
            table_id=maybe_id(next((table[idea] for idea in one["source_idea_ids"]), None)),
            slot_id=maybe_id(one["source_session_id"]),
            title=one["title"],
            description=one["description"] or "",
            language=one["language"],
            status=ItemStatus(one["status"]),
            status_reason=one["status_reason"] or "",
            field_id=maybe_id(one["field_id"]),
            goal_id=maybe_id(one["goal_id"]),
            counted_elsewhere=one["votes"],
            created_at=content.at_noon(one["created_on"]),
        )
