"""Which passes run, and which of them are worth nothing any more."""

from __future__ import annotations

import base64
from collections import defaultdict
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from consent import models
from consent.queries import clearances
from consent.rules import passes
from consent.rules.gates import GateStatus
from consent.rules.passes import Revocations

# How long the gate is shown whom it called cleared without a network, wrongly.
SHOWN_FOR = timedelta(hours=24)
MOST_SHOWN = 100


def signing() -> tuple[str, Ed25519PrivateKey]:
    """Return the key that signs now, with its name."""
    name, key = next(iter(settings.LABSYS_FIELD_KEYS.items()))
    return name, passes.signing_key(key)


def keys() -> dict[str, bytes]:
    """Return what verifies passes, those of earlier keys too, by the names of the keys."""
    return {
        name: passes.public_bytes(passes.signing_key(key))
        for name, key in settings.LABSYS_FIELD_KEYS.items()
    }


def shown_keys() -> dict[str, str]:
    """Return what verifies passes, as files and pages hold it."""
    return {name: base64.b64encode(key).decode("ascii") for name, key in keys().items()}


def text_of(row: models.GatePass) -> str:
    """Return the text of a pass that was issued; the same text whenever it is asked for."""
    key = passes.signing_key(settings.LABSYS_FIELD_KEYS[row.key_id])
    said = passes.GatePass(
        kid=row.key_id,
        id=row.uid.hex,
        who=row.person.mrn,
        programme=row.programme.code,
        issued_at=row.issued_at,
        expires_at=row.expires_at,
    )
    return passes.issue(said, key)


def revoked(at: datetime) -> frozenset[str]:
    """Return the passes that run and whose holders are not cleared now; decided, never stored."""
    running: dict[int, list[models.GatePass]] = defaultdict(list)
    rows = models.GatePass.objects.filter(expires_at__gt=at).select_related("programme")
    for one in rows:
        running[one.programme_id].append(one)
    found: set[str] = set()
    for of_programme in running.values():
        people = sorted({one.person_id for one in of_programme})
        answers = clearances.clearances_of(people, of_programme[0].programme, at=at)
        found |= {one.uid.hex for one in of_programme if not answers[one.person_id].is_cleared}
    return frozenset(found)


def revocations(at: datetime) -> str:
    """Return the signed list of the passes that are worth nothing any more."""
    name, key = signing()
    moment = at.replace(microsecond=0)
    return passes.issue_list(Revocations(kid=name, as_of=moment, ids=revoked(at)), key)


def wrongly_cleared(at: datetime) -> list[models.GateScan]:
    """Return who was called cleared without a network and was not, of a day, the newest first."""
    cleared = GateStatus.CLEARED.value
    rows = models.GateScan.objects.filter(
        status=cleared, as_of__isnull=False, recorded_at__gt=at - SHOWN_FOR
    ).exclude(truth=cleared)
    return list(rows.select_related("person", "programme").order_by("-id")[:MOST_SHOWN])
