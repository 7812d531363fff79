"""Nonconformities: the list, the file of it, reporting one, and working one off."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from assays.actions import exports, nonconformities
from assays.actions.nonconformities import ASSIGN, CLOSE, REPORT, VIEW, WORK
from assays.models import (
    Dispatch,
    EqaResult,
    Instrument,
    LookBack,
    Nonconformity,
    Shipment,
    Specimen,
    TransmissionItem,
    TransmissionMessage,
    TransmissionSession,
)
from assays.pages.acts import OK, attempt
from assays.pages.files import csv_answer
from assays.pages.nonconformity_forms import (
    AssignForm,
    CloseForm,
    CorrectForm,
    ReasonForm,
    ReportForm,
)
from assays.queries import nonconformities as queries
from assays.queries.nonconformities import Chosen
from assays.rules.nonconformities import (
    KIND_LABELS,
    Kind,
    NonconformityStatus,
    Severity,
)
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.addresses import number, text
from labsys.lib.clock import database_now, hospital_day
from labsys.lib.records import Export
from labsys.work.models import WorkItem

COLUMNS = {
    **dict.fromkeys(
        ("number", "kind", "severity", "state", "reported at", "reported by", "due", "responsible"),
        Export.TECHNICAL,
    ),
    **{"specimen": Export.IDENTIFYING, "instrument": Export.TECHNICAL},
    **dict.fromkeys(
        ("summary", "immediate action", "root cause", "corrective action", "preventive action"),
        Export.CLINICAL,
    ),
    **dict.fromkeys(("corrected at", "closed at"), Export.TECHNICAL),
}
# What raised one by itself: its name and the address of its page.
RAISED_BY = {
    Shipment._meta.db_table: (gettext_lazy("Shipment"), "shipment"),
    LookBack._meta.db_table: (gettext_lazy("Look-back"), "look-back"),
    EqaResult._meta.db_table: (gettext_lazy("External quality assessment"), "eqa"),
    TransmissionItem._meta.db_table: (gettext_lazy("Held item"), "held-items"),
    Dispatch._meta.db_table: (gettext_lazy("Message to be sent"), "dispatch"),
    WorkItem._meta.db_table: (gettext_lazy("Parked work"), "admin:work_workitem_change"),
}
_OF_ONE = ("shipment", "look-back", "dispatch", "admin:work_workitem_change")


@require_http_methods(["GET", "HEAD"])
@requires(REPORT)
def index(request: HttpRequest) -> HttpResponse:
    """Show what did not go as it has to; whoever only reports sees their own reports."""
    principal = request.principal  # type: ignore[attr-defined]
    chosen, at = _chosen(request.GET), database_now()
    after = number(request.GET.get("after"))
    page = queries.page(principal, chosen, at=at, after=after)
    asked = _asked(chosen)
    context = {
        "page": page,
        "chosen": chosen,
        "at": at,
        "today": hospital_day(at),
        "counts": queries.counts(principal, at=at),
        "kinds": [(kind.value, _(KIND_LABELS[kind])) for kind in Kind],
        "statuses": [
            (one.value, _(one.value.replace("_", " ").lower())) for one in NonconformityStatus
        ],
        "severities": [(one.value, _(one.value.lower())) for one in Severity],
        "sees_all": policy.can(principal, VIEW),
        "asked": asked.items(),
        "first": f"?{urlencode(asked)}" if after is not None else "",
        "next": f"?{urlencode({**asked, 'after': page.after})}" if page.after else "",
    }
    return render(request, "assays/nonconformities.html", context)


@require_http_methods(["POST"])
@requires(VIEW)
def export(request: HttpRequest) -> HttpResponse:
    """Give the chosen list as a file; who took it is on record."""
    principal = request.principal  # type: ignore[attr-defined]
    chosen, at = _chosen(request.POST), database_now()
    content = exports.csv_file(
        kind="nonconformities",
        permission=VIEW,
        columns=COLUMNS,
        rows=[_values(row) for row in queries.exported(principal, chosen, at=at)],
        parameters=_asked(chosen),
        by=principal,
        at=at,
    )
    return csv_answer(content, "nonconformities")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(REPORT)
def new(request: HttpRequest) -> HttpResponse:
    """Report something."""
    if request.method != "POST":
        given = {
            name: text(request.GET, name, most=40) for name in ("kind", "accession", "instrument")
        }
        form = ReportForm(initial=given, label_suffix="")
        return render(request, "assays/nonconformity_new.html", {"form": form})
    form = ReportForm(request.POST, label_suffix="")
    status = _submit(request, form)
    if status != OK:
        return render(request, "assays/nonconformity_new.html", {"form": form}, status=status)
    return HttpResponseRedirect(reverse("nonconformities"))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=WORK)
def show(request: HttpRequest, nonconformity_id: int) -> HttpResponse:
    """Show one with its course; take a step in it."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = queries.visible(principal).select_related(
        "specimen",
        "result__analyte",
        "order",
        "instrument",
        "report",
        "control_measurement",
    )
    row = rows.filter(pk=nonconformity_id).first()
    if row is None:
        raise Http404
    acted = ("responsible", "corrected_by", "closed_by", "recorded_by")
    Principal.objects.fill_in([row], *acted)
    forms_of = _forms(row, request.POST if request.method == "POST" else None)
    status = OK
    if request.method == "POST":
        status = _step(request, row, forms_of)
        if status == OK:
            return HttpResponseRedirect(reverse("nonconformity", args=[row.pk]))
    course = queries.course(row)
    context = {
        "row": row,
        "course": course,
        "seen": course[0].pk if course else 0,
        "forms": forms_of,
        "today": hospital_day(database_now()),
        "is_settled": row.status in ("CLOSED", "ENTERED_IN_ERROR"),
        "may_work": policy.can(principal, WORK),
        "may_assign": policy.can(principal, ASSIGN),
        "may_close": policy.can(principal, CLOSE),
        "is_corrector": row.corrected_by_id == principal.pk,
        "may_open_specimen": row.specimen is not None
        and policy.can(principal, "assays.specimen.view", row.specimen),
        "may_open_result": row.result is not None
        and policy.can(principal, "assays.result.view", row.result),
        "may_open_order": row.order is not None
        and policy.can(principal, "assays.order.view", row.order),
        "raised_by": _raised_by(row),
    }
    return render(request, "assays/nonconformity.html", context, status=status)


