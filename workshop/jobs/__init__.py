"""The door of what happens by itself: rounds that go by the clock, and files that nobody needs swept away."""

from workshop.jobs.photos import Sweeper
from workshop.jobs.rounds import Clockwork

__all__ = ["Clockwork", "Sweeper"]
