"""How computed numbers of a plate read on a page."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def digits(value: float | None, most: int = 4) -> str:
    """Write a computed number to so many significant digits; nothing for none."""
    return "" if value is None else f"{value:.{most}g}"


@register.filter
def times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor
