"""Asking for another look at why one's own was hidden, and the answer where it stays hidden."""

from flask_babel import lazy_gettext as _l

from workshop.errors import Closed, Conflict
from workshop.forms import OperationForm, Text
from workshop.models import (
    IdeaState,
)
from workshop.models.base import COMMENT_LENGTH, TITLE_LENGTH
from workshop.operations.comments import OneCommentForm, one_comment
from workshop.operations.ideas import IdeaForm, one_idea
from workshop.operations.moderation import One, open_decision, tell_of
from workshop.perform import operation
from workshop.policy import Permission
from workshop.transaction import Transaction


class Asking(OperationForm):
    """Why it should be looked at again."""

    words = Text(
        _l("Why should somebody look at it again?"),
        COMMENT_LENGTH,
        required=_l("Write a sentence. The moderators read it."),
    )


class AskForm(IdeaForm, Asking):
    """One's hidden note, and why it should be looked at again."""


class AskAboutCommentForm(OneCommentForm, Asking):
    """One's hidden comment, and why it should be looked at again."""


@operation(
    "comment.ask_again",
    AskAboutCommentForm,
    Permission.ASK_AGAIN,
    find=one_comment,
    title=_l("Ask for another look"),
    says=_l("%(who)s asked for another look at a comment"),
)
@operation(
    "idea.ask_again",
    AskForm,
    Permission.ASK_AGAIN,
    find=one_idea,
    title=_l("Ask for another look"),
    says=_l("%(who)s asked for another look at a note"),
)
def ask_again(tx: Transaction, at: One, form: Asking) -> None:
    """Have the moderators look again at why one's own was hidden; once for each decision."""
    decision = open_decision(tx, at.thing)
    if at.thing.state != IdeaState.HIDDEN or decision is None:
        raise Closed(_l("This is not hidden. There is nothing to look at again."))
    if decision.asked_at:
        raise Closed(_l("You have asked for another look. It is given once."))
    decision.asked_at, decision.asked = tx.now, form.words.data
    tell_of(tx, at, at.thing.state)


class Keeping(OperationForm):
    """Why it stays hidden."""

    answer = Text(_l("Why it stays hidden"), TITLE_LENGTH, required=_l("Write a sentence. Its author reads it."))


class KeepForm(IdeaForm, Keeping):
    """A hidden note at which its author asked for another look, and why it stays hidden."""


class KeepCommentForm(OneCommentForm, Keeping):
    """A hidden comment at which its author asked for another look, and why it stays hidden."""


@operation(
    "comment.keep_hidden",
    KeepCommentForm,
    Permission.RUN_EVENT,
    find=one_comment,
    title=_l("It stays hidden"),
    says=_l("%(who)s looked again at a hidden comment and left it hidden"),
)
@operation(
    "idea.keep_hidden",
    KeepForm,
    Permission.RUN_EVENT,
    find=one_idea,
    title=_l("It stays hidden"),
    says=_l("%(who)s looked again at a hidden note and left it hidden"),
)
def keep_hidden(tx: Transaction, at: One, form: Keeping) -> None:
    """Answer the author who asked for another look: it stays hidden, and why."""
    decision = open_decision(tx, at.thing)
    if decision is None or decision.asked_at is None:
        raise Closed(_l("Nobody asked for another look at this."))
    if decision.answered_at:
        raise Conflict(_l("Somebody has answered already: “%(text)s”", text=decision.answer), theirs=decision.answer)
    decision.answered_at, decision.answer = tx.now, form.answer.data
    tell_of(tx, at, at.thing.state)
