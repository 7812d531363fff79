"""What is filed, and what is known about it: a value as reported, its specimen, assay and order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from assays.rules.attempts import Asked, multiplied
from assays.rules.catalogue import ValueKind
from assays.rules.contexts import Collection as Collected
from assays.rules.identity import Patient, PersonFacts
from assays.rules.physiology import CycleState, Fasting
from assays.rules.states import OrderItemStatus, OrderStatus, ResultStatus, SpecimenStatus
from labsys.lib.quantities import ReportedValue
from labsys.lib.units import Conversion

# An analyser that was off line delivers days later; older than this a person looks at it first.
OLDEST = timedelta(days=30)
_OPEN_ITEM = frozenset({OrderItemStatus.ORDERED, OrderItemStatus.IN_PROCESS})


class Change(StrEnum):
    """What is said of a value that was sent before."""

    CORRECTED = "CORRECTED"  # ASTM C, HL7 C and A: another value takes its place
    WITHDRAWN = "WITHDRAWN"  # HL7 D: it is deleted
    WRONG_PATIENT = "WRONG_PATIENT"  # HL7 W: it was posted as another patient's
    TAKEN = "TAKEN"  # a person here takes a held value for the correction of what stands


WITHDRAWING = (Change.WITHDRAWN, Change.WRONG_PATIENT)


@dataclass(frozen=True, slots=True)
class Foreign:
    """A specimen named by another system's identifier."""

    system: str
    value: str

    def __str__(self) -> str:
        return f"{self.system} {self.value}"


@dataclass(frozen=True, slots=True)
class Written:
    """A specimen as an instrument writes it: an accession, or an identifier of whichever system."""

    text: str

    def __str__(self) -> str:
        return self.text


SpecimenKey = str | Foreign | Written


@dataclass(frozen=True, slots=True)
class Entry:
    """One value as reported, through whichever door; an accession or foreign id, never a person.

    `assay_id` is given by a person who chose the assay; an instrument gives its own `code`. A value
    is judged by the moment it was received at, however late it is filed; None is now. `change` says
    that it corrects or takes back what was sent before; `sent_at` is then the time of its message.
    `is_new` says that a person took what looks like a repetition for another measurement.
    """

    specimen: SpecimenKey
    value: ReportedValue
    observed_at: datetime
    code: str = ""
    assay_id: int | None = None
    run: str = ""
    flags_sent: str = ""
    comment: str = ""
    as_sent: Mapping[str, object] = field(default_factory=dict)
    patient: Patient | None = None
    received_at: datetime | None = None
    change: Change | None = None
    sent_at: datetime | None = None
    is_new: bool = False

    @property
    def is_timed(self) -> bool:
        """Whether the message itself said when the value was observed."""
        return self.as_sent.get("observed_at_is") != "received_at"

    @property
    def said_at(self) -> datetime | None:
        """When the value was observed, where its message said so."""
        return self.observed_at if self.is_timed else None


@dataclass(frozen=True, slots=True)
class SpecimenFacts:
    id: int
    accession: str
    status: SpecimenStatus
    collected_at: datetime | None
    person_id: int
    fasting: Fasting | None = None
    cycle: CycleState | None = None

    @property
    def collection(self) -> Collected:
        """Whose it is and how it was drawn; only of a specimen that was collected."""
        assert self.collected_at is not None  # filing holds what was not
        return Collected(self.person_id, self.collected_at, self.fasting, self.cycle)


@dataclass(frozen=True, slots=True)
class AssayFacts:
    """The assay a code means, as far as filing asks; `conversions` are the approved ones.

    `answers` are the codes it may have: instead of a number, or, of a coded assay, all there are
    (none listed: any).
    """

    id: int
    label: str
    kind: ValueKind
    unit: str
    decimals: int
    conversions: tuple[Conversion, ...]
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """One order item that the specimen serves; `asked` is another value that is waited for."""

    id: int
    order_id: int
    assay_id: int
    status: OrderItemStatus
    order_status: OrderStatus
    priority: int
    asked: Asked | None = None

    @property
    def is_open(self) -> bool:
        return self.order_status is OrderStatus.ACTIVE and self.status in _OPEN_ITEM


@dataclass(frozen=True, slots=True)
class Attempt:
    """A value recorded before for the same specimen and assay.

    One of the same batch has no key yet: `within` counts what the batch records. `is_timed` says that
    the moment is the instrument's own, `sent_at` when the message of a correction was sent, `factor`
    by what the laboratory multiplied the value that was measured in a dilution.
    """

    result_id: int | None
    item_id: int | None
    instrument_id: int | None
    value: ReportedValue
    observed_at: datetime
    run: str
    status: ResultStatus
    within: int | None = None
    is_timed: bool = True
    is_correction: bool = False
    sent_at: datetime | None = None
    factor: Decimal | None = None

    def is_of(self, value: ReportedValue, *, decimals: int) -> bool:
        """Whether it was recorded of this value, as it is or multiplied as it was then."""
        return self.value in (value, multiplied(value, self.factor, decimals=decimals))


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known here about the specimen and the code of one entry.

    `person` is whom the specimen is from, where the message names somebody; `oldest` is how old a
    value of this connection may be; `holds_corrections` says that a person decides about all of its
    corrections; `held` are the moments of other values of the run that are held, None where one names
    none (asked for where corrections came).
    """

    specimen: SpecimenFacts | None
    is_mapped: bool
    assay: AssayFacts | None
    items: Sequence[ItemFacts]
    attempts: Sequence[Attempt]
    instrument_id: int | None
    person: PersonFacts | None = None
    oldest: timedelta = OLDEST
    is_ambiguous: bool = False
    holds_corrections: bool = False
    held: Collection[datetime | None] = ()
