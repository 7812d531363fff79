"""Gestation, and what is told of hCG, in words."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from assays.rules.hcg import Fit, Gestation, Rise
from patients.rules.courses import weeks
from patients.rules.pregnancies import Pregnancy, State

register = template.Library()
register.filter("weeks", weeks)


@register.filter
def gestation(pregnancy: Pregnancy) -> str:
    """Return what holds of a pregnancy at a moment."""
    if pregnancy.state is State.NOT_PREGNANT:
        return _("not pregnant")
    if pregnancy.state is State.UNKNOWN:
        return _("not known")
    if pregnancy.gestation_days is None:
        return _("pregnant, gestation unknown")
    low = max(0, pregnancy.gestation_days - pregnancy.uncertainty_days)
    high = pregnancy.gestation_days + pregnancy.uncertainty_days
    return _("%(low)s to %(high)s") % {"low": weeks(low), "high": weeks(high)}


@register.filter
def week_span(found: Gestation | None) -> str:
    """Return the weeks that a value fits."""
    if found is None:
        return ""
    return _("weeks %(first)d to %(last)d") % {"first": found.low // 7, "last": found.high // 7}


@register.filter
def fit_words(found: Fit) -> str:
    """Say how a value stands to the published range of the recorded gestation."""
    return {
        Fit.CONSISTENT: _("within the published range of the recorded gestation"),
        Fit.BELOW: _("below the published range of the recorded gestation"),
        Fit.ABOVE: _("above the published range of the recorded gestation"),
        Fit.NOT_COMPARED: "",
    }[found]


@register.filter
def rise_words(found: Rise) -> str:
    """Say how a value stands to the one before it; never what it means for the patient."""
    return {
        Rise.WITHIN: _("rise as published"),
        Rise.BELOW_MINIMUM: _("rise below the published minimum (1.53-fold in 2 days)"),
        Rise.FALLING: _("falling"),
        Rise.ABOVE_MAXIMUM: _("rise above the published maximum (3.28-fold in 2 days)"),
        Rise.NOT_COMPARED: "",
    }[found]
