"""Setting up an event with its café: what one page asks for."""

from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import ValidationError

from workshop.clock import time_zones
from workshop.forms import Day, Id, LongText, Number, OperationForm, Pick, Text
from workshop.models import (
    Asks,
    AuthorNames,
    Cafe,
    CafeTable,
    Event,
    Movement,
    Process,
    Round,
    ScreenNotes,
    TablesVisible,
    VotesAt,
    VotesPer,
    first_reasons,
    new_id,
)
from workshop.models.base import TITLE_LENGTH
from workshop.operations.languages import LANGUAGE_NAMES
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor, At, standing_in_process
from workshop.tokens import new_code, new_link_token
from workshop.transaction import Transaction

MOST_TABLES = 100
MOST_ROUNDS = 12
WHEN_ON_SCREEN = (
    (ScreenNotes.AT_ONCE, _l("At once")),
    (ScreenNotes.AFTER_DELAY, _l("20 seconds after it was written, unless somebody reported it")),
    (ScreenNotes.LET_THROUGH, _l("Only when a moderator puts it there")),
)
WHERE_TO_VOTE = (
    (VotesAt.TABLE, _l("At the table where one sits")),
    (VotesAt.EVENT, _l("At every table, for a walk through the gallery")),
)
WHAT_IS_SEEN = (
    (TablesVisible.ALL, _l("All of them")),
    (TablesVisible.BEEN, _l("Those where they sit or sat before")),
    (TablesVisible.OWN, _l("The one where they sit")),
)
VOTES_FOR = (
    (VotesPer.CAFE, _l("For the whole café")),
    (VotesPer.ROUND, _l("As many again in each round")),
)
WHAT_IS_ASKED = (
    (Asks.TABLES, _l("Each table has its own question")),
    (Asks.ROUNDS, _l("Each round asks all tables the same")),
)
WAYS_TO_MOVE = (
    (Movement.PLANNED, _l("Hosts stay, people mix")),
    (Movement.GROUP, _l("Hosts stay, groups move on together")),
    (Movement.FREE, _l("People choose")),
)
BY_CLOCK, BY_HAND = "clock", "hand"
PACES = (
    (BY_CLOCK, _l("By the clock")),
    (BY_HAND, _l("When you say so")),
)
NAMES = (
    (AuthorNames.SHOWN, _l("The name given at the table")),
    (AuthorNames.PSEUDONYM, _l("A number for each person, like Guest 417")),
    (AuthorNames.HIDDEN, _l("No names")),
)


def questions_asked() -> LongText:
    """The field for what is asked, wherever a café is set up or changed."""
    return LongText(
        _l("Questions"),
        MOST_TABLES * (TITLE_LENGTH + 1),
        required=_l("Write at least one question."),
        description=_l("One line for each table, or for each round. Short and open: start with what, how or who."),
    )


class EventForm(OperationForm):
    """One page that sets a café up."""

    of_process = Id(name="process")
    title = Text(_l("Title"), TITLE_LENGTH, required=_l("Write a title."))
    starts_on = Day(_l("Day"))
    ends_on = Day(_l("Last day"), required=False, description=_l("Empty: the same day"))
    timezone = Text(_l("Time zone"), 64, default="Europe/Berlin", required=_l("Write a time zone."))
    language = Pick(_l("Language of title and questions"), LANGUAGE_NAMES, default="en")
    asks = Pick(_l("What is asked"), WHAT_IS_ASKED, default=Asks.TABLES.value)
    questions = questions_asked()
    tables = Number(
        _l("Tables"),
        1,
        MOST_TABLES,
        required=False,
        description=_l("Only where each round asks all tables the same; else there is one for each question."),
    )
    seats_per_table = Number(
        _l("Seats at each table"), 1, 1000, required=False, description=_l("Empty: as many as come")
    )
    rounds = Number(_l("Rounds"), 1, MOST_ROUNDS, default=3)
    minutes = Number(_l("Minutes each"), 1, 600, default=20)
    movement = Pick(_l("When a round ends"), WAYS_TO_MOVE, default=Movement.FREE.value)
    pace = Pick(_l("Rounds end and begin"), PACES, default=BY_CLOCK)
    change_minutes = Number(_l("Minutes to change"), 0, 60, required=False, default=2)
    warning_minutes = Number(
        _l("Minutes of warning"), 0, 60, required=False, default=2, description=_l("Before a round ends. 0: none")
    )
    gong = Pick(_l("Gong on the big screen"), ((1, _l("Rings")), (0, _l("Stays silent"))), default="1")
    votes_at = Pick(_l("Where people vote"), WHERE_TO_VOTE, default=VotesAt.TABLE.value)
    tables_visible = Pick(_l("Which tables people read"), WHAT_IS_SEEN, default=TablesVisible.ALL.value)
    author_names = Pick(_l("Names beside what people write"), NAMES, default=AuthorNames.SHOWN.value)
    screen_notes = Pick(
        _l("When a note comes to the big screen"), WHEN_ON_SCREEN, default=ScreenNotes.AFTER_DELAY.value
    )
    votes_per_participant = Number(
        _l("Votes for each person"), 1, 1000, required=False, description=_l("Empty: as many as one likes")
    )
    votes_per = Pick(_l("How long they last"), VOTES_FOR, default=VotesPer.CAFE.value)

    def validate_timezone(self, zone: Any) -> None:
        """Only what the IANA database knows."""
        if zone.data not in time_zones():
            raise ValidationError(_l("A time zone is written like Europe/Berlin."))

    def validate_ends_on(self, day: Any) -> None:
        """Not before it begins."""
        if day.data and self.starts_on.data and day.data < self.starts_on.data:
            raise ValidationError(_l("The last day comes before the first."))

    def validate_questions(self, questions: Any) -> None:
        """As many as there can be tables, or as there are rounds, each as long as a title."""
        lines = question_lines(questions.data)
        check_questions(lines)
        if self.asks.data == Asks.ROUNDS:
            one_for_each_round(lines, self.rounds.data)
        elif len(lines) > MOST_TABLES:
            raise ValidationError(
                _l("At most %(most)s tables. You wrote %(count)s questions.", most=MOST_TABLES, count=len(lines))
            )

    def validate(self, extra_validators: Any = None) -> bool:
        """And the number of tables, where the questions do not say it and there alone."""
        valid = bool(super().validate(extra_validators))
        wrong = self._wrong_tables()
        if wrong and not self.tables.errors:
            self.tables.errors = [wrong]
        return valid and not wrong

    def _wrong_tables(self) -> Any:
        if self.asks.data == Asks.ROUNDS:
            return None if self.tables.data else _l("How many tables are there?")
        if self.tables.data in (None, len(question_lines(self.questions.data))):
            return None
        return _l("There is one table for each question. Leave this empty.")


