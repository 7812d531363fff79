"""Printing the reports of a ward, a requester or a day together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from assays.actions import report_batches
from assays.pages.periods import PeriodForm
from assays.queries import report_batches as queries
from assays.queries.report_batches import Wanted
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import navigation
from labsys.lib.addresses import number
from labsys.lib.clock import database_now, hospital_day
from labsys.lib.errors import Refusal
from labsys.lib.refusals import sentence

PRINT = "assays.report.print"
USUAL_DAYS = 1


class BatchForm(PeriodForm):
    """Asks which reports are to be printed."""

    longest_days = 31
    ward = forms.TypedChoiceField(
        label=gettext_lazy("Ward"), required=False, coerce=int, empty_value=None
    )
    requester = forms.TypedChoiceField(
        label=gettext_lazy("Requester"), required=False, coerce=int, empty_value=None
    )
    interim = forms.BooleanField(label=gettext_lazy("interim ones too"), required=False)
    printed = forms.BooleanField(label=gettext_lazy("printed ones too"), required=False)

    def wanted(self) -> Wanted:
        """Return what was chosen; call it once the form is valid."""
        given = self.cleaned_data
        return Wanted(
            since=given["since"],
            until=given["until"],
            ward=given["ward"],
            requester=given["requester"],
            with_interim=given["interim"],
            with_printed=given["printed"],
        )


class TickedForm(forms.Form):
    """The versions that are to be printed."""

    versions = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        field: Any = self.fields["versions"]
        # Whether they are there and within reach is asked of the database, not of a list.
        field.choices = [(one, one) for one in data.getlist("versions") if number(one) is not None]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(PRINT)
def show(request: HttpRequest) -> HttpResponse:
    """List what is to be printed (GET); give it as one document and record each printing (POST)."""
    principal = request.principal  # type: ignore[attr-defined]
    if request.method != "POST":
        return _page(request)
    ticked = TickedForm(request.POST)
    if not ticked.is_valid():
        messages.error(request, _("Tick at least one report."))
        return _page(request, status=422)
    try:
        pdf = report_batches.print_together(
            version_ids=ticked.cleaned_data["versions"], by=principal, at=database_now()
        )
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        return _page(request, status=refusal.status)
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="reports.pdf"'
    return answer


def _page(request: HttpRequest, *, status: int = 200) -> HttpResponse:
    principal = request.principal  # type: ignore[attr-defined]
    form = _form(request)
    context: dict[str, Any] = {"form": form, "most": report_batches.MOST}
    if not form.is_valid():
        return render(request, "assays/report_batch.html", context, status=422)
    wanted = form.wanted()
    rows = list(queries.listed(principal, wanted)[: report_batches.MOST])
    reads.record(
        by=principal,
        purpose="reports to print",
        objects=rows,
        person_id=lambda version: version.report.order.person_id,
    )
    ticked = {number(one) for one in request.POST.getlist("versions")}
    context |= {
        "ticked": ticked if request.method == "POST" else {one.pk for one in rows},
        "versions": rows,
        "count": int(navigation.capped(queries.matching(principal, wanted))),
        "asked": request.GET.urlencode(),
    }
    return render(request, "assays/report_batch.html", context, status=status)


def _form(request: HttpRequest) -> BatchForm:
    principal = request.principal  # type: ignore[attr-defined]
    today = hospital_day(database_now())
    given = request.GET.copy()
    given.setdefault("since", (today - timedelta(days=USUAL_DAYS)).isoformat())
    given.setdefault("until", today.isoformat())
    form = BatchForm(given, label_suffix="")
    period = PeriodForm(given)
    period.longest_days = BatchForm.longest_days
    requesters: list[tuple[int, str]] = []
    if period.is_valid():
        asked = Wanted(period.cleaned_data["since"], period.cleaned_data["until"])
        requesters = queries.requesters(principal, asked)
    ward: Any = form.fields["ward"]
    requester: Any = form.fields["requester"]
    ward.choices = [("", _("all")), *queries.wards(principal)]
    requester.choices = [("", _("all")), *requesters]
    return form
