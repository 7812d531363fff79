"""External quality assessment: rounds with their results and verdicts, and each assay over rounds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assays.models import EqaScheme
from assays.pages.bench import tabs
from assays.pages.bench_acts import EQA_RECORD, EQA_SCORE
from assays.queries import bench_lists
from assays.queries.bench_lists import EqaLine
from labsys.accounts.permissions import requires
from labsys.lib import charts, policy, units
from labsys.lib.addresses import number
from labsys.lib.chart_words import words
from labsys.lib.quantities import plain

VERDICTS = {
    "SATISFACTORY": charts.Verdict.ACCEPTED,
    "QUESTIONABLE": charts.Verdict.WARNING,
    "UNSATISFACTORY": charts.Verdict.REJECTED,
}


@require_safe
@requires("assays.eqa.view")
def index(request: HttpRequest) -> HttpResponse:
    """Show the newest rounds of every scheme."""
    page = bench_lists.eqa_rounds(before=number(request.GET.get("before")))
    context = {
        **_common(request),
        "rounds": page.rows,
        "schemes": EqaScheme.objects.filter(is_active=True).order_by("name")[:200],
        "next": f"?before={page.after}" if page.after else "",
    }
    return render(request, "assays/eqa.html", context)


@require_safe
@requires("assays.eqa.view")
def scheme(request: HttpRequest, eqascheme_id: int) -> HttpResponse:
    """Show a scheme: z of every assay over its rounds, drawn and as a table."""
    found = EqaScheme.objects.filter(pk=eqascheme_id).first()
    if found is None:
        raise Http404
    by_assay: dict[str, list[EqaLine]] = defaultdict(list)
    for line in bench_lists.eqa_lines(Q(round__scheme=found)):
        by_assay[line.result.assay.analyte.name].append(line)
    drawn = [
        (name, *_chart(f"eqa-{place}", name, lines))
        for place, (name, lines) in enumerate(sorted(by_assay.items()))
        if any(line.score and line.score.z is not None for line in lines)
    ]
    context = {
        **_common(request),
        "scheme": found,
        "charts": drawn,
        "rounds": bench_lists.eqa_rounds(found).rows,
    }
    return render(request, "assays/eqa_scheme.html", context)


def _chart(name: str, title: str, lines: Sequence[EqaLine]) -> tuple[Any, Any]:
    zone = get_default_timezone()
    points = [
        charts.ControlPoint(
            at=datetime.combine(line.result.round.closes_on, time(12), zone),
            z=float(line.score.z),
            shown=f"{plain(line.result.value)} {units.shown(line.result.unit)}",
            verdict=VERDICTS[line.score.verdict],
            rules=(f"{line.score.z:+.1f}".replace("-", "\u2212"),)
            if line.score.verdict != "SATISFACTORY"
            else (),
            note=f"{line.result.round.code}, {line.result.sample}",
        )
        for line in lines
        if line.score is not None and line.score.z is not None
    ]
    said = replace(
        words(),
        in_control=_("satisfactory"),
        warning=_("questionable"),
        rejected=_("unsatisfactory"),
        control_summary=_(
            "%(count)s results from %(first)s to %(last)s; the last is %(shown)s. "
            "%(rejected)s unsatisfactory, %(warnings)s questionable."
        ),
    )
    chart = charts.levey_jennings(
        points, name=name, title=title, zone=zone, words=said, width=640, height=240
    )
    return chart, charts.control_table(points, title=title, zone=zone, words=said)


def _common(request: HttpRequest) -> dict[str, Any]:
    principal = request.principal  # type: ignore[attr-defined]
    return {
        "tabs": tabs("eqa"),
        "may_record": policy.can(principal, EQA_RECORD),
        "may_score": policy.can(principal, EQA_SCORE),
    }
