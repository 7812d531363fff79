"""Control values that instruments send: each becomes a measurement, or waits on a list to be matched.

Every transmission item with status QC has exactly one `ControlItem`. What waits is tried again when
a name is registered or a code mapped, and by whoever knows what it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from assays.actions.controls import measuring
from assays.actions.controls.measuring import Given, Written
from assays.instruments import controls as control_values
from assays.models import Assay, ControlItem, ControlLevel, Instrument
from assays.queries import catalogue, controls
from assays.queries.control_names import Names
from assays.queries.filing import assay_facts
from assays.rules.catalogue_in_force import Catalogue
from assays.rules.control_filing import (
    LONGEST_NAME,
    PASSING,
    Placed,
    SentControl,
    Waits,
    place,
)
from assays.rules.controls import Delivery
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import bulk, policy
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.reasons import check_reason

LONGEST_TEXT = 200
LONGEST_FLAGS = 80
MATCH = "assays.control.record"
# Tried again at once; what more there is follows with the next occasion.
MOST_AT_ONCE = 500


class ControlMoved(Conflict):
    """The control value does not wait any more."""

    kind = "control-moved"


@dataclass(frozen=True, slots=True)
class Sent:
    """A control value with the instrument that sent it and the item it came in."""

    instrument: Instrument
    item_id: int
    said: SentControl


def deliver(sent: Sequence[Sent], *, by: Principal, at: datetime) -> list[ControlItem]:
    """Record what can be placed and keep the rest waiting; the items are written already.

    Called inside the transaction of the action that writes the items, which has locked against
    release before anything else.
    """
    if not sent:
        return []
    held = catalogue.current()
    names = Names.load([(one.instrument.pk, one.said.control) for one in sent])
    placed = [_place(one, held, names) for one in sent]
    written = _write(sent, placed, by=by, at=at)
    rows = [
        _row(one, what, written.get(position))
        | {"recorded_by_id": by.pk, "recorded_at": at, "decision": ""}
        for position, (one, what) in enumerate(zip(sent, placed, strict=True))
    ]
    bulk.insert(ControlItem, rows)
    return list(ControlItem.objects.filter(item__in=[one.item_id for one in sent]).order_by("item"))


def reconsider(*, by: Principal, at: datetime, instrument: Instrument | None = None) -> int:
    """Try again what waits, because a name or a code means something now; returns how many were placed."""
    waiting = ControlItem.objects.filter(delivery=Delivery.WAITING, reason_code__in=PASSING)
    if instrument is not None:
        waiting = waiting.filter(instrument=instrument)
    if not waiting.exists():
        return 0
    with acting(by=by, at=at, action="assays.control.reconsider"):
        controls.lock_against_release()
        rows = list(
            waiting.select_for_update(of=("self",))
            .select_related("instrument", "item__message")
            .defer("item__message__content", "item__message__reply")
            .order_by("pk")[:MOST_AT_ONCE]
        )
        sent = [_sent_again(row) for row in rows]
        held = catalogue.current()
        names = Names.load([(one.instrument.pk, one.said.control) for one in sent])
        placed = [_place(one, held, names) for one in sent]
        written = _write(sent, placed, by=by, at=at)
        for position, (row, what) in enumerate(zip(rows, placed, strict=True)):
            _settle(row, what, written.get(position))
    return len(written)


def match(
    *,
    waiting: ControlItem,
    level: ControlLevel,
    by: Principal,
    at: datetime,
    reason: str,
    assay: Assay | None = None,
) -> Written:
    """Say what a waiting control value is of: it becomes a measurement, supplied by its instrument.

    Without an assay it is of the one that its code means here.
    """
    policy.check(by, MATCH)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.control.match", reason=reason):
        controls.lock_against_release()
        row = _locked(waiting)
        sent = _sent_again(row)
        held = catalogue.current()
        mapped = held.mapping(sent.instrument.pk, sent.said.code)
        assay_id = assay.pk if assay is not None else mapped and mapped.assay_id
        active = held.assays.get(assay_id) if assay_id is not None else None
        facts = assay_facts(active) if active is not None else None
        said = replace(sent.said, doubts=())
        what = place(said, level_id=level.pk, is_mapped=assay_id is not None, assay=facts)
        if isinstance(what, Waits):
            raise InvalidInput(what.reason, field="assay")
        written = _write([sent], [what], by=by, at=at)[0]
        changes = _ended(written) | {"decided_by": by, "decided_at": at, "decision": reason}
        _update(row, **changes)
    return written


def dismiss(*, waiting: ControlItem, by: Principal, at: datetime, reason: str) -> None:
    """Say that a value is no control measurement of this laboratory: a calibrator, a blank, a trial.

    It stays on record with its message and with the reason.
    """
    policy.check(by, MATCH)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.control.dismiss", reason=reason):
        changes = {"decided_by": by, "decided_at": at, "decision": reason}
        _update(_locked(waiting), delivery=Delivery.DISMISSED.value, **changes)


def _place(one: Sent, held: Catalogue, names: Names) -> Placed | Waits:
    mapped = held.mapping(one.instrument.pk, one.said.code)
    active = held.assays.get(mapped.assay_id) if mapped is not None else None
    return place(
        one.said,
        level_id=names.level(one.instrument.pk, one.said.control, one.said.observed_at),
        is_mapped=mapped is not None,
        assay=assay_facts(active) if active is not None else None,
    )


def _write(
    sent: Sequence[Sent], placed: Sequence[Placed | Waits], *, by: Principal, at: datetime
) -> dict[int, Written]:
    """Write what was placed; returns it by its position among what was sent."""
    places = [n for n, what in enumerate(placed) if isinstance(what, Placed)]
    given = [_given(sent[n], what) for n in places if isinstance(what := placed[n], Placed)]
    return dict(zip(places, measuring.write(given, by=by, at=at), strict=True))


def _given(one: Sent, what: Placed) -> Given:
    said = one.said
    as_sent = dict(said.as_sent)
    if what.conversion is not None:
        as_sent["converted_by"] = {"id": what.conversion.id, "version": what.conversion.version}
    return Given(
        instrument_id=one.instrument.pk,
        assay_id=what.assay_id,
        level_id=what.level_id,
        value=what.value,
        observed_at=said.observed_at,
        entered_by_id=one.instrument.principal_id,
        run_sent=said.run[:LONGEST_NAME],
        flags_sent=said.flags[:LONGEST_FLAGS],
        comment=said.comment,
        as_sent=as_sent,
        item_id=one.item_id,
    )


def _row(one: Sent, what: Placed | Waits, written: Written | None) -> dict[str, Any]:
    row = {
        "item_id": one.item_id,
        "instrument_id": one.instrument.pk,
        "control_text": one.said.control[:LONGEST_TEXT],
        "code_text": one.said.code[:LONGEST_TEXT],
        "observed_at": one.said.observed_at,
        "reason_code": "",
        "reason": "",
        "measurement_id": None,
    }
    if written is not None:
        return row | _delivered(written)
    assert isinstance(what, Waits)
    return row | {
        "delivery": Delivery.WAITING.value,
        "reason_code": what.code,
        "reason": what.reason,
    }


def _delivered(written: Written) -> dict[str, Any]:
    delivery = Delivery.REPEATED if written.is_repeated else Delivery.RECORDED
    return {"delivery": delivery.value, "measurement_id": written.measurement_id}


def _ended(written: Written) -> dict[str, Any]:
    found = _delivered(written)
    return {"delivery": found["delivery"], "measurement": found["measurement_id"]}


def _settle(row: ControlItem, what: Placed | Waits, written: Written | None) -> None:
    if written is not None:
        _update(row, **_ended(written))
    elif isinstance(what, Waits) and (what.code, what.reason) != (row.reason_code, row.reason):
        _update(row, reason_code=what.code, reason=what.reason)


def _sent_again(row: ControlItem) -> Sent:
    """Read a waiting value again from what its item holds."""
    received_at = row.item.message.received_at
    said = control_values.of_content(row.item.content, received_at=received_at)
    return Sent(row.instrument, row.item_id, said)


def _locked(waiting: ControlItem) -> ControlItem:
    rows = ControlItem.objects.select_for_update(of=("self",)).select_related(
        "instrument", "item__message"
    )
    found: ControlItem | None = rows.filter(pk=waiting.pk, delivery=Delivery.WAITING).first()
    if found is None:
        raise _moved()
    return found


def _update(row: ControlItem, **changes: Any) -> None:
    rows = ControlItem.objects.filter(pk=row.pk, delivery=Delivery.WAITING)
    if not rows.update(**changes):
        raise _moved()


def _moved() -> ControlMoved:
    return ControlMoved(_("This control value does not wait any more; look at it again."))
