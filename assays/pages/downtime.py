"""Downtime: forms on paper, and typing them in twice, blind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from assays.actions import downtime
from assays.documents import downtime as document
from assays.models import DowntimeBox, DowntimeForm, DowntimeTyping, Priority
from assays.pages import entry_fields
from assays.pages.entry_form import Sheet
from assays.queries import catalogue, entry, worklist
from assays.queries import downtime as queries
from assays.queries.downtime import FormRow
from assays.rules.downtime import CLOSED, BoxState
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import units
from labsys.lib.addresses import number, text
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, Refusal
from labsys.lib.refusals import sentence

ENTER = "assays.downtime.enter"
STATES = {
    BoxState.UNTYPED: gettext_lazy("not typed yet"),
    BoxState.TYPED_ONCE: gettext_lazy("typed by one person"),
    BoxState.DIFFERS: gettext_lazy("the two typings differ"),
    BoxState.AGREED: gettext_lazy("agreed, not recorded yet"),
    BoxState.RECORDED: gettext_lazy("recorded"),
    BoxState.WITHDRAWN: gettext_lazy("withdrawn"),
}


class TimesForm(forms.Form):
    """The times written on the paper beside one specimen."""

    observed_at = forms.DateTimeField()
    collected_at = forms.DateTimeField(required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(ENTER)
def index(request: HttpRequest) -> HttpResponse:
    """Show the forms with what is open on them, and for how long; make a new one."""
    principal = request.principal  # type: ignore[attr-defined]
    at, status = database_now(), 200
    if request.method == "POST":
        try:
            form = _prepare(request.POST, principal, at)
        except Refusal as refusal:
            messages.error(request, sentence(refusal))
            status = refusal.status
        else:
            return HttpResponseRedirect(reverse("downtime-form", args=[form.pk]))
    context = {
        "forms": [(one, at - one.recorded_at) for one in queries.forms()],
        "sections": worklist.sections(),
        "typed": request.POST,
    }
    return render(request, "assays/downtime.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(ENTER)
def show(request: HttpRequest, form_id: int) -> HttpResponse:
    """Type a form in; nobody is shown what somebody else typed from it."""
    principal = request.principal  # type: ignore[attr-defined]
    form = _form(form_id)
    if request.method != "POST":
        return _page(request, form, queries.rows(principal, form), None)
    if request.POST.get("move") == "withdraw":
        return _withdraw(request, form, principal)
    sheet = Sheet.read(request.POST.dict(), request.POST.getlist("row"))
    rows = queries.rows(principal, form)
    done, unplaced = _type(request.POST, sheet, form, rows, by=principal, at=database_now())
    for said in unplaced:
        messages.error(request, said)
    kept = any(any(sheet.given(pk)) for pk in sheet.identities)
    if done:
        messages.success(request, _done_words(done))
    if not done and not kept:
        messages.warning(request, _("Type at least one value and the time beside it, then save."))
    if not kept:
        return HttpResponseRedirect(reverse("downtime-form", args=[form_id]))
    return _page(request, form, queries.rows(principal, form), sheet, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(ENTER)
def differences(request: HttpRequest, form_id: int) -> HttpResponse:
    """Settle what two people typed differently, as a third; they themselves see nothing here."""
    principal = request.principal  # type: ignore[attr-defined]
    form = _form(form_id)
    if request.method == "POST":
        return _settle(request, form, principal)
    return _differing(request, form)


@require_http_methods(["GET", "HEAD"])
@requires(ENTER)
def printed(request: HttpRequest, form_id: int) -> HttpResponse:
    """Print a form: empty boxes, barcodes, room for the times and names."""
    principal = request.principal  # type: ignore[attr-defined]
    form = _form(form_id)
    rows = queries.rows(principal, form)
    shown = [row.specimen for row in rows]
    reads.record(by=principal, purpose="print", objects=shown, person_id=lambda one: one.person_id)
    made = document.pdf(
        number=str(form),
        words=_words(form),
        rows=[_printed(row) for row in rows],
        made_at=form.recorded_at,
    )
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="downtime-{form}.pdf"'
    return answer


def _prepare(data: Mapping[str, Any], principal: Principal, at: datetime) -> DowntimeForm:
    scans = data.get("scans", "").split()[: entry.ROWS]
    return downtime.prepare(
        section=text(data, "section", most=16),
        specimens=[entry.scanned(scan, principal) for scan in scans],
        reason=text(data, "reason"),
        by=principal,
        at=at,
    )


def _type(
    data: Mapping[str, Any],
    sheet: Sheet,
    form: DowntimeForm,
    rows: list[FormRow],
    *,
    by: Principal,
    at: datetime,
) -> tuple[dict[BoxState, int], list[str]]:
    """Keep row by row what was typed; returns how many boxes came how far, and what is unplaced."""
    held = catalogue.current()
    done: dict[BoxState, int] = {}
    unplaced: list[str] = []
    for row in rows:
        pk = row.specimen.pk
        if pk not in sheet.identities or not any(sheet.given(pk)):
            continue
        times = TimesForm({name: data.get(f"{name}-{pk}", "") for name in TimesForm.base_fields})
        if not times.is_valid():
            for _assay, kept in sheet.given(pk):
                kept.said = _("Give the time written on the paper beside this specimen.")
            continue
        typed = sheet.typed(pk, held.assays)
        try:
            outcomes = downtime.type_row(
                form=form,
                specimen=row.specimen,
                values=typed,
                observed_at=times.cleaned_data["observed_at"],
                collected_at=times.cleaned_data["collected_at"],
                identity=sheet.identities[pk],
                by=by,
                at=at,
            )
        except Refusal as refusal:
            for one in typed:
                sheet.cells[pk][one.assay_id].said = sentence(refusal)
            continue
        for outcome in outcomes:
            kept = sheet.cells[pk][outcome.typed.assay_id]
            kept.said = outcome.said
            kept.is_implausible = outcome.is_implausible
            if outcome.state is not None:
                done[outcome.state] = done.get(outcome.state, 0) + 1
                unplaced += [outcome.said] if outcome.said else []
                sheet.clear(pk, outcome.typed.assay_id)
    return done, list(dict.fromkeys(unplaced))


def _withdraw(request: HttpRequest, form: DowntimeForm, principal: Principal) -> HttpResponse:
    """Close every box of the form that is open."""
    boxes = list(DowntimeBox.objects.filter(form=form, outcome=None))
    reason = text(request.POST, "reason")
    try:
        count = downtime.withdraw(boxes=boxes, reason=reason, by=principal, at=database_now())
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        return _page(request, form, queries.rows(principal, form), None, status=refusal.status)
    messages.success(
        request, ngettext("%(n)d box closed.", "%(n)d boxes closed.", count) % {"n": count}
    )
    return HttpResponseRedirect(reverse("downtime-form", args=[form.pk]))


def _settle(request: HttpRequest, form: DowntimeForm, principal: Principal) -> HttpResponse:
    """Decide about one box; where that is refused, what was chosen and typed stays beside it."""
    box = DowntimeBox.objects.filter(form=form, pk=number(request.POST.get("box")) or 0).first()
    is_placing = request.POST.get("move") == "place"
    try:
        _decide(request.POST, box, by=principal, at=database_now())
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        if not is_placing:
            return _differing(request, form, status=refusal.status)
    back = "downtime-form" if is_placing else "downtime-differences"
    return HttpResponseRedirect(reverse(back, args=[form.pk]))


def _decide(
    data: Mapping[str, Any], box: DowntimeBox | None, *, by: Principal, at: datetime
) -> None:
    """Withdraw a box, record what was agreed on it, or what was chosen of it."""
    if box is None:
        raise Conflict(_("This form holds no such box; look at it again."))
    reason = text(data, "reason")
    if data.get("move") == "withdraw":
        downtime.withdraw(boxes=[box], reason=reason, by=by, at=at)
        return
    if data.get("move") == "place":
        downtime.place_agreed(box=box, by=by, at=at)
        return
    chosen = DowntimeTyping.objects.filter(box=box, pk=number(data.get("typing")) or 0).first()
    if chosen is None:
        raise InvalidInput(_("Choose one of the values that were typed."), field="typing")
    downtime.settle(box=box, typing=chosen, reason=reason, by=by, at=at)


def _differing(request: HttpRequest, form: DowntimeForm, status: int = 200) -> HttpResponse:
    """Show what differs to somebody who typed none of it, with what they chose and typed here."""
    principal = request.principal  # type: ignore[attr-defined]
    typed = {name: number(request.POST.get(name)) for name in ("box", "typing")}
    boxes = [
        {
            "box": box,
            "row": row,
            "typings": _standing(box),
            "chosen": typed["typing"] if typed["box"] == box.box.pk else None,
            "reason": text(request.POST, "reason") if typed["box"] == box.box.pk else "",
        }
        for row in queries.rows(principal, form)
        for box in row.boxes.values()
        if box.state is BoxState.DIFFERS and principal.pk not in {one.by for one in box.facts}
    ]
    shown = list({one["row"].specimen.pk: one["row"].specimen for one in boxes}.values())
    reads.record(by=principal, purpose="enter", objects=shown, person_id=lambda one: one.person_id)
    context = {"form": form, "boxes": boxes}
    return render(request, "assays/downtime_differences.html", context, status=status)


def _page(
    request: HttpRequest,
    form: DowntimeForm,
    rows: list[FormRow],
    sheet: Sheet | None,
    status: int = 200,
) -> HttpResponse:
    principal = request.principal  # type: ignore[attr-defined]
    shown = [row.specimen for row in rows]
    reads.record(by=principal, purpose="enter", objects=shown, person_id=lambda one: one.person_id)
    lines = [_line(row, principal, sheet, request.POST) for row in rows]
    boxes = [box for row in rows for box in row.boxes.values()]
    context = {
        "form": form,
        "lines": lines,
        "reasons": entry_fields.absent_reasons(),
        "refused": sum(bool(cell["kept"].said) for line in lines for cell in line["cells"]),
        "differing": sum(box.state is BoxState.DIFFERS for box in boxes),
        "open": sum(box.state not in CLOSED for box in boxes),
        "is_closing": request.POST.get("move") == "withdraw",
        "reason": text(request.POST, "reason"),
    }
    return render(request, "assays/downtime_form.html", context, status=status)


def _line(
    row: FormRow, principal: Principal, sheet: Sheet | None, data: Mapping[str, Any]
) -> dict[str, Any]:
    pk = row.specimen.pk
    return {
        "row": row,
        "observed_at": data.get(f"observed_at-{pk}", ""),
        "collected_at": data.get(f"collected_at-{pk}", ""),
        "cells": [_cell(row, assay_id, principal, sheet) for assay_id in row.boxes],
    }


def _cell(row: FormRow, assay_id: int, principal: Principal, sheet: Sheet | None) -> dict[str, Any]:
    """What one person sees of a box: its state, and what they typed themselves."""
    box = row.boxes[assay_id]
    mine = box.mine(principal)
    is_typed = mine is not None and box.state in (BoxState.TYPED_ONCE, BoxState.AGREED)
    return {
        "box": box,
        "name": f"{row.specimen.pk}-{assay_id}",
        "kept": sheet.kept(row.specimen.pk, assay_id) if sheet else Sheet.NOTHING,
        "mine": mine,
        "state": STATES[box.state],
        "is_closed": box.state in CLOSED,
        # Once both have typed, whoever has not typed is the third person of the other page.
        "takes_value": box.assay is not None and box.state not in CLOSED and not is_typed,
        "may_place": mine is not None and box.state is BoxState.AGREED,
        "result": box.outcome.result if box.outcome else None,
    }


def _standing(box: queries.Box) -> list[DowntimeTyping]:
    newest = {one.recorded_by_id: one for one in box.typings}
    return list(newest.values())


def _done_words(done: Mapping[BoxState, int]) -> str:
    said = {
        BoxState.TYPED_ONCE: _("%(n)d typed, waiting for a second person"),
        BoxState.RECORDED: _("%(n)d recorded: both typings agree"),
        BoxState.DIFFERS: _("%(n)d differ from what another person typed: look at the paper again"),
        BoxState.AGREED: _("%(n)d agreed and not recorded yet"),
    }
    return "; ".join(said[state] % {"n": count} for state, count in done.items()) + "."


def _form(form_id: int) -> DowntimeForm:
    found: DowntimeForm | None = DowntimeForm.objects.filter(pk=form_id).first()
    if found is None:
        raise Http404
    return found


def _words(form: DowntimeForm) -> dict[str, str]:
    printed_at = date_format(localtime(form.recorded_at), "j M Y H:i", use_l10n=False)
    return {
        "title": _("Results during downtime"),
        "about": _(
            "Write values with unit and comparator (<, >) as they are read. Two people type this "
            "form in, each without seeing what the other typed."
        ),
        "printed": _("Made %(when)s") % {"when": printed_at},
        "page": _("Page"),
        "began": _("Down since"),
        "ended": _("until"),
        "by": _("Measured by"),
        "collected": _("Collected"),
        "measured": _("Measured at"),
    }


def _printed(row: FormRow) -> document.PrintedRow:
    specimen, person = row.specimen, row.person
    collected = specimen.collected_at and localtime(specimen.collected_at)
    return document.PrintedRow(
        accession=specimen.accession,
        name=person.display_name,
        mrn=person.mrn,
        born=date_format(person.birth_date, "j M Y", use_l10n=False) if person.birth_date else "–",
        specimen=specimen.specimen_type.name,
        priority=specimen.get_priority_display() if specimen.priority != Priority.ROUTINE else "",
        collected=date_format(collected, "j M Y H:i", use_l10n=False) if collected else "",
        boxes=[
            document.PrintedBox(box.assay.code, units.shown(box.assay.unit))
            for box in row.boxes.values()
            if box.assay is not None
        ],
    )
