"""Types of nanites: their working names, what they are said to do, and on what that rests."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assays.models.nanite_profiles import NaniteProfile
from assays.models.results import Result
from assays.rules.nanite_types import LONGEST_NAME, LONGEST_STATEMENT, Evidence
from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record

GRADES = [
    (Evidence.ESTABLISHED.value, _("established")),
    (Evidence.SUPPORTED.value, _("supported")),
    (Evidence.OBSERVED.value, _("observed")),
    (Evidence.CONJECTURED.value, _("conjectured")),
]


class NaniteType(Record):
    """A type by its code, which stays; what it is called is the newest of its names."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id uid code sent_digest recorded_by recorded_at"}

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=16, unique=True)
    sent_digest = models.CharField(max_length=64, blank=True)
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.code


class NaniteTypeName(Record):
    """A working name that was given to a type; the newest holds."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id uid type name reason sent_digest recorded_by recorded_at"}

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    type = models.ForeignKey(NaniteType, on_delete=models.PROTECT, related_name="names")
    name = models.CharField(max_length=LONGEST_NAME)
    reason = models.CharField(max_length=500, blank=True)
    sent_digest = models.CharField(max_length=64, blank=True)
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class NaniteFunction(Record):
    """What somebody says a type does, with a grade and what it rests on.

    A newer statement names the one it corrects; a withdrawal names one and says nothing itself.
    """

    AUDIT = Audit.FACT
    EXPORT = {
        Export.CLINICAL: "statement basis reason",
        Export.TECHNICAL: "id uid type grade corrects is_withdrawal sent_digest recorded_by recorded_at",
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    type = models.ForeignKey(NaniteType, on_delete=models.PROTECT, related_name="functions")
    statement = models.CharField(max_length=LONGEST_STATEMENT, blank=True)
    grade = models.CharField(max_length=11, choices=GRADES, blank=True)
    basis = models.TextField(blank=True)
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="corrected_by"
    )
    is_withdrawal = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True)
    sent_digest = models.CharField(max_length=64, blank=True)
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    is_withdrawal=True, statement="", grade="", basis="", corrects__isnull=False
                )
                | Q(is_withdrawal=False, grade__in=[one.value for one in Evidence])
                & ~Q(statement="")
                & ~Q(basis=""),
                name="assays_nanitefunction_says_or_withdraws",
            ),
            models.CheckConstraint(
                condition=Q(corrects=None) | ~Q(reason=""),
                name="assays_nanitefunction_corrects_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.statement or f"{self.type} #{self.pk}"


class NaniteFunctionSource(Record):
    """A released value on which a statement rests."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id function result"}

    function = models.ForeignKey(NaniteFunction, on_delete=models.PROTECT, related_name="sources")
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["function", "result"], name="assays_nanitefunctionsource_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.function_id}: {self.result_id}"


class NaniteFunctionProfile(Record):
    """A profile of a specimen on which a statement rests."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id function profile"}

    function = models.ForeignKey(NaniteFunction, on_delete=models.PROTECT, related_name="profiles")
    profile = models.ForeignKey(NaniteProfile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["function", "profile"], name="assays_nanitefunctionprofile_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.function_id}: {self.profile_id}"
