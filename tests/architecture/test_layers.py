"""Who may import whom."""

import ast
from collections.abc import Iterable

import pytest

from tests.architecture.source import Module, modules, names

GROUND = {
    "binding", "clock", "committing", "config", "database", "engine", "errors", "forms", "pace", "statements", "text",
    "tokens", "uploads",
}  # fmt: skip
"""What every layer stands on; knows nothing of what the product is about."""
RIGHTS = {"policy", "standing"}
"""Who acts, and what they may."""
DOORS = {"web", "live", "api", "cli", "jobs"}

MAY_IMPORT = {
    "clock": set(),
    "engine": set(),
    "errors": set(),
    "tokens": set(),
    "database": set(),
    "pace": set(),
    "committing": {"database", "engine"},
    "pictures": set(),
    "uploads": {"pictures"},
    "statements": {"database"},
    "config": {"engine"},
    "text": set(),
    "forms": {"text"},
    "binding": {"errors", "forms", "text"},
    "models": {"clock"},
    "schema": {"config", "database"},
    # Writes.
    "phases": {"errors", "models"},
    "standing": {"errors", "models", "phases", "statements"},
    "policy": {"errors", "phases", "standing"},
    "revisions": {"models", "statements"},
    "transaction": {"models", "statements", "uploads"},
    "out_of_sight": {"models"},
    "room_left": {"models", "statements"},
    "perform": {"out_of_sight", "room_left", "revisions", "transaction", *RIGHTS, "models", *GROUND},
    "planning": {"seating", "models", *GROUND},
    "operations": {"planning", "room_left", "perform", "transaction", *RIGHTS, "phases", "models", *GROUND},
    # Reads.
    "queries": {"planning", "room_left", *RIGHTS, "phases", "models", *GROUND},
    "render": {"queries", *RIGHTS, "phases", "models", *GROUND},
    # Libraries.
    "similarity": set(),
    "seating": set(),
    "exchange": {"queries", "operations", "perform", *RIGHTS, "models", *GROUND},
    "demo": {"operations", "perform", "transaction", *RIGHTS, "models", *GROUND},
    "lookalikes": {"similarity", "queries", "perform", *RIGHTS, "models", *GROUND},
    # What doors share.
    "extensions": {"models"},
    "addresses": {"config"},
    "identity": {"addresses", "queries", "perform", *RIGHTS, "models", *GROUND},
    "calls": {"perform", *GROUND},
}
LIBRARIES = {"exchange", "similarity", "seating"}
BELOW = {
    "planning", "operations", "queries", "render", "perform", "out_of_sight", "room_left", "revisions", "transaction",
    "phases", "models", "schema", *RIGHTS, *LIBRARIES, *GROUND,
}  # fmt: skip
FOR_DOORS = BELOW | {"addresses", "calls", "extensions", "identity", "lookalikes"}
MAY_IMPORT |= dict.fromkeys(DOORS, FOR_DOORS)
# The command line starts the server, the demonstration's café of today and what is done by itself.
MAY_IMPORT["cli"] = FOR_DOORS | {"assembly", "demo", "jobs"}
# Where the parts are put together.
MAY_IMPORT["assembly"] = FOR_DOORS | {"web", "live", "api"}
MAY_IMPORT["workshop"] = {"assembly", "config"}
MAY_IMPORT["__main__"] = {"cli", "engine"}

MAY_IMPORT_INSIDE_FUNCTIONS = {
    "workshop": "imported by `python -m workshop` before the engine has started",
    "workshop.__main__": "the engine has to start before anything else is imported",
    "workshop.cli.commands": "only `workshop serve` needs the whole application; the others answer sooner without",
    "workshop.engine": "each engine is imported only where it is the one chosen",
}
REQUEST_BOUND = {"request", "session", "g", "flash", "redirect", "url_for", "abort", "render_template", "make_response"}


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_module_imports_only_what_lies_below(module: Module) -> None:
    assert module.layer in MAY_IMPORT, f"say in MAY_IMPORT where {module.layer} stands"
    wrong = {
        imported
        for imported, _ in module.imports()
        if imported in names()
        and (layer := layer_of(imported)) != module.layer
        and layer not in MAY_IMPORT[module.layer]
    }
    assert not wrong


def layer_of(name: str) -> str:
    return name.split(".")[1] if "." in name else name


def test_no_imports_lead_back_to_where_they_began() -> None:
    graph = {module.name: {name for name, _ in module.imports() if name in names()} for module in modules()}
    # A package's own file runs before its modules do, and importing a module is importing its package too.
    circles = list(circles_in(graph))
    assert not circles


def circles_in(graph: dict[str, set[str]]) -> Iterable[list[str]]:
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> Iterable[list[str]]:
        if name in path:
            yield [*path[path.index(name) :], name]
        elif name not in done:
            for following in sorted(graph.get(name, ())):
                yield from visit(following, [*path, name])
            done.add(name)

    for name in sorted(graph):
        yield from visit(name, [])


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_nothing_is_imported_inside_a_function(module: Module) -> None:
    if module.name in MAY_IMPORT_INSIDE_FUNCTIONS:
        return
    inside = [
        ast.unparse(node)
        for function in ast.walk(module.tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not inside


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_below_the_doors_nobody_knows_of_requests(module: Module) -> None:
    if module.layer not in BELOW | {"demo"}:
        return
    imported = {
        f"{node.module}.{one.name}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom)
        for one in node.names
    } | {one.name for node in ast.walk(module.tree) if isinstance(node, ast.Import) for one in node.names}
    assert not {one for one in imported if "socketio" in one or "flask_login" in one}
    assert not imported & {f"flask.{name}" for name in REQUEST_BOUND}
    used = {
        node.attr
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "flask"
    }
    assert not used & REQUEST_BOUND


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_one_file_knows_the_engine(module: Module) -> None:
    if module.name != "workshop.engine":
        assert not {name for name, _ in module.imports() if name.split(".")[0] in ("eventlet", "greenlet", "gevent")}


def test_only_perform_commits() -> None:
    committing = {
        module.name
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    }
    # The committer, to which perform hands its work, ends savepoints of sessions.
    assert committing <= {"workshop.perform", "workshop.committing"}


def test_there_is_one_clock() -> None:
    reading = {
        module.name
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("now", "utcnow", "today")
        and isinstance(node.value, ast.Name)
        and node.value.id in ("datetime", "date")
    }
    assert reading <= {"workshop.clock"}


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "helpers", "helper", "misc", "common", "shared", "tools"}
    assert not {module.name for module in modules() if module.name.split(".")[-1] in drawers}
