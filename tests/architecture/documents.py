"""The tables in the documents that are made from the code; `python -m tests.architecture.documents` writes them."""

import ast

from flask_babel import LazyString

import workshop.demo.loader
import workshop.demo.today
import workshop.operations  # noqa: F401  (these fill the registry)
from tests.architecture.source import PROJECT, modules, names
from workshop.forms import OperationForm
from workshop.models import IdeaKind, PhaseKind
from workshop.perform import OPERATIONS
from workshop.phases import is_open, open_kinds
from workshop.policy import RULES, Rule
from workshop.standing import Part

BEGIN = "<!-- made from the code: python -m tests.architecture.documents -->"
END = "<!-- end -->"
PARTS = [part for part in Part if part is not Part.SYSTEM]


def operations_table() -> str:
    """Every operation with its fields and what permits it."""
    rows = [
        f"| `{name}` | {plain(one.title)} | {fields_of(one.form)} | `{one.permission.value}` |"
        for name, one in sorted(OPERATIONS.items())
    ]
    return "\n".join(["| operation | what it does | fields | permission |", "| --- | --- | --- | --- |", *rows])


def plain(text: LazyString | str) -> str:
    """A sentence as it stands in the source."""
    return str(text)


def fields_of(form: type[OperationForm]) -> str:
    """The names of a form's fields; those one may leave out in brackets."""
    named = [f"`{field.name}`" if field.flags.required else f"(`{field.name}`)" for field in form()]
    return ", ".join(named) or "none"


def roles_table() -> str:
    """Who may what: a row for each permission, a column for each part."""
    phases = [f"in {kind.value.replace('_', '-')}" for kind in PhaseKind]
    head = ["permission", *(part.value for part in PARTS), "until the event is closed", *phases]
    rows = [
        [
            f"`{permission.value}`",
            *("yes" if {part, Part.ANYBODY} & rule.parts else "" for part in PARTS),
            "yes" if rule.until_closed else "",
            *(in_phase(rule, kind) for kind in PhaseKind),
        ]
        for permission, rule in RULES.items()
    ]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))


def in_phase(rule: Rule, phase: PhaseKind) -> str:
    """What of it is open in a phase to those who take part: all, nothing, or notes of some kinds."""
    if rule.by_kind:
        kinds = open_kinds(phase)
        return "yes" if len(kinds) == len(IdeaKind) else ", ".join(f"{kind.value}" for kind in kinds)
    return "yes" if rule.activity is None or is_open(rule.activity, phase) else ""


def parts_table() -> str:
    """The parts of the package, each above all that it knows, with what it says of itself."""
    knows: dict[str, set[str]] = {}
    says: dict[str, str] = {}
    for module in modules():
        part = module.layer
        known = {name.split(".")[1] for name, _ in module.imports() if name in names() and "." in name}
        knows.setdefault(part, set()).update(known - {part})
        if module.name.count(".") < 2:
            says[part] = (ast.get_docstring(module.tree) or "").split("\n")[0]

    def floor(part: str) -> int:
        return max((1 + floor(one) for one in knows[part]), default=0)

    folders = {module.layer for module in modules() if module.name.count(".") > 1}
    rows = [
        f"| `{part}{'/' if part in folders else '.py'}` | {says[part]} |"
        for part in sorted(knows.keys() - {"workshop"}, key=lambda one: (-floor(one), one))
    ]
    return "\n".join(["| in `workshop/` | |", "| --- | --- |", *rows])


TABLES = {"docs/operations.md": operations_table, "docs/roles.md": roles_table, "docs/code.md": parts_table}


def with_table(text: str, table: str) -> str:
    """A document's text with its table made anew."""
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def main() -> None:
    """Write all tables."""
    for name, table in TABLES.items():
        path = PROJECT / name
        path.write_text(with_table(path.read_text(), table()))


if __name__ == "__main__":
    main()
