"""Controllers: the devices there are, and what one of them was set to and showed."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import NotAllowed
from labsys.lib.units import shown as unit_shown
from patients.actions import controller_readings, controller_settings
from patients.actions.controllers import ASSIGN, MANAGE
from patients.forms import MomentField, now
from patients.models import (
    Controller,
    ControllerAssignment,
    ControlQuantity,
)
from patients.pages.acts import OK, UNFIT, attempt, principal_of, unknown
from patients.queries import controllers as queries
from patients.queries.controller_overviews import newest_readings, newest_settings

VIEW = "patients.device.view"
ON_A_PAGE, MOST_ROWS = 50, 30
ACTS = {"read": controller_readings.RECORD, "set": controller_settings.RECORD}


class QuantityField(forms.ModelChoiceField):
    """A quantity that is in use, with its unit."""

    def __init__(self, **kwargs: Any) -> None:
        rows = ControlQuantity.objects.filter(is_active=True).order_by("name")
        super().__init__(queryset=rows, label=gettext_lazy("Quantity"), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({unit_shown(obj.unit)})"


class ReadingForm(forms.Form):
    """What somebody read off a device, or set on it."""

    quantity = QuantityField()
    value = forms.DecimalField(label=gettext_lazy("Value"))
    happened_at = MomentField(label=gettext_lazy("When"), initial=now)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List the devices by serial number, with whose they are where the reader reaches the patient."""
    by, at = principal_of(request), database_now()
    text = request.GET.get("q", "").replace("\x00", "").strip()[:64]
    after = request.GET.get("after", "").replace("\x00", "")[:64]
    rows = policy.scope(by, Controller.objects.all()).order_by("serial")
    if text:
        rows = rows.filter(Q(serial__icontains=text) | Q(model__icontains=text))
    found = queries.devices(by, rows.filter(serial__gt=after)[: ON_A_PAGE + 1], at=at)
    listed = found[:ON_A_PAGE]
    near = [one.assignment for one in listed if one.assignment is not None]
    reads.record(by=by, purpose="controllers", objects=near, person_id=lambda row: row.person_id)
    context = {
        "text": text,
        "rows": listed,
        "may_manage": policy.can(by, MANAGE),
        "next_after": listed[-1].controller.serial if len(found) > ON_A_PAGE else "",
    }
    return render(request, "patients/controllers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW)
def show(request: HttpRequest, controller_uid: uuid.UUID) -> HttpResponse:
    """Show one device, and write down what was read off it or set on it."""
    by, at = principal_of(request), database_now()
    rows = Controller.objects.filter(uid=controller_uid).select_related("sender")
    device = next(iter(queries.devices(by, rows, at=at)), None)
    if device is None:
        raise Http404
    asked = request.POST.get("act", "") if request.method == "POST" else ""
    forms_ = {
        name: ReadingForm(request.POST if asked == name else None, prefix=name) for name in ACTS
    }
    status = OK
    if request.method == "POST":
        status = _act(request, device.controller, asked, forms_)
        if status == OK:
            return redirect("controller", controller_uid)
    context = {**_shown(by, device), "at": at}
    for name, permission in ACTS.items():
        is_open = device.assignment and policy.can(by, permission)
        context[f"{name}_form"] = forms_[name] if is_open else None
    return render(request, "patients/controller.html", context, status=status)


def _act(
    request: HttpRequest, device: Controller, asked: str, forms_: dict[str, ReadingForm]
) -> int:
    if asked not in ACTS:
        return unknown(request)
    form = forms_[asked]
    if not policy.can(principal_of(request), ACTS[asked]):
        raise NotAllowed(_("Your role does not record this."))
    if not form.is_valid():
        return UNFIT
    said = form.cleaned_data
    given = {"controller": device, "quantity": said["quantity"], "value": said["value"]}
    if asked == "read":
        given["read_at"] = said["happened_at"]
        act, done = controller_readings.record, _("The reading is recorded.")
    else:
        given["set_at"] = said["happened_at"]
        act, done = controller_settings.record, _("What was set is recorded.")  # type: ignore[assignment]
    return attempt(request, act, form=form, done=done, **given)[0]


def _shown(by: Any, device: queries.Device) -> dict[str, Any]:
    rows = policy.scope(by, ControllerAssignment.objects.filter(controller=device.controller))
    assignments = list(rows.select_related("person").order_by("-since")[:MOST_ROWS])
    ids = [one.pk for one in assignments]
    reads.record(
        by=by, purpose="controller", objects=assignments, person_id=lambda row: row.person_id
    )
    return {
        "device": device,
        "events": queries.last_events(device.controller, most=MOST_ROWS),
        "assignments": assignments,
        "readings": newest_readings(ids, most=MOST_ROWS),
        "settings": newest_settings(ids, most=MOST_ROWS),
        "may_manage": policy.can(by, MANAGE),
        "may_assign": policy.can(by, ASSIGN),
    }
