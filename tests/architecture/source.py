"""The product's own source files, parsed once, for the tests of how it is built."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("labsys", "patients", "assays", "consent")


@dataclass(frozen=True)
class Module:
    """One Python file of the product."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The path from the top, such as assays/actions/results.py."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def parts(self) -> tuple[str, ...]:
        return self.path.relative_to(ROOT).with_suffix("").parts

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the file; walking it anew costs each test as much again."""
        return tuple(ast.walk(self.tree))

    def functions(self) -> Iterator[ast.FunctionDef]:
        for node in self.nodes:
            if isinstance(node, ast.FunctionDef):
                yield node

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Yield each call with the last part of what is called: `x.y.z()` is `z`."""
        for node in self.nodes:
            if isinstance(node, ast.Call):
                called = node.func
                if isinstance(called, ast.Attribute):
                    yield called.attr, node
                elif isinstance(called, ast.Name):
                    yield called.id, node

    def strings(self) -> Iterator[tuple[str, ast.Constant]]:
        for node in self.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value, node


@cache
def modules() -> tuple[Module, ...]:
    """Return every module of the product but its migrations."""
    found = []
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts and "__pycache__" not in path.parts:
                text = path.read_text(encoding="utf-8")
                found.append(Module(path, text, ast.parse(text, str(path))))
    return tuple(found)


def templates() -> Iterator[Path]:
    for app in APPS:
        yield from sorted((ROOT / app).rglob("templates/**/*.html"))
