"""Reads about how a goal is followed: what was written about it, and its milestones."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.models import GoalStatus, Milestone, ProgressUpdate
from workshop.queries.viewing import Audience


@dataclass
class Update:
    """What happened, in the words of whoever follows the goal."""

    id: UUID
    author: str
    status: GoalStatus
    percent: int | None
    text: str
    language: str
    evidence_url: str
    at: datetime


def updates(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, Update]:
    """These updates."""
    return {one.id: one for one in read_updates(session, ProgressUpdate.id.in_(list(ids)))}


def read_updates(session: Session, condition: object) -> list[Update]:
    """Updates that fulfil a condition, newest first."""
    rows: Any = session.execute(
        select(
            ProgressUpdate.id, ProgressUpdate.author, ProgressUpdate.status, ProgressUpdate.percent,
            ProgressUpdate.text, ProgressUpdate.language, ProgressUpdate.evidence_url, ProgressUpdate.at,
        )
        .where(condition)  # type: ignore[arg-type]
        .order_by(ProgressUpdate.at.desc(), ProgressUpdate.id)
    )  # fmt: skip
    return [Update(*row) for row in rows]


@dataclass
class Step:
    """A milestone."""

    id: UUID
    title: str
    due_on: date | None
    finished_on: date | None

    @property
    def order(self) -> int:
        """Its place among the others: by its day, without one last."""
        return (self.due_on or date.max).toordinal()


def milestones(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, Step]:
    """These milestones."""
    return {one.id: one for one in read_milestones(session, Milestone.id.in_(list(ids)))}


def read_milestones(session: Session, condition: object) -> list[Step]:
    """Milestones that fulfil a condition, by their days."""
    rows: Any = session.execute(
        select(Milestone.id, Milestone.title, Milestone.due_on, Milestone.finished_on).where(
            condition  # type: ignore[arg-type]
        )
    )
    return sorted((Step(*row) for row in rows), key=lambda step: (step.order, str(step.id)))
