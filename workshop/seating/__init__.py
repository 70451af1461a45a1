"""The rotation plan: who sits at which table in which round. No database, no Flask; ids are anything hashable.

    made = plan(people, tables, rounds=3, wishes=Wishes(together=[(anna, interpreter)]), effort=Effort(pause=yield_))
    made.rounds[0][table_id]      # the people at that table, its host first
    made.report                   # how good the plan is, how good it could be, and why

**plan** seats everybody in every round: hosts stay, tables are equally large or one apart, nobody comes to a table
twice, organisations are mixed, and as few pairs as possible meet twice. Those `together` and those `apart` always are;
where that cannot be, `Impossible` says why (`.obstacle` for a page, `.people` whom it concerns). Pairs who are together
meet in every round: that is counted in the cost and, as nobody could avoid it, in the bound.

**Planning anew.** Hand over the rounds that have been as people really sat (`past`), those who are there from now on
(late ones with them, absent ones not), the tables that are open from now on, and how many rounds are to come. A closed
table is left out, an added one is in, one that took in others names them in `replaces`. Whoever has been told a coming
seat stands in `told`, round by round, and is not moved; the others fill up the emptiest tables.

**From afar.** `Person.remote` and `Table.reach` keep people in the room at tables in the room or hybrid ones, and those
from afar at remote or hybrid ones. Where their numbers do not allow one size for all tables, each kind has its own.

**Groups.** `rotate_groups` sends fixed groups from table to table. One round of `plan`, without hosts and with as many
tables as groups, makes groups in which organisations are mixed.

**Time.** A plan takes some 10 ms where arithmetic finds the best one, and about a second for a million trials
(`Effort.trials`) where it cannot be reached. `Effort.pause` is called every millisecond or two meanwhile; the longest
part without takes 10 ms for 300 people, 100 ms for 1,000. The same input and seed give the same plan.

The plan begins with an arithmetic one (`fields`, `starters`) where the room is regular and is bettered by exchanges
(`search`); what it can be measured by stands in `bounds`.
"""

from workshop.seating.groups import rotate_groups
from workshop.seating.planning import Plan, plan
from workshop.seating.report import Report, Why
from workshop.seating.room import Effort, Id, Impossible, Obstacle, Person, Reach, Seats, Table, Wishes

__all__ = [
    "Effort",
    "Id",
    "Impossible",
    "Obstacle",
    "Person",
    "Plan",
    "Reach",
    "Report",
    "Seats",
    "Table",
    "Why",
    "Wishes",
    "plan",
    "rotate_groups",
]
