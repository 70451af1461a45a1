"""As whom somebody's words are shown: what the event has decided, the same for everybody who reads them."""

from dataclasses import dataclass

from workshop.models import AuthorNames, Event, Participant
from workshop.models.people import named

AUTHOR = (
    Event.author_names.label("names"),
    Participant.name.label("author"),
    Participant.name_number.label("author_number"),
    Participant.guest_number.label("author_guest"),
)
"""What an Author is made of; the statement joins the event, and the participant where there is one."""


@dataclass
class Author:
    """Who wrote something, as far as the event shows it.

    Attributes:
        names: what the event has decided.
        written, number: the name given at the table; gone once names have left the event.
        guest: the number that stands for it.
    """

    names: AuthorNames
    written: str | None
    number: int | None
    guest: int | None

    @property
    def name(self) -> str:
        """The name with which two people called the same can be told apart; none where none is shown."""
        return named(self.written, self.number) if self.names is AuthorNames.SHOWN else ""

    @property
    def as_guest(self) -> int | None:
        """The number that is shown in place of a name."""
        return self.guest if self.names is AuthorNames.PSEUDONYM else None
