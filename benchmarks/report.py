"""What the phases came to, as a table and as one line of JSON."""

import json
from collections.abc import Callable, Iterable
from statistics import median

from benchmarks.phases import GENERATOR_LIMIT, Outcome

MEASURED = (
    "seconds",
    "load",
    "server",
    "others",
    "notes",
    "CPU/1000",
    "ack p50",
    "p50",
    "p95",
    "p99",
    "slowest",
    "failed",
)
COLUMNS = "{:<9} {:<8}" + " {:>8}" * len(MEASURED)


def line_of(outcome: Outcome | None = None) -> str:
    """A row of the table; its headings without an outcome."""
    if outcome is None:
        return COLUMNS.format("phase", "at", *MEASURED)
    told = [outcome.latency(share) for share in (0.5, 0.95, 0.99, 1.0)]
    acknowledged = outcome.latency(0.5, outcome.acknowledged_after)
    return COLUMNS.format(
        outcome.phase,
        outcome.server,
        f"{outcome.seconds:.2f}",
        f"{outcome.generator:.0%}" + ("!" if outcome.void else ""),
        f"{outcome.share:.0%}",
        f"{outcome.others:.0%}",
        outcome.written or "",
        milliseconds(outcome.cost),
        milliseconds(acknowledged),
        *(milliseconds(one) for one in told),
        len(outcome.failed) or "",
    )


def milliseconds(seconds: float | None) -> str:
    """A time as the table shows it."""
    return "" if seconds is None else f"{seconds * 1000:.1f}"


def ratio(product: float | None, bare: float | None) -> float | None:
    """How the product compares; None where one of the two is void."""
    return round(product / bare, 3) if product is not None and bare else None


class Results:
    """All outcomes so far."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.outcomes: list[Outcome] = []
        self.more: dict[str, float | int | None] = {}

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Keep and show them."""
        for outcome in outcomes:
            self.outcomes.append(outcome)
            self.say(line_of(outcome))
            if outcome.void:
                self.say(f"  void: the load took more than {GENERATOR_LIMIT:.0%} of its core")
            if outcome.most_sums is not None:
                self.say(f"  the moderator's rooms: at most {outcome.most_sums:.2f} summaries or presences a second")
            if outcome.last is not None and outcome.others_waited is not None:
                self.say(
                    f"  everybody knows their next table after {outcome.last:.2f} s;"
                    f" others waited {outcome.others_waited:.2f} s at most"
                )
            for what, number in (("missing", outcome.missing), ("doubled", outcome.doubled), ("again", outcome.again)):
                if number:
                    self.say(f"  {what}: {number}")
            for problem in sorted(set(outcome.failed))[:3]:
                self.say(f"  {problem}")

    def middle(self, phase: str, server: str, figure: Callable[[Outcome], float | None]) -> float | None:
        """The median of a figure over the rounds; None unless every round has one."""
        found = [figure(one) for one in self.outcomes if (one.phase, one.server) == (phase, server)]
        there = [one for one in found if one is not None]
        return median(there) if there and len(there) == len(found) else None

    def compared(self, phase: str, figure: Callable[[Outcome], float | None]) -> float | None:
        """Product / R."""
        return ratio(self.middle(phase, "product", figure), self.middle(phase, "R", figure))

    def most(self, figure: Callable[[Outcome], float | None]) -> float | None:
        """The largest of a figure of the product's."""
        found = [value for one in self.outcomes if one.server == "product" and (value := figure(one)) is not None]
        return round(max(found), 3) if found else None

    def summary(self) -> dict[str, float | int | None]:
        """The last line."""
        mine = [one for one in self.outcomes if one.server == "product"]
        return {
            "cpu_paced": self.compared("paced", lambda one: one.cost),
            "cpu_closed": self.compared("closed", lambda one: one.cost),
            "latency_p50": self.compared("paced", lambda one: one.latency(0.5)),
            "slowest": self.compared("paced", lambda one: one.latency(1.0)),
            "announce": self.compared("announce", lambda one: None if one.void else one.last),
            "join": self.compared("join", lambda one: None if one.void else one.last),
            "cpu_cafe": self.compared("café", lambda one: one.cost),
            "sums_per_s": self.most(lambda one: one.most_sums),
            "change_s": self.most(lambda one: one.last if one.phase == "change" else None),
            "change_others_s": self.most(lambda one: one.others_waited),
            "memory": self.more.get("memory"),
            "page_kb": self.more.get("page_kb"),
            "page_requests": self.more.get("page_requests"),
            "failed_joins": sum(len(one.failed) for one in mine if one.phase in ("come in", "join")),
            "missing": sum(one.missing for one in mine),
            "doubled": sum(one.doubled for one in mine),
        }

    def show(self) -> None:
        """Say the summary."""
        self.say(json.dumps(self.summary()))
