"""A person's trends: panels on one axis of time, with what was done and how the load ran."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from assays.pages import outcome_words
from assays.pages import trend_figures as figures
from assays.pages import trend_observed as observed
from assays.pages import trend_panels as drawn
from assays.pages.trend_observed import Observed
from assays.pages.trend_table import table
from assays.queries import history
from assays.queries import trend_observed as beside
from assays.queries import trends as queries
from assays.queries.analyses import kinetics
from assays.rules import trends as rules
from assays.rules.nanites import LOAD
from assays.rules.trends import Asked, Axis, Doubt, Offered
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import charts, policy
from labsys.lib.chart_words import words
from labsys.lib.clock import database_now
from patients import queries as registry
from patients.models import Intervention
from patients.pages import interventions_drawn
from patients.queries import interventions

ANALYSIS = "assays.analysis.view"
NAME = "trends"
DOUBTS = {
    Doubt.MOMENT: gettext_lazy("A day or time in the address was not understood and is ignored."),
    Doubt.ORDER: gettext_lazy(
        "The period is shorter than ten minutes, or ends before it begins; all values are shown."
    ),
    Doubt.MANY: gettext_lazy("At most 24 courses are shown at once; the rest is left out."),
}
AXES = {
    Axis.AUTO: gettext_lazy("logarithmic where loads span much"),
    Axis.LINEAR: gettext_lazy("linear"),
    Axis.LOG: gettext_lazy("logarithmic"),
}
GROUPS: Sequence[tuple[Any, Callable[[Offered], bool]]] = (
    (
        gettext_lazy("Analytes shown, nanites and flagged ones first"),
        lambda one: not one.is_observed,
    ),
    (gettext_lazy("Controllers"), lambda one: one.section == rules.CONTROL),
    (gettext_lazy("Clinical signs"), lambda one: one.section == rules.SIGN),
)
Shown = drawn.Course | Observed


@dataclass(frozen=True, slots=True)
class Load:
    """The newest analysis of the load: its fit, or that there is none to be drawn."""

    fit: charts.Fit | None = None
    at: datetime | None = None
    is_stale: bool = False
    outcome: Mapping[str, Any] | None = None


@require_http_methods(["GET", "HEAD"])
@requires("assays.result.view")
def show(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show a person's analytes over one axis of time, or the same as a table."""
    principal = request.principal  # type: ignore[attr-defined]
    person = history.person_in_reach(principal, str(uid))
    if person is None:
        raise Http404
    now, zone = database_now(), get_default_timezone()
    entries = registry.entries(person.pk)
    reads.record(by=principal, purpose="trends", objects=[person], person_id=person.pk)
    asked = rules.read(request.GET, request.GET.getlist("analyte"), at=now, zone=zone)
    known = [*queries.offered(entries, principal), *beside.offered(entries, principal)]
    codes = rules.chosen(asked, known)
    seen = [
        *observed.of_controllers(beside.controlled(entries, principal, codes, asked)),
        *observed.of_signs(beside.looks(entries, principal, codes, asked)),
    ]
    room = queries.MOST_VALUES - sum(len(one.moments) for one in seen)
    values = queries.values(entries, principal, codes, asked, most=room)
    done = interventions.of_persons(entries, principal)
    load = load_of(principal, entries) if LOAD in codes or done else Load()
    context: dict[str, Any] = {
        "load": load,
        "banner": registry.banner(person, at=now),
        "person": person,
        "asked": asked,
        "doubts": [DOUBTS[one] for one in asked.doubts],
        "unknown": sorted(set(asked.codes) - {one.code for one in known}),
        "interventions": outcome_words.told(done, load.outcome, zone),
        "is_cut": len(values) == room or _is_cut(seen),
        "may_analyse": policy.can(principal, ANALYSIS, person),
        **_choices(asked, known, codes, zone),
    }
    courses: list[Shown] = [
        *drawn.courses(values, codes),
        *sorted(seen, key=lambda one: codes.index(one.code)),
    ]
    context["codes"] = codes
    if courses and asked.is_table:
        context["table"] = table(
            courses,
            [
                (one.number, one.intervention)
                for one in context["interventions"]
                if _is_within(one.intervention, asked)
            ],
            zone=zone,
            words=words(),
            caption=_("Values over time"),
        )
    elif courses:
        moments = [one.collected_at for one in values]
        moments += [at for one in seen for at in one.moments]
        moments += [] if asked.has_period else [one.started_at for one in done]
        time = rules.frame(asked, moments, at=now)
        assert time is not None
        stays = queries.beside(entries, principal, at=now)
        context |= _drawing(courses, asked, time, load, done, stays)
    return render(request, "assays/trends.html", context)


def _is_within(one: Intervention, asked: Asked) -> bool:
    is_over = asked.first is not None and (one.ended_at or one.started_at) < asked.first
    return not is_over and not (asked.last is not None and one.started_at >= asked.last)


