"""The columns and constraints of everything that is drafted, approved by another and in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from assays.rules.states import VersionStatus
from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.records import Audit, Record


@dataclass(frozen=True, slots=True)
class Life:
    """What `assays.actions.versions` has to know of a versioned model.

    `noun` names its acts in the record; `key` are the columns that say of what a row is a version:
    one version of each is active.
    """

    noun: str
    key: tuple[str, ...]


LIFE_FIELDS = "status drafted_by drafted_at approved_by approved_at active_from active_until"


class Versioned(Record):
    """A version: what is active is never edited, a change is a new version.

    `assays.actions.versions` moves it through its life, which the model declares in one place: its
    `LIFE`. Its events are in the column of `CatalogueEvent` that refers to it.
    """

    AUDIT = Audit.STATE
    LIFE: ClassVar[Life]
    MUTABLE = frozenset({"status", "approved_by", "approved_at", "active_from", "active_until"})

    number = models.PositiveIntegerField()
    status = models.CharField(max_length=9, choices=choices(VersionStatus))
    drafted_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        Principal, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    active_from = models.DateTimeField(null=True)
    active_until = models.DateTimeField(null=True)

    class Meta:
        abstract = True


def life_of(table: str, *key: str) -> list[models.BaseConstraint]:
    """Return the constraints of a version: numbered and active once per `key`, and approved."""
    return [
        models.UniqueConstraint(fields=[*key, "number"], name=f"{table}_number"),
        models.UniqueConstraint(
            fields=list(key), condition=Q(status="ACTIVE"), name=f"{table}_one_active"
        ),
        approved_by_another(f"{table}_approved_by_another"),
    ]


def approved_by_another(name: str) -> models.CheckConstraint:
    """Nothing but a draft stands without the approval of someone other than its author.

    What ships with labsys is drafted and approved by `system:seed` (principal 5) alone: its rows
    stay unsigned, so nothing that rests on them is ever released automatically.
    """
    return models.CheckConstraint(
        condition=Q(status__in=["DRAFT", "DISCARDED"])
        | (Q(approved_by__isnull=False) & (~Q(approved_by=F("drafted_by")) | Q(drafted_by=5))),
        name=name,
    )