def _raised_by(row: Nonconformity) -> tuple[Any, str] | None:
    """Return what raised one in words, and its address where it has one."""
    if not row.source_table:
        return None
    if row.source_table == TransmissionSession._meta.db_table:
        # A conversation is seen by what came in it.
        sent = TransmissionMessage.objects.filter(session=row.source_id).order_by("pk").first()
        return _("Conversation"), reverse("transmission", args=[sent.pk]) if sent else ""
    label, name = RAISED_BY.get(row.source_table, (row.source_table, ""))
    if not name:
        return label, ""
    return label, reverse(name, args=[row.source_id] if name in _OF_ONE else [])


def _submit(request: HttpRequest, form: ReportForm) -> int:
    if not form.is_valid():
        return 422
    given = form.cleaned_data
    specimen = instrument = None
    if given["accession"]:
        specimen = Specimen.objects.filter(accession=given["accession"]).first()
        if specimen is None:
            form.add_error("accession", _("There is no such record, or it is not in your reach."))
    if given["instrument"]:
        instrument = Instrument.objects.filter(code=given["instrument"]).first()
        if instrument is None:
            form.add_error("instrument", _("No instrument has this code."))
    if form.errors:
        return 422
    return attempt(
        request,
        nonconformities.submit,
        beside=form,
        done=_("Reported. The quality manager sees it."),
        kind=given["kind"],
        summary=given["summary"],
        severity=given["severity"] or None,
        immediate_action=given["immediate_action"],
        specimen=specimen,
        instrument=instrument,
    ).status


