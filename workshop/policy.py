"""Who may do what: one table, and what it says of somebody who wants to do something now."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from flask_babel import lazy_gettext as _l

from workshop.errors import Closed, Forbidden, NotFound, Removed
from workshop.phases import WRITING, Activity, waits_for_phase
from workshop.standing import At, Part


class Permission(enum.Enum):
    """What can be allowed."""

    JOIN = "join"
    READ_EVENT = "read_event"
    READ_TABLE = "read_table"
    READ_GOALS = "read_goals"
    WRITE_AT_TABLE = "write_at_table"
    USE_TABLET = "use_tablet"
    VOTE_ON_TABLET = "vote_on_tablet"
    CHANGE_SEAT = "change_seat"
    VOTE = "vote"
    CHANGE_OWN = "change_own"
    ASK_AGAIN = "ask_again"
    REPORT = "report"
    COMMENT = "comment"
    TYPE_IN = "type_in"
    LEAD_TABLE = "lead_table"
    MODERATE_TABLE = "moderate_table"
    SEE_PHOTOS = "see_photos"
    ADD_PHOTO = "add_photo"
    REMOVE_PHOTO = "remove_photo"
    TAKE_FORWARD = "take_forward"
    RUN_CAFE = "run_cafe"
    RUN_EVENT = "run_event"
    SORT = "sort"
    FOLLOW_ITEM = "follow_item"
    FOLLOW_GOAL = "follow_goal"
    CREATE_EVENT = "create_event"
    MANAGE_PROCESS = "manage_process"
    OWN_ACCOUNT = "own_account"
    KEEP_TIME = "keep_time"
    INSTALL = "install"


_STAFF = {Part.MODERATOR, Part.ADMIN}
_MEMBERS = _STAFF | {Part.INNOLAB}
_INSIDE = _MEMBERS | {Part.PARTICIPANT, Part.HOST, Part.SCREEN}


@dataclass(frozen=True)
class Rule:
    """Who may, whether only until the event is closed, and in which phases those who take part may.

    Attributes:
        activity: what it is to take part so; None: it depends on no phase. Staff depend on none.
        by_kind: the kind of the note decides as what it counts.
    """

    parts: frozenset[Part]
    until_closed: bool = False
    activity: Activity | None = None
    by_kind: bool = False


def _rule(
    parts: Iterable[Part], *, until_closed: bool = False, activity: Activity | None = None, by_kind: bool = False
) -> Rule:
    return Rule(frozenset(parts) | {Part.SYSTEM}, until_closed, activity, by_kind)


RULES = {
    Permission.JOIN: _rule({Part.ANYBODY}, until_closed=True),
    Permission.READ_EVENT: _rule(_INSIDE),
    Permission.READ_TABLE: _rule(_INSIDE | {Part.TABLET}),
    Permission.READ_GOALS: _rule(_INSIDE),
    Permission.WRITE_AT_TABLE: _rule({Part.PARTICIPANT}, until_closed=True, by_kind=True),
    Permission.USE_TABLET: _rule({Part.TABLET}, until_closed=True, by_kind=True),
    Permission.VOTE_ON_TABLET: _rule({Part.TABLET}, until_closed=True, activity=Activity.VOTE),
    Permission.CHANGE_SEAT: _rule({Part.PARTICIPANT}, until_closed=True),
    Permission.VOTE: _rule({Part.PARTICIPANT}, until_closed=True, activity=Activity.VOTE),
    Permission.CHANGE_OWN: _rule({Part.AUTHOR}, until_closed=True, by_kind=True),
    # What is hidden at the end can be answered after it.
    Permission.ASK_AGAIN: _rule({Part.AUTHOR}),
    Permission.REPORT: _rule({Part.PARTICIPANT}, until_closed=True),
    Permission.COMMENT: _rule({Part.PARTICIPANT} | _MEMBERS, until_closed=True, activity=Activity.ASK),
    Permission.TYPE_IN: _rule({Part.HOST} | _STAFF, until_closed=True),
    Permission.LEAD_TABLE: _rule({Part.HOST} | _STAFF, until_closed=True, by_kind=True),
    # What was written can be judged and put together after the end, by the same people.
    Permission.MODERATE_TABLE: _rule({Part.HOST} | _STAFF),
    # Never the big screen: a photo may show faces, or what somebody would rather not see that large.
    Permission.SEE_PHOTOS: _rule(_INSIDE - {Part.SCREEN} | {Part.TABLET}),
    Permission.ADD_PHOTO: _rule({Part.HOST, Part.TABLET} | _STAFF, until_closed=True),
    # What shows somebody against their will goes after the end too.
    Permission.REMOVE_PHOTO: _rule({Part.HOST, Part.TABLET} | _STAFF),
    Permission.TAKE_FORWARD: _rule({Part.HOST} | _STAFF, activity=Activity.DECIDE),
    Permission.RUN_CAFE: _rule(_STAFF, until_closed=True),
    Permission.RUN_EVENT: _rule(_STAFF),
    Permission.SORT: _rule(_STAFF),
    Permission.FOLLOW_ITEM: _rule(_MEMBERS),
    Permission.FOLLOW_GOAL: _rule({Part.INNOLAB, Part.ADMIN}),
    Permission.CREATE_EVENT: _rule(_STAFF),
    Permission.MANAGE_PROCESS: _rule({Part.ADMIN}),
    Permission.OWN_ACCOUNT: _rule({Part.ANYBODY}),
    Permission.KEEP_TIME: _rule(()),
    Permission.INSTALL: _rule(()),
}
"""The table of roles and permissions; the docs show the same one and a test compares them."""
TO_A_TABLE = {Permission.JOIN, Permission.CHANGE_SEAT, Permission.WRITE_AT_TABLE, Permission.USE_TABLET}
"""What one may do at a table without seeing it yet, or no longer: sit down, and send what was written there."""


@dataclass(frozen=True)
class Capacity:
    """As whom somebody acts: the Change's actor."""

    participant_id: UUID | None = None
    user_id: UUID | None = None
    device_id: UUID | None = None


def allowed(permission: Permission, at: At) -> bool:
    """Whether `at.standing` has it there, whatever the time."""
    parts = at.standing.parts(at)
    wanted = RULES[permission].parts
    return Part.ANYBODY in wanted or bool(parts & wanted)


def authorize(permission: Permission, at: At) -> Capacity:
    """Raise Forbidden or Closed unless it is allowed now; say as whom."""
    standing, rule = at.standing, RULES[permission]
    person = standing.participant
    if person and person.removed_at and not standing.roles:
        raise Removed(participant=person.id)
    own = person is not None and at.author_id == person.id
    if at.table_id and permission not in TO_A_TABLE and not own and not standing.sees(at.table_id):
        raise NotFound
    if not allowed(permission, at):
        raise Forbidden
    if rule.until_closed and standing.event and standing.event.closed_at and not standing.system:
        raise Closed(_l("This event is closed."))
    by_role = standing.user is not None and rule.parts & {Part(str(role)) for role in standing.roles}
    if not (by_role or standing.system) and standing.event:
        activity = WRITING[at.kind] if rule.by_kind and at.kind else rule.activity
        at.waits = waits_for_phase(standing.session, standing.event, activity, at.written)
    if person and not by_role:
        return Capacity(participant_id=person.id)
    tablet = standing.tablet
    return Capacity(user_id=standing.user.id if standing.user else None, device_id=tablet.id if tablet else None)
