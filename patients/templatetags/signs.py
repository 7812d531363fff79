"""What was seen of a sign, and when it began, in words."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.translation import gettext as _

from labsys.lib import units
from labsys.lib.moments import stamp
from labsys.lib.quantities import plain
from patients.models import SignObservation
from patients.rules.signs import OnsetSpan

register = template.Library()
register.filter("ucum", units.shown)


@register.filter
def seen(row: SignObservation) -> str:
    """Return what was seen: a grade with its name, a value with its unit, present or absent."""
    if row.value is not None:
        return f"{row.comparator}{plain(row.value)} {units.shown(row.unit)}"
    if row.grade is not None:
        said = {"grade": row.grade, "name": row.sign.grade_name(row.grade)}
        return _("%(grade)d %(name)s") % said
    return _("present") if row.is_present else _("absent")


@register.filter
def meaning(row: SignObservation) -> str:
    """Return what the grade seen means, by the definition it was seen by."""
    if row.grade is None or not row.grade < len(row.sign.grades):
        return ""
    return str(row.sign.grades[row.grade]["meaning"])


@register.filter
def onset(row: SignObservation) -> str:
    """Return the onset as it was stated; nothing where none was."""
    if row.onset_at is None:
        return ""
    said = {"moment": _moment(row.onset_at), "hours": row.onset_uncertainty_hours}
    if row.onset_precision == SignObservation.Onset.ABOUT:
        return _("about %(moment)s (± %(hours)d hours)") % said
    if row.onset_precision == SignObservation.Onset.BEFORE:
        return _("at some time before %(moment)s") % said
    return _moment(row.onset_at)


@register.filter
def onset_between(span: OnsetSpan | None) -> str:
    """Return between which moments something began."""
    if span is None:
        return ""
    if span.earliest is None:
        return _("not after %(latest)s") % {"latest": _moment(span.latest)}
    if span.earliest == span.latest:
        return _moment(span.latest)
    said = {"earliest": _moment(span.earliest), "latest": _moment(span.latest)}
    return _("%(earliest)s to %(latest)s") % said


def _moment(moment: datetime) -> str:
    return str(stamp(moment))
