"""Telling apart people who are called the same."""

import re
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from workshop.models import Participant


def free_number(session: Session, event_id: UUID, key: str) -> int:
    """The number by which somebody under this name differs from all others of an event: Anna, Anna 2, Anna 3.

    Where somebody has typed "Anna 2", nobody is called so a second time.
    """
    here = Participant.event_id == event_id
    highest = select(func.max(Participant.name_number)).where(here, Participant.name_key == key)

    def is_called(key: str, number: int) -> bool:
        called = exists().where(here, Participant.name_key == key, Participant.name_number == number)
        return bool(session.scalar(select(called)))

    return number_after(session.scalar(highest) or 0, key, is_called)


def number_after(highest: int, key: str, is_called: Callable[[str, int], bool]) -> int:
    """The same, where the highest number under a name is known, and a way to ask who is called how."""
    number = highest + 1
    typed = typed_number(key)
    if number == 1 and typed and is_called(*typed):
        number = 2
    while number > 1 and is_called(f"{key} {number}", 1):
        number += 1
    return number


def typed_number(key: str) -> tuple[str, int] | None:
    """Name and number of somebody who is told apart by it, where that is how a name was written: "Anna 2".

    The first Anna is told apart by none: nobody reads as "Anna 1".
    """
    typed = re.fullmatch(r"(.+) ([2-9]|[1-9][0-9]{1,3})", key)
    return (typed[1], int(typed[2])) if typed else None
