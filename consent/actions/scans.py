"""Scans at the gate: one word back, and every question on record, also about nobody we know."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from consent.models import GatePass, GateScan, Programme
from consent.queries import clearances, passes
from consent.rules.clearance import decide
from consent.rules.gates import GateStatus, GateView, gate_view
from consent.rules.passes import PASS, verify
from consent.rules.scans import OfflineScan
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict
from patients.models import Person

SCAN, REACH = "consent.gate.scan", "consent.clearance.gate"
MOST = 200  # answers of a gate without a network at once: decided anew, each for its moment
KEPT = 12  # characters of what was asked


@dataclass(frozen=True)
class Answer:
    """The row of a scan and what the gate is told; the end only where somebody is cleared."""

    scan: GateScan
    view: GateView


def scan(*, asked: str, programme: Programme | None, by: Principal, at: datetime) -> Answer:
    """Answer a pass or a record number with one word, decided now from all facts.

    A pass is only a name here: its signature says whose it is, and the clearance of this instant
    whether it is worth anything. A record number is asked about for the programme that is named.
    """
    policy.check(by, SCAN)
    asked = asked.strip()
    if asked.startswith(f"{PASS}."):
        gate_pass, view = _of_pass(asked, by=by, at=at)
        programme = gate_pass.programme if gate_pass else None
        person = gate_pass.person if gate_pass else None
    else:
        gate_pass, person = None, _reachable(by, asked)
        view = _decided(person, programme, at)
    with acting(by=by, at=at, action="consent.gate.scan"):
        made = GateScan.objects.create(
            uid=uuid.uuid4(),
            gate_pass=gate_pass,
            person=person,
            programme=programme,
            asked=_kept(asked),
            status=view.status.value,
            scanned_at=at,
            recorded_at=at,
            recorded_by=by,
        )
    return Answer(made, view)


def keep(*, scans: Sequence[OfflineScan], by: Principal, at: datetime) -> list[GateScan]:
    """Record what was answered without a network, all or none; what is sent again is the same row.

    Whoever sends it is named, and the words stay those that were said. Beside each stands what the
    answer for its moment was, as known when it was first recorded.
    """
    policy.check(by, SCAN)
    with acting(by=by, at=at, action="consent.gate.keep"):
        rows = GateScan.objects.select_related("person", "gate_pass")
        rows = rows.filter(uid__in=[one.uid for one in scans])
        known = set(rows.values_list("uid", flat=True))
        new: dict[uuid.UUID, OfflineScan] = {}
        for one in scans:
            if one.uid not in known:
                new.setdefault(one.uid, one)
        # Whoever sends the same at this moment is waited for, and found below.
        GateScan.objects.bulk_create(_rows(list(new.values()), by, at), ignore_conflicts=True)
        found = {row.uid: row for row in rows}
        for one in scans:
            if any(getattr(found[one.uid], name) != said for name, said in _told(one).items()):
                raise Conflict(_("Another scan has the id %(uid)s.") % {"uid": one.uid})
        return [found[one.uid] for one in scans]


def _told(one: OfflineScan) -> dict[str, Any]:
    return {
        "asked": _kept(one.asked.strip()),
        "status": one.status.value,
        "scanned_at": one.scanned_at,
        "as_of": one.as_of,
    }


def _rows(scans: Sequence[OfflineScan], by: Principal, at: datetime) -> list[GateScan]:
    """Return the rows of what was answered without a network, each with what was true then."""
    named = _passes_named([(one.asked.strip(), one.scanned_at) for one in scans], by=by)
    asked = [
        (gate_pass, min(one.scanned_at, at))
        for one, (gate_pass, status) in zip(scans, named, strict=True)
        if gate_pass is not None and status is GateStatus.CLEARED
    ]
    decided = _words_then(asked, known_at=at)
    return [
        GateScan(
            uid=one.uid,
            **_told(one),
            gate_pass=gate_pass,
            person=gate_pass.person if gate_pass else None,
            programme=gate_pass.programme if gate_pass else None,
            truth=decided.get((gate_pass, min(one.scanned_at, at)), status).value,
            recorded_at=at,
            recorded_by=by,
        )
        for one, (gate_pass, status) in zip(scans, named, strict=True)
    ]


def _words_then(
    asked: Sequence[tuple[GatePass, datetime]], *, known_at: datetime
) -> dict[tuple[GatePass | None, datetime], GateStatus]:
    """Return the word of each pass's holder at a moment; of a programme all facts at once."""
    found: dict[tuple[GatePass | None, datetime], GateStatus] = {}
    for programme in {one.programme for one, _then in asked}:
        mine = [(one, then) for one, then in asked if one.programme == programme]
        people = sorted({one.person_id for one, _then in mine})
        rules, facts = clearances.gathered(people, programme, known_at=known_at)
        for one, then in mine:
            answer = decide(facts[one.person_id], programme=rules, at=then, known_at=known_at)
            found[one, then] = gate_view(answer).status
    return found


def _of_pass(text: str, *, by: Principal, at: datetime) -> tuple[GatePass | None, GateView]:
    ((row, status),) = _passes_named([(text, at)], by=by)
    if row is None or status is not GateStatus.CLEARED:
        return row, GateView(status=status, at=at)
    return row, _decided(row.person, row.programme, at)


def _passes_named(
    asked: Sequence[tuple[str, datetime]], *, by: Principal
) -> list[tuple[GatePass | None, GateStatus]]:
    """Return the pass that each text is, and what its signature and its end alone make of it."""
    keys = passes.keys()
    verdicts = [verify(text, keys=keys, revoked=(), at=at) for text, at in asked]
    ids = {uuid.UUID(one.gate_pass.id) for one in verdicts if one.gate_pass}
    rows = list(GatePass.objects.select_related("person", "programme").filter(uid__in=ids))
    people = Person.objects.filter(pk__in={row.person_id for row in rows})
    reached = set(policy.scope(by, people, REACH).values_list("pk", flat=True))
    within = {row.uid.hex: row for row in rows if row.person_id in reached}
    return [
        (within[one.gate_pass.id], one.status)
        if one.gate_pass and one.gate_pass.id in within
        else (None, GateStatus.INVALID)
        for one in verdicts
    ]


def _decided(person: Person | None, programme: Programme | None, at: datetime) -> GateView:
    if person is None or programme is None:
        return GateView(status=GateStatus.INVALID, at=at)
    return gate_view(clearances.clearance_of(person, programme, at=at))


def _reachable(by: Principal, mrn: str) -> Person | None:
    if not mrn or not mrn.isascii() or len(mrn) > KEPT:
        return None
    found: Person | None = policy.scope(by, Person.objects.filter(mrn=mrn), REACH).first()
    return found


def _kept(asked: str) -> str:
    """Return the beginning of what was asked, without what no row takes."""
    return "".join(one for one in asked[:KEPT] if one.isprintable())
