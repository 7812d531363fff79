"""The worklist of a work group: its patients, the most pressing first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from assays.pages.courses import drawn
from assays.pages.work_groups import PATIENTS, about, found
from assays.queries import group_worklists as queries
from assays.queries.group_worklists import Line, Place
from assays.rules.group_worklists import Pressing
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import charts, policy
from labsys.lib.chart_words import words
from labsys.lib.clock import database_now

TONES: dict[Pressing, tuple[str, Any]] = {
    Pressing.CRITICAL: ("critical", _("critical value, nobody told")),
    Pressing.NOW: ("critical", _("to be done now")),
    Pressing.THIS_SHIFT: ("abnormal", _("to be done this shift")),
    Pressing.NEW_RESULTS: ("info", _("new results")),
    Pressing.NOTHING_NEW: ("muted", _("nothing new")),
}


@dataclass(frozen=True)
class Shown:
    """A patient of the list with what is drawn and said of them."""

    line: Line
    tone: str
    said: Any
    spark: Any


@require_http_methods(["GET", "HEAD"])
@requires(PATIENTS)
def show(request: HttpRequest, group_code: str) -> HttpResponse:
    """Show the patients of a group with what is new of each and what stays to be done."""
    by, at = request.principal, database_now()  # type: ignore[attr-defined]
    group = found(group_code)
    context = about(by, group, at)
    if not context["opens_worklist"]:
        raise Http404
    page = queries.page(by, group, at=at, after=Place.read(request.GET.get("after", "")))
    reads.record(
        by=by,
        purpose="group-worklist",
        objects=[line.row for line in page.lines],
        person_id=lambda row: row.person_id,
    )
    context |= {
        "lines": [_shown(line) for line in page.lines],
        "page": page,
        "is_later_page": "after" in request.GET,
        "next_url": f"?after={page.after}" if page.after else "",
        "sees_results": policy.can(by, "assays.result.view"),
    }
    return render(request, "assays/groups/worklist.html", context)


def _shown(line: Line) -> Shown:
    tone, said = TONES[line.pressing]
    spark = ""
    if line.loads is not None and sum(one.result.value is not None for one in line.loads.rows) > 1:
        spark = charts.sparkline(
            drawn(line.loads, []),
            name=f"load-{line.row.pk}",
            zone=get_default_timezone(),
            words=words(),
        )
    return Shown(line, tone, said, spark)
