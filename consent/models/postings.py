"""Who was posted away, decided at which moment on which facts, and who came back."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consent.models.departures import Departure
from consent.models.programmes import Programme
from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record, RecordQuerySet
from patients.models import Person


class PostingQuerySet(RecordQuerySet):
    def away(self) -> PostingQuerySet:
        """Postings that have not ended: whoever left on one is away now."""
        found: PostingQuerySet = self.filter(ended_at=None)
        return found


class Posting(Record):
    """A person left on a programme, cleared when it was decided.

    `answered_at` is the moment of that decision, taken under the person's lock; the clearance of
    that moment can be asked for again at any time, and `relied_on` says what it rested on.
    """

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"ended_at"})
    EXPORT = {
        Export.INDIRECT: "person destination left_at ended_at",
        Export.TECHNICAL: "id uid programme departure answered_at valid_until programme_version "
        "relied_on recorded_at recorded_by",
    }

    uid = models.UUIDField(unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="postings")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="postings")
    departure = models.ForeignKey(
        Departure, on_delete=models.PROTECT, null=True, blank=True, related_name="postings"
    )
    destination = models.CharField(_("destination"), max_length=120, blank=True)
    left_at = models.DateTimeField(_("left at"))
    answered_at = models.DateTimeField(_("decided at"))
    valid_until = models.DateTimeField(
        _("cleared until"), null=True, blank=True, help_text=_("As known when it was decided.")
    )
    programme_version = models.PositiveIntegerField()
    relied_on = models.JSONField(default=list, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    objects = PostingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(ended_at=None),
                name="consent_posting_away_once",
            ),
            models.CheckConstraint(
                condition=Q(left_at__lte=F("answered_at")), name="consent_posting_left_by_then"
            ),
        ]
        indexes = [
            models.Index(
                fields=["programme", "id"],
                condition=Q(ended_at=None),
                name="consent_posting_away",
            ),
            models.Index(fields=["person", "-left_at"], name="consent_posting_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person} posted {self.left_at:%Y-%m-%d}"


class PostingReturn(Record):
    """Somebody who was posted away came back, and is free to go once a physician said so."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"freed_at"})
    EXPORT = {
        Export.INDIRECT: "returned_at note freed_at",
        Export.TECHNICAL: "id posting recorded_at recorded_by",
    }

    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="returned")
    returned_at = models.DateTimeField(_("returned at"))
    note = models.TextField(_("note"), blank=True)
    freed_at = models.DateTimeField(_("free to go since"), null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], condition=Q(freed_at=None), name="consent_postingreturn_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.posting}, returned {self.returned_at:%Y-%m-%d}"


class PostingAnnulment(Record):
    """A posting was recorded in error: nobody left."""

    AUDIT = Audit.FACT
    EXPORT = {Export.INDIRECT: "reason", Export.TECHNICAL: "id posting recorded_at recorded_by"}

    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="annulment")
    reason = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.posting} annulled"
