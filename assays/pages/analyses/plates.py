"""Plates of immunoassays: sent, looked at with everything a value rests on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assays.actions.analyses import plate_recordings
from assays.actions.analyses import plates as actions
from assays.actions.analyses.plates import READ
from assays.actions.recordings import ENTER
from assays.models import AnalysisPart, AnalysisRun, Instrument, Specimen
from assays.pages.analyses import plate_charts, plate_words
from assays.queries.analyses import plates as queries
from assays.queries.analyses.plates import Sent
from assays.rules.analyses import plate_files
from assays.rules.analyses.runs import OPEN, AnalysisKind
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy, units
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import kept, refuse, sentence
from patients.forms import MomentField

ROWS = 4  # of plates on the form
ENCODINGS = (("", gettext_lazy("found")), *((one, one) for one in plate_files.ENCODINGS))


class PlateForm(forms.Form):
    """Up to four plates of one assay, each with the file of its reader and its layout."""

    assay = forms.ChoiceField(label=gettext_lazy("Assay"))
    instrument = forms.ModelChoiceField(
        label=gettext_lazy("Reader"), queryset=Instrument.objects.none()
    )
    measured_at = MomentField(label=gettext_lazy("Measured"))
    form = forms.ChoiceField(
        label=gettext_lazy("Curve"),
        choices=[("4PL", gettext_lazy("4PL")), ("5PL", gettext_lazy("5PL"))],
    )
    theta = forms.FloatField(
        label=gettext_lazy("Power of the mean in the SD of a signal"),
        required=False,
        min_value=0,
        max_value=3,
        help_text=gettext_lazy("Left empty: estimated. 1 is a constant CV, 0 a constant SD."),
    )
    saturation = forms.FloatField(
        label=gettext_lazy("Signal at which the reader is full"), required=False, min_value=0
    )
    block = forms.CharField(
        label=gettext_lazy("Title of the block in the reader's file"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Only where the file holds several."),
    )
    encoding = forms.ChoiceField(
        label=gettext_lazy("Encoding of the files"), required=False, choices=ENCODINGS
    )
    is_urgent = forms.BooleanField(label=gettext_lazy("Before everything routine"), required=False)

    def __init__(self, *args: Any, principal: Principal, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["assay"].choices = [  # type: ignore[attr-defined]
            ("", "---------"),
            *(
                (str(one.assay_id), f"{one.code} · {one.name} · {units.shown(one.unit)}")
                for one in queries.measurable()
            ),
        ]
        rows = Instrument.objects.filter(is_active=True).order_by("name")
        self.fields["instrument"].queryset = policy.scope(principal, rows)  # type: ignore[attr-defined]
        for number in range(1, ROWS + 1):
            self.fields[f"signals_{number}"] = forms.FileField(
                label=_("Plate %(n)d: the reader's file") % {"n": number},
                required=number == 1,
                allow_empty_file=True,
            )
            self.fields[f"layout_{number}"] = forms.FileField(
                label=_("Plate %(n)d: layout") % {"n": number},
                required=number == 1,
                allow_empty_file=True,
            )

    @property
    def parts(self) -> list[dict[str, Any]]:
        """What every plate needs, then further plates, then what is seldom said."""
        more = [f"{kind}_{n}" for n in range(2, ROWS + 1) for kind in ("signals", "layout")]
        first = ["assay", "instrument", "measured_at", "signals_1", "layout_1"]
        rest = [name for name in self.fields if name not in {*more, *first}]
        return [self._part("", first), self._part(_("More plates"), more)] + [
            self._part(_("Curve and reader's settings"), rest)
        ]

    def _part(self, title: str, names: list[str]) -> dict[str, Any]:
        is_open = any(name in self.errors for name in names)
        return {"title": title, "is_open": is_open, "fields": [self[name] for name in names]}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["sent"] = []
        for number in range(1, ROWS + 1):
            signals, layout = data.get(f"signals_{number}"), data.get(f"layout_{number}")
            if (signals is None) != (layout is None):
                missing = "layout" if layout is None else "signals"
                said = _("A plate needs both the reader's file and its layout.")
                self.add_error(f"{missing}_{number}", said)
            elif signals is not None:
                data["sent"].append((number, signals, layout))
        return data


@require_safe
@requires(READ)
def index(request: HttpRequest) -> HttpResponse:
    """List the newest plates with their verdicts."""
    plates = queries.listed(request.principal)  # type: ignore[attr-defined]
    return render(request, "assays/analyses/plates.html", {"plates": plates})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(READ)
def new(request: HttpRequest) -> HttpResponse:
    """Take plates in and have them evaluated."""
    principal = request.principal  # type: ignore[attr-defined]
    if request.method == "POST":
        form = PlateForm(request.POST, request.FILES, principal=principal)
        if form.is_valid() and (run := _asked(principal, form)) is not None:
            first = run.parts.order_by("position").values_list("pk", flat=True)
            if len(form.cleaned_data["sent"]) == 1:
                return HttpResponseRedirect(reverse("plate", args=[first[0]]))
            return HttpResponseRedirect(reverse("analysis-run", args=[run.pk]))
    else:
        form = PlateForm(principal=principal, initial={"measured_at": database_now()})
    status = 422 if form.is_bound else 200
    context = {"form": form, "largest": plate_files.LARGEST // 1024**2}
    return render(request, "assays/analyses/plate_new.html", context, status=status)


def _asked(principal: Principal, form: PlateForm) -> AnalysisRun | None:
    data = form.cleaned_data
    try:
        return actions.ask(
            sent=[_sent(form, *one) for one in data["sent"]],
            assay_id=int(data["assay"]),
            instrument=data["instrument"],
            measured_at=data["measured_at"],
            settings={name: data[name] for name in ("form", "theta", "saturation", "block")},
            is_urgent=data["is_urgent"],
            by=principal,
            at=database_now(),
        )
    except Refusal as refusal:
        refuse(form, refusal)
        return None


def _sent(form: PlateForm, number: int, signals: Any, layout: Any) -> Sent:
    encoding = form.cleaned_data["encoding"]
    files = [
        plate_files.kept(one.name, one.read(plate_files.LARGEST + 1), encoding=encoding)
        for one in (signals, layout)
    ]
    name = signals.name.rpartition(".")[0] or signals.name
    return Sent(name[: plate_files.LONGEST_NAME], *files)


@require_safe
@requires(READ)
def show(request: HttpRequest, analysispart_id: int) -> HttpResponse:
    """Show a plate: curve, residuals, verdict, wells, and what of each specimen is to be recorded."""
    principal = request.principal  # type: ignore[attr-defined]
    part = find(principal, analysispart_id)
    if part.run.kind != AnalysisKind.PLATE:
        return HttpResponseRedirect(reverse("analysis-run", args=[part.run_id]))
    context: dict[str, Any] = {
        "part": part,
        "run": part.run,
        "given": part.given,
        "measured_at": datetime.fromisoformat(part.given["measured_at"]),
        "assay": part.run.parameters["assay"],
        "is_moving": part.done_at is None and part.run.status in OPEN,
        "refusal": kept(part.refusal),
    }
    if part.outcome is not None:
        recording = queries.recording(principal, part)
        told = [] if recording is None else queries.told(recording)
        context |= {"recording": recording, "told": told}
        context["is_left_out"] = any(one["refusal"] for one in told)
        context["may_record"] = policy.can(principal, ENTER)
        names = [one["name"] for one in part.outcome["specimens"]]
        known = queries.specimens(principal, names)
        reads.record(
            by=principal,
            purpose="plate",
            objects=list(known.values()),
            person_id=lambda one: one.person_id,
        )
        context |= _shown(part, known)
    return render(request, "assays/analyses/plate.html", context)


@require_POST
@requires(READ)
def record(request: HttpRequest, analysispart_id: int) -> HttpResponse:
    """Record controls and specimens of an accepted plate."""
    principal = request.principal  # type: ignore[attr-defined]
    part = find(principal, analysispart_id)
    try:
        plate_recordings.record(part=part, by=principal, at=database_now())
    except Refusal as refusal:
        notices.error(request, sentence(refusal))
    else:
        notices.success(request, _("The plate is recorded; what came of each specimen is below."))
    return HttpResponseRedirect(reverse("plate", args=[part.pk]))


@require_POST
@requires(READ)
def record_left_out(request: HttpRequest, analysispart_id: int) -> HttpResponse:
    """Record the specimens that the recording of a plate left out."""
    principal = request.principal  # type: ignore[attr-defined]
    part = find(principal, analysispart_id)
    try:
        made = plate_recordings.record_left_out(part=part, by=principal, at=database_now())
    except Refusal as refusal:
        notices.error(request, sentence(refusal))
    else:
        left = [one["name"] for one in queries.told(made) if one["refusal"]]
        if left:
            said = _("Still not recorded: %(names)s. The reasons are below.")
            notices.warning(request, said % {"names": ", ".join(left)})
        else:
            notices.success(request, _("Every specimen of the plate is recorded."))
    return HttpResponseRedirect(reverse("plate", args=[part.pk]))


def find(principal: Principal, id_: int) -> AnalysisPart:
    """Return a part of a run within reach; 404 otherwise."""
    part = queries.found(principal, id_)
    if part is None:
        raise Http404
    return part


def _shown(part: AnalysisPart, known: Mapping[str, Specimen]) -> dict[str, Any]:
    outcome = part.outcome
    assert outcome is not None
    unit = units.shown(part.run.parameters["assay"]["unit"])
    words = plate_words.content_words()
    kinds = {one["content"] for one in outcome["wells"]}
    return {
        "outcome": outcome,
        "unit": unit,
        "chart": plate_charts.curve(outcome, unit),
        "residuals": plate_charts.residuals(outcome, unit),
        "precision": plate_charts.precision(outcome, unit),
        "picture": plate_charts.picture(outcome["wells"], words),
        "legend": [(kind, word) for kind, word in words.items() if kind in kinds],
        "breaches": plate_words.breaches(outcome["acceptance"]["breaches"]),
        "notes": plate_words.notes(outcome["curve"]["notes"]),
        "parameters": plate_words.parameters(outcome["curve"]),
        "controls": outcome["controls"],
        "specimens": [
            {
                **one,
                "specimen": known.get(one["name"]),
                "why": plate_words.why_words()[one["decision"]["why"]],
                "reported": plate_words.reported(one["decision"]),
                "has_hook": plate_words.hooked(one),
            }
            for one in outcome["specimens"]
        ],
    }
