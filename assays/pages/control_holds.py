"""One control hold: what failed, what was done, what was measured since, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from assays.actions import controls, look_backs
from assays.models import ControlHold, CorrectiveStep
from assays.pages.controls import chart_page, find
from assays.queries import control_charts, control_standing
from labsys.accounts.permissions import requires, requires_by
from labsys.lib import policy
from labsys.lib.addresses import text
from labsys.lib.admin import ReasonForm
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse, sentence
from patients.forms import MomentField

VIEW = "assays.control.view"


class StepForm(forms.Form):
    """Asks what was done about it, and when."""

    kind = forms.ChoiceField(label=_("What was done"), choices=CorrectiveStep.Kind.choices)
    performed_at = MomentField(label=_("When"))
    what = forms.CharField(
        label=_("In words"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


class EndForm(ReasonForm):
    """Asks on what the hold ends, and why."""

    basis = forms.ChoiceField(label=_("It ends on"), choices=ControlHold.Basis.choices)
    field_order = ("basis", "reason")


MOVES: dict[str, tuple[Any, str, type[forms.Form], Callable[..., Any]]] = {
    "step": (_("Record what was done"), controls.RECORD, StepForm, controls.record_step),
    "end": (_("End the hold"), controls.END, EndForm, controls.end),
    "look-back": (
        _("Open the look-back"),
        look_backs.OPEN,
        ReasonForm,
        look_backs.open_for_hold,
    ),
}


@require_safe
@requires(VIEW)
def show(request: HttpRequest, controlhold_id: int) -> HttpResponse:
    """Show a hold with everything that an end would rest on."""
    return _page(request, _find(controlhold_id), {})


@require_http_methods(["POST"])
@requires_by("move", {name: permission for name, (_l, permission, _f, _a) in MOVES.items()})
def move(request: HttpRequest, controlhold_id: int, move: str) -> HttpResponse:
    """Record a step, end the hold, or open its look-back."""
    hold = _find(controlhold_id)
    label, _permission, kind, act = MOVES[move]
    form = kind(request.POST, label_suffix="")
    if not form.is_valid():
        return _page(request, hold, {move: form}, status=422)
    by = request.principal  # type: ignore[attr-defined]
    try:
        made = act(hold=hold, by=by, at=database_now(), **form.cleaned_data)
    except Refusal as refusal:
        refuse(form, refusal)
        messages.error(request, sentence(refusal))
        return _page(request, _find(controlhold_id), {move: form}, status=refusal.status)
    messages.success(request, _("%(label)s: done.") % {"label": label})
    if move == "look-back":
        return HttpResponseRedirect(reverse("look-back", args=[made.pk]))
    return HttpResponseRedirect(reverse("control-hold", args=[controlhold_id]))


@require_http_methods(["POST"])
@requires(controls.RECORD)
def open_hold(request: HttpRequest, instrument_id: int, assay_id: int) -> HttpResponse:
    """Hold an instrument for an assay for a reason that no control shows."""
    instrument, assay = find(instrument_id, assay_id)
    reason = text(request.POST, "reason", most=1000)
    by = request.principal  # type: ignore[attr-defined]
    try:
        made = controls.hold(
            instrument=instrument, assay=assay, by=by, at=database_now(), reason=reason
        )
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        return chart_page(request, instrument, assay, reason=reason, status=refusal.status)
    return HttpResponseRedirect(reverse("control-hold", args=[made.pk]))


def _find(id_: int) -> ControlHold:
    rows = ControlHold.objects.select_related(
        *("instrument", "assay__analyte", "evaluation__measurement__level__lot__material"),
        *(
            "entered_by__user",
            "recorded_by__user",
            "ended_by__user",
            "ended_after__level__lot__material",
        ),
        *("look_back",),
    )
    found: ControlHold | None = rows.filter(pk=id_).first()
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, hold: ControlHold, forms_shown: dict[str, forms.Form], status: int = 200
) -> HttpResponse:
    by = request.principal  # type: ignore[attr-defined]
    since = control_standing.since_hold(hold)
    ids = [row.pk for row in since.rows[-100:]]
    rows = control_charts.measurements(hold.instrument_id, hold.assay_id).filter(pk__in=ids)
    buttons = [
        {
            "name": name,
            "label": label,
            "form": forms_shown.get(name) or _blank(form),
            "is_open": name in forms_shown,
        }
        for name, (label, permission, form, _act) in MOVES.items()
        if _applies(name, hold) and policy.can(by, permission)
    ]
    context: dict[str, Any] = {
        "hold": hold,
        "rows": rows.order_by("-observed_at", "-id"),
        "since": since,
        "steps": hold.steps.select_related("recorded_by__user").order_by("performed_at", "id"),
        "look_back": getattr(hold, "look_back", None),
        "buttons": buttons,
        "is_own": by.pk in (hold.entered_by_id, *since.entered_by),
        "may_look_back": policy.can(by, "assays.lookback.view"),
    }
    return render(request, "assays/control_hold.html", context, status=status)


def _blank(form: type[forms.Form]) -> forms.Form:
    return form(initial={"performed_at": database_now()}, label_suffix="")


def _applies(name: str, hold: ControlHold) -> bool:
    if name == "look-back":
        return getattr(hold, "look_back", None) is None
    return hold.ended_at is None
