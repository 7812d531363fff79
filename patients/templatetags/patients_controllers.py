"""How pages write the values of controllers: every digit as it was given, units as they are printed."""

from __future__ import annotations

from decimal import Decimal

from django import template

from labsys.lib.quantities import plain
from labsys.lib.units import shown

register = template.Library()


@register.filter
def exactly(value: Decimal | None) -> str:
    """Write a number with the digits it has; a dash where there is none."""
    return "–" if value is None else plain(value)


@register.filter
def ucum(unit: str) -> str:
    """Write a unit as it is customarily printed."""
    return shown(unit)
