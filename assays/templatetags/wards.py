"""Triage in words and tones."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from patients.rules.triage import SCALES, Triage

register = template.Library()
TONES = ("critical", "abnormal", "held", "good", "info")


@register.filter
def triage_words(found: Triage) -> str:
    """Return the scale and the category in the reader's language."""
    return f"{found.scale} {_(SCALES[found.scale][found.category])}"  # noqa: INT001


@register.filter
def triage_short(found: Triage) -> str:
    """Return the scale and the code of the category, as a board has room for."""
    return f"{found.scale} {found.category.lower()}"


@register.filter
def triage_tone(found: Triage) -> str:
    """Return the tone of a category by its place in its own scale."""
    if found.category == "EXPECTANT":
        return "muted"
    return TONES[list(SCALES[found.scale]).index(found.category)]
