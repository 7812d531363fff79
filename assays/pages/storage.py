"""Storage: the places, one rack or box drawn as a grid, putting away by scan, finding."""

from __future__ import annotations

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

from assays.actions import storage
from assays.actions.storage import MANAGE, USE
from assays.models import Specimen, StorageUnit, StoredSpecimen
from assays.pages.acts import OK, attempt
from assays.queries import storage as queries
from assays.queries.specimens import scanned
from assays.rules.storage import (
    TEMPERATURE_LABELS,
    UNIT_LABELS,
    PositionRefused,
    Temperature,
    UnitKind,
    read_position,
)
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import text
from labsys.lib.errors import Refusal
from labsys.lib.refusals import sentence

VIEW = "assays.storage.view"
SPECIMEN = "assays.specimen.view"


class UnitForm(forms.Form):
    """A new place."""

    code = forms.SlugField(
        label=gettext_lazy("Code"), max_length=32, help_text=gettext_lazy("What its barcode says.")
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"),
        choices=[(one.value, gettext_lazy(UNIT_LABELS[one])) for one in UnitKind],
    )
    parent = forms.ModelChoiceField(
        label=gettext_lazy("Stands in"),
        queryset=StorageUnit.objects.filter(is_active=True, rows=None).order_by("code"),
        required=False,
    )
    temperature = forms.ChoiceField(
        label=gettext_lazy("Temperature"),
        required=False,
        choices=[
            ("", gettext_lazy("that of what it stands in")),
            *((one.value, gettext_lazy(TEMPERATURE_LABELS[one])) for one in Temperature),
        ],
    )
    rows = forms.IntegerField(
        label=gettext_lazy("Rows of positions"), required=False, help_text=gettext_lazy("A to Z")
    )
    columns = forms.IntegerField(label=gettext_lazy("Positions in a row"), required=False)


