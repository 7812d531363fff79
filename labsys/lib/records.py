"""The base of every table that labsys owns: what may change, who is told, and how it is guarded.

Each model declares

* ``AUDIT``: FACT (rows never change), STATE (only ``MUTABLE`` columns change), OPERATIONAL
  (machinery: queue, heartbeats) or FRAMEWORK (Django's own tables);
* ``MUTABLE``: the columns of a STATE model that may change;
* ``LARGE``, ``SECRET``, ``SEALED``: columns kept out of audit bodies (see `labsys.audit`);
* ``EXPORT``: every field in exactly one class of `Export`.

From these follow the database triggers (append-only guard, audit), the grants of the runtime role
and the export gate. Facts are held at three levels: model, query set, trigger.
"""

from __future__ import annotations

from collections.abc import Hashable
from enum import StrEnum
from typing import Any, ClassVar

from django.db import models
from django.db.models.base import ModelBase
from django.utils.encoding import force_str

from labsys.lib import lookups, triggers
from labsys.lib.errors import Refusal

lookups.register()


class Audit(StrEnum):
    """How a table may change and whether its changes are recorded as events."""

    FACT = "fact"
    STATE = "state"
    OPERATIONAL = "operational"
    FRAMEWORK = "framework"


class Export(StrEnum):
    """What leaving the hospital would mean for a field."""

    IDENTIFYING = "identifying"  # names a person, alone or nearly so
    INDIRECT = "indirect"  # narrows down a person: dates, places, rare types
    CLINICAL = "clinical"  # says something about health
    SEALED = "sealed"  # never leaves
    TECHNICAL = "technical"  # keys, versions, moments of recording


class AppendOnlyError(Refusal):
    """A recorded fact was about to be changed or removed."""


class RecordQuerySet(models.QuerySet[Any]):
    """A query set that refuses what the table's class forbids."""

    def update(self, **changes: Any) -> int:
        self.model.check_change(changes)
        return super().update(**changes)

    def delete(self) -> tuple[int, dict[str, int]]:
        self.model.check_delete()
        return super().delete()


class RecordBase(ModelBase):
    """Adds the guard and audit triggers that the model's declarations call for."""

    def __new__(
        cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any], **kwargs: Any
    ) -> Any:
        meta: Any = attrs.get("Meta")
        if not getattr(meta, "abstract", False) and not getattr(meta, "proxy", False):
            if declared(attrs, bases, "AUDIT") in (Audit.FACT, Audit.STATE):
                if meta is None:
                    meta = attrs["Meta"] = type("Meta", (), {})
                meta.triggers = triggers.for_record(
                    mutable=declared(attrs, bases, "MUTABLE"),
                    hashed=declared(attrs, bases, "LARGE") | declared(attrs, bases, "SEALED"),
                    secret=declared(attrs, bases, "SECRET"),
                )
        return super().__new__(cls, name, bases, attrs, **kwargs)


def declared(attrs: dict[str, Any], bases: tuple[type, ...], name: str) -> Any:
    """Return a declaration of the class being made, or the one it inherits."""
    if name in attrs:
        return attrs[name]
    return next((getattr(base, name) for base in bases if hasattr(base, name)), frozenset())


class Record(models.Model, metaclass=RecordBase):
    """One row of a labsys table."""

    AUDIT: ClassVar[Audit]
    MUTABLE: ClassVar[frozenset[str]] = frozenset()
    LARGE: ClassVar[frozenset[str]] = frozenset()
    SECRET: ClassVar[frozenset[str]] = frozenset()
    SEALED: ClassVar[frozenset[str]] = frozenset()
    EXPORT: ClassVar[dict[Export, str]]
    # When a row came to be; undoing a link of two entries asks every table about persons.
    RECORDED_AT: ClassVar[str] = "recorded_at"

    id = models.BigAutoField(primary_key=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def check_change(cls, changes: dict[str, Any]) -> None:
        """Raise AppendOnlyError unless every named field may change in place."""
        if cls.AUDIT in (Audit.OPERATIONAL, Audit.FRAMEWORK):
            return
        fixed = sorted(set(changes) - cls.MUTABLE)
        if fixed:
            raise AppendOnlyError(
                f"{cls._meta.verbose_name}: {', '.join(fixed)} cannot be changed once recorded; "
                "record a correction that names this row."
            )

    @classmethod
    def check_delete(cls) -> None:
        """Raise AppendOnlyError for every table that keeps its rows."""
        if cls.AUDIT in (Audit.FACT, Audit.STATE):
            raise AppendOnlyError(f"{cls._meta.verbose_name}: records are never deleted.")

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding and self.AUDIT in (Audit.FACT, Audit.STATE):
            self.check_change(dict.fromkeys(kwargs.get("update_fields") or self._all()))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.check_delete()
        return super().delete(*args, **kwargs)

    def _get_FIELD_display(self, field: models.Field[Any, Any]) -> Any:  # noqa: N802 - Django's name
        """Return a choice in words. Django makes the whole table anew for every row of a list."""
        words = field.__dict__.get("_words")
        if words is None:
            words = field.__dict__["_words"] = dict(field.flatchoices)
        value = getattr(self, field.attname)
        said = words.get(value, value) if isinstance(value, Hashable) else value
        return force_str(said, strings_only=True)

    def _all(self) -> list[str]:
        return [field.name for field in self._meta.concrete_fields]
