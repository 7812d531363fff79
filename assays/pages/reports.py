"""Reports on screen and as documents; every look and every copy is recorded with its version."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assays.actions import reports
from assays.documents.presenting import presented
from assays.models import Order, Report, ReportAccess, ReportVersion
from assays.queries import reports as queries
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.admin import ReasonForm
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, Refusal
from labsys.lib.refusals import sentence
from patients import queries as registry

VIEW = "assays.report.view"
READERS = "assays.report.readers"
ISSUE = "assays.report.issue"
INTERIM = "assays.report.interim"


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def show(request: HttpRequest, report_id: int) -> HttpResponse:
    """Show the newest version of a report."""
    report = _found(request, report_id)
    return _page(request, report, _newest(report))


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def version(request: HttpRequest, report_id: int, number: int) -> HttpResponse:
    """Show one version of a report; one that was superseded says so before anything else."""
    report = _found(request, report_id)
    return _page(request, report, _numbered(report, number))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW)
def document(request: HttpRequest, report_id: int, number: int) -> HttpResponse:
    """Stream a version's PDF: looked at by GET, printed or downloaded by POST.

    One that was superseded is given only to whoever has read that it was (`?superseded`); its bytes
    are those that were issued.
    """
    report = _found(request, report_id)
    shown, newest = _numbered(report, number), _newest(report)
    is_superseded = shown.number != newest.number
    if is_superseded and "superseded" not in request.GET:
        return HttpResponseRedirect(reverse("report-version", args=[report_id, number]))
    principal, at = request.principal, database_now()  # type: ignore[attr-defined]
    kind = _kind(request)
    made = reports.document(version=shown, by=principal, at=at)
    reports.record_access(version=shown, kind=kind, by=principal, at=at)
    answer = HttpResponse(bytes(made.pdf), content_type="application/pdf")
    name = f"report-{report.pk}-v{shown.number}"
    if is_superseded:
        name += f"-superseded-by-v{newest.number}"
    is_file = kind == ReportAccess.Kind.DOWNLOADED
    answer["Content-Disposition"] = (
        f'{"attachment" if is_file else "inline"}; filename="{name}.pdf"'
    )
    return answer


@require_http_methods(["POST"])
@requires(ISSUE)
def issue(request: HttpRequest, report_id: int) -> HttpResponse:
    """Make a version where something changed that no value shows."""
    principal = request.principal  # type: ignore[attr-defined]
    report = _found(request, report_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why, in a few words."))
        return _page(request, report, _newest(report), form=form, status=422)
    reason = form.cleaned_data["reason"]
    try:
        reports.issue_anew(report=report, by=principal, at=database_now(), reason=reason)
    except Refusal as refusal:
        form.add_error("reason" if isinstance(refusal, InvalidInput) else None, sentence(refusal))
        messages.error(request, sentence(refusal))
        return _page(request, report, _newest(report), form=form, status=refusal.status)
    messages.success(request, _("A new version was made."))
    return HttpResponseRedirect(reverse("report", args=[report_id]))


@require_http_methods(["POST"])
@requires(INTERIM)
def interim(request: HttpRequest, order_id: int) -> HttpResponse:
    """Make a preliminary version of an order's report while tests of it are open."""
    principal = request.principal  # type: ignore[attr-defined]
    order = policy.scope(principal, Order.objects.filter(pk=order_id)).first()
    if order is None:
        raise Http404
    try:
        made = reports.issue_interim(order=order, by=principal, at=database_now())
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        return HttpResponseRedirect(reverse("order", args=[order_id]))
    messages.success(request, _("An interim report was made."))
    return HttpResponseRedirect(reverse("report", args=[made.report_id]))


def _kind(request: HttpRequest) -> ReportAccess.Kind:
    if request.method != "POST":
        return ReportAccess.Kind.VIEWED
    is_file = "download" in request.POST
    return ReportAccess.Kind.DOWNLOADED if is_file else ReportAccess.Kind.PRINTED


def _found(request: HttpRequest, report_id: int) -> Report:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    report = queries.found(report_id, principal)
    if report is None or not report.versions.all():
        raise Http404
    return report


def _newest(report: Report) -> ReportVersion:
    return _with_report(report, report.versions.all()[0])


def _numbered(report: Report, number: int) -> ReportVersion:
    for one in report.versions.all():
        if one.number == number:
            return _with_report(report, one)
    raise Http404


def _with_report(report: Report, found: ReportVersion) -> ReportVersion:
    found.report = report
    return found


def _page(
    request: HttpRequest,
    report: Report,
    shown: ReportVersion,
    *,
    form: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    principal, at = request.principal, database_now()  # type: ignore[attr-defined]
    reports.record_access(version=shown, kind=ReportAccess.Kind.VIEWED, by=principal, at=at)
    newest = _newest(report)
    may_see_readers = policy.can(principal, READERS, report)
    context: dict[str, Any] = {
        "banner": registry.banner(report.order.person, at=at),
        "report": report,
        "shown": shown,
        "newest": newest,
        "is_superseded": shown.number != newest.number,
        "said": presented(shown.content),
        "versions": report.versions.all(),
        "may_see_readers": may_see_readers,
        "accesses": queries.accesses(report) if may_see_readers else [],
        "may_issue": policy.can(principal, ISSUE, report),
        "form": form or ReasonForm(),
    }
    return render(request, "assays/report.html", context, status=status)
