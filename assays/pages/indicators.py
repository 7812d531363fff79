"""Quality indicators month by month, each with its limit, its course and its file."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from assays.actions import exports
from assays.pages.files import csv_answer
from assays.queries import indicators as queries
from assays.queries import quality_targets
from assays.queries.indicators import Month, Refused
from assays.rules.indicators import DEFINITIONS, Indicator, Standing, judge
from assays.rules.rejection import LABELS, RejectReason
from labsys.accounts.permissions import requires
from labsys.lib import charts, policy
from labsys.lib.chart_words import words
from labsys.lib.clock import bounds_of_day, database_now, hospital_day
from labsys.lib.records import Export

VIEW = "assays.quality.view"
EXPORT = "assays.quality.export"
MOST_MONTHS = 36
COLUMNS = (
    *("indicator", "month", "section", "numerator", "denominator", "percent"),
    *("low_95", "high_95", "limit_percent", "standing"),
)
REASON_COLUMNS = ("since", "until", "ward", "reason_code", "reason", "refused", "ward_arrived")


class IndicatorsForm(forms.Form):
    """Asks how far back, and of which section."""

    months = forms.TypedChoiceField(
        label=gettext_lazy("Months"),
        coerce=int,
        choices=[(number, number) for number in (3, 6, 12, 24, MOST_MONTHS)],
    )
    section = forms.ChoiceField(label=gettext_lazy("Section"), required=False)

    def __init__(self, data: Any, *, sections: list[str]) -> None:
        given = data.copy()
        given.setdefault("months", "12")
        super().__init__(given, label_suffix="")
        field: Any = self.fields["section"]
        field.choices = [("", _("all")), *((one, one) for one in sections)]


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def show(request: HttpRequest) -> HttpResponse:
    """Show every indicator by month, and where specimens were refused and why."""
    at = database_now()
    form = IndicatorsForm(request.GET, sections=queries.sections())
    context: dict[str, Any] = {"form": form, "at": at}
    if not form.is_valid():
        return render(request, "assays/indicators.html", context, status=422)
    months = _months(form.cleaned_data, at)
    limits = quality_targets.in_force(at).limits
    context |= {
        "cards": [
            _card(one, months, limits.get(one)) for one in Indicator if one in months[-1].shares
        ],
        "refusals": _refusals(months, at) if not form.cleaned_data["section"] else None,
        "may_export": policy.can(request.principal, EXPORT),  # type: ignore[attr-defined]
    }
    return render(request, "assays/indicators.html", context)


@require_http_methods(["POST"])
@requires(EXPORT)
def export(request: HttpRequest, indicator: str) -> HttpResponse:
    """Give one indicator, or the refusals by ward and reason, as a file that is on record."""
    at = database_now()
    form = IndicatorsForm(request.POST, sections=queries.sections())
    if not form.is_valid():
        return render(request, "assays/indicators.html", {"form": form, "at": at}, status=422)
    months = _months(form.cleaned_data, at)
    if indicator == "refusals":
        columns, rows = REASON_COLUMNS, _reason_rows(months, at)
    elif indicator.upper() in Indicator.__members__:
        chosen = Indicator[indicator.upper()]
        limit = quality_targets.in_force(at).limits.get(chosen)
        columns = COLUMNS
        rows = [_row(chosen, one, form.cleaned_data["section"], limit) for one in months]
    else:
        raise Http404
    content = exports.csv_file(
        kind=f"indicator-{indicator}",
        permission=EXPORT,
        columns=dict.fromkeys(columns, Export.TECHNICAL),
        rows=rows,
        parameters=form.cleaned_data,
        by=request.principal,  # type: ignore[attr-defined]
        at=at,
    )
    return csv_answer(content, f"indicator-{indicator}")


def _months(chosen: dict[str, Any], at: datetime) -> list[Month]:
    today = hospital_day(at)
    number = today.year * 12 + today.month - chosen["months"]
    first = today.replace(year=number // 12, month=number % 12 + 1, day=1)
    return queries.months(since=bounds_of_day(first)[0], until=at, at=at, section=chosen["section"])


def _card(indicator: Indicator, months: list[Month], limit: float | None) -> dict[str, Any]:
    defined = DEFINITIONS[indicator]
    return {
        "word": indicator.value.lower(),
        "label": _(defined.label),
        "numerator": _(defined.numerator),
        "denominator": _(defined.denominator),
        "is_high_good": defined.is_high_good,
        "limit": limit,
        "rows": [
            {
                "day": one.day,
                "share": one.shares[indicator],
                "standing": judge(indicator, one.shares[indicator], limit),
            }
            for one in reversed(months)
        ],
        "newest": _newest(indicator, months, limit),
        "picture": _picture(indicator, months, limit),
    }


def _newest(indicator: Indicator, months: list[Month], limit: float | None) -> dict[str, Any]:
    share = months[-1].shares[indicator]
    return {"share": share, "standing": judge(indicator, share, limit).value}


def _picture(indicator: Indicator, months: list[Month], limit: float | None) -> charts.Markup:
    zone = get_default_timezone()
    is_high_good = DEFINITIONS[indicator].is_high_good
    points = [
        charts.Point(
            at=datetime.combine(one.day.replace(day=15), time(), tzinfo=zone),
            value=share.percent,
            shown=f"{share.percent:.2f} % ({share.numerator}/{share.denominator})",
            tone=charts.Tone.ABNORMAL
            if judge(indicator, share, limit) is Standing.MISSED
            else charts.Tone.NORMAL,
        )
        for one in months
        if (share := one.shares[indicator]).percent is not None
    ]
    band = charts.Band(limit, None) if is_high_good else charts.Band(None, limit)
    series = charts.Series(
        _(DEFINITIONS[indicator].label),
        "%",
        points,
        [band] if limit is not None else [],
        decimals=1,
    )
    name = f"indicator-{indicator.value.lower()}"
    after = months[-1].day.replace(day=28) + timedelta(days=4)
    return charts.trend(
        series,
        name=name,
        zone=zone,
        start=bounds_of_day(months[0].day)[0],
        end=bounds_of_day(after.replace(day=1))[0],
        width=560,
        height=210,
        words=words(),
    )


def _refusals(months: list[Month], at: datetime) -> dict[str, Any]:
    found = queries.refused(since=months[0].day, until=hospital_day(at))
    codes = sorted({code for one in found for code in one.reasons})
    return {
        "reasons": [(code, _reason(code)) for code in codes],
        "rows": [
            {
                "ward": one.ward or _("no stay recorded"),
                "counts": [one.reasons.get(code, 0) for code in codes],
                "share": one.share,
            }
            for one in found
        ],
    }


def _reason(code: str) -> str:
    return _(LABELS[RejectReason(code)]) if code in set(RejectReason) else code


def _reason_rows(months: list[Month], at: datetime) -> list[list[Any]]:
    since, until = months[0].day, hospital_day(at)
    found: list[Refused] = queries.refused(since=since, until=until)
    return [
        [since, until, one.ward, code, _reason(code), count, one.share.denominator]
        for one in found
        for code, count in sorted(one.reasons.items())
    ]


def _row(indicator: Indicator, month: Month, section: str, limit: float | None) -> list[Any]:
    share = month.shares[indicator]
    low, high = share.interval or (None, None)
    return [
        *(indicator.value, f"{month.day:%Y-%m}", section or "all"),
        *(share.numerator, share.denominator, _short(share.percent), _short(low), _short(high)),
        *("" if limit is None else f"{limit:g}", judge(indicator, share, limit).value),
    ]


def _short(number: float | None) -> str:
    return "" if number is None else f"{number:.3f}"
