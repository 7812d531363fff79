"""What a signature under a waiver says, in one digest, and the drawing sealed to it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC

from django.conf import settings

from consent.models import WaiverSignature
from consent.rules.drawings import Drawing, read
from labsys.accounts.models import Principal
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.sealing import SealBroken, unseal

VIEW = "consent.waiver.view"


def digest(row: WaiverSignature) -> str:
    """Return the sha256 of all that a signature says, with the hashes of the text and the drawing."""
    said = {
        "person": row.person_id,
        "text_sha256": row.text_sha256,
        "language": row.language,
        "identity_checked": row.identity_checked,
        "signer": row.signer,
        "guardian": [row.guardian_name, row.guardian_relation],
        "witness": row.witness_id,
        "informed_at": row.informed_at and row.informed_at.astimezone(UTC).isoformat(),
        "signed_at": row.signed_at.astimezone(UTC).isoformat(),
        "proof": row.proof,
        "drawing_sha256": row.drawing_sha256,
        "account": row.account_id,
    }
    fixed = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(fixed.encode()).hexdigest()


def seal_context(row: WaiverSignature) -> str:
    """Return the context that binds a drawing to all that was signed with it."""
    return f"consent.waiversignature:{digest(row)}"


def drawing_of(row: WaiverSignature, *, by: Principal, purpose: str) -> Drawing | None:
    """Open what was drawn; None where the signer gave a password. The read is recorded before.

    Under any other text, person, moment or witness than it was drawn under it does not open.
    """
    policy.check(by, VIEW, row)
    reads.record(by=by, purpose=purpose, objects=[row], person_id=row.person_id)
    if row.drawing is None:
        return None
    plain = unseal(bytes(row.drawing), context=seal_context(row), keys=settings.LABSYS_FIELD_KEYS)
    if hashlib.sha256(plain).hexdigest() != row.drawing_sha256:
        raise SealBroken("A drawn signature is not the one that was hashed.")
    return read(json.loads(plain))