def _step(request: HttpRequest, row: Nonconformity, forms_of: dict[str, forms.Form]) -> int:
    """Take the step that was posted; the page says which state of the row it was made from."""
    move = request.POST.get("move", "")
    form = forms_of.get(
        {"describe": "correct", "error": "reason", "reopen": "reason"}.get(move, move)
    )
    shared = {"nonconformity": row, "seen": number(request.POST.get("seen")) or 0}
    done = _("Recorded.")
    if move == "investigate":
        return attempt(request, nonconformities.investigate, done=done, **shared).status
    if form is None:
        messages.error(request, _("Choose what is to be done."))
        return 422
    if not form.is_valid():
        return 422
    given = form.cleaned_data
    match move:
        case "assign":
            who = Principal.objects.filter(kind="PERSON", name=given["responsible"]).first()
            if who is None:
                form.add_error("responsible", _("Nobody has this login name."))
                return 422
            act, more = nonconformities.assign, {**given, "responsible": who}
        case "describe":
            texts = {name: text for name, text in given.items() if isinstance(text, str)}
            act, more = nonconformities.describe, texts
        case "correct":
            more = {name: value for name, value in given.items() if name != "immediate_action"}
            act = nonconformities.correct
        case "close":
            act, more = nonconformities.close, given
        case "reopen":
            act, more = nonconformities.reopen, given
        case _:
            act, more = nonconformities.mark_entered_in_error, given
    return attempt(request, act, beside=form, done=done, **shared, **more).status


def _forms(row: Nonconformity, posted: Any) -> dict[str, forms.Form]:
    """Return the forms of the page; what was posted fills the one it was posted to."""
    move = posted.get("move", "") if posted is not None else ""
    texts = ("immediate_action", "root_cause", "corrective_action", "preventive_action")
    initial = {name: getattr(row, name) for name in (*texts, "effectiveness_due_on")}
    assigned = {
        "responsible": row.responsible.name if row.responsible else "",
        "due_on": row.due_on,
        "severity": row.severity,
    }
    kinds: dict[str, tuple[type[forms.Form], dict[str, Any], tuple[str, ...]]] = {
        "assign": (AssignForm, assigned, ("assign",)),
        "correct": (CorrectForm, initial, ("correct", "describe")),
        "close": (CloseForm, {}, ("close",)),
        "reason": (ReasonForm, {}, ("reopen", "error")),
    }
    return {
        name: kind(
            posted if move in moves else None, initial=given, auto_id=f"{name}_%s", label_suffix=""
        )
        for name, (kind, given, moves) in kinds.items()
    }


def _chosen(given: Any) -> Chosen:
    def one_of(name: str, known: Any, otherwise: str = "") -> str:
        found = given.get(name, otherwise)
        return found if found in {*known, "", "UNSETTLED", "ALL"} else otherwise

    status = one_of("status", [one.value for one in NonconformityStatus], "UNSETTLED")
    return Chosen(
        status="" if status == "ALL" else status or "UNSETTLED",
        kind=one_of("kind", [one.value for one in Kind]),
        severity=one_of("severity", [one.value for one in Severity]),
        is_overdue=given.get("overdue") == "1",
        is_mine=given.get("mine") == "1",
    )


def _asked(chosen: Chosen) -> dict[str, str]:
    asked = {
        "status": chosen.status or "ALL",
        "kind": chosen.kind,
        "severity": chosen.severity,
        "overdue": "1" if chosen.is_overdue else "",
        "mine": "1" if chosen.is_mine else "",
    }
    return {name: value for name, value in asked.items() if value}


def _values(row: Nonconformity) -> list[Any]:
    concerned = (row.recorded_by, row.due_on, row.responsible, row.specimen, row.instrument)
    return [
        *(row.pk, row.kind, row.severity, row.status, row.recorded_at.isoformat()),
        *(str(one or "") for one in concerned),
        *(row.summary, row.immediate_action, row.root_cause),
        *(row.corrective_action, row.preventive_action, row.corrected_at, row.closed_at),
    ]
