"""Django choices of the plain enums that rules use."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


def choices(statuses: type[StrEnum]) -> list[tuple[str, object]]:
    """Return (value, label) pairs; the label is the value in words, translatable."""
    return [(status.value, _(status.value.replace("_", " ").lower())) for status in statuses]
