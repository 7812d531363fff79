"""What the screening staff are told of psychological checks, in words."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from consent.rules.capacities import Capacity
from consent.rules.psychological import ScreeningCode

register = template.Library()

CODES: dict[str, Any] = {
    ScreeningCode.REVIEW_NEEDED: _("review by a psychologist needed"),
    ScreeningCode.NOT_COMPLETE: _("not complete: book the rest"),
    ScreeningCode.SECOND_INTERVIEW_NEEDED: _("second interview needed"),
}

CAPACITIES: dict[str, Any] = {
    Capacity.HAS: _("can decide about taking part"),
    Capacity.DOUBTED: _("is in doubt: further assessment is needed"),
    Capacity.LACKS: _("cannot decide about taking part now"),
}


@register.filter
def screening_words(code: str) -> Any:
    """Return a code in words."""
    return CODES.get(code, code)


@register.filter
def capacity_words(outcome: str) -> Any:
    """Return what was found about somebody's capacity, in words."""
    return CAPACITIES.get(outcome, outcome)
