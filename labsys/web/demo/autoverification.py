"""Two rule sets of the demo: one releases white cells and platelets, one looks on at haemoglobin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from assays.actions import rulesets, versions
from assays.models import Assay, RuleSet
from assays.rules.autoverification.written import read_lines
from labsys.accounts.models import Principal

LIVE = """
platelets: LIMITS low=160 high=390 unit=10*3/uL for PLT
change: DELTA percent=40 within_hours=336 without_previous=PASS
bound: COMPARATOR
typed: MANUAL_ENTRY
repeated: REPEAT
people: SPECIES only=human
"""
SHADOW = """
haemoglobin: LIMITS low=12.5 high=17.0 unit=g/dL for HGB
change: DELTA percent=15 within_hours=336 without_previous=PASS
typed: MANUAL_ENTRY
old: SPECIMEN_AGE max_hours=24
"""


def install(staff: Mapping[str, Principal], at: datetime) -> None:
    """Let one rule set release, and one look on; their limits are signed (`ranges`)."""
    live = _in_force(staff, at, "cells", "White cells and platelets", LIVE, ("WBC", "PLT"))
    _in_force(staff, at, "haemoglobin", "Haemoglobin", SHADOW, ("HGB",))
    rulesets.go_live(
        rule_set=live,
        by=staff["lab2"],
        at=at,
        reason="Agreed with two people over a month in the shadow.",
    )


def _in_force(
    staff: Mapping[str, Principal],
    at: datetime,
    code: str,
    name: str,
    lines: str,
    codes: tuple[str, ...],
) -> RuleSet:
    made = rulesets.draft(
        code=code,
        name=name,
        rules=read_lines(lines),
        assays=list(Assay.objects.filter(analyte__code__in=codes)),
        by=staff["quality"],
        at=at,
        note="First rules of the demo.",
    )
    versions.approve(version=made, by=staff["lab"], at=at)
    versions.activate(version=made, by=staff["lab"], at=at)
    return made