def check_questions(lines: list[str]) -> None:
    """Raise ValidationError for one that is too long."""
    for number, line in enumerate(lines, 1):
        if len(line) > TITLE_LENGTH:
            raise ValidationError(
                _l("Question %(number)s has %(count)s characters. %(most)s fit.",
                   number=number, count=len(line), most=TITLE_LENGTH)
            )  # fmt: skip


def one_for_each_round(lines: list[str], rounds: int | None) -> None:
    """Raise ValidationError unless there are as many questions as rounds."""
    if rounds and len(lines) != rounds:
        raise ValidationError(
            _l("There are %(rounds)s rounds. You wrote %(count)s questions.", rounds=rounds, count=len(lines))
        )


def question_lines(text: str | None) -> list[str]:
    """The questions of the tables, one a line, without empty lines."""
    return [line for line in (" ".join(one.split()) for one in (text or "").split("\n")) if line]


@dataclass
class InProcess(At):
    """The process an event is to belong to."""

    process: Process = field(kw_only=True)


def in_process(session: Session, by: Actor, form: EventForm) -> InProcess:
    """The process, if this actor may know of it."""
    process = session.get(Process, form.of_process.data)
    standing = standing_in_process(session, by, process.id if process else None)
    assert process is not None
    return InProcess(standing, process=process)


@operation(
    "event.create",
    EventForm,
    Permission.CREATE_EVENT,
    find=in_process,
    title=_l("New Learning Café"),
    says=_l("%(who)s set up an event"),
)
def create_event(tx: Transaction, at: InProcess, form: EventForm) -> None:
    """Set up an event with one café: a table for each question, and its rounds."""
    language = form.language.data
    event = Event(
        id=tx.key,
        process_id=at.process.id,
        title={language: form.title.data},
        description={},
        language=language,
        timezone=form.timezone.data,
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data or form.starts_on.data,
        votes_at=VotesAt(form.votes_at.data),
        tables_visible=TablesVisible(form.tables_visible.data),
        screen_notes=ScreenNotes(form.screen_notes.data),
        author_names=AuthorNames(form.author_names.data),
        # A code that is taken breaks a constraint, and `perform` starts again with another one.
        code=new_code(),
        join_token=new_link_token(),
        screen_token=new_link_token(),
        created_at=tx.now,
    )
    tx.session.add(event)
    tx.session.flush()
    tx.session.add_all(first_reasons(event.id))
    cafe = Cafe(
        id=new_id(),
        event_id=event.id,
        title={language: form.title.data},
        votes_per_participant=form.votes_per_participant.data,
        votes_per=VotesPer(form.votes_per.data),
        asks=Asks(form.asks.data),
        movement=Movement(form.movement.data),
        seats_per_table=form.seats_per_table.data,
        runs_itself=form.pace.data == BY_CLOCK,
        # What is not said is as usual.
        **{name: form[name].data for name in ("change_minutes", "warning_minutes") if form[name].data is not None},
        gong=form.gong.data == "1",
    )
    tx.session.add(cafe)
    tx.session.flush()
    lines = question_lines(form.questions.data)
    by_round = cafe.asks is Asks.ROUNDS
    tx.session.add_all(
        CafeTable(cafe_id=cafe.id, number=number, question={language: question}, join_token=new_link_token())
        for number, question in enumerate(lines[:1] * (form.tables.data or 1) if by_round else lines, 1)
    )
    tx.session.add_all(
        Round(
            cafe_id=cafe.id,
            number=number,
            minutes=form.minutes.data,
            prompt={language: lines[number - 1]} if by_round else {},
        )
        for number in range(1, (form.rounds.data or 1) + 1)
    )
    tx.event = event
    tx.about("event", event.id)
