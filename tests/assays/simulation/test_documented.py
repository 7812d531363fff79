"""The page about connecting an instrument names what there is."""

from __future__ import annotations

import re

from assays.instruments import drivers
from assays.instruments import settings as instrument_settings
from assays.instruments.simulation.faults import Fault
from assays.rules.holds import PASSING, PASSING_OF_HOSPITALS, Hold
from assays.rules.states import MessageStatus
from tests.processes import ROOT

PAGE = (ROOT / "docs" / "instruments.md").read_text(encoding="utf-8")
HOSPITAL = (ROOT / "docs" / "hospital.md").read_text(encoding="utf-8")


def row(first: str, page: str = PAGE) -> list[str]:
    """The first cell of each row of the table whose first heading is this."""
    table = page.partition(f"| {first} |")[2].partition("\n\n")[0]
    return [line.split("|")[1].strip() for line in table.splitlines()[2:]]


def test_every_hold_is_explained_and_those_that_end_by_themselves_are_marked() -> None:
    cells = [*row("hold"), *row("hold of a hospital", HOSPITAL)]

    named = [Hold(name) for cell in cells for name in re.findall(r"[A-Z_]{4,}", cell)]
    marked = {Hold(cell.rstrip("* ")) for cell in cells if cell.endswith("*")}
    assert sorted(named) == sorted(Hold)
    assert marked == PASSING | PASSING_OF_HOSPITALS


def test_every_setting_driver_fault_and_state_is_named() -> None:
    known = set(instrument_settings.Settings.__dataclass_fields__)

    named = [*row("setting"), *row("setting of a hospital", HOSPITAL)]
    assert {cell.strip("`") for cell in named} == known
    assert [name for name in drivers.names() if f"`{name}`" not in PAGE] == []
    assert [fault for fault in Fault if f"`{fault}`" not in PAGE] == []
    states = {name for cell in row("a message is") for name in cell.split(", ")}
    assert states == {state.value for state in MessageStatus} - {"RECEIVED"}
