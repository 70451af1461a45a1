"""A real conversation, replayed through real sockets."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.replay import AGREE, Step, agreeing, play, read_steps
from tests.factories.servers import ROOT

CONVERSATION = ROOT.parent / "shared" / "data" / "klimarat" / "produktion-und-konsum"


@pytest.fixture(scope="module")
def steps() -> list[Step]:
    """All of it, in its order."""
    if not CONVERSATION.is_dir():
        pytest.skip("../shared with the real conversation is not there")
    return read_steps(CONVERSATION / "comments.csv", CONVERSATION / "votes.csv")


def changed(steps: list[Step]) -> Counter[tuple[str, str]]:
    """From which vote to which other people changed their minds."""
    last: dict[tuple[str, str], str] = {}
    found: Counter[tuple[str, str]] = Counter()
    for step in steps:
        if step.text is None:
            about = (step.person, step.statement)
            if last.get(about, step.vote) != step.vote:
                found[last[about], step.vote] += 1
            last[about] = step.vote
    return found


def test_the_file_is_read_as_its_source_describes_it(steps: list[Step]) -> None:
    written = {step.statement for step in steps if step.text is not None}
    assert (len(written), len(steps) - len(written)) == (522, 61_936)
    assert len({step.person for step in steps if step.text is None}) == 1116
    assert agreeing(steps).total() == 38_206


def test_the_votes_that_remain_are_everybodys_last(steps: list[Step], tmp_path: Path) -> None:
    """A part of it: whoever changed their mind, on what they did so; the whole takes `python -m benchmarks.replay`."""
    kinds: dict[tuple[str, str], dict[str, str]] = {}
    for step in steps:
        if step.text is None:
            kinds.setdefault((step.person, step.statement), {})[step.vote] = ""
    minds = {about for about, votes in kinds.items() if len(votes) > 1}
    people, statements = ({one[at] for one in minds} for at in (0, 1))
    part = [step for step in steps if step.statement in statements and (step.text or step.person in people)]
    assert changed(part) == changed(steps)
    assert agreeing(part).total() > 50
    played, wrong = play(tmp_path, part, None, 4, lambda line: None)
    assert not wrong
    assert played.operations == len(part)
    # It is the last that count, not the agreeing.
    assert agreeing(part) != Counter(step.statement for step in part if step.vote == AGREE)
