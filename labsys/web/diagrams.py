"""Drawings of the code for docs/, made from the tables that the code itself reads."""

from __future__ import annotations

from assays.rules import states as laboratory
from consent.rules import states as clearance
from labsys.lib.states import mermaid

HEADER = """# Life cycles

Drawn by `manage.py draw_states` from the tables in the code that decide which moves exist; a test
fails where this file and the code differ. Do not edit it by hand.
"""


def states_document() -> str:
    """Return docs/states.md."""
    parts = [HEADER]
    for table in (*laboratory.TABLES, *clearance.TABLES):
        title = table.name[:1].upper() + table.name[1:]
        parts.append(f"## {title}\n\n```mermaid\n{mermaid(table)}```\n")  # type: ignore[arg-type]
    return "\n".join(parts)
