"""Contents: bytes that somebody gave, each kept once under its hash."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record


class StoredContent(Record):
    """Bytes in the storage of contents (`labsys.lib.contents`), known by their SHA-256."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.IDENTIFYING: "sha256",
        Export.TECHNICAL: "id size media_type recorded_by recorded_at",
    }

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=80)
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="assays_storedcontent_sha256"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="assays_storedcontent_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.media_type} {self.sha256[:12]}"
