"""Scans at the gate: one word back, and every question on record, also about nobody we know."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from consent.models import GatePass, GateScan, Programme
from consent.queries import clearances, passes
from consent.rules.gates import GateStatus, GateView, gate_view
from consent.rules.passes import PASS, verify
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from patients.models import Person

SCAN, REACH = "consent.gate.scan", "consent.clearance.gate"
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


def _of_pass(text: str, *, by: Principal, at: datetime) -> tuple[GatePass | None, GateView]:
    verdict = verify(text, keys=passes.keys(), revoked=(), at=at)
    invalid = GateView(status=GateStatus.INVALID, at=at)
    if verdict.gate_pass is None:
        return None, invalid
    rows = GatePass.objects.select_related("person", "programme")
    row: GatePass | None = rows.filter(uid=uuid.UUID(verdict.gate_pass.id)).first()
    if row is None or _reachable(by, row.person.mrn) is None:
        return None, invalid
    if verdict.status is GateStatus.EXPIRED:
        return row, GateView(status=GateStatus.EXPIRED, at=at)
    return row, _decided(row.person, row.programme, at)


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
