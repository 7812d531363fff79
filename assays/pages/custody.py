"""Handing specimens over by scan: who gave them to whom, where and when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from assays.actions import custody
from assays.actions.custody import RECORD, Side
from assays.models import CustodyTransfer, Specimen
from assays.pages.acts import OK, attempt
from assays.queries.specimens import scanned
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.addresses import text
from labsys.lib.errors import Refusal
from patients.forms import MomentField
from patients.models import Location

MOST = 200


class HandOverForm(forms.Form):
    """Which specimens, from or to whom, where, when."""

    side = forms.ChoiceField(
        label=gettext_lazy("I"),
        choices=[
            (Side.TAKES.value, gettext_lazy("take them from")),
            (Side.GIVES.value, gettext_lazy("give them to")),
        ],
    )
    other = forms.CharField(
        label=gettext_lazy("Whom"),
        max_length=120,
        help_text=gettext_lazy("Login name of a colleague, or a courier or the tube post by name."),
    )
    place = forms.ModelChoiceField(
        label=gettext_lazy("Where"),
        queryset=Location.objects.filter(is_active=True).order_by("name"),
        required=False,
    )
    happened_at = MomentField(
        label=gettext_lazy("When"), required=False, help_text=gettext_lazy("Empty: now.")
    )
    remark = forms.CharField(label=gettext_lazy("Remark"), required=False, max_length=500)
    scans = forms.CharField(
        label=gettext_lazy("Accession numbers, one per line"),
        max_length=MOST * 40,
        widget=forms.Textarea(attrs={"rows": 6, "autofocus": True, "autocomplete": "off"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RECORD)
def hand_over(request: HttpRequest) -> HttpResponse:
    """Record a handover of all scanned specimens, or of none."""
    form = HandOverForm(
        request.POST if request.method == "POST" else None,
        initial={"scans": text(request.GET, "scan", most=80)},
        label_suffix="",
    )
    status = OK
    if request.method == "POST":
        status = _record(request, form) if form.is_valid() else 422
        if status == OK:
            return HttpResponseRedirect(reverse("custody"))
    principal = request.principal  # type: ignore[attr-defined]
    rows = CustodyTransfer.objects.filter(recorded_by=principal.pk)
    lately = rows.select_related("specimen", "place", "giver__user", "taker__user").order_by("-pk")[
        :25
    ]
    context = {"form": form, "lately": lately}
    return render(request, "assays/custody.html", context, status=status)


def _record(request: HttpRequest, form: HandOverForm) -> int:
    principal = request.principal  # type: ignore[attr-defined]
    given: dict[str, Any] = dict(form.cleaned_data)
    found, wrong = _scanned(principal, given.pop("scans").split())
    for why in wrong:
        form.add_error("scans", why)
    if wrong or not found:
        return 422
    name = given.pop("other").strip()
    colleague = Principal.objects.filter(kind="PERSON", name=name, is_active=True).first()
    status = attempt(
        request,
        custody.hand_over,
        beside=form,
        specimens=found,
        other=colleague,
        other_name="" if colleague else name,
        **given,
    ).status
    if status == OK:
        words = ngettext("%(n)d specimen handed over.", "%(n)d specimens handed over.", len(found))
        messages.success(request, words % {"n": len(found)})
    return status


def _scanned(principal: Principal, scans: list[str]) -> tuple[list[Specimen], list[str]]:
    found: dict[int, Specimen] = {}
    wrong = []
    for scan in dict.fromkeys(scans[: MOST + 1]):
        try:
            specimen = scanned(scan, principal=principal)
            policy.check(principal, RECORD, specimen)
            found[specimen.pk] = specimen
        except Refusal as refusal:
            wrong.append(f"{scan[:40]}: {refusal}")
    if len(scans) > MOST:
        wrong.append(_("At most %(most)d at a time.") % {"most": MOST})
    return list(found.values()), wrong
