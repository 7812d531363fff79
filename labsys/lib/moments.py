"""How moments are written in rows of long lists, where a tag for each would cost too much."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language


def stamp(value: datetime | None) -> str:
    """Write a moment in the hospital's time zone, plainly: 21 Nov 2026 03:24."""
    if value is None:
        return "–"
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return _stamp(local.replace(second=0, microsecond=0, tzinfo=None), get_language())


@lru_cache(maxsize=4096)
def _stamp(local: datetime, _language: str | None) -> str:
    """What was drawn together has one moment: a list of a specimen's values writes it many times."""
    return date_format(local, "d M Y H:i", use_l10n=False)
