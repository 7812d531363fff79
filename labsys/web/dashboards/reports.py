"""Council reports: the figures of a count as a document that stands; those issued, each to take along."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from assays.actions import dashboards as actions
from assays.models import CouncilReport, FigureSnapshot
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.charts import Markup
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse
from labsys.web.dashboards.pages import AskedForm, newest
from labsys.web.dashboards.presenting import presented

VIEW, ISSUE = actions.VIEW, actions.ISSUE
PAGE = 50
_OWN_STYLE = re.compile(r"<style>[^<]*</style>")


class IssueForm(AskedForm):
    """What is issued; a correction names the version that was wrong, and why."""

    reason = forms.CharField(
        label=gettext_lazy("What was wrong, or why it is issued"), required=False, max_length=500
    )

    def __init__(self, content: Any, data: Any) -> None:
        super().__init__(content, data)
        self.data["reason"] = data.get("reason", "")


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List the reports issued, the newest first."""
    before = number(request.GET.get("after"))
    rows = CouncilReport.objects.defer("content", "pdf").select_related("issued_by__user")
    rows = rows.select_related("corrected_by").defer("corrected_by__content", "corrected_by__pdf")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    following = f"?after={found[PAGE - 1].pk}" if len(found) > PAGE else None
    context = {"reports": found[:PAGE], "next_url": following}
    return render(request, "web/council_reports.html", context)


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def show(request: HttpRequest, councilreport_id: int) -> HttpResponse:
    """Show a report as it was issued, with its digest and what replaced it."""
    report, snapshot = _found(councilreport_id), newest()
    principal = request.principal  # type: ignore[attr-defined]
    following = CouncilReport.objects.filter(corrects=report).values_list("pk", flat=True).first()
    may_correct = following is None and snapshot is not None and policy.can(principal, ISSUE)
    context = {
        "report": report,
        "said": _on_screen(report.content),
        "following": following,
        "snapshot": snapshot if may_correct else None,
    }
    return render(request, "web/council_report.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW)
def document(request: HttpRequest, councilreport_id: int) -> HttpResponse:
    """Hand over the PDF as it was issued; who took it is on record."""
    report = _found(councilreport_id)
    principal = request.principal  # type: ignore[attr-defined]
    actions.record_access(report=report, by=principal, at=database_now())
    answer = HttpResponse(bytes(report.pdf), content_type="application/pdf")
    kind = "attachment" if request.method == "POST" else "inline"
    name = f"council-report-{report.number}-{report.version}.pdf"
    answer["Content-Disposition"] = f'{kind}; filename="{name}"'
    return answer


@require_http_methods(["POST"])
@requires(ISSUE)
def issue(request: HttpRequest) -> HttpResponse:
    """Issue the figures of the count that was looked at, as a report or in place of one."""
    snapshot = FigureSnapshot.objects.filter(pk=number(request.POST.get("snapshot"))).first()
    corrects = _corrected(request)
    if snapshot is None:
        messages.error(
            request, _("These figures are no longer kept: look at the newest ones first.")
        )
        return HttpResponseRedirect(reverse("dashboard"))
    form = IssueForm(snapshot.content, request.POST)
    status = 422
    if form.is_valid():
        try:
            made = _issued(request, form, snapshot, corrects)
            messages.success(request, _("The report is issued."))
            return HttpResponseRedirect(reverse("council-report", args=[made.pk]))
        except Refusal as refusal:
            refuse(form, refusal)
            status = refusal.status
    context = {"form": form, "snapshot": snapshot, "corrects": corrects}
    return render(request, "web/council_report_new.html", context, status=status)


def _issued(
    request: HttpRequest,
    form: IssueForm,
    snapshot: FigureSnapshot,
    corrects: CouncilReport | None,
) -> CouncilReport:
    asked = form.asked
    return actions.issue(
        content=presented(snapshot.content, asked, is_on_paper=True),
        agent=asked.agent,
        since=asked.since,
        until=asked.until,
        figures_at=snapshot.counted_at,
        reason=form.cleaned_data["reason"],
        corrects=corrects,
        by=request.principal,  # type: ignore[attr-defined]
        at=database_now(),
    )


def _on_screen(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a report says with its drawings in the colours of the page instead of their own."""
    return {
        **content,
        "sections": [
            {
                **one,
                "charts": [
                    {**chart, "svg": Markup(_OWN_STYLE.sub("", chart["svg"]))}
                    for chart in one["charts"]
                ],
            }
            for one in content["sections"]
        ],
    }


def _corrected(request: HttpRequest) -> CouncilReport | None:
    given = request.POST.get("corrects")
    if not given:
        return None
    return _found(number(given) or 0)


def _found(report_id: int) -> CouncilReport:
    rows = CouncilReport.objects.filter(pk=report_id).select_related("issued_by__user", "corrects")
    found: CouncilReport | None = rows.first()
    if found is None:
        raise Http404
    return found
