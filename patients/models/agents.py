"""What people are exposed to, and for how long they are followed up after it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.rules.follow_ups import MOST_DAYS, MOST_VISITS


class Agent(Record):
    """An agent that the registry knows: an exposure names it by its code or its name."""

    AUDIT = Audit.FACT
    EXPORT = {Export.CLINICAL: "code name", Export.TECHNICAL: "id recorded_at recorded_by"}

    code = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")
        constraints = [
            models.UniqueConstraint(Upper("code"), name="patients_agent_one_code"),
            models.UniqueConstraint(Upper("name"), name="patients_agent_one_name"),
        ]

    def __str__(self) -> str:
        return self.name


class FollowUpRule(Record):
    """How long and how often whoever was exposed to an agent is visited; one holds at a time.

    It counts from `in_force_from`, once a second person has approved it, until the next one does.
    """

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"approved_by", "approved_at", "in_force_from"})
    EXPORT = {
        Export.CLINICAL: "agent days visits_per_day source",
        Export.TECHNICAL: "id approved_by approved_at in_force_from recorded_at recorded_by",
    }

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="rules")
    days = models.PositiveSmallIntegerField(
        _("days after the last exposure"),
        help_text=_("How long somebody is followed up, counted from the last exposure."),
    )
    visits_per_day = models.PositiveSmallIntegerField(_("visits per day"), default=1)
    source = models.CharField(
        max_length=300, help_text=_("Where these figures are from, so that they can be checked.")
    )
    approved_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    in_force_from = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("follow-up rule")
        verbose_name_plural = _("follow-up rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None, in_force_from=None)
                | Q(
                    approved_by__isnull=False,
                    approved_at__isnull=False,
                    in_force_from__gte=F("approved_at"),
                ),
                name="patients_followuprule_approved_whole",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("recorded_by")),
                name="patients_followuprule_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=MOST_DAYS)
                & Q(visits_per_day__gte=1, visits_per_day__lte=MOST_VISITS),
                name="patients_followuprule_in_bounds",
            ),
            models.UniqueConstraint(
                fields=["agent", "in_force_from"], name="patients_followuprule_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent}: {self.days} d"
