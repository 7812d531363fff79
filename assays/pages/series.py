"""One dynamic test: its time-points in a table, its analytes as courses."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import get_default_timezone
from django.views.decorators.http import require_http_methods

from assays.pages.courses import drawn
from assays.queries import series as queries
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import chart_words, charts
from labsys.lib.clock import database_now
from patients import queries as registry


@require_http_methods(["GET", "HEAD"])
@requires("assays.order.view")
def show(request: HttpRequest, series_id: int) -> HttpResponse:
    """Show a series: planned and drawn time-points, their values, and the courses."""
    principal = request.principal  # type: ignore[attr-defined]
    view = queries.shown(series_id, principal)
    if view is None:
        raise Http404
    series = view.series
    reads.record(by=principal, purpose="series", objects=[series], person_id=series.person_id)
    zone, words = get_default_timezone(), chart_words.words()
    courses = [
        {
            "course": course,
            "chart": charts.trend(drawn(course, ()), name=f"course-{n}", zone=zone, words=words),
        }
        for n, course in enumerate(view.courses)
    ]
    codes = [course.analyte.code for course in view.courses]
    context = {
        "banner": registry.banner(series.person, at=database_now()),
        "series": series,
        "codes": codes,
        "rows": [(point, [point.rows.get(code) for code in codes]) for point in view.points],
        "courses": courses,
    }
    return render(request, "assays/series.html", context)
