"""What was answered to messages that were sent under a key."""

from __future__ import annotations

from django.db import models

from labsys.accounts.models import Principal
from labsys.lib.fields import SealedField
from labsys.lib.records import Audit, Export, Record


class AppliedMessage(Record):
    """A message that was applied under its sender's key; sent again it is answered, not applied.

    The answer is kept sealed, for nobody but who sent the message.
    """

    AUDIT = Audit.OPERATIONAL
    EXPORT = {
        Export.SEALED: "answer",
        Export.TECHNICAL: "id uid sent recorded_at recorded_by",
    }

    uid = models.UUIDField(unique=True)
    sent = models.CharField(max_length=64)
    answer = SealedField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.uid}"
