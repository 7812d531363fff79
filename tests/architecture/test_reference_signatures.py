"""How a function of docs/reference is written there is how it is called."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
MODULE = re.compile(r"`(assays\.numerics\.\w+)")
SIGNATURE = re.compile(r"`(\w+(?:\.\w+)*)\(([^`]*)\)(?: -> [^`]*)?`")
# A default that is written as ... is long, or is not for the reader.
UNSAID = "..."


def test_the_functions_of_a_reference_page_are_called_as_it_says() -> None:
    seen = {page.stem: list(written(page)) for page in sorted(REFERENCE.glob("*.md"))}
    wrong = [
        f"{page}: {name}({told}) is {name}{inspect.signature(function)}"
        for page, functions in seen.items()
        for name, told, function in functions
        if not is_called_as(told, function)
    ]

    assert wrong == []
    assert sum(map(len, seen.values())) > 40


@pytest.mark.parametrize(
    ("told", "is_right"),
    [
        ("one, two=2, *, three='3'", True),
        ("one, two=..., *, three=...", True),
        ("two=2, one=..., *, three='3'", False),
        ("one, two=3, *, three='3'", False),
        ("one, two=2, three='3'", False),
        ("one, two=2", False),
    ],
)
def test_a_signature_that_differs_is_seen(told: str, is_right: bool) -> None:
    def function(one: int, two: int = 2, *, three: str = "3") -> None: ...

    assert is_called_as(told, function) is is_right


def written(page: Path) -> Iterator[tuple[str, str, Any]]:
    """Yield each signature that a page writes out, with the function of its modules."""
    text = " ".join(page.read_text().split())
    modules = [import_module(name) for name in sorted(set(MODULE.findall(text)))]
    for name, told in SIGNATURE.findall(text):
        function = next((found for one in modules if (found := of(one, name)) is not None), None)
        if callable(function) and not is_dataclass(function) and told_of(told) is not None:
            yield name, told, function


def is_called_as(told: str, function: Any) -> bool:
    """Return whether parameters have the names, order and defaults that are written."""
    asked = told_of(told)
    return list((asked or {}).items()) == list(made_of(function, asked).items())


def of(module: Any, name: str) -> Any:
    found = module
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


def told_of(told: str) -> dict[str, tuple[bool, object]] | None:
    """Return the parameters by name: whether by name alone, and their default."""
    try:
        given = ast.parse(f"def function({told}): ...").body[0]
    except SyntaxError:
        return None
    assert isinstance(given, ast.FunctionDef)
    plain, named = given.args.args, given.args.kwonlyargs
    defaults = [None] * (len(plain) - len(given.args.defaults)) + list(given.args.defaults)
    found = {one.arg: (False, said(value)) for one, value in zip(plain, defaults, strict=True)}
    return found | {
        one.arg: (True, said(value))
        for one, value in zip(named, given.args.kw_defaults, strict=True)
    }


def said(default: ast.expr | None) -> object:
    if default is None:
        return inspect.Parameter.empty
    value = ast.literal_eval(default)
    return UNSAID if value is ... else value


def made_of(
    function: Any, told: dict[str, tuple[bool, object]] | None
) -> dict[str, tuple[bool, object]]:
    """Return the parameters as the code has them; defaults that the page leaves out are left out."""
    found = {}
    for one in inspect.signature(function).parameters.values():
        default = one.default
        if (told or {}).get(one.name, (False, None))[1] == UNSAID:
            default = UNSAID if default is not one.empty else default
        found[one.name] = (one.kind is one.KEYWORD_ONLY, default)
    return found
