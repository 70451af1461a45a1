"""Loading the demonstration: an operation per process, which writes only what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from flask_babel import lazy_gettext as _l
from sqlalchemy import inspect, select, tuple_
from sqlalchemy.orm import Session

from workshop.demo.content import PROCESSES, Content, content_of, demo_id
from workshop.demo.outcomes import outcome_groups
from workshop.demo.rows import Group, event_groups, idea_groups, process_groups
from workshop.forms import OperationForm, Pick
from workshop.models import Process
from workshop.operations.processes import slug_of
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor, At, Standing
from workshop.transaction import Transaction


class LoadForm(OperationForm):
    """Which of the demonstration's processes, by the name its files use."""

    # An attribute called `process` would hide WTForms' own method.
    of_process = Pick(_l("Process"), [(name, name) for name in PROCESSES], name="process")


@dataclass
class Demonstration(At):
    """What the files say, and what the process is called in addresses."""

    content: Content = field(kw_only=True)
    slug: str = field(kw_only=True)


def demonstration(session: Session, by: Actor, form: LoadForm) -> Demonstration:
    """The files of one process; it may be there already, or be new."""
    content = content_of(form.of_process.data)
    key = demo_id(form.of_process.data)
    slug = slug_of(content.process["name"])
    if session.scalar(select(Process.id).where(Process.slug == slug, Process.id != key)):
        slug = f"{slug}-demo"
    return Demonstration(Standing(session.scalar(select(Process.id).where(Process.id == key)), system=by.system),
                         content=content, slug=slug)  # fmt: skip


@operation(
    "demo.load",
    LoadForm,
    Permission.INSTALL,
    find=demonstration,
    title=_l("Load the demonstration"),
    says=_l("%(who)s loaded the demonstration"),
)
def load_demonstration(tx: Transaction, at: Demonstration, form: LoadForm) -> None:
    """Write what is missing of one process; what is there stays as people have made it."""
    added = 0
    for group in groups(at.content, at.slug):
        missing = without_known(tx.session, group)
        tx.session.add_all(missing)
        # Group after group: tables that are tied by ids alone give SQLAlchemy no order.
        tx.session.flush()
        added += len(missing)
    if not added:
        return
    tx.process_id = demo_id(form.of_process.data)
    tx.about("process", tx.process_id)
    tx.tell("list", demo_id(at.content.event["id"]))


def groups(content: Content, slug: str) -> Iterator[Group]:
    """All rows of one process, each group after those it points to."""
    return chain(process_groups(content, slug), event_groups(content), idea_groups(content), outcome_groups(content))


def without_known(session: Session, group: Group) -> Group:
    """Those rows of a group whose primary keys are not in the database."""
    if not group:
        return []
    mapper = inspect(type(group[0]))
    keys = {mapper.primary_key_from_instance(row)[0] if len(mapper.primary_key) == 1
            else tuple(mapper.primary_key_from_instance(row)): row for row in group}  # fmt: skip
    columns = mapper.primary_key
    if len(columns) == 1:
        known = set(session.scalars(select(columns[0]).where(columns[0].in_(keys))))
    else:
        known = {tuple(row) for row in session.execute(select(*columns).where(tuple_(*columns).in_(keys)))}
    return [row for key, row in keys.items() if key not in known]
