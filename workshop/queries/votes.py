"""Reads about the votes a person has given, where votes are counted."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import literal, select
from sqlalchemy.orm import Session, aliased

from workshop.models import SEEN_BY, SITS_NOW, CafeTable, Idea, Seat, SeatState, Vote
from workshop.queries.viewing import Audience
from workshop.statements import Many


@dataclass
class Ballot:
    """The votes that a participant has given in the café where they sit, as their pages know them."""

    id: UUID
    given: dict[str, str] = field(default_factory=dict)
    """Each note that lies on its table, with the round in which the vote was given."""

    @property
    def as_json(self) -> str:
        """The same for a page's script."""
        return json.dumps(self.given)


_newer = aliased(Seat)
_NEWER = (
    select(_newer.id)
    .where(
        _newer.participant_id == Seat.participant_id,
        _newer.state == SeatState.TAKEN,
        _newer.until_at.is_(None),
        _newer.from_at > Seat.from_at,
    )
    .exists()
)
GIVEN = Many(
    lambda people: (
        select(Vote.participant_id, Vote.idea_id, Vote.round_id)
        .join(Idea, Idea.id == Vote.idea_id)
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .join(Seat, (Seat.participant_id == Vote.participant_id) & (Seat.cafe_id == CafeTable.cafe_id) & SITS_NOW)
        .where(
            Vote.participant_id.in_(people),
            # The seat in another café of the event that was taken last is the one that counts.
            ~_NEWER,
            Idea.state.in_([literal(state, Idea.state.type) for state, seen in SEEN_BY.items() if seen.everybody]),
        )
    )
)


def ballots(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, Ballot]:
    """What each of these participants has given."""
    wanted = list(ids)
    found = {one: Ballot(one) for one in wanted}
    for row in GIVEN.run(session, wanted):
        found[row.participant_id].given[str(row.idea_id)] = str(row.round_id or "")
    return found
