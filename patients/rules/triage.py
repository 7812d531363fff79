"""Categories of the triage scales in use, the most urgent first.

ESI: Gilboy N et al., Emergency Severity Index, version 4, AHRQ 2011. MTS: Mackway-Jones K et al.,
Emergency Triage, 3rd ed., 2014. START: Super G et al., Hoag Hospital, 1984 (revised 1994).
Categories of two scales are never compared: one scale's third is not another's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from labsys.lib.wording import gettext_noop as _

# Somebody is triaged at the door, hours before a bed is found at most.
BEFORE_STAY = timedelta(hours=24)

SCALES: Mapping[str, Mapping[str, str]] = {
    "ESI": {
        "1": _("1: resuscitation"),
        "2": _("2: emergent"),
        "3": _("3: urgent"),
        "4": _("4: less urgent"),
        "5": _("5: not urgent"),
    },
    "MTS": {
        "RED": _("red: immediate"),
        "ORANGE": _("orange: very urgent"),
        "YELLOW": _("yellow: urgent"),
        "GREEN": _("green: standard"),
        "BLUE": _("blue: not urgent"),
    },
    "START": {
        "IMMEDIATE": _("immediate (red)"),
        "DELAYED": _("delayed (yellow)"),
        "MINOR": _("minor (green)"),
        "EXPECTANT": _("expectant or deceased (black)"),
    },
}
CHOICES = [(code, said) for categories in SCALES.values() for code, said in categories.items()]


@dataclass(frozen=True, slots=True)
class Triage:
    """One assessment that stands."""

    id: int
    scale: str
    category: str
    assessed_at: datetime

    @property
    def is_urgent(self) -> bool:
        """Whether it is one of the two most urgent categories of its scale."""
        return self.category in list(SCALES[self.scale])[:2]


def is_category(scale: str, category: str) -> bool:
    """Return whether a scale has this category."""
    return category in SCALES.get(scale, ())


def of_stay(found: Iterable[Triage], *, began_at: datetime, at: datetime) -> Triage | None:
    """Return the newest triage that belongs to a stay: not older than a day before it began."""
    since = began_at - BEFORE_STAY
    mine = [one for one in found if since <= one.assessed_at <= at]
    return max(mine, key=lambda one: (one.assessed_at, one.id), default=None)
