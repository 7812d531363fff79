"""The one place where what was said at a psychological check is opened."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from consent.models import Check, PsychologicalRecord
from labsys.accounts.models import Principal
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.errors import NotFound
from labsys.lib.sealing import unseal

READ = "consent.psychological.read"


def seal_context(check: Check) -> str:
    """Return the context that binds sealed content to its check."""
    return f"consent.psychologicalrecord:{check.uid}"


def annulment_context(check: Check) -> str:
    """Return the context that binds the sealed words of an annulment to its check."""
    return f"consent.checkannulment:{check.uid}"


def why_annulled(check: Check, *, by: Principal) -> str:
    """Return in words why a psychological check was annulled, for a psychologist; "" where it was not."""
    policy.check(by, READ)
    annulment = getattr(check, "annulment", None)
    if annulment is None or annulment.words is None:
        return annulment.reason if annulment is not None else ""
    context, keys = annulment_context(check), settings.LABSYS_FIELD_KEYS
    return unseal(bytes(annulment.words), context=context, keys=keys).decode()


def opened(check: Check, *, by: Principal) -> dict[str, Any]:
    """Return answers, scores and notes for a psychologist; the read is recorded before they are."""
    record = PsychologicalRecord.objects.filter(of_check=check).first()
    if record is None:
        raise NotFound(_("There is no such record, or it is not in your reach."))
    policy.check(by, READ, record)
    reads.record(by=by, purpose="psychological", objects=[record], person_id=check.person_id)
    content = unseal(
        bytes(record.content), context=seal_context(check), keys=settings.LABSYS_FIELD_KEYS
    )
    found: dict[str, Any] = json.loads(content)
    return found
