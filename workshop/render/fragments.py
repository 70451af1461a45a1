"""Which thing is drawn how and where: thing type by page kind gives a template and a place on the page."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import current_app
from flask_babel import get_locale
from jinja2 import Environment
from sqlalchemy.orm import Session

from workshop.queries import (
    action_list,
    announcements,
    cafes,
    comments,
    devices,
    following,
    goals,
    ideas,
    items,
    moderation,
    paper,
    phases,
    photos,
    seats,
    sorting,
    table_tools,
    turns,
    votes,
)
from workshop.queries.viewing import Audience, Viewer
from workshop.render.assets import asset
from workshop.render.stencils import Blanks, Stencils, note_blanks, tally_blanks

Rows = Mapping[UUID, Any]
Reader = Callable[[Session, Iterable[UUID], Audience], Rows]


@dataclass(frozen=True)
class Fragment:
    """How one type of thing is shown on one kind of page, as told in one kind of channel.

    Attributes:
        channel: kind of channel that tells it ("table").
        page: kind of page ("table").
        thing: type of thing ("idea").
        template, macro: the one macro that draws it, as macro(row, viewer).
        place: `data-place` of the container it belongs into, with the row's table where it has one;
            "" for what only ever replaces itself.
            A container with `data-sorted` keeps its children by their `data-order`.
        read: the things as they are now, without those this audience may not see.
        prefix: put before the thing's id where the element is not the thing itself.
        blanks: what is put into a drawing that many things share; without it each is drawn by itself.
    """

    channel: str
    page: str
    thing: str
    template: str
    macro: str
    place: str
    read: Reader
    prefix: str = ""
    blanks: Callable[[Any, str], Blanks | None] | None = None

    def element_id(self, thing_id: UUID) -> str:
        """The id of the element, and in what is told."""
        return f"{self.prefix}{thing_id}"

    def place_of(self, row: Any) -> str:
        """The container for this row."""
        return self.place.format(table=getattr(row, "table_id", ""))

    def render(self, row: Any, viewer: Viewer | None = None) -> str:
        """The fragment's HTML: without a viewer the same for everybody in a room."""
        macro = macro_of(self.template, self.macro)

        def draw(thing: Any) -> str:
            return str(macro(thing, viewer)).strip()

        # While somebody works on the templates nothing is as it was.
        if viewer is None and self.blanks and not current_app.jinja_env.auto_reload:
            language = get_locale().language
            if self.known(row, language) is None and (blanks := self.blanks(row, language)):
                STENCILS.learn(self._kind(language), draw, blanks)
            return self.known(row, language) or draw(row)
        return draw(row)

    def known(self, row: Any, language: str) -> str | None:
        """As `render` draws it for everybody in a room, where one like it was drawn; by nothing but itself."""
        blanks = self.blanks(row, language) if self.blanks else None
        return STENCILS.filled(self._kind(language), blanks) if blanks else None

    def _kind(self, language: str) -> tuple[str, ...]:
        # The icons are named anew where they are built while the server runs.
        return self.template, self.macro, language, asset("icons.svg")


def macro_of(template: str, name: str) -> Any:
    """A template's macro; while somebody works on the templates as it is now."""
    environment = current_app.jinja_env
    return (_macro_now if environment.auto_reload else _macro)(environment, template, name)


def _macro_now(environment: Environment, template: str, name: str) -> Any:
    return getattr(environment.get_template(template).module, name)


# Kept, because to look a template up takes a tenth of what it takes to draw a note.
_macro = lru_cache(maxsize=256)(_macro_now)
STENCILS = Stencils()


