"""Who belongs to a person: next of kin, whom to call, who looks after somebody who cannot."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record
from patients.models.corrections import CorrectableQuerySet
from patients.models.persons import Person


class RelatedPerson(Record):
    """Somebody is kin of a person, is called for them, or speaks for them, for as long as stated.

    Whose login signs for a minor is another fact, and the screening's (`consent.Guardianship`).
    """

    AUDIT = Audit.FACT
    EXPORT = {
        Export.IDENTIFYING: "name contact",
        Export.INDIRECT: "person other relation since until basis",
        Export.CLINICAL: "is_next_of_kin is_contact is_guardian may_consent",
        Export.TECHNICAL: "id corrects is_retraction recorded_at recorded_by",
    }

    class Relation(models.TextChoices):
        PARENT = "PARENT", _("parent")
        PARTNER = "PARTNER", _("spouse or partner")
        CHILD = "CHILD", _("child")
        SIBLING = "SIBLING", _("sibling")
        RELATIVE = "RELATIVE", _("other relative")
        APPOINTED = "APPOINTED", _("appointed by a court or an authority")
        OTHER = "OTHER", _("other")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="related_persons")
    relation = models.CharField(_("is the patient's"), max_length=9, choices=Relation.choices)
    other = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="related_to",
        verbose_name=_("known here as"),
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    contact = models.CharField(_("how to reach them"), max_length=200, blank=True)
    is_next_of_kin = models.BooleanField(_("next of kin"), default=False)
    is_contact = models.BooleanField(_("called first"), default=False)
    is_guardian = models.BooleanField(_("guardian"), default=False)
    may_consent = models.BooleanField(
        _("may consent to treatment for the patient"),
        default=False,
        help_text=_("Say below what shows it. It signs no waiver: that needs a guardian's login."),
    )
    basis = models.CharField(_("what shows it"), max_length=200, blank=True)
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
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
        verbose_name = _("related person")
        verbose_name_plural = _("related persons")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_retraction=False) | Q(corrects__isnull=False),
                name="patients_relatedperson_retracts_a_row",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="patients_relatedperson_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(name="") | Q(other__isnull=False),
                name="patients_relatedperson_is_somebody",
            ),
            models.CheckConstraint(
                condition=Q(other=None) | ~Q(other=F("person")),
                name="patients_relatedperson_is_another",
            ),
            models.CheckConstraint(
                condition=Q(may_consent=False) | ~Q(basis=""),
                name="patients_relatedperson_consents_on_a_basis",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_relation_display()}"
