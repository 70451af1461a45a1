"""The page on which an event's moderators change how it runs: sections, each a form that posts its own operation.

A section is one operation and one template `settings/<operation>.html` with its fields; `add_section` puts it there.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from workshop.forms import OperationForm
from workshop.models import Cafe
from workshop.operations.setting_up import BY_CLOCK, BY_HAND
from workshop.operations.settings import CafeMovementForm, CafeTimeForm, CafeVotesForm, CafeWordsForm, words_of
from workshop.perform import OPERATIONS, Operation, fresh_key
from workshop.queries import settings
from workshop.queries.settings import SettingsPage
from workshop.standing import Actor
from workshop.web.act import ACT_CONTEXT, ACT_SAYS, ACT_TEMPLATES
from workshop.web.door import actor, reading, show

pages = Blueprint("settings", __name__)

Fill = Callable[[SettingsPage], Iterable[OperationForm]]
FindEvent = Callable[[Session, OperationForm], UUID]


@dataclass(frozen=True)
class Section:
    """A concern of the settings.

    Attributes:
        place: its place on the page, the lowest number first.
        operation: what its form posts.
        fill: its forms with what is now: one, or one for each café.
    """

    place: int
    operation: str
    fill: Fill

    @property
    def what(self) -> Operation:
        """The operation itself."""
        return OPERATIONS[self.operation]

    @property
    def template(self) -> str:
        """Its fields, drawn from `form` and `page`."""
        return f"settings/{self.operation}.html"


SECTIONS: dict[str, Section] = {}


def of_event(session: Session, form: OperationForm) -> UUID:
    """The event that a form names."""
    event_id: UUID = form["event"].data
    return event_id


def of_cafe(session: Session, form: OperationForm) -> UUID:
    """The event of the café that a form names."""
    return settings.event_of_cafe(session, form["cafe"].data)


def add_section(place: int, operation: str, fill: Fill, find_event: FindEvent = of_event) -> None:
    """Put a section on the page; refused, its form comes back on a page with that section alone."""
    SECTIONS[operation] = Section(place, operation, fill)

    def again(session: Session, by: Actor, form: OperationForm) -> dict[str, Any]:
        page = settings.settings_page(session, by, find_event(session, form))
        show_what_is(form, fill(page))
        return {"page": page, "section": SECTIONS[operation]}

    ACT_CONTEXT[operation] = again
    ACT_TEMPLATES[operation] = "settings/one.html"
    ACT_SAYS[operation] = lambda form: _("Saved: %(what)s", what=SECTIONS[operation].what.title)


def show_what_is(form: OperationForm, filled: Iterable[OperationForm]) -> None:
    """What was not sent shows what is there now."""
    if any(field.raw_data for field in form if field.label.text):
        # A box that is not ticked is not sent: of a form that was, nothing is missing.
        fill_version(form, filled)
        return
    for now in filled:
        if all(form[one.name].data == one.data for one in now if one.name in ("event", "cafe")):
            for field in now:
                form[field.name].data = field.data


def fill_version(form: OperationForm, filled: Iterable[OperationForm]) -> None:
    """After a conflict what is sent again is made on what is there now."""
    if "version" in form and not form["version"].raw_data:
        for now in filled:
            if form["cafe"].data == now["cafe"].data:
                form["version"].data = now["version"].data


@pages.get("/events/<uuid:event_id>/settings")
def page_of_settings(event_id: UUID) -> ResponseReturnValue:
    """All sections, each with what is now."""
    with reading() as session:
        page = settings.settings_page(session, actor(), event_id)
    sections = [
        (
            section,
            [told_apart(form, f"{section.operation}-{number}-") for number, form in enumerate(section.fill(page))],
        )
        for section in sorted(SECTIONS.values(), key=lambda one: one.place)
    ]
    return show("settings/settings.html", page, sections=sections, fresh=fresh_key)


def told_apart(form: OperationForm, prefix: str) -> OperationForm:
    """A form whose fields share their names with those of other forms on the page, but not their ids."""
    for field in form:
        field.id = prefix.replace(".", "-") + field.name
        field.label.field_id = field.id
    return form


def cafe_words(page: SettingsPage) -> Iterable[OperationForm]:
    """Title and questions of each café."""
    for cafe in open_cafes(page):
        yield CafeWordsForm(
            cafe=cafe.id,
            version=cafe.version,
            title=cafe.title.get(page.event.language, ""),
            asks=str(cafe.asks),
            questions="\n".join(text.get(page.event.language, "") for text in words_of(cafe)),
        )


def cafe_time(page: SettingsPage) -> Iterable[OperationForm]:
    """Rounds and clock of each café."""
    for cafe in open_cafes(page):
        yield CafeTimeForm(
            cafe=cafe.id,
            minutes=[turn.minutes for turn in cafe.rounds],
            pace=BY_CLOCK if cafe.runs_itself else BY_HAND,
            change_minutes=cafe.change_minutes,
            warning_minutes=cafe.warning_minutes,
            grace_seconds=cafe.grace_seconds,
            gong=cafe.gong,
        )


def cafe_movement(page: SettingsPage) -> Iterable[OperationForm]:
    """How people move in each café."""
    for cafe in open_cafes(page):
        yield CafeMovementForm(cafe=cafe.id, movement=str(cafe.movement), seats_per_table=cafe.seats_per_table)


def cafe_votes(page: SettingsPage) -> Iterable[OperationForm]:
    """How votes are counted in each café."""
    for cafe in open_cafes(page):
        yield CafeVotesForm(
            cafe=cafe.id, votes_per_participant=cafe.votes_per_participant, votes_per=str(cafe.votes_per)
        )


def open_cafes(page: SettingsPage) -> list[Cafe]:
    """Those in which anything can still be changed."""
    return [one for one in page.cafes if one.closed_at is None and page.event.closed_at is None]


add_section(10, "cafe.edit", cafe_words, of_cafe)
add_section(20, "cafe.set_time", cafe_time, of_cafe)
add_section(30, "cafe.set_movement", cafe_movement, of_cafe)
add_section(40, "cafe.set_votes", cafe_votes, of_cafe)
