"""What was decided and done while somebody was followed up; the state itself is derived."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.models.agents import Agent
from patients.models.corrections import CorrectableQuerySet
from patients.models.persons import Person
from patients.models.places import Location
from patients.rules.follow_ups import COLDEST, HOTTEST, Deciding, Visiting


class FollowUpDecision(Record):
    """Somebody decided about the follow-up of a person for one agent."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person decided_at until",
        Export.CLINICAL: "agent kind reason",
        Export.TECHNICAL: "id corrects is_retraction recorded_at recorded_by",
    }
    Kind = Deciding
    KINDS = [
        (Deciding.CANCELLED.value, _("cancelled")),
        (Deciding.LOST.value, _("lost to follow-up")),
        (Deciding.RESUMED.value, _("resumed")),
        (Deciding.EXTENDED.value, _("extended")),
    ]

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="follow_up_decisions")
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=KINDS)
    until = models.DateTimeField(
        null=True, blank=True, help_text=_("Of an extension: to when at least.")
    )
    reason = models.TextField()
    decided_at = models.DateTimeField()
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    is_retraction = models.BooleanField(
        default=False,
        help_text=_("The row it corrects was entered in error and nothing replaces it."),
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    objects = CorrectableQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision on a follow-up")
        verbose_name_plural = _("decisions on follow-ups")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_retraction=False) | Q(corrects__isnull=False),
                name="patients_followupdecision_retracts_a_row",
            ),
            models.CheckConstraint(
                condition=Q(kind="EXTENDED", until__isnull=False)
                | (~Q(kind="EXTENDED") & Q(until=None)),
                name="patients_followupdecision_extended_until",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.agent}: {self.get_kind_display()}"


class FollowUpVisit(Record):
    """Somebody under follow-up was visited, and was seen or not."""

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person visited_at location place visitor",
        Export.CLINICAL: "agent outcome symptoms temperature",
        Export.TECHNICAL: "id corrects is_retraction recorded_at recorded_by",
    }
    Outcome = Visiting
    OUTCOMES = [
        (Visiting.SEEN.value, _("seen")),
        (Visiting.UNAVAILABLE.value, _("not there")),
        (Visiting.REFUSED.value, _("refused")),
    ]

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="follow_up_visits")
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=11, choices=OUTCOMES)
    symptoms = models.CharField(
        max_length=200, blank=True, help_text=_("What was found or said; empty means none.")
    )
    temperature = models.DecimalField(
        _("temperature (°C)"), max_digits=3, decimal_places=1, null=True, blank=True
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    place = models.CharField(_("place in words"), max_length=200, blank=True)
    visitor = models.CharField(
        _("visited by"), max_length=120, blank=True, help_text=_("Empty: whoever records it.")
    )
    visited_at = models.DateTimeField()
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    is_retraction = models.BooleanField(
        default=False,
        help_text=_("The row it corrects was entered in error and nothing replaces it."),
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    objects = CorrectableQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up visit")
        verbose_name_plural = _("follow-up visits")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_retraction=False) | Q(corrects__isnull=False),
                name="patients_followupvisit_retracts_a_row",
            ),
            models.CheckConstraint(
                condition=Q(outcome="SEEN") | Q(temperature=None),
                name="patients_followupvisit_measured_when_seen",
            ),
            models.CheckConstraint(
                condition=Q(temperature=None)
                | Q(temperature__gte=COLDEST, temperature__lte=HOTTEST),
                name="patients_followupvisit_plausible",
            ),
        ]
        indexes = [
            # Who was seen today: asked by every look at the worklist.
            models.Index(fields=["visited_at", "agent"], name="patients_followupvisit_day")
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.agent}: {self.get_outcome_display()}"
