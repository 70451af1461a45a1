"""The product's modules as they are written."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Module:
    """One file of the package."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def layer(self) -> str:
        """The first word after `workshop`; "workshop" for the package itself."""
        words = self.name.split(".")
        return words[1] if len(words) > 1 else words[0]

    def imports(self) -> Iterator[tuple[str, ast.AST]]:
        """Every module it imports, by its full name, with the node that says so."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((one.name, node) for one in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert not node.level, f"{self.name} imports by dots"
                for one in node.names:
                    full = f"{node.module}.{one.name}"
                    yield (full if full in names() else node.module or ""), node


@cache
def names() -> frozenset[str]:
    """The names of all modules."""
    return frozenset(_name(path) for path in _paths())


@cache
def modules() -> tuple[Module, ...]:
    """All modules, parsed."""
    return tuple(Module(_name(path), path, ast.parse(path.read_text(), str(path))) for path in _paths())


def _paths() -> list[Path]:
    return sorted((PROJECT / "workshop").rglob("*.py"))


def _name(path: Path) -> str:
    return ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")
