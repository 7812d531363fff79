"""Read-only views of the two event tables; both are written by the database alone, or by `reads`."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One change of one row: who, when, by which action and why, with the row as it became."""

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.BigIntegerField()
    on_behalf_of = models.BigIntegerField(null=True)
    action = models.TextField()
    reason = models.TextField()
    op = models.TextField()
    model = models.TextField()
    pk_of = models.BigIntegerField(db_column="pk")
    body = models.JSONField()

    class Meta:
        managed = False
        db_table = "audit_event"
        verbose_name = _("change")
        verbose_name_plural = _("changes")

    def __str__(self) -> str:
        return f"{self.action} {self.model} {self.pk_of} at {self.at:%Y-%m-%d %H:%M:%S}"


class ReadEvent(models.Model):
    """One look at somebody's record: who looked, when, at what and for what purpose."""

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.BigIntegerField()
    purpose = models.TextField()
    model = models.TextField()
    pk_of = models.BigIntegerField(db_column="pk")
    person_id = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "read_event"
        verbose_name = _("look at a record")
        verbose_name_plural = _("looks at records")

    def __str__(self) -> str:
        return f"{self.purpose} {self.model} {self.pk_of} at {self.at:%Y-%m-%d %H:%M:%S}"
