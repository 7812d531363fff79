"""Rows of limits that the demo's laboratory doctor has signed; all others are unverified."""

from __future__ import annotations

from assays.actions import catalogue
from assays.queries import range_rows
from labsys.lib.clock import database_now
from labsys.web.demo import signing
from labsys.web.demo.people import principal

# What the worklist's clear lane and the live rule set need: limits that somebody answers for.
SIGNED = ("HGB", "WBC", "PLT", "MCV", "NA", "K")


def sign() -> int:
    """Sign every row of a few analytes under the doctor's name; returns how many."""
    rows = [row.ref for row in range_rows.in_force() if row.code in SIGNED and not row.is_signed]
    with signing.login("lab") as session:
        made = catalogue.sign_rows(
            refs=rows,
            step_up=signing.sign(session).step_up,
            by=principal("lab"),
            at=database_now(),
            note="Transference study, 20 healthy adults.",
        )
    return len(made)
