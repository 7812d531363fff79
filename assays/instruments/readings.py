"""What a driver makes of a message: one reading per value, and what it cannot vouch for.

A driver knows the instrument and nothing of this laboratory: whether a specimen is known, a code
mapped or a unit wanted is decided later, by `assays.rules.filing`. Every result record of a message
gives exactly one reading, so that the ledger can count them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from assays.rules.filing import Hold
from assays.rules.identity import Patient as Patient
from labsys.lib.quantities import ReportedValue


class Sort(StrEnum):
    """What a reading is."""

    VALUE = "VALUE"  # of a patient's specimen
    CONTROL = "CONTROL"  # of control or calibrator material: never a patient's
    SUPPLEMENT = "SUPPLEMENT"  # raw signals, cycle numbers, lot numbers: kept, not a result
    QUERY = "QUERY"  # a request for work


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why the driver itself says that something must be held."""

    hold: Hold
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of a message, as the driver understood it.

    `position` counts the readings of the message from 1 and does not depend on how they are
    interpreted. `as_sent` holds the texts of the record as they stood there (value, unit, status,
    flags, observed_at, ...): a reading made anew must have the same. `value` is None where it could
    not be understood; `doubts` then says why. `observed_at` is None where the message names none.
    """

    position: int
    sort: Sort
    specimen: str
    code: str
    value: ReportedValue | None
    observed_at: datetime | None
    run: str = ""
    flags: str = ""
    comment: str = ""
    control: str = ""
    patient: Patient | None = None
    doubts: tuple[Doubt, ...] = ()
    as_sent: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Interpretation:
    """A whole message. A `doubt` stops all of it: then there are no readings."""

    readings: tuple[Reading, ...] = ()
    sender: str = ""
    control_id: str = ""
    sent_at: datetime | None = None
    doubt: Doubt | None = None

    @property
    def can_be_told_apart(self) -> bool:
        """Whether a repetition of the same bytes can only be a repetition (law 2)."""
        return bool(self.control_id) or self.sent_at is not None
