"""What an analysis of files says: tables for people, data for programs, drawings for both."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a title; numbers are written by whoever makes the table."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def lines(self) -> list[str]:
        """Return the table in columns as wide as what they hold."""
        every = [list(self.columns), *(list(row) for row in self.rows)]
        widths = [max(len(row[place]) for row in every) for place in range(len(self.columns))]
        written = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in every
        ]
        ruled = [written[0], "  ".join("-" * width for width in widths), *written[1:]]
        return [self.title, *(f"  {line}" for line in ruled)]


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found. ``data`` is JSON; ``plots`` names a file for each drawing's bytes.

    ``failures`` are sentences about inputs that could not be used while others were.
    """

    tables: Sequence[Table]
    data: Mapping[str, Any]
    plots: Mapping[str, bytes] = field(default_factory=dict)
    notes: Sequence[str] = ()
    failures: Sequence[str] = ()


class Analysis(Protocol):
    """One analysis of files: a module of this package that has these names."""

    NAME: str
    HELP: str

    def add_arguments(self, parser: ArgumentParser) -> None: ...

    def run(self, options: Mapping[str, Any]) -> Findings: ...
