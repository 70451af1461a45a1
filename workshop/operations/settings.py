"""What can be changed of a café once it is there: its questions, its rounds and its clock, how people move."""

from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from workshop.errors import Closed, Conflict, Invalid
from workshop.forms import Number, Numbers, Pick, Text, Yes
from workshop.models import Asks, Cafe, CafeTable, Movement, Round, Seat, SeatState, Vote, VotesPer
from workshop.models.base import TITLE_LENGTH
from workshop.operations.cafes import (
    CafeForm,
    OneCafe,
    follow_clock,
    lay_question,
    one_cafe,
    require_running,
    tell_cafe,
)
from workshop.operations.moving import drop_plan
from workshop.operations.setting_up import (
    BY_CLOCK,
    MOST_ROUNDS,
    PACES,
    VOTES_FOR,
    WAYS_TO_MOVE,
    WHAT_IS_ASKED,
    check_questions,
    question_lines,
    questions_asked,
)
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor
from workshop.transaction import Transaction


@dataclass
class WholeCafe(OneCafe):
    """A café with its open tables and its rounds."""

    tables: list[CafeTable] = field(kw_only=True)
    rounds: list[Round] = field(kw_only=True)


def whole_cafe(session: Session, by: Actor, form: CafeForm) -> WholeCafe:
    """The café, locked, with its open tables and its rounds."""
    found = one_cafe(session, by, form)
    return WholeCafe(found.standing, cafe=found.cafe, tables=open_tables(found.cafe), rounds=list(found.cafe.rounds))


def open_tables(cafe: Cafe) -> list[CafeTable]:
    """The tables of a café that are not closed."""
    return [table for table in cafe.tables if table.closed_at is None]


class CafeWordsForm(CafeForm):
    """A café's words, and the version they were made from."""

    version = Number("", 1, 1_000_000, required=False)
    title = Text(_l("Title"), TITLE_LENGTH, required=_l("Write a title."))
    asks = Pick(_l("What is asked"), WHAT_IS_ASKED, default=Asks.TABLES.value)
    questions = questions_asked()

    def validate_questions(self, questions: Any) -> None:
        """Each as long as a title."""
        check_questions(question_lines(questions.data))


@operation(
    "cafe.edit",
    CafeWordsForm,
    Permission.RUN_CAFE,
    find=whole_cafe,
    title=_l("Title and questions"),
    says=_l("%(who)s changed the words of a café"),
)
def edit_cafe(tx: Transaction, at: WholeCafe, form: CafeWordsForm) -> None:
    """Change a café's title and what is asked: a question for each table, or for each round."""
    require_running(at)
    cafe, language = at.cafe, at.event.language
    if form.version.data is not None and form.version.data != cafe.version:
        raise Conflict(_l("Somebody changed these words meanwhile. Look at what is there now; yours stand here."))
    asks, lines = Asks(form.asks.data), question_lines(form.questions.data)
    before = (cafe.asks, dict(cafe.title), words_of(cafe))
    if asks is Asks.ROUNDS:
        if len(lines) != len(at.rounds):
            sentence = _l(
                "There are %(rounds)s rounds. You wrote %(count)s questions.", rounds=len(at.rounds), count=len(lines)
            )
            raise Invalid(fields={"questions": [sentence]})
        for turn, line in zip(at.rounds, lines, strict=True):
            turn.prompt = reworded(turn.prompt, language, line)
    else:
        if len(lines) != len(at.tables):
            sentence = _l(
                "There are %(tables)s tables. You wrote %(count)s questions.", tables=len(at.tables), count=len(lines)
            )
            raise Invalid(fields={"questions": [sentence]})
        for table, line in zip(at.tables, lines, strict=True):
            table.question = reworded(table.question, language, line)
    cafe.asks = asks
    cafe.title = reworded(cafe.title, language, form.title.data or "")
    if asks is Asks.ROUNDS and cafe.current_round:
        lay_question(tx, cafe, cafe.current_round)
    after = (cafe.asks, dict(cafe.title), words_of(cafe))
    if before == after:
        return
    tx.fact("words", [str(before[0]), *before[1:]], [str(after[0]), *after[1:]])
    cafe.version += 1
    tell_cafe(tx, cafe.id)
    # They stand in the heads of pages and beside what was said there, which nothing draws alone.
    tx.touch("page", cafe.id)
    if before[1] != after[1]:
        tx.tell("list", at.event.id)


def words_of(cafe: Cafe) -> list[dict[str, str]]:
    """What is asked in a café: by its open tables or by its rounds."""
    if cafe.asks is Asks.ROUNDS:
        return [turn.prompt for turn in cafe.rounds]
    return [table.question for table in open_tables(cafe)]


def reworded(text: dict[str, str], language: str, line: str) -> dict[str, str]:
    """A text of the house with other words; its translations are of the words before."""
    return text if text.get(language) == line else {language: line}


class CafeTimeForm(CafeForm):
    """A café's rounds and its clock."""

    minutes = Numbers(
        _l("Minutes of each round"),
        1,
        600,
        at_most=MOST_ROUNDS,
        description=_l("One number for each round, like 20, 20, 15. More or fewer numbers: more or fewer rounds."),
    )
    pace = Pick(_l("Rounds end and begin"), PACES, default=BY_CLOCK)
    change_minutes = Number(_l("Minutes to change"), 0, 60)
    warning_minutes = Number(_l("Minutes of warning"), 0, 60, description=_l("Before a round ends. 0: none"))
    grace_seconds = Number(
        _l("Seconds to finish a note"), 0, 600, description=_l("After a round has ended, for notes that were begun")
    )
    gong = Yes(_l("Gong"), description=_l("From the big screen and the cockpit, when a round begins and ends"))


