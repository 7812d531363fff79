"""Who sees the queue: its rows name subjects by number and concern nobody in particular."""

from __future__ import annotations

from labsys.lib import policy
from labsys.work.models import WorkDecision, WorkItem

VIEW = "work.item.view"


def register() -> None:
    policy.register_model(WorkItem, view=VIEW, person=None)
    policy.register_model(WorkDecision, view=VIEW, person=None)
