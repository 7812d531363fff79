"""Who reads the record. Its rows are about acts, so no reach but `any` opens them."""

from __future__ import annotations

from labsys.audit.models import AuditEvent, ReadEvent
from labsys.lib import policy


def register() -> None:
    policy.register_model(AuditEvent, view="audit.event.view", person=None)
    policy.register_model(ReadEvent, view="audit.read.view", person=None)
