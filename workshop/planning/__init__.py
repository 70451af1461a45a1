"""From a café's rows to a plan of its coming rounds: what is known of the room, what is asked, what comes of it.

Writes and previews ask the same: a preview shows what would be done, and what is done is what was shown.
"""

from workshop.planning.reckoning import Made, reckon, report_of
from workshop.planning.rows import Rows, reaches, read_rows
from workshop.planning.sketch import Asked, Sketch, sketch, wants_plan
from workshop.planning.undoing import last_rearranging

__all__ = [
    "Asked",
    "Made",
    "Rows",
    "Sketch",
    "last_rearranging",
    "reaches",
    "read_rows",
    "reckon",
    "report_of",
    "sketch",
    "wants_plan",
]
