"""The weekly round in words; one way for every page."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from consent.rules.rounds import DayState

register = template.Library()

DAY: dict[str, tuple[str, Any]] = {
    "TO_EXAMINE": ("info", _("to be examined")),
    DayState.RECALLED: ("critical", _("recalled")),
    DayState.AWAY: ("muted", _("away")),
    DayState.OVERDUE: ("critical", _("overdue")),
    DayState.DUE: ("info", _("due")),
    DayState.DONE: ("good", _("done")),
}


@register.filter
def day_words(state: str) -> Any:
    """Return how somebody stands on a day, in words."""
    return DAY[state][1]


@register.filter
def day_tone(state: str) -> str:
    """Return the tone of how somebody stands on a day."""
    return DAY[state][0]
