"""How pages write the values of controllers: every digit as it was given, units as they are printed."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from labsys.lib.pills import pill
from labsys.lib.quantities import plain
from labsys.lib.units import shown
from patients.models import SetPoint
from patients.rules.controllers import Verdict

register = template.Library()


@register.filter
def exactly(value: Decimal | None) -> str:
    """Write a number with the digits it has; a dash where there is none."""
    return "–" if value is None else plain(value)


@register.filter
def band(row: SetPoint) -> str:
    """Write the band of a set-point in words: both limits, the one there is, or that there is none."""
    low, high = exactly(row.low), exactly(row.high)
    if row.low is None and row.high is None:
        return _("no band")
    if row.low is None:
        return _("band up to %(high)s") % {"high": high}
    if row.high is None:
        return _("band from %(low)s") % {"low": low}
    return _("band %(low)s – %(high)s") % {"low": low, "high": high}


@register.filter
def ucum(unit: str) -> str:
    """Write a unit as it is customarily printed."""
    return shown(unit)


@register.filter
def verdict(code: str) -> SafeString:
    """Write how a reading stands to its band."""
    if code == Verdict.WITHIN:
        return pill("good", _("within its band"))
    if code == Verdict.ABOVE:
        return pill("critical", _("▲ above its band"))
    if code == Verdict.BELOW:
        return pill("critical", _("▼ below its band"))
    return pill("held", _("no band was in force"))
