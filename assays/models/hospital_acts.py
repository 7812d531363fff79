"""What became of each thing that a hospital's system told."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from assays.models.orders import Order
from assays.models.transmissions import TransmissionItem
from assays.rules.hospital_known import Outcome
from assays.rules.hospital_messages import Act
from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.records import Audit, Export, Record
from patients.models import Encounter, Person


class HospitalAct(Record):
    """One event or order line of a hospital's message: what was done, about whom.

    `told_at` is when the hospital wrote it down: of two things told about one person the later holds,
    whichever came first. `other` is the entry that was joined or parted.
    """

    AUDIT = Audit.FACT
    EXPORT = {
        Export.INDIRECT: "person other encounter visit",
        Export.TECHNICAL: "id item act outcome order told_at recorded_by recorded_at",
    }

    item = models.OneToOneField(
        TransmissionItem, on_delete=models.PROTECT, related_name="hospital_act"
    )
    act = models.CharField(max_length=16, choices=choices(Act))
    outcome = models.CharField(max_length=8, choices=choices(Outcome))
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="hospital_acts"
    )
    other = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    encounter = models.ForeignKey(
        Encounter, on_delete=models.PROTECT, null=True, related_name="hospital_acts"
    )
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, related_name="hospital_acts"
    )
    visit = models.CharField(max_length=80, blank=True)
    told_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(act__in=[one.value for one in Act]),
                name="assays_hospitalact_act_known",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=[one.value for one in Outcome]),
                name="assays_hospitalact_outcome_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.act} {self.outcome}"
