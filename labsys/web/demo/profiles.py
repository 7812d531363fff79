"""Nanite types with what is known of them, and profiles of the hosts that drift from week to week."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

from assays.actions import nanite_profiles, nanite_types
from assays.actions.nanite_types import Statement
from assays.models import NaniteType, Result
from assays.rules.nanites import LOAD
from assays.rules.states import ResultStatus
from labsys.lib.clock import database_now
from labsys.web.demo.people import measured_specimens, patients, principal

Say = Callable[[str], object]
MARKERS = 16
ALLELES = range(8, 18)
# Code, working name, what it does, grade, on what that rests, how many released loads it names.
TYPES = (
    (
        *("NT-1", "lattice builder", "Holds on to red cells and multiplies there."),
        *("SUPPORTED", "Loads of several hosts rose together with the ratio to red cells.", 2),
    ),
    (
        *("NT-2", "iron binder", "Binds free iron in the plasma."),
        *("OBSERVED", "Seen in one host; nothing was measured beside it.", 1),
    ),
    (
        *("NT-3", "messenger", "Passes settings on between hosts who share quarters."),
        *("CONJECTURED", "Some hosts share rare alleles; nobody saw it passed on.", 0),
    ),
)
# Two hosts whose nanites come of one source, and one whose profile changes its pace.
ALIKE = ("tanaka", "novak")
RESTLESS = "ferreira"


def play(say: Say) -> None:
    """Describe the types, and record a profile of each specimen that was measured; all invented."""
    at = database_now()
    _describe(at)
    drawn = random.Random(7)  # noqa: S311 - the demo's profiles are the same every time
    source = _profile(drawn)
    count = 0
    for patient, person in patients():
        profile = {m: list(found) for m, found in source.items()}
        if patient.key not in ALIKE:
            profile = _profile(drawn)
        for specimen in measured_specimens(person):
            if patient.key == RESTLESS or drawn.random() < 0.4:
                _change(profile, drawn)
            nanite_profiles.record(
                specimen=specimen,
                content=_read(profile, drawn),
                method="capillary panel 16",
                observed_at=at,
                by=principal("tech1"),
                at=at,
            )
            count += 1
    say(f"{NaniteType.objects.count()} nanite types described, {count} profiles recorded")


def _describe(at: datetime) -> None:
    by = principal("lab")
    released = Result.objects.filter(analyte__code=LOAD, status=ResultStatus.RELEASED)
    sources = list(released.order_by("pk").values_list("pk", flat=True)[:2])
    for code, name, statement, grade, basis, wanted in TYPES:
        made = nanite_types.describe(code=code, name=name, by=by, at=at)
        if len(sources) >= wanted:
            said = Statement(statement, grade, basis, sources[:wanted])
            nanite_types.state(type=made, said=said, by=by, at=at)


def _profile(drawn: random.Random) -> dict[str, list[str]]:
    return {
        f"N{number:02}": sorted((str(one) for one in drawn.choices(ALLELES, k=2)), key=int)
        for number in range(1, MARKERS + 1)
    }


def _change(profile: dict[str, list[str]], drawn: random.Random) -> None:
    """Let one allele of a marker become another."""
    marker = drawn.choice(sorted(profile))
    profile[marker] = sorted((drawn.choice(profile[marker]), str(drawn.choice(ALLELES))), key=int)


def _read(profile: dict[str, list[str]], drawn: random.Random) -> dict[str, Any]:
    """Return what an instrument tells of a profile: signals and qualities scatter."""
    return {
        "markers": profile,
        "intensities": {
            marker: {one: round(drawn.gauss(800, 120)) for one in set(alleles)}
            for marker, alleles in profile.items()
        },
        "quality": {marker: round(drawn.uniform(0.82, 0.99), 2) for marker in profile},
    }
