"""Cumulative reports on screen and as documents; every look and every copy is recorded."""

from __future__ import annotations

import uuid
from datetime import timedelta
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from assays.actions import cumulative_reports
from assays.documents.cumulative import presented
from assays.models import CumulativeAccess, CumulativeReport
from assays.pages.acts import OK, attempt
from assays.queries import cumulative_contents as queries
from assays.queries import history
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now, hospital_day
from patients import queries as registry
from patients.forms import DayField

VIEW = "assays.report.view"
READERS = "assays.report.readers"
USUAL_DAYS = 365


class CumulativeForm(forms.Form):
    """Asks for a period, and which sections of the laboratory."""

    since = DayField(label=gettext_lazy("From"))
    until = DayField(label=gettext_lazy("Until"))
    sections = forms.MultipleChoiceField(
        label=gettext_lazy("Sections"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: all of them."),
    )

    def __init__(self, *args: Any, sections: list[str], **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        field: Any = self.fields["sections"]
        field.choices = [(one, one) for one in sections]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW)
def new(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Choose a period of a patient's results and make a report of it; those made before."""
    principal = request.principal  # type: ignore[attr-defined]
    person, at = history.person_in_reach(principal, str(uid)), database_now()
    if person is None or not policy.can(principal, VIEW, person):
        raise Http404
    entries = registry.entries(person.pk)
    given = {"sections": queries.sections_of(entries)}
    today, status = hospital_day(at), OK
    usual = {"since": today - timedelta(days=USUAL_DAYS), "until": today}
    is_post = request.method == "POST"
    form = CumulativeForm(request.POST if is_post else None, initial=usual, **given)
    if is_post:
        status = 422
        if form.is_valid():
            make = partial(cumulative_reports.make, person=person, **form.cleaned_data)
            tried = attempt(request, make, beside=form)
            if tried.status == OK:
                return HttpResponseRedirect(reverse("cumulative", args=[tried.made.pk]))
            status = tried.status
    reads.record(by=principal, purpose="cumulative reports", objects=[person], person_id=person.pk)
    context = {
        "banner": registry.banner(person, at=at),
        "person": person,
        "form": form,
        "reports": queries.of_persons(entries),
    }
    return render(request, "assays/cumulative_new.html", context, status=status)


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def show(request: HttpRequest, cumulativereport_id: int) -> HttpResponse:
    """Show a cumulative report; one that gives a value that holds no more says so first."""
    principal = request.principal  # type: ignore[attr-defined]
    report, at = _found(request, cumulativereport_id), database_now()
    kind = CumulativeAccess.Kind.VIEWED
    cumulative_reports.record_access(report=report, kind=kind, by=principal, at=at)
    may_see_readers = policy.can(principal, READERS, report)
    accesses = report.accesses.select_related("by__user").order_by("-id")[:200]
    context = {
        "banner": registry.banner(report.person, at=at),
        "report": report,
        "said": presented(report.content),
        "is_superseded": queries.superseded(report),
        "may_see_readers": may_see_readers,
        "accesses": accesses if may_see_readers else [],
    }
    return render(request, "assays/cumulative.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW)
def document(request: HttpRequest, cumulativereport_id: int) -> HttpResponse:
    """Stream the PDF: looked at by GET, printed or downloaded by POST.

    One that gives a value that holds no more goes only to whoever has read that (`?superseded`).
    """
    principal = request.principal  # type: ignore[attr-defined]
    report, at = _found(request, cumulativereport_id), database_now()
    is_superseded = queries.superseded(report)
    if is_superseded and "superseded" not in request.GET:
        messages.warning(request, _("A value of this report holds no more."))
        return HttpResponseRedirect(reverse("cumulative", args=[report.pk]))
    made = cumulative_reports.document(report=report, by=principal, at=at)
    kind = _kind(request)
    cumulative_reports.record_access(report=report, kind=kind, by=principal, at=at)
    answer = HttpResponse(bytes(made.pdf), content_type="application/pdf")
    name = f"cumulative-{report.pk}{'-superseded' if is_superseded else ''}.pdf"
    is_file = kind == CumulativeAccess.Kind.DOWNLOADED
    answer["Content-Disposition"] = f'{"attachment" if is_file else "inline"}; filename="{name}"'
    return answer


def _kind(request: HttpRequest) -> CumulativeAccess.Kind:
    if request.method != "POST":
        return CumulativeAccess.Kind.VIEWED
    is_file = "download" in request.POST
    return CumulativeAccess.Kind.DOWNLOADED if is_file else CumulativeAccess.Kind.PRINTED


def _found(request: HttpRequest, report_id: int) -> CumulativeReport:
    principal = request.principal  # type: ignore[attr-defined]
    rows = policy.scope(principal, CumulativeReport.objects.filter(pk=report_id))
    found: CumulativeReport | None = rows.select_related("person").first()
    if found is None:
        raise Http404
    return found
