"""The micrographs of one specimen: given, counted, looked through, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages as notices
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from assays.actions import micrograph_counts as results
from assays.actions import micrographs as actions
from assays.actions.analyses import micrographs as counting
from assays.actions.analyses.runs import ASK
from assays.actions.micrographs import ADD
from assays.models import Specimen
from assays.pages.acts import OK, attempt
from assays.queries import specimen_page
from assays.queries.analyses import fields, runs
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import text
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import sentence
from patients.queries import banners

VIEW = "assays.analysis.view"
MOST_AT_ONCE = 50


class ScaleForm(forms.Form):
    """What holds for all the files that are given at once."""

    um_per_pixel = forms.DecimalField(
        label=gettext_lazy("Micrometres per pixel"),
        required=False,
        min_value=Decimal("0.001"),
        max_value=actions.LARGEST_SCALE,
        help_text=gettext_lazy(
            "Of all these files, where known; sizes are then told in micrometres."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=ADD)
def show(request: HttpRequest, accession: str) -> HttpResponse:
    """Show a specimen's micrographs and what they say together; take more in."""
    principal = request.principal  # type: ignore[attr-defined]
    specimen = _found(principal, accession)
    form, status = ScaleForm(request.POST if request.method == "POST" else None), OK
    if request.method == "POST":
        if request.headers.get("X-Labsys-Upload"):
            return _one(request, specimen, form)
        status = _many(request, specimen, form)
        if status == OK:
            return HttpResponseRedirect(reverse("micrographs", args=[accession]))
    rows = list(fields.standing(principal, specimen))
    reads.record(
        by=principal,
        purpose="micrographs",
        objects=rows or [specimen],
        person_id=specimen.person_id,
    )
    shown = fields.shown(principal, rows)
    context = {
        "specimen": specimen,
        "banner": banners.banner(specimen.person, at=database_now()),
        "form": form,
        "fields": shown,
        "is_read": bool(rows) and all(one.reading is not None for one in shown),
        "may_add": policy.can(principal, ADD, specimen),
        "may_count": policy.can(principal, ASK),
        "may_follow": policy.can(principal, ASK),
        **_run(principal, specimen),
    }
    return render(request, "assays/analyses/micrographs/specimen.html", context, status=status)


@require_POST
@requires(ASK)
def count(request: HttpRequest, accession: str) -> HttpResponse:
    """Have the specimen's micrographs counted."""
    principal = request.principal  # type: ignore[attr-defined]
    specimen = _found(principal, accession)
    attempt(request, counting.count, specimen=specimen, reason=text(request.POST, "reason"))
    return HttpResponseRedirect(reverse("micrographs", args=[accession]))


@require_POST
@requires(ADD)
def record(request: HttpRequest, accession: str) -> HttpResponse:
    """Record what readers confirmed of every field as a count; a worker makes results of it."""
    principal = request.principal  # type: ignore[attr-defined]
    specimen = _found(principal, accession)
    done = _("Recorded. Ratio and load follow in a moment; somebody else verifies them.")
    comment = text(request.POST, "comment")
    attempt(request, results.record, specimen=specimen, comment=comment, done=done)
    return HttpResponseRedirect(reverse("micrographs", args=[accession]))


def _found(principal: Principal, accession: str) -> Specimen:
    specimen = specimen_page.found(accession, principal)
    if specimen is None:
        raise Http404
    return specimen


def _run(principal: Principal, specimen: Specimen) -> Mapping[str, Any]:
    """Return the newest run over the specimen's micrographs, and how far it is."""
    part = fields.newest_run(principal, specimen)
    if part is None:
        return {"run": None}
    progress = runs.progress([part.run_id])[part.run_id]
    return {
        "run": part.run,
        "progress": progress,
        "is_moving": fields.is_open(part) and progress.waiting > 0,
        "outcome": part.run.outcome,
    }


def _one(request: HttpRequest, specimen: Specimen, form: ScaleForm) -> HttpResponse:
    """Take in the one file that the page's script sends, and answer what came of it."""
    files = request.FILES.getlist("files")
    if len(files) != 1 or not form.is_valid():
        return JsonResponse({"said": _("Send one file, and its scale as a number.")}, status=422)
    try:
        _add(request, specimen, files[0], form)
    except Refusal as refusal:
        return JsonResponse({"said": sentence(refusal)}, status=refusal.status)
    return JsonResponse({"said": _("taken in")}, status=201)


def _many(request: HttpRequest, specimen: Specimen, form: ScaleForm) -> int:
    """Take in the files of a form, each for itself; say which were refused, and why."""
    files = request.FILES.getlist("files")
    if not files or len(files) > MOST_AT_ONCE:
        notices.error(request, _("Choose 1 to %(most)d files.") % {"most": MOST_AT_ONCE})
        return 422
    if not form.is_valid():
        return 422
    taken, status = 0, OK
    for file in files:
        try:
            _add(request, specimen, file, form)
            taken += 1
        except Refusal as refusal:
            notices.error(request, sentence(refusal))
            status = refusal.status
    if taken:
        said = ngettext("%(n)d micrograph was taken in.", "%(n)d micrographs were taken in.", taken)
        notices.success(request, said % {"n": taken})
        return OK
    return status


def _add(request: HttpRequest, specimen: Specimen, file: UploadedFile, form: ScaleForm) -> None:
    actions.add(
        specimen=specimen,
        file=file,
        name=file.name or "",
        um_per_pixel=form.cleaned_data["um_per_pixel"],
        by=request.principal,  # type: ignore[attr-defined]
        at=database_now(),
    )
