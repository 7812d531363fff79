"""What a person decides about a held value; all of it is signed.

What the instrument questions, or dates or marks in a way that is not understood, may be accepted as it
was measured: it is recorded with the doubt as a flag, and no rules release it. A value that came after
its order was answered is decided otherwise. Taken as a correction it takes the place of the value that stands, and is verified and released anew;
as an addendum it is told beside a released value, which stays. Whoever saw that value is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions import filing, item_moves, result_comments, signatures
from assays.actions.filing import Source
from assays.actions.held_items import DECIDE, asked_of
from assays.actions.signatures import Signing
from assays.instruments import items as message_items
from assays.models import (
    Instrument,
    Recording,
    Result,
    ResultComment,
    Specimen,
    TransmissionItem,
)
from assays.queries import catalogue, messages, sources
from assays.queries import filing as queries
from assays.queries.filing import Known
from assays.queries.messages import WIRES
from assays.rules.entries import WITHDRAWING, Change, Entry
from assays.rules.filing import Corrected, Filed, Held, Hold, Recorded
from assays.rules.holds import ACCEPTABLE
from assays.rules.states import ItemStatus, ResultStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy, units
from labsys.lib.errors import Conflict
from labsys.lib.reasons import check_reason

ENTER = "assays.result.enter"
CORRECT, AMEND = "assays.result.correct", "assays.result.amend"
DECIDABLE = (
    Hold.ALREADY_VERIFIED,
    Hold.ORDER_COMPLETED,
    Hold.CORRECTION,
    Hold.CORRECTION_UNKNOWN,
)


@dataclass(frozen=True, slots=True)
class _Doubted:
    """A held value as it was measured, and why it was held."""

    entry: Entry
    holds: tuple[Hold, ...]


@dataclass(frozen=True, slots=True)
class _Late:
    """A held value, locked, with what is known of its specimen."""

    item: TransmissionItem
    instrument: Instrument
    entry: Entry
    known: Known


class NotDecidable(Conflict):
    """The held item is nothing that could take the place of a value, or be added to one."""

    kind = "not-decidable"


def accept_as_measured(
    *,
    item: TransmissionItem,
    by: Principal,
    at: datetime,
    reason: str,
    signing: Signing,
    under: Mapping[str, str] | None = None,
) -> Result:
    """Sign that a value holds although it was doubted, and record it with the doubt as a flag.

    `under` is by what a door knows the same request again, and is kept with the value.
    """
    policy.check(by, DECIDE, item)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.transmission.accept_as_measured", reason=reason):
        instrument = item.message.instrument
        if item.hold_code not in ACCEPTABLE or instrument is None:
            raise NotDecidable(_("Only what is doubted in itself can be accepted as measured."))
        entry = _accepted(_doubted(item), reason, under or {})
        known = queries.lock([entry], catalogue=catalogue.current())
        specimen = known.specimens.get(entry.specimen)
        if specimen is not None:
            policy.check(by, ENTER, Specimen.objects.get(pk=specimen.id))
        held = item_moves.lock_one(item)
        mine = known.sent_by(instrument.pk, oldest=sources.oldest(instrument))
        (found,) = queries.decide([entry], mine, at=at)
        if isinstance(found, Held):
            raise NotDecidable(found.reason)
        if not isinstance(found, Recorded):
            raise NotDecidable(_("The same value is on record already; reject this item."))
        _end(held, ItemStatus.RECORDED, reason, by=by, at=at)
        drawn = filing.draw([found], [entry], mine)
        source = Source(_door(instrument), by, instrument.principal_id, instrument.pk)
        filing.record([Filed(entry, found, held.pk)], mine, drawn, source=source, at=at)
        signatures.sign(results=[drawn.results[0]], signing=signing, by=by, at=at)
        item_moves.settle([held.message_id])
        return Result.objects.get(pk=drawn.results[0])


def _doubted(item: TransmissionItem) -> _Doubted:
    """Read a held value as if nothing that may be accepted were doubted of it."""
    (read,) = messages.read([item.message_id])
    found = read.interpretation
    reading = next((one for one in found.readings if one.position == item.position), None)
    if reading is None or not message_items.is_same(reading, item.content):
        raise NotDecidable(_("Read anew, its message has another value at this place."))
    holds = tuple(one.hold for one in reading.doubts if one.hold in ACCEPTABLE)
    if not holds:
        raise NotDecidable(_("Nothing about it is doubted any more: have it read again."))
    certain = tuple(one for one in reading.doubts if one.hold not in ACCEPTABLE)
    asked = message_items.asked(
        replace(reading, doubts=certain),
        received_at=item.message.received_at,
        sent_at=found.sent_at,
    )
    if not isinstance(asked, Entry):
        raise NotDecidable(asked.reason if isinstance(asked, Held) else str(asked))
    if asked.change is not None:
        raise NotDecidable(
            _("It corrects or takes back another value; reject it, or have it sent.")
        )
    return _Doubted(asked, holds)


def _accepted(doubted: _Doubted, reason: str, under: Mapping[str, str]) -> Entry:
    """Return the entry with its doubts as flags before those of the instrument."""
    entry, codes = doubted.entry, [hold.value for hold in doubted.holds]
    flags = " ".join(filter(None, (*codes, entry.flags_sent)))
    said = {**entry.as_sent, "accepted": {"holds": codes, "reason": reason.strip(), **under}}
    return replace(entry, flags_sent=flags[: message_items.LONGEST_FLAGS], as_sent=said)


def take_as_correction(
    *, item: TransmissionItem, by: Principal, at: datetime, reason: str, signing: Signing
) -> Result:
    """Sign that a held value is right, and record it in place of the one that stands."""
    policy.check(by, DECIDE, item)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.transmission.take_as_correction", reason=reason):
        late = _locked(item, reason)
        (found,) = queries.decide([late.entry], late.known, at=at)
        if not isinstance(found, Corrected):
            raise NotDecidable(_refusal(found))
        old = Result.objects.get(pk=found.of.result_id)
        policy.check(by, CORRECT, old)
        _end(late.item, ItemStatus.RECORDED, reason, by=by, at=at)
        drawn = filing.draw([found], [late.entry], late.known)
        filing.record(
            [Filed(late.entry, found, late.item.pk)],
            late.known,
            drawn,
            source=Source(
                _door(late.instrument), by, late.instrument.principal_id, late.instrument.pk
            ),
            at=at,
        )
        new = drawn.results[0]
        signatures.sign(results=[old.pk, new], signing=signing, by=by, at=at)
        item_moves.settle([late.item.message_id])
        return Result.objects.get(pk=new)


def add_to_report(
    *, item: TransmissionItem, by: Principal, at: datetime, reason: str, signing: Signing
) -> ResultComment:
    """Sign that a held value is told beside the released one, which stays as it is."""
    policy.check(by, DECIDE, item)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.transmission.add_to_report", reason=reason):
        late = _locked(item, reason)
        released = [
            one.result_id
            for one in late.known.situation(late.entry).attempts
            if one.status is ResultStatus.RELEASED
        ]
        if len(released) != 1:
            raise NotDecidable(_("There is no one released value to which it could be added."))
        result = Result.objects.get(pk=released[0])
        _end(late.item, ItemStatus.NOT_A_RESULT, reason, by=by, at=at)
        text = _("Measured besides: %(value)s, observed %(moment)s. %(reason)s") % {
            "value": units.reading(late.entry.value),
            "moment": late.entry.observed_at.isoformat(timespec="minutes"),
            "reason": reason.strip(),
        }
        made = result_comments.append(
            result=result, text=text, by=by, at=at, signing=signing, reason=reason
        )
        item_moves.settle([late.item.message_id])
        return made


def _locked(item: TransmissionItem, reason: str) -> _Late:
    """Lock the specimen, its results, its order items, and then the item; raise unless it waits."""
    instrument = item.message.instrument
    if item.hold_code not in DECIDABLE or instrument is None:
        raise NotDecidable(_("Only what came too late for its order can be decided so."))
    read = {one.message_id: one for one in messages.read(_wires(item))}
    asked = asked_of(item, read)
    if not isinstance(asked, Entry):
        raise NotDecidable(asked.reason if isinstance(asked, Held) else str(asked))
    if asked.change in WITHDRAWING:
        raise NotDecidable(
            _("It takes a value back: mark that result as entered in error, and reject this item.")
        )
    entry = replace(asked, change=Change.TAKEN, comment=reason)
    known = queries.lock([entry], catalogue=catalogue.current())
    held = item_moves.lock_one(item)
    mine = known.sent_by(instrument.pk, oldest=sources.oldest(instrument))
    return _Late(held, instrument, entry, mine)


def _wires(item: TransmissionItem) -> list[int]:
    return [item.message_id] if item.message.dialect in WIRES else []


def _refusal(found: object) -> str:
    if isinstance(found, Held) and found.code not in DECIDABLE:
        return found.reason
    if isinstance(found, Held) and found.code is Hold.CORRECTION:
        return _("Several values stand; choose one of them first.")
    if isinstance(found, Held):
        return _("No value stands in whose place it could be recorded.")
    return _("The same value stands already; reject this item.")


def _door(instrument: Instrument) -> Recording.Door:
    is_wire = instrument.protocol in WIRES
    return Recording.Door.INSTRUMENT if is_wire else Recording.Door.HTTP


def _end(
    item: TransmissionItem, new: ItemStatus, reason: str, *, by: Principal, at: datetime
) -> None:
    item_moves.event(item, new=new, reason=reason, by=by, at=at).save()
    item_moves.move(item, new)
