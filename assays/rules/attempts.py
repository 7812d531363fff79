"""Repeats, reruns and dilutions: what they are called, and the arithmetic of a dilution."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from labsys.lib.quantities import Comparator, Quantity, ReportedValue
from labsys.lib.states import StateTable
from labsys.lib.units import Conversion, convert
from labsys.lib.wording import gettext_noop as _

LARGEST_FACTOR = Decimal(100_000)
_TIMES = "dilution"


class AttemptKind(StrEnum):
    """REPEAT: the same specimen measured again. RERUN: the run anew, its reagents or its position
    in doubt. DILUTION: the specimen diluted."""

    REPEAT = "REPEAT"
    RERUN = "RERUN"
    DILUTION = "DILUTION"


class AppliedBy(StrEnum):
    """Who multiplies by the factor: the instrument before it reports, or the laboratory here."""

    INSTRUMENT = "INSTRUMENT"
    LABORATORY = "LABORATORY"


class RequestStatus(StrEnum):
    OPEN = "OPEN"
    DONE = "DONE"
    WITHDRAWN = "WITHDRAWN"


KIND_WORDS: dict[AttemptKind, str] = {
    AttemptKind.REPEAT: _("repeat"),
    AttemptKind.RERUN: _("rerun"),
    AttemptKind.DILUTION: _("dilution"),
}
ATTEMPT_REQUEST = StateTable(
    name="request for another attempt",
    states=RequestStatus,
    initial=frozenset({RequestStatus.OPEN}),
    moves={
        RequestStatus.OPEN: frozenset({RequestStatus.DONE, RequestStatus.WITHDRAWN}),
    },
)


@dataclass(frozen=True, slots=True)
class Asked:
    """An open request, as filing sees it."""

    request_id: int
    kind: AttemptKind
    factor: Decimal | None = None
    applied_by: AppliedBy | None = None

    @property
    def factor_here(self) -> Decimal | None:
        """By what the laboratory multiplies what is measured; None where it does not."""
        return self.factor if self.applied_by is AppliedBy.LABORATORY else None


def diluted(value: ReportedValue, asked: Asked | None, *, decimals: int) -> ReportedValue:
    """Return the value that is reported of a measured one: multiplied here once, or as it is."""
    return multiplied(value, None if asked is None else asked.factor_here, decimals=decimals)


def multiplied(value: ReportedValue, factor: Decimal | None, *, decimals: int) -> ReportedValue:
    """Return a measured value times a factor; a bound is rounded outward, as `convert` does."""
    if factor is None or not isinstance(value, Quantity):
        return value
    return convert(value, Conversion(_TIMES, 1, value.unit, value.unit, factor), decimals=decimals)


def proposes_dilution(value: ReportedValue, amr_high: Decimal | None) -> bool:
    """Whether a value lies above what the method measures."""
    if not isinstance(value, Quantity):
        return False
    if value.comparator in (Comparator.GREATER, Comparator.AT_LEAST):
        return True
    return amr_high is not None and value.comparator is Comparator.EQUAL and value.value > amr_high
