"""What becomes of one reported value: recorded, a duplicate, or held with a reason.

The checks stand in one order for every door. Nothing is guessed: what cannot be placed exactly is
held, and a hold names what would have to change. An exact repetition is recognised before anything
else is asked, so that it is answered alike for as long as the record lasts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from assays.rules.catalogue import ValueKind
from assays.rules.states import (
    ItemStatus,
    MessageStatus,
    OrderItemStatus,
    OrderStatus,
    ResultStatus,
    SpecimenStatus,
)
from labsys.lib.quantities import Absent, Coded, Quantity, ReportedValue
from labsys.lib.units import Conversion, UnitRefused, convert, find_conversion
from labsys.lib.wording import gettext_noop as _

# An analyser that was off line delivers days later; older than this a person looks at it first.
OLDEST = timedelta(days=30)
# The clocks of an analyser and of a ward may disagree by this much.
CLOCK_TOLERANCE = timedelta(minutes=2)


class Hold(StrEnum):
    """Why an item is held."""

    UNKNOWN_SPECIMEN = "UNKNOWN_SPECIMEN"
    UNMAPPED_CODE = "UNMAPPED_CODE"
    NOT_IN_USE = "NOT_IN_USE"
    NOT_COLLECTED = "NOT_COLLECTED"
    SPECIMEN_UNUSABLE = "SPECIMEN_UNUSABLE"
    NOT_ORDERED = "NOT_ORDERED"
    ORDER_CANCELLED = "ORDER_CANCELLED"
    ORDER_ON_HOLD = "ORDER_ON_HOLD"
    ALREADY_VERIFIED = "ALREADY_VERIFIED"
    ORDER_COMPLETED = "ORDER_COMPLETED"
    UNIT = "UNIT"
    NOT_A_NUMBER = "NOT_A_NUMBER"
    NOT_A_CODE = "NOT_A_CODE"
    BEFORE_COLLECTION = "BEFORE_COLLECTION"
    TOO_OLD = "TOO_OLD"
    IN_FUTURE = "IN_FUTURE"
    TIME_UNCLEAR = "TIME_UNCLEAR"
    NO_SPECIMEN = "NO_SPECIMEN"
    IDENTITY_CONFLICT = "IDENTITY_CONFLICT"
    QUESTIONABLE = "QUESTIONABLE"
    NOT_FINAL = "NOT_FINAL"
    CORRECTION = "CORRECTION"
    UNKNOWN_STATUS = "UNKNOWN_STATUS"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"
    # Of a message as a whole:
    POSSIBLE_DUPLICATE = "POSSIBLE_DUPLICATE"
    UNDECODABLE = "UNDECODABLE"
    UNREADABLE = "UNREADABLE"
    UNKNOWN_SOURCE = "UNKNOWN_SOURCE"
    AMBIGUOUS_SOURCE = "AMBIGUOUS_SOURCE"


# Holds that end by themselves once something is registered here.
PASSING = frozenset(
    {
        Hold.UNKNOWN_SPECIMEN,
        Hold.UNMAPPED_CODE,
        Hold.NOT_IN_USE,
        Hold.NOT_COLLECTED,
        Hold.NOT_ORDERED,
        Hold.UNIT,
    }
)

REASONS: dict[Hold, str] = {
    Hold.UNKNOWN_SPECIMEN: _("No specimen is registered under “%(specimen)s”."),
    Hold.UNMAPPED_CODE: _("The code “%(code)s” of this instrument has no approved mapping."),
    Hold.NOT_IN_USE: _("The assay of the code “%(code)s” has no version in force."),
    Hold.NOT_COLLECTED: _("Specimen %(specimen)s is not recorded as collected."),
    Hold.SPECIMEN_UNUSABLE: _("Specimen %(specimen)s is recorded as %(status)s."),
    Hold.NOT_ORDERED: _("%(assay)s was not ordered on specimen %(specimen)s."),
    Hold.ORDER_CANCELLED: _("The order of %(assay)s on specimen %(specimen)s was cancelled."),
    Hold.ORDER_ON_HOLD: _("The order of %(assay)s on specimen %(specimen)s is on hold."),
    Hold.ALREADY_VERIFIED: _(
        "%(assay)s of specimen %(specimen)s has a verified result; a person decides whether this "
        "value corrects it."
    ),
    Hold.ORDER_COMPLETED: _("The order of %(assay)s on specimen %(specimen)s is completed."),
    Hold.UNIT: _("The unit “%(unit)s” of %(assay)s is not “%(expected)s”, nor converted to it."),
    Hold.NOT_A_NUMBER: _("%(assay)s is reported as a number in “%(expected)s”."),
    Hold.NOT_A_CODE: _("%(assay)s is reported as a code."),
    Hold.BEFORE_COLLECTION: _(
        "The value was observed at %(observed)s, before specimen %(specimen)s was collected."
    ),
    Hold.TOO_OLD: _("The value was observed at %(observed)s, more than 30 days ago."),
    Hold.IN_FUTURE: _("The value is said to be observed at %(observed)s, which is yet to come."),
    Hold.TIME_UNCLEAR: _("The moment “%(text)s” does not exist, or exists twice, in %(zone)s."),
    Hold.NO_SPECIMEN: _("The message names no specimen where this instrument writes it."),
    Hold.IDENTITY_CONFLICT: _(
        "The message names another person than specimen %(specimen)s is from: %(differs)s."
    ),
    Hold.QUESTIONABLE: _("The instrument questions this value (status %(status)s)."),
    Hold.NOT_FINAL: _("The instrument has not finished this value (status %(status)s)."),
    Hold.CORRECTION: _(
        "The instrument corrects or withdraws an earlier value (status %(status)s); a person decides."
    ),
    Hold.UNKNOWN_STATUS: _("The status “%(status)s” is not known for this instrument."),
    Hold.OUT_OF_SCOPE: _("%(what)s is kept here and not filed: it is outside this laboratory."),
    Hold.POSSIBLE_DUPLICATE: _(
        "The same bytes came before in message %(message)s, and neither names a time or a number of "
        "its own: a repetition, or the same value again."
    ),
    Hold.UNDECODABLE: _("The bytes are not text in %(charset)s: %(detail)s."),
    Hold.UNREADABLE: _("The message could not be read: %(detail)s."),
    Hold.UNKNOWN_SOURCE: _("No instrument is registered for %(peer)s sending as “%(sender)s”."),
    Hold.AMBIGUOUS_SOURCE: _(
        "Several instruments are registered for %(peer)s, and “%(sender)s” names none of them alone."
    ),
}


@dataclass(frozen=True, slots=True)
class Foreign:
    """A specimen named by another system's identifier."""

    system: str
    value: str

    def __str__(self) -> str:
        return f"{self.system} {self.value}"


