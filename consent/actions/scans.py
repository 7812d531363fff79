"""Scans at the gate: one word back, and every question on record, also about nobody we know."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from consent.models import GatePass, GateScan, Programme
from consent.queries import clearances, passes
from consent.rules.gates import GateStatus, GateView, gate_view
from consent.rules.passes import PASS, verify
from consent.rules.scans import OfflineScan
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict
from patients.models import Person

SCAN, REACH = "consent.gate.scan", "consent.clearance.gate"
MOST = 50  # answers of a gate without a network at once: each is decided anew for its moment
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
        known = {one.uid: one for one in rows.filter(uid__in=[one.uid for one in scans])}
        return [_kept_offline(one, known.get(one.uid), by=by, at=at) for one in scans]


def _kept_offline(
    said: OfflineScan, row: GateScan | None, *, by: Principal, at: datetime
) -> GateScan:
    asked = said.asked.strip()
    told = {
        "asked": _kept(asked),
        "status": said.status.value,
        "scanned_at": said.scanned_at,
        "as_of": said.as_of,
    }
    if row is None:
        gate_pass, truth = _pass_named(asked, by=by, at=said.scanned_at)
        if gate_pass is not None and truth is GateStatus.CLEARED:
            then = min(said.scanned_at, at)
            found = (gate_pass.person, gate_pass.programme)
            truth = gate_view(clearances.clearance_of(*found, at=then, known_at=at)).status
        about = {
            "gate_pass": gate_pass,
            "person": gate_pass.person if gate_pass else None,
            "programme": gate_pass.programme if gate_pass else None,
        }
        made = {**told, **about, "truth": truth.value, "recorded_at": at, "recorded_by": by}
        row, _is_new = GateScan.objects.get_or_create(uid=said.uid, defaults=made)
    if any(getattr(row, name) != value for name, value in told.items()):
        raise Conflict(_("Another scan has the id %(uid)s.") % {"uid": said.uid})
    return row


def _of_pass(text: str, *, by: Principal, at: datetime) -> tuple[GatePass | None, GateView]:
    row, status = _pass_named(text, by=by, at=at)
    if row is None or status is not GateStatus.CLEARED:
        return row, GateView(status=status, at=at)
    return row, _decided(row.person, row.programme, at)


def _pass_named(text: str, *, by: Principal, at: datetime) -> tuple[GatePass | None, GateStatus]:
    """Return the pass that a text is, and what its signature and its end alone make of it."""
    verdict = verify(text, keys=passes.keys(), revoked=(), at=at)
    if verdict.gate_pass is None:
        return None, GateStatus.INVALID
    rows = GatePass.objects.select_related("person", "programme")
    row: GatePass | None = rows.filter(uid=uuid.UUID(verdict.gate_pass.id)).first()
    if row is None or _reachable(by, row.person.mrn) is None:
        return None, GateStatus.INVALID
    return row, verdict.status


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
