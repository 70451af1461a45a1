"""Which parts of a fragment are for whom: the server's reading of the table the browser reads too."""

import json
from functools import cache
from typing import Any

from markupsafe import Markup

from workshop.config import resource_dir
from workshop.queries.viewing import Viewer

Clause = tuple[str, str, Any]

GIVEN = Markup('data-vote aria-pressed="true" formaction="/act/vote.take_back"')
NOT_GIVEN = Markup('data-vote aria-pressed="false" formaction="/act/vote.cast"')


@cache
def conditions() -> dict[str, list[list[Clause]]]:
    """The table of conditions: for each word, alternatives of clauses that must all hold."""
    path = resource_dir("static") / "js" / "conditions.json"
    return dict(json.loads(path.read_text()))


def meant_for(viewer: Viewer | None, words: str, thing: Any, table: Any) -> bool:
    """Whether what is meant for any of `words` is for this viewer; for nobody in particular nothing is."""
    if viewer is None:
        return False
    subjects = {
        "thing": str(thing),
        "table": str(table),
        "role": viewer.role,
        "seated": viewer.seated,
        "everywhere": "everywhere",
        "voting": viewer.voting,
        "follows": viewer.follows,
    }

    def holds(clause: Clause) -> bool:
        subject, relation, against = clause
        known = getattr(viewer, against) if isinstance(against, str) else against
        return (subjects[subject] in known) == (relation == "in")

    return any(all(map(holds, clauses)) for word in words.split() for clauses in conditions()[word])


def shown(viewer: Viewer | None, words: str, thing: Any = "", table: Any = "") -> Markup:
    """Attributes of an element that is meant for some: `data-for`, and `hidden` unless the viewer is one of them."""
    return _attributes(words, meant_for(viewer, words, thing, table))


@cache
def _attributes(words: str, meant: bool) -> Markup:
    # Kept, because a page of notes asks for the same few a thousand times; the words are the templates' own.
    return Markup('data-for="{}"{}').format(words, Markup("" if meant else " hidden"))


def mine(viewer: Viewer | None, thing: Any) -> Markup:
    """`data-mine` on what is the viewer's own."""
    return Markup(" data-mine") if viewer and str(thing) in viewer.own else Markup("")


def vote(viewer: Viewer | None, thing: Any) -> Markup:
    """Attributes of a vote button: pressed and taking back, or not pressed and casting."""
    return GIVEN if viewer and str(thing) in viewer.voted else NOT_GIVEN
