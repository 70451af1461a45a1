"""The tables and their invariants, one file per stem."""

from workshop.models.action_list import ActionItem, ItemStatus, Origin
from workshop.models.base import LANGUAGES, Base, LocalText, in_language, new_id
from workshop.models.cafes import (
    SITS_NOW,
    Announcement,
    Asks,
    Attendance,
    Cafe,
    CafeState,
    CafeTable,
    Movement,
    Photo,
    Round,
    ScreenShows,
    Seat,
    SeatState,
    SeatWish,
    SpokenTo,
    TableDevice,
    VotesPer,
    WishKind,
)
from workshop.models.changes import Change, ChangeChannel, Channel, Epoch, current_epoch
from workshop.models.events import (
    AuthorNames,
    Event,
    HallDevice,
    Phase,
    PhaseKind,
    Reason,
    ScreenNotes,
    Slot,
    TablesVisible,
    VotesAt,
    first_reasons,
)
from workshop.models.goals import Goal, GoalStatus, Milestone, ProgressUpdate, Responsibility, ResponsibilityRole
from workshop.models.ideas import (
    SEEN_BY,
    Comment,
    CommentState,
    Decider,
    Decision,
    DecisionOutcome,
    Idea,
    IdeaKind,
    IdeaState,
    Look,
    Report,
    SeenBy,
    Vote,
    votes_given,
)
from workshop.models.people import Membership, Participant, Role, SignInLink, User
from workshop.models.processes import FieldOfAction, Party, PartyKind, Process

__all__ = [
    "LANGUAGES", "SEEN_BY", "SITS_NOW", "ActionItem", "Announcement", "Asks", "Attendance", "AuthorNames", "Base",
    "Cafe", "CafeState", "CafeTable", "Change", "ChangeChannel", "Channel", "Comment", "CommentState", "Decider",
    "Decision", "DecisionOutcome", "Epoch", "Event", "FieldOfAction", "Goal", "GoalStatus", "HallDevice", "Idea",
    "IdeaKind", "IdeaState", "ItemStatus", "LocalText", "Look", "Membership", "Milestone", "Movement", "Origin",
    "Participant", "Party", "PartyKind", "Phase", "PhaseKind", "Photo", "Process", "ProgressUpdate", "Reason",
    "Report", "Responsibility", "ResponsibilityRole", "Role", "Round", "ScreenNotes", "ScreenShows", "Seat",
    "SeatState", "SeatWish", "SeenBy", "SignInLink", "Slot", "SpokenTo", "TableDevice", "TablesVisible", "User",
    "Vote", "VotesAt", "VotesPer", "WishKind", "current_epoch", "first_reasons", "in_language", "new_id",
    "votes_given",
]  # fmt: skip
