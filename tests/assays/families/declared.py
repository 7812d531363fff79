"""A family of instruments as somebody declares it, and what such an instrument sends."""

from __future__ import annotations

from typing import Any

from assays.actions import driver_families, versions
from assays.models import DriverFamily
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories

# The specimen stands in the third part of O.4, the code in the fifth of R.3, controls in O.11.
DECLARATION = {
    "astm": {
        "specimen": ["O.4.3"],
        "padding": " ",
        "code": ["R.3.5"],
        "control": [{"at": "O.11", "says": ["K"]}],
        "words": {"NEG": "NOT_DETECTED"},
    },
    "names": ["ACME"],
}
GIVEN = {
    "name": "acme-chem",
    "label": "Acme Chem 3",
    "base": "lis2a2",
    "note": "from its manual",
}


def message(specimen: str, *results: str, mark: str = "", number: int = 1) -> bytes:
    """What an Acme sends of one specimen; a result is `code|value|unit`."""
    lines = [
        rf"H|\^&|{number}||ACME CHEM^3||||||||1|20260105100000",
        "P|1",
        f"O|1||^^  {specimen}^B|^^^^ALL||||||{mark}",
        *(f"R|{n}|^^^^{one}||N||F" for n, one in enumerate(results, start=1)),
        "L|1|N",
    ]
    return "".join(f"{line}\r" for line in lines).encode()


def draft(*, by: Principal | None = None, **changes: Any) -> DriverFamily:
    given = {**GIVEN, "declaration": DECLARATION, **changes}
    by = by or factories.principal(Role.QUALITY_MANAGER)
    return driver_families.draft(by=by, at=database_now(), **given)


def in_force(**changes: Any) -> DriverFamily:
    made = draft(**changes)
    approver = factories.principal(Role.PATHOLOGIST)
    versions.approve(version=made, by=approver, at=database_now())
    versions.activate(version=made, by=approver, at=database_now())
    return made
