"""What can go wrong below the doors; each door puts it into words of its own kind once."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l


class Problem(Exception):
    """Base of what an operation may refuse with.

    Attributes:
        code: stable word for programs (`forbidden`, `not_found`, ...).
        status: the HTTP status that means the same.
        message: a sentence for the person, translatable; None takes the family's own.
        fields: {field: [sentence, ...]} where single fields are at fault.
    """

    code = "problem"
    status = 400
    usual: Any = ""

    def __init__(
        self, message: Any = None, *, fields: Mapping[str, Sequence[Any]] | None = None, **details: Any
    ) -> None:
        super().__init__(self.code)
        self.message = message
        self.fields = {name: list(errors) for name, errors in (fields or {}).items()}
        self.details = details

    @property
    def sentence(self) -> str:
        """What went wrong, in the language of the moment."""
        if self.message:
            return str(self.message)
        return str(next((errors[0] for errors in self.fields.values() if errors), self.usual))


class NotFound(Problem):
    """It does not exist, or this actor may not know that it does."""

    code, status = "not_found", 404
    usual = _l("This does not exist, or it is not open to you.")


class Forbidden(Problem):
    """The actor sees it but may not do this."""

    code, status = "forbidden", 403
    usual = _l("You may see this, but not do it.")


class Removed(Forbidden):
    """The actor took part in this event until a moderator removed them; details may name the `participant`."""

    usual = _l("You have been removed from this event.")


class Closed(Problem):
    """It would be allowed, but its time is over or has not come."""

    code, status = "closed", 409
    usual = _l("This is closed now.")


class Conflict(Problem):
    """Somebody else was first, or the key was used for something else."""

    code, status = "conflict", 409
    usual = _l("Somebody else changed this at the same moment. Look at it again.")


class Invalid(Problem):
    """What was submitted cannot be taken as it is."""

    code, status = "invalid", 422
    usual = _l("This could not be taken as it is.")


class TooFast(Problem):
    """It came faster than people work: sent again after `again_in` seconds, with the same key, it is taken."""

    code, status = "too_fast", 429
    usual = _l("This came faster than anybody can write. Wait a moment and send it again; nothing is lost.")

    def __init__(self, wait: float, message: Any = None) -> None:
        super().__init__(message)
        self.again_in = math.ceil(wait)
