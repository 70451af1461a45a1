"""What a running operation writes into, and what its Change will say."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from workshop.models import Event
from workshop.statements import Insertion
from workshop.uploads import Uploads


@dataclass
class Transaction:
    """What a running operation writes into, and what its Change will say."""

    session: Session
    key: UUID
    now: datetime
    secret: str
    thing: tuple[str, UUID | None] = ("", None)
    changed: bool = False
    channels: set[str] = field(default_factory=set)
    touched: dict[tuple[str, UUID], None] = field(default_factory=dict)
    """A set that keeps the order in which they came."""
    facts: dict[str, list[Any]] = field(default_factory=dict)
    insertions: list[tuple[Insertion, str, str, dict[str, Any]]] = field(default_factory=list)
    event: Event | None = None
    process_id: UUID | None = None
    lifted: bool = False
    """Whether a table is there again, or no longer full for now: of that nothing stays in the database."""
    prepared: Any = None
    uploads: Uploads | None = None
    afterwards: list[Callable[[], None]] = field(default_factory=list)
    """What is to happen outside the database, once all of this is committed."""

    def about(self, thing: str, thing_id: UUID | None) -> None:
        """Name the thing the Change is about, and touch it."""
        self.thing = (thing, thing_id)
        self.changed = True
        if thing_id:
            self.touch(thing, thing_id)

    def touch(self, thing: str, *ids: UUID | None) -> None:
        """Have things read afresh on every page that shows them; "page" has the pages themselves loaded anew."""
        for thing_id in ids:
            if thing_id:
                self.touched[thing, thing_id] = None

    def tell(self, kind: str, *ids: UUID | None) -> None:
        """Take the next revision of the channels `kind:id`."""
        self.channels.update(f"{kind}:{one}" for one in ids if one)

    def fact(self, name: str, before: Any, after: Any) -> None:
        """Keep a field's value before and after."""
        self.facts[name] = [plain(before), plain(after)]

    def insert_stamped(
        self, row: Insertion, values: dict[str, Any], attribute: str, kind: str, channel_id: UUID
    ) -> None:
        """Insert a row whose place in the order, `attribute`, is the revision this Change takes in a channel."""
        self.insertions.append((row, attribute, f"{kind}:{channel_id}", values))


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    return value if value is None or isinstance(value, str | int | float | bool | list | dict) else str(value)
