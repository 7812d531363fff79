"""Filing what drivers read in the messages that came over wires.

The messages of a batch are filed in the order they came, so that a later one sees what an earlier
one recorded; all of one connection cost a constant number of statements. Only a message that nobody
has read yet is filed, whoever asks and however often.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from assays.actions import controls as control_values
from assays.actions import filing, item_moves, message_cases
from assays.actions.filing import Source
from assays.actions.message_cases import Case
from assays.instruments import items
from assays.models import Recording, TransmissionItem, TransmissionMessage
from assays.queries import catalogue, controls, messages, sources
from assays.queries import filing as queries
from assays.queries.filing import Known
from assays.queries.messages import Read
from assays.rules.filing import Entry, Filed, Held
from assays.rules.messages import Repetition, judge
from assays.rules.states import MESSAGE, ItemStatus, MessageStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import bulk
from labsys.lib.errors import Conflict

ACTION = "assays.transmission.interpret"

_SETTLE = """
UPDATE assays_transmissionmessage m
SET status = n.status, item_count = n.items, duplicate_of_id = n.original
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::int[], %s::bigint[])
    AS n(id, old, status, items, original)
WHERE m.id = n.id AND m.status = n.old
"""


def record(*, reads: Sequence[Read], by: Principal, at: datetime) -> None:
    """File messages that nobody has read yet, each in the name of its instrument."""
    with acting(by=by, at=at, action=ACTION):
        waiting = _lock([one.message_id for one in reads])
        cases = [Case(one, waiting[one.message_id]) for one in reads if one.message_id in waiting]
        file(cases=cases, by=by, at=at)


def file(*, cases: Sequence[Case], by: Principal, at: datetime) -> None:
    """File the cases, whose messages are locked, inside the transaction of the caller's action."""
    groups: dict[int, list[Case]] = defaultdict(list)
    for case in cases:
        groups[case.instrument.pk].append(case)
    for instrument_id, group in groups.items():
        _judge(instrument_id, group)
    if any(message_cases.holds_controls(case) for case in cases):
        controls.lock_against_release()
    entries = [entry for case in cases for entry in case.entries]
    known = queries.lock(entries, catalogue=catalogue.current())
    for instrument_id, group in groups.items():
        instrument = group[0].instrument
        with acting(by=by, at=at, action=ACTION, on_behalf_of=instrument.principal):
            mine = known.sent_by(
                instrument_id,
                oldest=sources.oldest(instrument),
                holds_corrections=sources.holds_corrections(instrument),
            )
            _file(group, mine, by=by, at=at)


def _lock(ids: Iterable[int]) -> dict[int, TransmissionMessage]:
    """Lock the messages that nobody has read yet."""
    rows = TransmissionMessage.objects.select_for_update(no_key=True, of=("self",))
    waiting = rows.filter(
        pk__in=list(ids), status=MessageStatus.RECEIVED, instrument__isnull=False
    ).select_related("instrument__principal")
    return {row.pk: row for row in waiting.defer("content", "reply").order_by("pk")}


def _judge(instrument_id: int, group: Sequence[Case]) -> None:
    """Say of each message whether it is read, held as a whole, or the same as an earlier one."""
    digests = sorted({bytes(case.message.sha256) for case in group})
    stored = messages.originals(instrument_id, digests)
    first: dict[bytes, int] = {}
    for case in group:
        digest, id_ = bytes(case.message.sha256), case.message.pk
        settled, waiting = stored.get(digest, (None, None))
        earlier = [one for one in (settled, first.get(digest)) if one is not None]
        if waiting is not None and waiting < id_:
            earlier.append(waiting)
        first.setdefault(digest, id_)
        case.verdict = _verdict(case, min(earlier, default=None))
        if case.verdict is None:
            received_at = case.message.received_at
            said = case.read.interpretation
            asked = (
                items.asked(one, received_at=received_at, sent_at=said.sent_at)
                for one in said.readings
            )
            case.asked = [taken_for_new(one) if case.is_accepted else one for one in asked]


def taken_for_new(asked: Entry | Held | ItemStatus) -> Entry | Held | ItemStatus:
    """Return what is asked of a value that a person took for another measurement."""
    return replace(asked, is_new=True) if isinstance(asked, Entry) else asked


def _verdict(case: Case, original_id: int | None) -> Held | Repetition | None:
    found = case.read.interpretation
    doubt = found.doubt
    return judge(
        None if doubt is None else Held(doubt.hold, dict(doubt.params)),
        original_id=original_id,
        can_be_told_apart=found.can_be_told_apart,
        holds_values=any(items.is_measured(one) for one in found.readings),
        is_accepted=case.is_accepted,
    )


def _file(group: Sequence[Case], known: Known, *, by: Principal, at: datetime) -> None:
    """Decide, draw the keys, and write items, messages and results of one connection."""
    entries = [entry for case in group for entry in case.entries]
    decided = queries.decide(entries, known, at=at)
    wanted = sum(map(message_cases.items_made, group))
    drawn = filing.draw(decided, entries, known, {TransmissionItem: wanted})
    settled = iter(zip(entries, filing.settled(decided, drawn), strict=True))
    for case in group:
        case.lines = list(message_cases.lines(case, settled))
    ids = iter(drawn.more[TransmissionItem])
    rows: list[dict[str, Any]] = []
    filed: list[Filed] = []
    measured: list[control_values.Sent] = []
    for case in group:
        if case.is_newly_held:
            rows.append(message_cases.whole_row(next(ids), case))
        for line in case.lines:
            rows.append(message_cases.row(next(ids), case, line))
            if line.entry is not None:
                assert not isinstance(line.outcome, ItemStatus)
                filed.append(Filed(line.entry, line.outcome, rows[-1]["id"]))
            elif line.outcome is ItemStatus.QC:
                measured.append(message_cases.control(rows[-1]["id"], case, line))
    bulk.insert(TransmissionItem, rows)
    for case in group:
        _move_whole(case, by=by, at=at)
    _settle(group)
    control_values.deliver(measured, by=by, at=at)
    instrument = group[0].instrument
    source = Source(Recording.Door.INSTRUMENT, by, instrument.principal_id, instrument.pk)
    filing.record(filed, known, drawn, source=source, at=at)


def _move_whole(case: Case, *, by: Principal, at: datetime) -> None:
    """Let go, or hold on to, the item that held this message as a whole."""
    if case.waiting is None:
        return
    if isinstance(case.verdict, Held):
        item_moves.hold(case.waiting, case.verdict, by=by, at=at)
        return
    new = case.status_of_whole
    assert new is not None
    reason = (
        _("The same as message %(message)s.") % {"message": case.verdict.original_id}
        if isinstance(case.verdict, Repetition)
        else _("Read: its values are items of their own.")
    )
    item_moves.event(case.waiting, new=new, reason=reason, by=by, at=at).save()
    item_moves.move(case.waiting, new)


def _settle(group: Sequence[Case]) -> None:
    """Move the messages on from the state they were locked in."""
    ends = []
    for case in group:
        old, new = MessageStatus(case.message.status), case.end
        assert new is old or MESSAGE.can_move(old, new)
        of = case.verdict.original_id if isinstance(case.verdict, Repetition) else None
        count = message_cases.items_made(case) + (case.waiting is not None)
        ends.append((case.message.pk, old.value, new.value, count, of))
    if bulk.run(_SETTLE, bulk.columns(ends, "nwwnn")).rowcount != len(ends):
        raise Conflict(_("A message of this batch was read meanwhile."))
