"""What a person decides about a value that came after its order was answered: both are signed.

Taken as a correction it takes the place of the value that stands, and is verified and released anew;
as an addendum it is told beside a released value, which stays. Whoever saw that value is told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions import filing, item_moves, result_comments, signatures
from assays.actions.filing import Filed, Source
from assays.actions.held_items import DECIDE, asked_of
from assays.actions.signatures import Signing
from assays.models import Instrument, Recording, Result, ResultComment, TransmissionItem
from assays.queries import catalogue, messages, sources
from assays.queries import filing as queries
from assays.queries.filing import Known
from assays.queries.messages import WIRES
from assays.rules.entries import WITHDRAWING, Change, Entry
from assays.rules.filing import Corrected, Held, Hold
from assays.rules.states import ItemStatus, ResultStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy, units
from labsys.lib.errors import Conflict
from labsys.lib.reasons import check_reason

CORRECT, AMEND = "assays.result.correct", "assays.result.amend"
DECIDABLE = (
    Hold.ALREADY_VERIFIED,
    Hold.ORDER_COMPLETED,
    Hold.CORRECTION,
    Hold.CORRECTION_UNKNOWN,
)


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
