"""Entering controls: one run of an instrument and assay, a value per level."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from assays.actions import controls
from assays.actions.controls import RECORD, TypedControl
from assays.models import ControlLevel
from assays.pages.controls import find
from assays.queries import catalogue, control_series, typed_values
from assays.rules.controls import ControlVerdict
from labsys.accounts.permissions import requires
from labsys.lib import units
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse
from patients.forms import MomentField

MOST_LEVELS = 30


class ControlForm(forms.Form):
    """One field per level of the lots in use."""

    observed_at = MomentField(label=gettext_lazy("Measured"))
    run = forms.CharField(
        label=gettext_lazy("Run"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Left empty: levels measured close together are one run."),
    )
    comment = forms.CharField(
        label=gettext_lazy("Comment"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        *args: Any,
        levels: Sequence[ControlLevel],
        unit: str,
        hints: dict[int, str],
        **kw: Any,
    ) -> None:
        super().__init__(*args, label_suffix="", **kw)
        made = {name_of(level): _field(level, unit, hints) for level in levels}
        self.fields = {**made, **self.fields}


def name_of(level: ControlLevel) -> str:
    """Return the name of a level's field."""
    return f"level_{level.pk}"


def _field(level: ControlLevel, unit: str, hints: dict[int, str]) -> forms.CharField:
    label = _("Level %(number)s of %(lot)s, in %(unit)s") % {
        "number": level.number,
        "lot": level.lot,
        "unit": units.shown(unit),
    }
    widget = forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"})
    hint = hints.get(level.pk, "")
    return forms.CharField(
        label=label, required=False, max_length=64, widget=widget, help_text=hint
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RECORD)
def enter(request: HttpRequest, instrument_id: int, assay_id: int) -> HttpResponse:
    """Ask what each level measured, record it, and say how it was judged."""
    instrument, assay = find(instrument_id, assay_id)
    active = catalogue.current().assays.get(assay.pk)
    levels = levels_in_use(instrument_id, assay_id)
    series = control_series.load([(instrument_id, assay_id)], level_ids=[])
    targets = series.series[instrument_id, assay_id].targets
    hints = {
        level.pk: _("target %(mean)s ± %(sd)s")
        % {"mean": targets[level.pk].mean, "sd": targets[level.pk].sd}
        if level.pk in targets
        else _("no signed target: recorded and not judged")
        for level in levels
    }
    given = {"levels": levels, "unit": active.unit if active is not None else "", "hints": hints}
    if request.method == "POST":
        form = ControlForm(request.POST, **given)
        if form.is_valid() and _record(request, form, instrument, assay, levels):
            return HttpResponseRedirect(reverse("control-chart", args=[instrument_id, assay_id]))
    else:
        form = ControlForm(initial={"observed_at": database_now()}, **given)
    context = {"instrument": instrument, "assay": assay, "form": form, "levels": levels}
    status = 422 if form.is_bound else 200
    return render(request, "assays/control_enter.html", context, status=status)


def levels_in_use(instrument_id: int, assay_id: int) -> list[ControlLevel]:
    """Return the levels of open lots that are meant for this assay, or of all where none is."""
    rows = ControlLevel.objects.filter(
        lot__opened_at__isnull=False, lot__ended_at=None
    ).select_related("lot__material")
    meant = rows.filter(
        Q(lot__material__lots__levels__targets__assay=assay_id)
        | Q(lot__material__lots__levels__measurements__assay=assay_id)
    )
    ordered = ("lot__material__name", "lot__opened_at", "number")
    found = list(meant.distinct().order_by(*ordered)[:MOST_LEVELS])
    return found or list(rows.order_by(*ordered)[:MOST_LEVELS])


def _record(
    request: HttpRequest, form: ControlForm, instrument: Any, assay: Any, levels: Any
) -> bool:
    """Record what was typed; what is wrong with it is said beside its field."""
    values = _values(form, assay, levels)
    if form.errors:
        return False
    given = form.cleaned_data
    try:
        written = controls.record_typed(
            instrument=instrument,
            assay=assay,
            values=values,
            observed_at=given["observed_at"],
            run=given["run"],
            comment=given["comment"],
            by=request.principal,  # type: ignore[attr-defined]
            at=database_now(),
        )
    except Refusal as refusal:
        refuse(form, refusal)
        return False
    judged = [one.judgement for one in written if one.judgement is not None]
    if any(one.verdict is ControlVerdict.REJECTED for one in judged):
        broken = ", ".join(one.broken for one in judged if one.broken)
        messages.error(request, _("Recorded and rejected: %(rules)s.") % {"rules": broken})
    else:
        messages.success(request, _("Recorded."))
    return True


def _values(form: ControlForm, assay: Any, levels: Sequence[ControlLevel]) -> list[TypedControl]:
    active = catalogue.current().assays.get(assay.pk)
    found = []
    for level in levels:
        name = name_of(level)
        text = form.cleaned_data.get(name, "")
        if not text.strip():
            continue
        try:
            value = typed_values.read(text, active, field=name)
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            found.append(TypedControl(level, value, name))
    return found