@operation(
    "cafe.set_time",
    CafeTimeForm,
    Permission.RUN_CAFE,
    find=whole_cafe,
    title=_l("Rounds and clock"),
    says=_l("%(who)s changed the rounds of a café"),
)
def set_time(tx: Transaction, at: WholeCafe, form: CafeTimeForm) -> None:
    """Change the length and number of the rounds that are to come, and how the clock goes."""
    require_running(at)
    cafe = at.cafe
    _set_rounds(tx, at, form.minutes.data)
    wanted = {name: form[name].data for name in ("change_minutes", "warning_minutes", "grace_seconds", "gong")}
    _set(tx, cafe, {**wanted, "runs_itself": form.pace.data == BY_CLOCK})
    if "runs_itself" in tx.facts or "minutes" in tx.facts:
        # There may be a round to come where there was none, or none any more.
        tx.session.flush()
        tx.session.expire(cafe, ["rounds"])
        follow_clock(tx, cafe)
    if tx.facts:
        tell_cafe(tx, cafe.id)


def _set_rounds(tx: Transaction, at: WholeCafe, minutes: list[int]) -> None:
    """The rounds that have not begun get their lengths; more are added, the last ones fall away."""
    begun = [turn.minutes for turn in at.rounds if turn.opened_at]
    before = [turn.minutes for turn in at.rounds]
    if before == minutes:
        return
    if minutes[: len(begun)] != begun:
        sentence = _l(
            "What has begun stays as it is: %(minutes)s. In the cockpit you give a round that runs more time.",
            minutes=", ".join(map(str, begun)),
        )
        raise Invalid(fields={"minutes": [sentence]})
    for turn, length in zip(at.rounds, minutes, strict=False):
        turn.minutes = length
    gone = [turn.id for turn in at.rounds[len(minutes) :]]
    if gone:
        # Who was to sit there sits nowhere in a round that is not.
        tx.session.execute(delete(Seat).where(Seat.round_id.in_(gone), Seat.state == SeatState.PLANNED))
        if tx.session.scalar(select(Seat.id).where(Seat.round_id.in_(gone)).limit(1)) is not None:
            raise Closed(_l("People sit in this round already."))
        # Votes of a round whose start was taken back stay; they are of no round then.
        tx.session.execute(update(Vote).where(Vote.round_id.in_(gone)).values(round_id=None))
        tx.session.execute(delete(Round).where(Round.id.in_(gone)))
    for number in range(len(before) + 1, len(minutes) + 1):
        tx.session.add(Round(cafe_id=at.cafe.id, number=number, minutes=minutes[number - 1]))
    tx.fact("minutes", before, minutes)


def _set(tx: Transaction, cafe: Cafe, wanted: dict[str, Any]) -> None:
    for name, value in wanted.items():
        if getattr(cafe, name) != value:
            tx.fact(name, getattr(cafe, name), value)
            setattr(cafe, name, value)


class CafeMovementForm(CafeForm):
    """How people come to other tables, and how many sit at one."""

    movement = Pick(_l("When a round ends"), WAYS_TO_MOVE, default=Movement.FREE.value)
    seats_per_table = Number(
        _l("Seats at each table"), 1, 1000, required=False, description=_l("Empty: as many as come")
    )


@operation(
    "cafe.set_movement",
    CafeMovementForm,
    Permission.RUN_CAFE,
    find=one_cafe,
    title=_l("Changing tables"),
    says=_l("%(who)s changed how people move in a café"),
)
def set_movement(tx: Transaction, at: OneCafe, form: CafeMovementForm) -> None:
    """Change how people come to other tables.

    Where everybody chooses from now on nobody is sent any more: the plan that there is ends.
    """
    require_running(at)
    _set(tx, at.cafe, {"movement": Movement(form.movement.data), "seats_per_table": form.seats_per_table.data})
    if "movement" in tx.facts and at.cafe.movement is Movement.FREE:
        drop_plan(tx, at.cafe.id)
    if tx.facts:
        tell_cafe(tx, at.cafe.id)
    if "seats_per_table" in tx.facts:
        tables = [one.id for one in at.cafe.tables]
        # Whether there is room stands on their pages.
        tx.touch("table", *tables)
        tx.tell("table", *tables)


class CafeVotesForm(CafeForm):
    """How many votes a person has, and for how long."""

    votes_per_participant = Number(
        _l("Votes for each person"), 1, 1000, required=False, description=_l("Empty: as many as one likes")
    )
    votes_per = Pick(_l("How long they last"), VOTES_FOR, default=VotesPer.CAFE.value)


@operation(
    "cafe.set_votes",
    CafeVotesForm,
    Permission.RUN_EVENT,
    find=one_cafe,
    title=_l("Votes"),
    says=_l("%(who)s changed how votes are counted in a café"),
)
def set_votes(tx: Transaction, at: OneCafe, form: CafeVotesForm) -> None:
    """Change how many notes a person may support, in the whole café or in each round; what was given stays given."""
    require_running(at)
    most, per = form.votes_per_participant.data, VotesPer(form.votes_per.data)
    _set(tx, at.cafe, {"votes_per_participant": most, "votes_per": per})
    if tx.facts:
        tell_cafe(tx, at.cafe.id)
