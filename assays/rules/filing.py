"""What becomes of one reported value: recorded, a duplicate, or held with a reason.

The checks stand in one order for every door. Nothing is guessed: what cannot be placed exactly is
held, and a hold names what would have to change. An exact repetition is recognised before anything
else is asked, so that it is answered alike for as long as the record lasts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from assays.rules import corrections_received, identity
from assays.rules.attempts import diluted
from assays.rules.catalogue import ValueKind
from assays.rules.corrections_received import Older, Repeats, Replaces, Undecided
from assays.rules.entries import OLDEST as OLDEST
from assays.rules.entries import WITHDRAWING as WITHDRAWING
from assays.rules.entries import AssayFacts as AssayFacts
from assays.rules.entries import Attempt as Attempt
from assays.rules.entries import Change as Change
from assays.rules.entries import Entry as Entry
from assays.rules.entries import Foreign as Foreign
from assays.rules.entries import ItemFacts as ItemFacts
from assays.rules.entries import Situation as Situation
from assays.rules.entries import SpecimenFacts as SpecimenFacts
from assays.rules.entries import SpecimenKey as SpecimenKey
from assays.rules.entries import Written as Written
from assays.rules.holds import PASSING as PASSING
from assays.rules.holds import REASONS as REASONS
from assays.rules.holds import Held as Held
from assays.rules.holds import Hold as Hold
from assays.rules.states import (
    ItemStatus,
    MessageStatus,
    OrderItemStatus,
    OrderStatus,
    ResultStatus,
    SpecimenStatus,
)
from labsys.lib.quantities import Absent, Coded, Quantity, ReportedValue, Text
from labsys.lib.units import Conversion, UnitRefused, convert, find_conversion

# The clocks of an analyser and of a ward may disagree by this much.
CLOCK_TOLERANCE = timedelta(minutes=2)
LONGEST_CODE = 64


@dataclass(frozen=True, slots=True)
class Recorded:
    """To be recorded for this order item, in the reporting unit."""

    item: ItemFacts
    value: ReportedValue
    conversion: Conversion | None


@dataclass(frozen=True, slots=True)
class Corrected(Recorded):
    """To be recorded in place of a value that it supersedes."""

    of: Attempt


@dataclass(frozen=True, slots=True)
class Outdated(Recorded):
    """To be kept beside a newer value that stands: a correction that came too late to count."""

    by: Attempt


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A value recorded before was taken back by whoever sent it."""

    of: Attempt
    change: Change


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Recorded before; `result_id` is None where that is only being recorded, in the same batch."""

    result_id: int | None
    within: int | None = None


Disposition = Recorded | Withdrawn | Duplicate | Held


@dataclass(frozen=True, slots=True)
class Filed:
    """An entry with what becomes of it, and the transmission item it came in, if any."""

    entry: Entry
    disposition: Disposition
    item_id: int | None = None
    corrects_id: int | None = None


_USABLE = frozenset({SpecimenStatus.COLLECTED, SpecimenStatus.RECEIVED, SpecimenStatus.AVAILABLE})
_VERIFIED = frozenset({ResultStatus.TECHNICALLY_VERIFIED, ResultStatus.RELEASED})
_CANCELLED_ORDER = frozenset({OrderStatus.REVOKED, OrderStatus.ENTERED_IN_ERROR})


def file_entry(entry: Entry, known: Situation, *, at: datetime) -> Disposition:
    """Decide what becomes of one entry."""
    if entry.change not in (None, Change.TAKEN) and known.holds_corrections:
        return Held(Hold.CORRECTION, {"status": _status(entry)})
    if (unplaced := _unplaced(entry, known)) is not None:
        return unplaced
    specimen, assay = known.specimen, known.assay
    assert specimen is not None
    assert assay is not None
    said = {"specimen": specimen.accession, "assay": assay.label, "expected": assay.unit}
    if entry.change in WITHDRAWING:
        return _withdrawal(entry, entry.change, known, said)
    if isinstance(in_unit := reportable(entry.value, assay), Hold):
        return Held(in_unit, {**said, **_shown(entry.value)})
    value, conversion = in_unit
    if entry.change is not None:
        return _correction(entry, entry.change, (value, conversion), known, said, at)
    for attempt in known.attempts:
        if _is_repetition(entry, value, attempt, known.instrument_id, assay.decimals):
            return Duplicate(attempt.result_id, attempt.within)
    if (repeated := _untimed_repetition(entry, value, known, assay)) is not None:
        return repeated
    if (hold := _specimen_hold(specimen)) is not None:
        return Held(hold, {**said, "status": specimen.status.replace("_", " ").lower()})
    item = _choose(known.items, assay.id)
    if (hold := _order_hold(item, known.attempts)) is not None:
        return Held(hold, said)
    if (mistimed := _mistimed(entry, specimen, known, said, at)) is not None:
        return mistimed
    assert item is not None  # an absent item is held above
    return Recorded(item, diluted(value, item.asked, decimals=assay.decimals), conversion)


def _judged(
    entry: Entry, change: Change, value: ReportedValue, known: Situation
) -> corrections_received.Verdict:
    assert known.assay is not None
    said = corrections_received.Said(
        change=change,
        value=value,
        decimals=known.assay.decimals,
        observed_at=entry.said_at,
        sent_at=entry.sent_at,
        run=entry.run,
    )
    return corrections_received.decide(
        said, known.attempts, instrument_id=known.instrument_id, held=known.held
    )


def _withdrawal(
    entry: Entry, change: Change, known: Situation, said: Mapping[str, object]
) -> Disposition:
    match _judged(entry, change, entry.value, known):
        case Replaces(of):
            return Withdrawn(of, change)
        case Repeats(of):
            return Duplicate(of.result_id, of.within)
        case Undecided.UNKNOWN:
            return Held(Hold.CORRECTION_UNKNOWN, {**said, "status": _status(entry)})
    return Held(Hold.CORRECTION, {"status": _status(entry)})


def _correction(
    entry: Entry,
    change: Change,
    value: tuple[ReportedValue, Conversion | None],
    known: Situation,
    said: Mapping[str, object],
    at: datetime,
) -> Disposition:
    """Find what the value is in place of; that the order is completed never keeps it back."""
    match _judged(entry, change, value[0], known):
        case Repeats(of):
            return Duplicate(of.result_id, of.within)
        case Undecided.UNKNOWN:
            return Held(Hold.CORRECTION_UNKNOWN, {**said, "status": _status(entry)})
        case Undecided.UNSETTLED:
            return Held(Hold.CORRECTION, {"status": _status(entry)})
        case Older(of) | Replaces(of) as verdict:
            pass
    item = next((one for one in known.items if one.id == of.item_id), None)
    if (hold := _order_end(item)) is not None:
        return Held(hold, said)
    assert item is not None  # an absent item is held above
    assert known.specimen is not None
    if (mistimed := _mistimed(entry, known.specimen, known, said, at)) is not None:
        return mistimed
    item = replace(item, asked=None)  # a correction answers nothing that was asked for anew
    if isinstance(verdict, Older):
        return Outdated(item, *value, by=of)
    return Corrected(item, *value, of=of)


def _status(entry: Entry) -> object:
    return entry.as_sent.get("status", "") or str(entry.change)


def _unplaced(entry: Entry, known: Situation) -> Held | None:
    """Whose it is comes first: nothing more is said of a value that names another person."""
    if known.specimen is None:
        hold = Hold.AMBIGUOUS_SPECIMEN if known.is_ambiguous else Hold.UNKNOWN_SPECIMEN
        return Held(hold, {"specimen": entry.specimen})
    if (conflict := _identity_conflict(entry, known)) is not None:
        return conflict
    if known.assay is None:
        code = Hold.NOT_IN_USE if known.is_mapped else Hold.UNMAPPED_CODE
        return Held(code, {"code": entry.code})
    return None


def _identity_conflict(entry: Entry, known: Situation) -> Held | None:
    if entry.patient is None or known.person is None:
        return None
    found = identity.differences(entry.patient, known.person)
    if not found:
        return None
    differs = ", ".join(identity.WORDS[one] for one in found)
    return Held(Hold.IDENTITY_CONFLICT, {"specimen": entry.specimen, "differs": differs})


def _shown(value: ReportedValue) -> dict[str, str]:
    match value:
        case Quantity():
            return {"unit": value.unit, "value": str(value)}
        case Coded():
            return {"unit": "", "value": value.code}
        case Text():
            return {"unit": "", "value": value.text}
        case Absent():
            return {"unit": "", "value": ""}


def reportable(
    value: ReportedValue, assay: AssayFacts
) -> tuple[ReportedValue, Conversion | None] | Hold:
    """Return the value in the reporting unit; only an approved row converts."""
    if isinstance(value, Absent):
        return value, None
    if isinstance(value, Coded) and _is_answer(value, assay):
        return Coded(value.code, ""), None
    if assay.kind is ValueKind.CODED:
        return Hold.NOT_A_CODE
    if not isinstance(value, Quantity):
        return Hold.NOT_A_NUMBER
    if value.unit == assay.unit:
        return value, None
    try:
        row = find_conversion(assay.conversions, from_unit=value.unit, to_unit=assay.unit)
        return convert(value, row, decimals=assay.decimals), row
    except UnitRefused:
        return Hold.UNIT


def _is_answer(value: Coded, assay: AssayFacts) -> bool:
    if len(value.code) > LONGEST_CODE:
        return False
    is_any = assay.kind is ValueKind.CODED and not assay.answers
    return is_any or value.code in assay.answers


def _is_repetition(
    entry: Entry, value: ReportedValue, attempt: Attempt, instrument_id: int | None, decimals: int
) -> bool:
    return attempt.observed_at == entry.observed_at and _is_alike(
        entry, value, attempt, instrument_id, decimals
    )


def _is_alike(
    entry: Entry, value: ReportedValue, attempt: Attempt, instrument_id: int | None, decimals: int
) -> bool:
    """Whether both are of one connection and run, and say the same."""
    return (
        attempt.instrument_id == instrument_id
        and attempt.run == entry.run
        and attempt.is_of(value, decimals=decimals)
    )


def _untimed_repetition(
    entry: Entry, value: ReportedValue, known: Situation, assay: AssayFacts
) -> Held | None:
    """Ask about what came before, where neither says when it was observed.

    It was sent again, or measured again with the same result: nothing in it tells which.
    """
    if entry.is_timed or entry.is_new:
        return None
    for one in reversed(known.attempts):
        if not one.is_timed and _is_alike(entry, value, one, known.instrument_id, assay.decimals):
            where = f" as result {one.result_id}" if one.result_id is not None else ""
            return Held(Hold.POSSIBLE_DUPLICATE, {"before": f"The same value came before{where}"})
    return None


def _specimen_hold(specimen: SpecimenFacts) -> Hold | None:
    if specimen.status is SpecimenStatus.EXPECTED:
        return Hold.NOT_COLLECTED
    return None if specimen.status in _USABLE else Hold.SPECIMEN_UNUSABLE


def _choose(items: Sequence[ItemFacts], assay_id: int) -> ItemFacts | None:
    """Of several orders of one assay on one specimen: one asked for again first, then an open one,
    then the oldest."""
    of_assay = [item for item in items if item.assay_id == assay_id]
    return min(
        of_assay, key=lambda item: (item.asked is None, not item.is_open, item.id), default=None
    )


def _order_hold(item: ItemFacts | None, attempts: Sequence[Attempt]) -> Hold | None:
    if (ended := _order_end(item)) is not None or item is None:
        return ended
    if item.asked is not None:
        return None  # somebody asked for another value, whatever there is
    if any(attempt.item_id == item.id and attempt.status in _VERIFIED for attempt in attempts):
        return Hold.ALREADY_VERIFIED
    return None if item.is_open else Hold.ORDER_COMPLETED


def _order_end(item: ItemFacts | None) -> Hold | None:
    """Return why nothing is recorded for an order, whatever it is."""
    if item is None or item.order_status is OrderStatus.DRAFT:
        return Hold.NOT_ORDERED
    if item.status is OrderItemStatus.CANCELLED or item.order_status in _CANCELLED_ORDER:
        return Hold.ORDER_CANCELLED
    if item.status is OrderItemStatus.HELD or item.order_status is OrderStatus.ON_HOLD:
        return Hold.ORDER_ON_HOLD
    return None


def _mistimed(
    entry: Entry,
    specimen: SpecimenFacts,
    known: Situation,
    said: Mapping[str, object],
    at: datetime,
) -> Held | None:
    hold = _time_hold(entry, specimen, known.oldest, at)
    if hold is None:
        return None
    observed = entry.observed_at.isoformat(" ", "minutes")
    return Held(hold, {**said, "observed": observed, "days": known.oldest.days})


def _time_hold(
    entry: Entry, specimen: SpecimenFacts, oldest: timedelta, at: datetime
) -> Hold | None:
    received, collected = entry.received_at or at, specimen.collected_at
    if entry.observed_at > received + CLOCK_TOLERANCE:
        return Hold.IN_FUTURE
    if collected is not None and entry.observed_at < collected - CLOCK_TOLERANCE:
        return Hold.BEFORE_COLLECTION
    return Hold.TOO_OLD if entry.observed_at < received - oldest else None


def item_status(outcome: Disposition | ItemStatus) -> ItemStatus:
    """Return what an item is that ended so."""
    match outcome:
        case Recorded():
            return ItemStatus.RECORDED
        case Withdrawn():
            return ItemStatus.NOT_A_RESULT
        case Duplicate():
            return ItemStatus.DUPLICATE
        case Held():
            return ItemStatus.HELD
    return outcome


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
