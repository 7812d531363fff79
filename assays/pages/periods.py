"""Choosing a period of days and what to look at in it; one form for every page of figures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assays.models import Priority
from assays.queries.turnaround import Period
from assays.rules.turnaround import SEGMENT_LABELS, Cut, Segment
from patients.forms import DayField

LONGEST_DAYS = 92
USUAL_DAYS = 30
CUTS = [
    (Cut.SECTION.value, _("section")),
    (Cut.ASSAY.value, _("assay")),
    (Cut.WARD.value, _("ward")),
    (Cut.HOUR.value, _("hour of receipt")),
]


class PeriodForm(forms.Form):
    """Asks for two days of the hospital's calendar, the last one included."""

    since = DayField(label=_("From"))
    until = DayField(label=_("Until"))
    longest_days = LONGEST_DAYS

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and since > until:
            self.add_error("until", _("The period ends before it begins."))
        elif since and until and (until - since).days >= self.longest_days:
            told = _("Choose at most %(days)d days.") % {"days": self.longest_days}
            self.add_error("until", told)
        return given


class TurnaroundForm(PeriodForm):
    """Asks which stretch of the work to look at, of which priority, and by what to divide it."""

    segment = forms.ChoiceField(
        label=_("Segment"), choices=[(one.value, _(SEGMENT_LABELS[one])) for one in Segment]
    )
    priority = forms.TypedChoiceField(
        label=_("Priority"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("all")), *Priority.choices],
    )
    by = forms.ChoiceField(label=_("By"), choices=CUTS)


def filled(query: QueryDict, *, today: date, **usual: str) -> QueryDict:
    """Return what was asked, with the usual answer where nothing was said."""
    given = query.copy()
    starts = today - timedelta(days=USUAL_DAYS - 1)
    for name, value in {
        "since": starts.isoformat(),
        "until": today.isoformat(),
        **usual,
    }.items():
        given.setdefault(name, value)
    return given


def period_of(cleaned: dict[str, Any]) -> Period:
    """Return the period that was chosen."""
    return Period(cleaned["since"], cleaned["until"], cleaned.get("priority"))
