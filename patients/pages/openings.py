"""Closing and opening places from pages: a bed while it is cleaned, an overflow place in a surge."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.forms import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse
from patients.actions import locations
from patients.forms import MomentField
from patients.models import Location
from patients.queries import places

WHEN = gettext_lazy("Leave empty for now.")


class CloseForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)
    closed_at = MomentField(label=gettext_lazy("When"), required=False, help_text=WHEN)


class OpenForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)
    opened_at = MomentField(label=gettext_lazy("When"), required=False, help_text=WHEN)


class ResizeForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)
    capacity = forms.IntegerField(
        label=gettext_lazy("How many people it holds"), min_value=1, max_value=9999
    )
    expected_until = MomentField(
        label=gettext_lazy("Meant to stay open until, where known"), required=False
    )


class OpenOverflowForm(ResizeForm, OpenForm):
    """What is said of an overflow place that opens: a bed needs neither capacity nor end."""


@require_http_methods(["GET", "HEAD", "POST"])
@requires(locations.SWITCH)
def close(request: HttpRequest, place_code: str) -> HttpResponse:
    """Close a place in which nobody stays."""
    location = _location(request, place_code)
    return _switched(request, location, CloseForm, locations.deactivate, opens=False)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(locations.SWITCH)
def open_(request: HttpRequest, place_code: str) -> HttpResponse:
    """Open a closed place; say how many an overflow place holds, also while it is open."""
    location = _location(request, place_code)
    if location.kind != Location.Kind.OVERFLOW:
        return _switched(request, location, OpenForm, locations.activate, opens=True)
    if not location.is_active:
        return _switched(request, location, OpenOverflowForm, locations.activate, opens=True)
    newest = location.openings.order_by("-happened_at").first()
    held = {} if newest is None else model_to_dict(newest, ("capacity", "expected_until"))
    return _switched(request, location, ResizeForm, locations.resize, opens=True, initial=held)


def _location(request: HttpRequest, code: str) -> Location:
    by = request.principal  # type: ignore[attr-defined]
    location = Location.objects.filter(code=code).first()
    if location is None:
        raise Http404
    policy.check(by, locations.permission_to_switch(location))
    return location


def _switched(
    request: HttpRequest,
    location: Location,
    kind: type[forms.Form],
    act: Any,
    *,
    opens: bool,
    initial: dict[str, Any] | None = None,
) -> HttpResponse:
    by = request.principal  # type: ignore[attr-defined]
    given = request.POST if request.method == "POST" else None
    form = kind(given, initial=initial, label_suffix="")
    if form.is_valid():
        try:
            act(by=by, at=database_now(), location=location, **form.cleaned_data)
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _told(kind, opens=opens) % {"place": location.name})
            return HttpResponseRedirect(_back(location))
    context = {
        "form": form,
        "location": location,
        "opens": opens,
        "resizes": kind is ResizeForm,
        "back": _back(location),
    }
    status = 422 if form.is_bound else 200
    return render(request, "patients/opening_form.html", context, status=status)


def _told(kind: type[forms.Form], *, opens: bool) -> str:
    if kind is ResizeForm:
        return _("What %(place)s holds has changed.")
    return _("%(place)s is open now.") if opens else _("%(place)s is closed now.")


def _back(location: Location) -> str:
    """Return the ward of a bed; an overflow place is seen among all wards."""
    every = places.every()
    ward = every.every[every.ward_of[location.pk]]
    return reverse("ward", args=[ward.code]) if ward.kind == "WARD" else reverse("wards")