def _choices(
    asked: Asked, known: Sequence[Offered], codes: Sequence[str], zone: Any
) -> dict[str, Any]:
    """Return what the reader may choose from, and the addresses of what they chose otherwise."""
    return {
        "boxes": [
            (title, figures.boxes(rules.ranked([one for one in known if of(one)]), codes))
            for title, of in GROUPS
            if any(of(one) for one in known)
        ],
        "count": len(known),
        "axes": [(axis.value, label, axis is asked.axis) for axis, label in AXES.items()],
        "periods": [(days, _address(asked, days=str(days))) for days in rules.PERIODS],
        "whole": _address(asked),
        "from": _local(asked.first, zone) if not asked.days else "",
        "until": _local(asked.last, zone) if not asked.days else "",
        "as_table": _address(asked, **_period(asked), view="table"),
        "as_drawing": _address(asked, **_period(asked), view=""),
    }


def _period(asked: Asked) -> dict[str, str]:
    if asked.days:
        return {"days": str(asked.days)}
    ends = {"from": asked.first, "until": asked.last}
    return {name: at.isoformat() for name, at in ends.items() if at is not None}


def _address(asked: Asked, **said: str) -> str:
    """Return the query of the same panels with something else chosen."""
    pairs = [("analyte", code) for code in asked.codes]
    pairs += [("axis", asked.axis.value)] if asked.axis is not Axis.AUTO else []
    if asked.is_table and "view" not in said:
        pairs.append(("view", "table"))
    pairs += [(name, text) for name, text in said.items() if text]
    return "?" + urlencode(pairs)


def _local(at: datetime | None, zone: Any) -> str:
    return "" if at is None else at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def load_of(principal: Principal, entries: Any) -> Load:
    """Return the newest analysis of a person's load, where the principal may read analyses."""
    if not policy.can(principal, ANALYSIS):
        return Load()
    found = kinetics.newest(principal, entries)
    if found.part is None or found.part.outcome is None:
        return Load()
    outcome = found.part.outcome
    return Load(drawn.fit_of(outcome), found.part.done_at, found.is_stale, outcome)


def _is_cut(seen: Sequence[Observed]) -> bool:
    """Say whether there may be more signs, or more readings, than were read."""
    found = {
        of: sum(len(one.moments) for one in seen if one.section == of) for of in rules.OBSERVED
    }
    most = {rules.SIGN: beside.MOST_LOOKS, rules.CONTROL: beside.MOST_READINGS}
    return any(found[of] >= most[of] for of in rules.OBSERVED)


def _panel(course: Shown, axis: Axis, fit: charts.Fit | None) -> charts.Panel:
    if isinstance(course, Observed):
        return observed.panel(course, axis)
    return drawn.panel(course, axis, fit)


def _drawing(
    courses: Sequence[Shown],
    asked: Asked,
    time: tuple[datetime, datetime],
    load: Load,
    done: Sequence[Any],
    stays: Sequence[queries.Stay],
) -> dict[str, Any]:
    start, end = time
    fits = [load.fit if one.code == LOAD and one.section == "NANITE" else None for one in courses]
    stack = charts.stacked(
        [_panel(one, asked.axis, fit) for one, fit in zip(courses, fits, strict=True)],
        marks=interventions_drawn.marks(done),
        lanes=drawn.lanes(stays),
        start=start,
        end=end,
        name=NAME,
        title=_("What was done, and where the patient was"),
        zone=get_default_timezone(),
        words=words(),
    )
    panels = [
        {
            "gaps": gaps,
            "fit": fit,
            "figure": figures.opened(
                place,
                course,
                picture,
                latest=figures.latest(course, has_period=asked.has_period),
                fit=_fit_data(fit) if fit is not None else "",
            ),
        }
        for place, (course, picture, gaps, fit) in enumerate(
            zip(courses, stack.panels, stack.gaps, fits, strict=True), start=1
        )
    ]
    same = stack.gaps[0] if all(one == stack.gaps[0] for one in stack.gaps) else []
    if same and len(panels) > 1:
        panels = [{**one, "gaps": []} for one in panels]
    else:
        same = []
    return {
        "stack": stack,
        "same_gaps": same,
        "zone": str(get_default_timezone()),
        "panels": panels,
        "start": start,
        "end": end,
        "first_ms": _milliseconds(start),
        "last_ms": _milliseconds(end),
    }


def _fit_data(fit: charts.Fit) -> str:
    rows = zip(fit.times, fit.values, fit.lows, fit.highs, strict=True)
    return json.dumps([[_milliseconds(at), *(_three(one) for one in rest)] for at, *rest in rows])


def _three(load: float | None) -> float | None:
    return None if load is None else float(f"{load:.3g}")


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)
