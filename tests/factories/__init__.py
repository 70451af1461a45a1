"""Things the tests begin with, one file per stem, and `do`, which performs as a door does."""

from typing import Any
from uuid import UUID

import workshop.demo.loader
import workshop.demo.today
import workshop.operations  # noqa: F401  (all three fill the registry)
from workshop.binding import bind
from workshop.perform import OPERATIONS, Done, Store, fresh_key, perform
from workshop.standing import Actor


def do(store: Store, actor: Actor, operation: str, /, key: UUID | None = None, **fields: Any) -> Done:
    """Bind `fields` and perform `operation` as a door does; a fresh key unless one is given."""
    what = OPERATIONS[operation]
    return perform(store, actor, what, bind(what.form, fields), key or fresh_key())
