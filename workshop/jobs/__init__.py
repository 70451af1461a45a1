"""The door of what happens by itself: rounds that go by the clock."""

from workshop.jobs.rounds import Clockwork

__all__ = ["Clockwork"]