class MoveForm(forms.Form):
    """Where a place is put."""

    parent = forms.ModelChoiceField(
        label=gettext_lazy("Put it into"),
        queryset=StorageUnit.objects.filter(is_active=True, rows=None).order_by("code"),
        required=False,
        empty_label=gettext_lazy("nothing: it stands by itself"),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=200)


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show the places with how full they are; find a specimen or a place by its number."""
    principal = request.principal  # type: ignore[attr-defined]
    scan, stays, wrong = text(request.GET, "scan", most=80), [], ""
    if scan:
        unit = StorageUnit.objects.filter(code=scan).first()
        if unit is not None:
            return HttpResponseRedirect(reverse("storage-unit", args=[unit.pk]))
        stays = _found(principal, scan)
        wrong = "" if stays else _("Nothing of this number stands anywhere here.")
    units = queries.tree()
    temperatures = queries.temperatures([unit.pk for _depth, unit in units])
    context = {
        "units": [
            (min(depth, 5), unit, _(TEMPERATURE_LABELS[temperatures[unit.pk]]))
            for depth, unit in units
        ],
        "scan": scan,
        "stays": stays,
        "wrong": wrong,
        "may_manage": policy.can(principal, MANAGE),
    }
    return render(request, "assays/storage.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """Put up a place."""
    form = UnitForm(request.POST if request.method == "POST" else None, label_suffix="")
    status = OK
    if request.method == "POST":
        status = 422
        if form.is_valid():
            done = _("Put up.")
            status = attempt(
                request, storage.build, beside=form, done=done, **form.cleaned_data
            ).status
        if status == OK:
            return HttpResponseRedirect(reverse("storage"))
    return render(request, "assays/storage_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=USE)
def show(request: HttpRequest, storageunit_id: int) -> HttpResponse:
    """Draw one place as a grid; put specimens into it and take them out by scan."""
    unit = _unit(storageunit_id)
    status = OK
    if request.method == "POST":
        status = _scan(request, unit)
        if status == OK:
            return HttpResponseRedirect(reverse("storage-unit", args=[unit.pk]))
    return _page(request, unit, MoveForm(label_suffix=""), status=status)


def _page(
    request: HttpRequest, unit: StorageUnit, move: MoveForm, *, status: int = OK
) -> HttpResponse:
    principal = request.principal  # type: ignore[attr-defined]
    grid = queries.grid(unit)
    sees = policy.can(principal, SPECIMEN)
    held = [cell.stay.specimen for row in grid.rows for cell in row if cell.stay]
    if sees and held:
        reads.record(
            by=principal, purpose="storage", objects=held, person_id=lambda one: one.person_id
        )
    context = {
        "unit": unit,
        "grid": grid,
        "path": queries.path(unit),
        "children": [one for _depth, one in queries.tree() if one.parent_id == unit.pk],
        "temperature": _(TEMPERATURE_LABELS[queries.temperatures([unit.pk])[unit.pk]]),
        "moves": unit.moves.select_related("old", "new", "recorded_by__user").order_by("-pk")[:20],
        "left": _left(unit),
        "sees_specimens": sees,
        "may_use": policy.can(principal, USE) and unit.is_active,
        "may_manage": policy.can(principal, MANAGE) and unit.is_active,
        "move": move,
        "typed": request.POST,
        "position": text(request.POST or request.GET, "position", most=4),
    }
    return render(request, "assays/storage_unit.html", context, status=status)


@require_http_methods(["POST"])
@requires(MANAGE)
def relocate(request: HttpRequest, storageunit_id: int) -> HttpResponse:
    """Put a place somewhere else, or take it out of use."""
    unit, form = _unit(storageunit_id), MoveForm(request.POST, label_suffix="")
    if not form.is_valid():
        return _page(request, unit, form, status=422)
    reason = form.cleaned_data["reason"]
    if request.POST.get("move") == "retire":
        act = partial(storage.retire, reason=reason)
        done = _("Taken out of use.")
    else:
        act = partial(storage.relocate, reason=reason, parent=form.cleaned_data["parent"])
        done = _("Moved.")
    status = attempt(request, act, beside=form, done=done, unit=unit).status
    if status != OK:
        return _page(request, _unit(storageunit_id), form, status=status)
    return HttpResponseRedirect(reverse("storage-unit", args=[unit.pk]))


def _scan(request: HttpRequest, unit: StorageUnit) -> int:
    """Put one scanned specimen into the place, or take it out."""
    principal = request.principal  # type: ignore[attr-defined]
    try:
        specimen = scanned(text(request.POST, "scan", most=80), principal=principal)
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        return refusal.status
    if request.POST.get("move") == "take-out":
        reason = text(request.POST, "reason", most=200)
        done = _("%(specimen)s is taken out.") % {"specimen": specimen}
        return attempt(
            request, storage.take_out, specimen=specimen, reason=reason, done=done
        ).status
    where, position = text(request.POST, "position", most=8), None
    if where:
        try:
            position = read_position(where, rows=unit.rows or 0, columns=unit.columns or 0)
        except PositionRefused as refused:
            messages.error(request, _(refused.message) % refused.params)
            return 422
    done = _("%(specimen)s is put away.") % {"specimen": specimen}
    given = {"specimen": specimen, "unit": unit, "position": position}
    return attempt(request, storage.store, done=done, **given).status


def _unit(pk: int) -> StorageUnit:
    unit = (
        StorageUnit.objects.select_related("parent__parent__parent__parent").filter(pk=pk).first()
    )
    if unit is None:
        raise Http404
    return unit


def _found(principal: Principal, scan: str) -> list[StoredSpecimen]:
    """Return where specimens of a number stand: of the accession, and of what was poured off it."""
    mine = policy.scope(principal, Specimen.objects.filter(accession=scan))
    ids = [*mine.values_list("pk", flat=True)]
    ids += Specimen.objects.filter(parent__in=ids).values_list("pk", flat=True)
    rows = StoredSpecimen.objects.filter(specimen__in=ids, left_at=None)
    return list(rows.select_related("specimen__specimen_type", "unit").order_by("pk"))


def _left(unit: StorageUnit) -> Any:
    rows = unit.stays.filter(left_at__isnull=False).select_related("specimen", "left_by__user")
    return rows.order_by("-left_at")[:20]
