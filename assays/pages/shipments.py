"""Shipments to referral laboratories: the list, one with its specimens, its manifest."""

from __future__ import annotations

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
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from assays.actions import shipments
from assays.actions.shipments import MANAGE, PREPARE
from assays.documents import manifests
from assays.models import ReferralLaboratory, Shipment, ShipmentLine
from assays.pages.acts import OK, attempt
from assays.queries import shipments as queries
from assays.queries.specimens import scanned
from assays.rules.shipments import SHIPMENT_LINE, LineStatus, ShipmentStatus
from assays.rules.storage import TEMPERATURE_LABELS, Temperature
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number, text
from labsys.lib.errors import Conflict, Refusal
from labsys.lib.refusals import sentence

VIEW = "assays.shipment.view"


class NewForm(forms.Form):
    """Where to, and how kept on the way."""

    destination = forms.ModelChoiceField(
        label=gettext_lazy("To"),
        queryset=ReferralLaboratory.objects.filter(is_active=True).order_by("name"),
    )
    temperature = forms.ChoiceField(
        label=gettext_lazy("Kept on the way"),
        choices=[(one.value, gettext_lazy(TEMPERATURE_LABELS[one])) for one in Temperature],
    )


class LaboratoryForm(forms.Form):
    """A laboratory elsewhere."""

    code = forms.SlugField(label=gettext_lazy("Code"), max_length=32)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    address = forms.CharField(
        label=gettext_lazy("Address"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=PREPARE)
def index(request: HttpRequest) -> HttpResponse:
    """Show shipments, the open ones or all; begin one."""
    principal = request.principal  # type: ignore[attr-defined]
    form, status = NewForm(request.POST if request.method == "POST" else None, label_suffix=""), OK
    if request.method == "POST":
        status = 422
        if form.is_valid():
            tried = attempt(request, shipments.draft, beside=form, **form.cleaned_data)
            if tried.status == OK:
                return HttpResponseRedirect(reverse("shipment", args=[tried.made.pk]))
            status = tried.status
    shows_all = request.GET.get("show") == "all"
    after = number(request.GET.get("after"))
    page = queries.page(is_open=not shows_all, after=after)
    show = "show=all&" if shows_all else ""
    context = {
        "page": page,
        "shows_all": shows_all,
        "first": f"?{show}" if after is not None else "",
        "next": f"?{show}after={page.after}" if page.after else "",
        "form": form,
        "may_prepare": policy.can(principal, PREPARE),
        "may_manage": policy.can(principal, MANAGE),
    }
    return render(request, "assays/shipments.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(MANAGE)
def laboratories(request: HttpRequest) -> HttpResponse:
    """Show the laboratories that specimens are sent to; add one, or send no more to one."""
    ended = number(request.POST.get("end"))
    is_new = request.method == "POST" and ended is None
    form = LaboratoryForm(request.POST if is_new else None, label_suffix="")
    status = OK
    if request.method == "POST":
        if ended is not None:
            row = ReferralLaboratory.objects.filter(pk=ended).first()
            if row is None:
                raise Http404
            given = {"laboratory": row, "reason": text(request.POST, "reason", most=200)}
            status = attempt(request, shipments.end_laboratory, **given).status
        elif form.is_valid():
            status = attempt(
                request, shipments.add_laboratory, beside=form, **form.cleaned_data
            ).status
        else:
            status = 422
        if status == OK:
            return HttpResponseRedirect(reverse("referral-laboratories"))
    rows = ReferralLaboratory.objects.order_by("-is_active", "name")[:200]
    context = {"form": form, "laboratories": rows, "ended": ended, "typed": request.POST}
    return render(request, "assays/referral_laboratories.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=PREPARE)
def show(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Show one shipment; pack it, send it, say what arrived and what came back, close it."""
    principal = request.principal  # type: ignore[attr-defined]
    shipment = _shipment(shipment_id)
    status = OK
    if request.method == "POST":
        status = _act(request, shipment)
        if status == OK:
            return HttpResponseRedirect(reverse("shipment", args=[shipment.pk]))
        shipment.refresh_from_db()
    lines = queries.lines(shipment)
    sees = policy.can(principal, "assays.specimen.view")
    if sees:
        reads.record(
            by=principal,
            purpose="shipment",
            objects=[line.specimen for line in lines],
            person_id=lambda specimen: specimen.person_id,
        )
    context = {
        "shipment": shipment,
        "lines": [_line_shown(line, request.POST) for line in lines],
        "typed": request.POST,
        "events": queries.events(shipment),
        "may_prepare": policy.can(principal, PREPARE),
        "sees_patients": sees,
    }
    return render(request, "assays/shipment.html", context, status=status)


@require_http_methods(["GET", "HEAD"])
@requires(PREPARE)
def manifest(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Give the manifest that was frozen at the sending as a PDF; each giving is on record."""
    principal = request.principal  # type: ignore[attr-defined]
    shipment = _shipment(shipment_id)
    if shipment.manifest is None:
        raise Conflict(_("A shipment has a manifest once it is sent."))
    lines = [line.specimen for line in queries.lines(shipment)]
    reads.record(
        by=principal,
        purpose="manifest",
        objects=lines,
        person_id=lambda specimen: specimen.person_id,
    )
    content = manifests.pdf(_presented(shipment.manifest), _words())
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="manifest-{shipment}.pdf"'
    return answer


def _act(request: HttpRequest, shipment: Shipment) -> int:
    given, move = request.POST, text(request.POST, "move", most=20)
    remark = text(given, "remark")
    match move:
        case "pack":
            return _pack(request, shipment)
        case "send":
            more = {name: text(given, name, most=120) for name in ("courier", "tracking")}
            return attempt(
                request, shipments.send, shipment=shipment, done=_("Sent."), **more
            ).status
        case "cancel":
            return attempt(request, shipments.cancel, shipment=shipment, remark=remark).status
        case "arrive":
            return _arrive(request, shipment)
        case "close":
            done = _("Closed.")
            return attempt(
                request, shipments.close, shipment=shipment, remark=remark, done=done
            ).status
    line = _line(shipment, given.get("line"))
    if line is None:
        messages.error(request, _("Choose a specimen of this shipment, and what became of it."))
        return 422
    if move == "unpack":
        return attempt(request, shipments.unpack, line=line, remark=remark).status
    if move == "results":
        return attempt(request, shipments.results_back, line=line).status
    return attempt(request, shipments.settle, line=line, to=move, remark=remark).status


def _pack(request: HttpRequest, shipment: Shipment) -> int:
    principal = request.principal  # type: ignore[attr-defined]
    try:
        specimen = scanned(text(request.POST, "scan", most=80), principal=principal)
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        return refusal.status
    return attempt(request, shipments.pack, shipment=shipment, specimen=specimen).status


def _arrive(request: HttpRequest, shipment: Shipment) -> int:
    there = [number(ticked) for ticked in request.POST.getlist("arrived")]
    arrived = {
        pk: text(request.POST, f"condition-{pk}", most=200) for pk in there if pk is not None
    }
    return attempt(
        request,
        shipments.arrive,
        shipment=shipment,
        arrived=arrived,
        unexpected=text(request.POST, "unexpected"),
        done=_("Recorded. What is missing or damaged has its nonconformity."),
    ).status


def _line_shown(line: ShipmentLine, posted: Any) -> dict[str, Any]:
    """Return a line with what may be said next, and what was said of its arrival and refused."""
    return {
        "line": line,
        "leads": _leads(line),
        "is_ticked": str(line.pk) in posted.getlist("arrived"),
        "condition": posted.get(f"condition-{line.pk}", ""),
    }


def _leads(line: ShipmentLine) -> list[tuple[str, str]]:
    """Return what may be said next about one specimen that is away."""
    if line.shipment.status != ShipmentStatus.RECEIVED:
        return []
    words = {
        LineStatus.BACK: _("Came back"),
        LineStatus.KEPT: _("Kept and destroyed there"),
        LineStatus.ARRIVED: _("Found there"),
        LineStatus.MISSING: _("Missing"),
        LineStatus.WRITTEN_OFF: _("Lost"),
    }
    old = LineStatus(line.status)
    return [(to.value, label) for to, label in words.items() if SHIPMENT_LINE.can_move(old, to)]


def _line(shipment: Shipment, given: object) -> ShipmentLine | None:
    rows = ShipmentLine.objects.filter(shipment=shipment, pk=number(given))
    found: ShipmentLine | None = rows.select_related("shipment", "specimen").first()
    return found


def _shipment(pk: int) -> Shipment:
    rows = Shipment.objects.select_related("destination", "sent_by__user", "recorded_by__user")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _presented(content: dict[str, Any]) -> dict[str, Any]:
    """Return a frozen manifest with its moments in the hospital's time and its codes in words."""
    lines = [
        {**line, "collected_shown": _moment(line["collected_at"])} for line in content["lines"]
    ]
    return {
        **content,
        "lines": lines,
        "sent_shown": _moment(content["sent_at"]),
        "temperature_shown": _(TEMPERATURE_LABELS[Temperature(content["temperature"])]),
    }


def _moment(written: str) -> str:
    if not written:
        return "–"
    return date_format(localtime(datetime.fromisoformat(written)), "j M Y H:i", use_l10n=False)


def _words() -> dict[str, str]:
    return {
        "title": _("Shipment"),
        "page": _("page"),
        "sent": _("Sent"),
        "courier": _("Courier"),
        "temperature": _("Kept on the way"),
        "number": _("Specimens"),
        "specimen": _("Specimen"),
        "patient": _("Patient number, born, sex"),
        "collected": _("Collected"),
        "tests": _("To be measured"),
        "arrived": _("Arrived"),
        "handed": _("Handed over by, at"),
        "taken": _("Taken over by, at"),
    }