SpecimenKey = str | Foreign


@dataclass(frozen=True, slots=True)
class Entry:
    """One value as reported, through whichever door; an accession or foreign id, never a person.

    `assay_id` is given by a person who chose the assay; an instrument gives its own `code`.
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


@dataclass(frozen=True, slots=True)
class SpecimenFacts:
    id: int
    accession: str
    status: SpecimenStatus
    collected_at: datetime | None
    person_id: int


@dataclass(frozen=True, slots=True)
class AssayFacts:
    """The assay a code means, as far as filing asks; `conversions` are the approved ones."""

    id: int
    label: str
    kind: ValueKind
    unit: str
    decimals: int
    conversions: tuple[Conversion, ...]


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """One order item that the specimen serves."""

    id: int
    order_id: int
    assay_id: int
    status: OrderItemStatus
    order_status: OrderStatus
    priority: int

    @property
    def is_open(self) -> bool:
        return self.order_status is OrderStatus.ACTIVE and self.status in _OPEN_ITEM


@dataclass(frozen=True, slots=True)
class Attempt:
    """A value recorded before for the same specimen and assay."""

    result_id: int | None
    item_id: int | None
    instrument_id: int | None
    value: ReportedValue
    observed_at: datetime
    run: str
    status: ResultStatus


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known here about the specimen and the code of one entry."""

    specimen: SpecimenFacts | None
    is_mapped: bool
    assay: AssayFacts | None
    items: Sequence[ItemFacts]
    attempts: Sequence[Attempt]
    instrument_id: int | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """To be recorded for this order item, in the reporting unit."""

    item: ItemFacts
    value: ReportedValue
    conversion: Conversion | None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Recorded before; `result_id` is None for a repetition within the same batch."""

    result_id: int | None


@dataclass(frozen=True, slots=True)
class Held:
    """Not to be recorded until what the code names has changed."""

    code: Hold
    params: Mapping[str, object]

    @property
    def message(self) -> str:
        return REASONS[self.code]

    @property
    def reason(self) -> str:
        return self.message % self.params


Disposition = Recorded | Duplicate | Held

_OPEN_ITEM = frozenset({OrderItemStatus.ORDERED, OrderItemStatus.IN_PROCESS})
_USABLE = frozenset({SpecimenStatus.COLLECTED, SpecimenStatus.RECEIVED, SpecimenStatus.AVAILABLE})
_VERIFIED = frozenset({ResultStatus.TECHNICALLY_VERIFIED, ResultStatus.RELEASED})
_CANCELLED_ORDER = frozenset({OrderStatus.REVOKED, OrderStatus.ENTERED_IN_ERROR})


def file_entry(entry: Entry, known: Situation, *, at: datetime) -> Disposition:
    """Decide what becomes of one entry."""
    specimen, assay = known.specimen, known.assay
    if specimen is None:
        return Held(Hold.UNKNOWN_SPECIMEN, {"specimen": entry.specimen})
    if assay is None:
        return Held(
            Hold.NOT_IN_USE if known.is_mapped else Hold.UNMAPPED_CODE, {"code": entry.code}
        )
    said = {"specimen": specimen.accession, "assay": assay.label, "expected": assay.unit}
    if isinstance(in_unit := _in_unit(entry.value, assay), Hold):
        unit = entry.value.unit if isinstance(entry.value, Quantity) else ""
        return Held(in_unit, {**said, "unit": unit})
    value, conversion = in_unit
    for attempt in known.attempts:
        if _is_repetition(entry, value, attempt, known.instrument_id):
            return Duplicate(attempt.result_id)
    if (hold := _specimen_hold(specimen)) is not None:
        return Held(hold, {**said, "status": specimen.status.replace("_", " ").lower()})
    item = _choose(known.items, assay.id)
    if (hold := _order_hold(item, known.attempts)) is not None:
        return Held(hold, said)
    if (hold := _time_hold(entry, specimen, at)) is not None:
        return Held(hold, {**said, "observed": entry.observed_at.isoformat(timespec="seconds")})
    assert item is not None  # an absent item is held above
    return Recorded(item, value, conversion)


def _in_unit(
    value: ReportedValue, assay: AssayFacts
) -> tuple[ReportedValue, Conversion | None] | Hold:
    """Return the value in the reporting unit; only an approved row converts."""
    if isinstance(value, Absent):
        return value, None
    if assay.kind is ValueKind.CODED:
        return (value, None) if isinstance(value, Coded) else Hold.NOT_A_CODE
    if not isinstance(value, Quantity):
        return Hold.NOT_A_NUMBER
    if value.unit == assay.unit:
        return value, None
    try:
        row = find_conversion(assay.conversions, from_unit=value.unit, to_unit=assay.unit)
        return convert(value, row, decimals=assay.decimals), row
    except UnitRefused:
        return Hold.UNIT


def _is_repetition(
    entry: Entry, value: ReportedValue, attempt: Attempt, instrument_id: int | None
) -> bool:
    return (
        attempt.instrument_id == instrument_id
        and attempt.observed_at == entry.observed_at
        and attempt.run == entry.run
        and attempt.value == value
    )


def _specimen_hold(specimen: SpecimenFacts) -> Hold | None:
    if specimen.status is SpecimenStatus.EXPECTED:
        return Hold.NOT_COLLECTED
    return None if specimen.status in _USABLE else Hold.SPECIMEN_UNUSABLE


def _choose(items: Sequence[ItemFacts], assay_id: int) -> ItemFacts | None:
    """Of several orders of one assay on one specimen: an open one first, then the oldest."""
    of_assay = [item for item in items if item.assay_id == assay_id]
    return min(of_assay, key=lambda item: (not item.is_open, item.id), default=None)


def _order_hold(item: ItemFacts | None, attempts: Sequence[Attempt]) -> Hold | None:
    if item is None or item.order_status is OrderStatus.DRAFT:
        return Hold.NOT_ORDERED
    if item.status is OrderItemStatus.CANCELLED or item.order_status in _CANCELLED_ORDER:
        return Hold.ORDER_CANCELLED
    if item.status is OrderItemStatus.HELD or item.order_status is OrderStatus.ON_HOLD:
        return Hold.ORDER_ON_HOLD
    if any(attempt.item_id == item.id and attempt.status in _VERIFIED for attempt in attempts):
        return Hold.ALREADY_VERIFIED
    return None if item.is_open else Hold.ORDER_COMPLETED


def _time_hold(entry: Entry, specimen: SpecimenFacts, at: datetime) -> Hold | None:
    collected = specimen.collected_at
    if collected is not None and entry.observed_at < collected - CLOCK_TOLERANCE:
        return Hold.BEFORE_COLLECTION
    return Hold.TOO_OLD if entry.observed_at < at - OLDEST else None


def message_status(statuses: Sequence[ItemStatus]) -> MessageStatus:
    """Return what a message is, from what its items are; a message without items is filed."""
    found = set(statuses)
    if ItemStatus.HELD in found:
        return MessageStatus.HELD if len(found) == 1 else MessageStatus.PARTLY_HELD
    if found == {ItemStatus.DUPLICATE}:
        return MessageStatus.DUPLICATE
    if found == {ItemStatus.REJECTED}:
        return MessageStatus.REJECTED
    return MessageStatus.FILED
