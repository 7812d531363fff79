"""What docs/ draws and names is what the code does, and every document is listed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands

from labsys.lib import policy

DOCS = Path(__file__).parents[2] / "docs"
# Decisions say what was true when they were made.
WRITTEN = [
    DOCS.parent / "README.md",
    *(one for one in sorted(DOCS.glob("**/*.md")) if "adr" not in one.parts),
]
NAME = re.compile(r"`((?:assays|consent|labsys|patients)(?:\.\w+)+)")
# Links to other documents; those to pages of labsys begin with a slash.
LINK = re.compile(r"\]\((?!https?:|/)([^)#]*)(?:#([^)]*))?\)")


def test_the_drawn_life_cycles_are_those_of_the_code() -> None:
    call_command("draw_states", check=True)


def test_the_written_roles_are_those_of_the_table() -> None:
    call_command("draw_roles", check=True)


def test_every_document_is_found_from_the_list_of_documents() -> None:
    listed = set(re.findall(r"\]\(([^)#]+)\)", (DOCS / "README.md").read_text()))
    written = {str(one.relative_to(DOCS)) for one in DOCS.glob("**/*.md")}
    own = {one for one in written if not one.startswith("adr/")} - {"README.md"}

    assert own - listed == set()
    assert [target for target in listed if not (DOCS / target).exists()] == []


@pytest.mark.parametrize("document", WRITTEN, ids=lambda one: str(one.relative_to(DOCS.parent)))
def test_what_a_document_names_is_there(document: Path) -> None:
    text = document.read_text()
    names = set(NAME.findall(text)) - set(policy.permissions())
    commands = set(re.findall(r"manage\.py ([a-z_]+)", text))

    assert sorted(name for name in names if not is_in_the_code(name)) == []
    assert commands <= set(get_commands())


@pytest.mark.parametrize("document", WRITTEN, ids=lambda one: str(one.relative_to(DOCS.parent)))
def test_every_link_of_a_document_leads_to_something(document: Path) -> None:
    assert list(broken_links(document)) == []


def is_in_the_code(name: str) -> bool:
    module, rest = name, []
    while module:
        try:
            found = import_module(module)
        except ModuleNotFoundError:
            module, _dot, last = module.rpartition(".")
            rest.insert(0, last)
            continue
        for part in rest:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


def broken_links(document: Path) -> Iterator[str]:
    for target, anchor in LINK.findall(document.read_text()):
        path = document.parent / target if target else document
        if not path.exists() or (anchor and anchor not in anchors(path)):
            yield f"{target}#{anchor}"


def anchors(document: Path) -> set[str]:
    """Return what the headings of a document are addressed by."""
    headings = re.findall(r"^#+ (.*)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}