FRAGMENTS: tuple[Fragment, ...] = (
    Fragment("table", "table", "idea", "ideas/_note.html", "note", "notes-{table}", ideas.notes, blanks=note_blanks),
    Fragment("table", "table", "table", "cafes/_table.html", "faces", "", cafes.table_heads, "faces-"),
    Fragment("table", "table", "table", "cafes/_table.html", "count", "", cafes.table_heads, "count-"),
    Fragment("table", "table", "table", "cafes/_table.html", "room", "", cafes.table_heads, "room-"),
    Fragment("table", "table", "tally", "cafes/_table.html", "count", "", cafes.tallies, "count-", tally_blanks),
    Fragment("table", "table", "table_state", "cafes/_tools.html", "pause", "", table_tools.table_states, "pause-"),
    Fragment("table", "table", "table_state", "cafes/_tools.html", "harvest", "", table_tools.staff_states, "harvest-"),
    Fragment("table", "table", "table_state", "cafes/_tools.html", "tools", "", table_tools.staff_states, "tools-"),
    Fragment("table", "table", "photos", "cafes/_photos.html", "photos", "", photos.table_photos, "photos-"),
    Fragment("table", "photos", "photos", "cafes/_photos.html", "gallery", "", photos.table_photos, "gallery-"),
    Fragment("person", "photos", "participant", "cafes/_table.html", "me", "", cafes.me, "me-"),
    Fragment("table", "typing", "idea", "ideas/_typed.html", "typed", "typed-{table}", paper.typed_notes),
    Fragment("table", "typing", "tally", "ideas/_typed.html", "typed_sum", "", paper.typed_sums, "sum-"),
    Fragment("table", "typing", "table", "ideas/_typed.html", "typing_writers", "", paper.writers, "writers-"),
    Fragment("cafe", "typing", "cafe", "ideas/_typed.html", "typing_rounds", "", turns.turns, "rounds-"),
    Fragment("cafe", "table", "cafe", "cafes/_table.html", "clock", "", turns.turns, "clock-"),
    Fragment("cafe", "table", "cafe", "cafes/_table.html", "rounds", "", turns.turns, "rounds-"),
    Fragment("cafe", "table", "cafe", "cafes/_rest.html", "notice", "", turns.turns, "notice-"),
    Fragment("cafe", "table", "cafe", "cafes/_rest.html", "asked", "", turns.turns, "asked-"),
    Fragment("cafe", "table", "cafe", "cafes/_rest.html", "back", "", turns.turns, "back-"),
    Fragment("cafe", "table", "cafe", "cafes/_rest.html", "steps", "", turns.turns, "steps-"),
    Fragment("cafe", "table", "cafe", "cafes/_rest.html", "writing", "", turns.turns, "writing-"),
    Fragment("cafe", "table", "cafe", "cafes/_votes.html", "votes", "", turns.turns, "votes-"),
    Fragment("cafe", "table", "phase", "events/_phases.html", "phase_at_table", "", phases.phases, "phase-"),
    Fragment("list", "list", "phase", "events/_phases.html", "phase_on_list", "", phases.phases, "phase-"),
    Fragment(
        "cafe",
        "table",
        "announcement",
        "cafes/_announcement.html",
        "announcement",
        "announcements",
        announcements.announcements,
    ),
    Fragment(
        "table",
        "table",
        "announcement",
        "cafes/_announcement.html",
        "announcement",
        "announcements",
        announcements.announcements,
    ),
    Fragment("cafe", "table", "cafe", "moderation/_rules.html", "rules", "", moderation.rules, "rules-"),
    Fragment("cafe", "table", "rules", "moderation/_rules.html", "rules", "", moderation.rules, "rules-"),
    Fragment("person", "table", "idea", "ideas/_note.html", "note", "notes-{table}", ideas.notes, blanks=note_blanks),
    Fragment("person", "table", "comment", "ideas/_comment.html", "aside", "asides", comments.set_aside, "aside-"),
    Fragment("person", "table", "participant", "cafes/_table.html", "me", "", cafes.me, "me-"),
    Fragment("person", "table", "participant", "cafes/_moment.html", "moment", "", seats.moments, "moment-"),
    Fragment("person", "table", "ballot", "cafes/_votes.html", "ballot", "", votes.ballots, "ballot-"),
    Fragment("person", "typing", "participant", "cafes/_table.html", "me", "", cafes.me, "me-"),
    Fragment("person", "page", "participant", "cafes/_table.html", "me", "", cafes.me, "me-"),
    Fragment("table", "table", "action_item", "action_list/_tray_point.html", "tray_point", "tray", items.drafts),
    Fragment("list", "list", "action_item", "action_list/_row.html", "row", "rows", items.rows),
    Fragment(
        "list",
        "list",
        "action_item",
        "action_list/_tray_point.html",
        "draft_row",
        "drafts",
        items.drafts,
        "draft-",
    ),
    Fragment("list", "list", "event", "action_list/_count.html", "count", "", action_list.counts, "count-"),
    Fragment("list", "sorting", "action_item", "sorting/_slip.html", "slip", "unsorted", sorting.unsorted),
    Fragment("list", "sorting", "goal", "sorting/_box.html", "box", "goals", sorting.boxes),
    Fragment("list", "sorting", "event", "action_list/_count.html", "sorted_meter", "", action_list.counts, "sorted-"),
    Fragment("goal", "goal", "goal", "goals/_parts.html", "goal_head", "", goals.goal_heads, "head-"),
    Fragment("goal", "goal", "goal", "goals/_parts.html", "lineage", "", goals.lineages, "line-"),
    Fragment("goal", "goal", "update", "goals/_parts.html", "update", "updates", following.updates),
    Fragment("goal", "goal", "milestone", "goals/_parts.html", "milestone", "milestones", following.milestones),
)

# What is announced is heard on every page of an event; what else the channel tells changes nothing there.
HEARING = ("page", "list", "item", "ideas", "sorting", "goal", "cafe", "typing", "hall", "cards", "photos")
FRAGMENTS += tuple(
    replace(one, page=page)
    for one in FRAGMENTS
    if one.thing == "announcement" and one.page == "table"
    for page in HEARING
)
# Whoever looks at another table than theirs hears there what is for them.
FRAGMENTS += tuple(
    replace(one, channel="person")
    for one in FRAGMENTS
    if one.thing == "announcement" and one.page == "table" and one.channel == "table"
)
# What a round asks stands on the pages of a table's photos and paper notes too.
FRAGMENTS += tuple(
    replace(one, page=page) for one in FRAGMENTS if one.macro == "asked" for page in ("photos", "typing")
)
DRAWN_ON_A_TABLET = {
    "note", "count", "pause", "photos", "clock", "rounds", "notice", "asked", "steps", "writing", "phase_at_table",
}  # fmt: skip
# A table's tablet shows what a phone there shows, but what is one person's own; and who writes on it.
FRAGMENTS += tuple(
    replace(one, page="device")
    for one in FRAGMENTS
    if one.page == "table" and one.channel in ("table", "cafe") and one.macro in DRAWN_ON_A_TABLET
)
FRAGMENTS += (Fragment("table", "device", "table", "cafes/_device.html", "names", "", devices.names, "names-"),)


SHOWN_ON: dict[tuple[str, str], list[Fragment]] = {}
"""By kind of channel and kind of page."""
for _one in FRAGMENTS:
    SHOWN_ON.setdefault((_one.channel, _one.page), []).append(_one)


def fragments_of(channel: str, page: str) -> list[Fragment]:
    """What a kind of page shows of a kind of channel."""
    return SHOWN_ON.get((channel.partition(":")[0], page), [])
