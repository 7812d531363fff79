"""Everything that is known of one value when it is decided whether a person has to look at it.

What is not known is None, and None keeps the value back wherever a law or a rule asks for it: an
unknown is never read as "nothing found". An empty collection says that it was looked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from assays.rules.reference_intervals import Outcome as RangeOutcome
from assays.rules.stability import Stability
from labsys.lib.quantities import Quantity, ReportedValue


class QcState(StrEnum):
    """How quality control of this instrument and assay stands."""

    IN_CONTROL = "IN_CONTROL"
    BLOCKED = "BLOCKED"
    UNKNOWN = "UNKNOWN"
    # Nothing holds it, and no control of it was ever accepted here.
    NOT_CONTROLLED = "NOT_CONTROLLED"
    # Nobody named the instrument: there is nothing whose control could be asked for.
    NO_INSTRUMENT = "NO_INSTRUMENT"


class Source(StrEnum):
    """Where a value came from."""

    INSTRUMENT = "INSTRUMENT"
    TYPED = "TYPED"
    CALCULATED = "CALCULATED"


@dataclass(frozen=True, slots=True)
class Limits:
    """A lower and an upper limit, both inside; None where there is none."""

    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Other:
    """Another result of the same specimen; one that is held or withdrawn supports nothing."""

    value: ReportedValue
    is_sound: bool = True


@dataclass(frozen=True, slots=True)
class Subject:
    """One value with its context. ``assay`` and the keys of ``others`` are analyte codes.

    ``flags`` and ``is_critical`` come from the evaluation; ``holds`` names the open holds;
    ``unsigned_limits`` names the kinds of other limits (`RowKind`) that hold for the value and that
    nobody signed; ``flags_sent`` is what the instrument said; ``elapsed`` lies between the two
    collections; ``stability`` is how long the analyte keeps in its specimen at room temperature, and
    ``kept`` whether it did, however the specimen was kept: where that is known it decides.
    ``qc_age`` is how long ago controls were last accepted; ``earlier_attempts`` counts values
    measured before for the same order item.
    """

    assay: str
    value: ReportedValue
    flags: tuple[str, ...] | None = None
    is_critical: bool | None = None
    holds: tuple[str, ...] | None = None
    range_outcome: RangeOutcome | None = None
    is_range_signed: bool | None = None
    unsigned_limits: tuple[str, ...] | None = ()
    flags_sent: tuple[str, ...] | None = None
    qc: QcState = QcState.UNKNOWN
    qc_age: timedelta | None = None
    is_correction: bool | None = None
    source: Source | None = None
    critical: tuple[Limits, ...] | None = None
    delta: str | None = None
    delta_reasons: tuple[str, ...] = ()
    previous: Quantity | None = None
    elapsed: timedelta | None = None
    measuring: Limits = field(default_factory=Limits)
    quantitation: Decimal | None = None
    reportable: Limits = field(default_factory=Limits)
    others: Mapping[str, Other] | None = None
    collected_at: datetime | None = None
    observed_at: datetime | None = None
    stability: timedelta | None = None
    kept: Stability | None = None
    earlier_attempts: int | None = None
    instrument: str | None = None
    priority: str | None = None
    species: str | None = None
