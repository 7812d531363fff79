"""The page of one specimen: what it is, for what, from what, where, in whose hands, its labels."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from assays.actions import specimens, storage
from assays.actions.specimens.making import DIVISIBLE, MOST_ALIQUOTS
from assays.models import Specimen, SpecimenType, StorageUnit, WorkOrder
from assays.pages.acts import OK, attempt
from assays.queries import genealogy, specimen_page, worklists
from assays.queries.specimens import scanned
from assays.rules.rejection import LABELS, RejectReason
from assays.rules.states import IN_LABORATORY, SPECIMEN, SpecimenStatus
from assays.rules.storage import PositionRefused, read_position
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number, text
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.quantities import QuantityRefused, parse_decimal
from labsys.lib.refusals import sentence
from patients.queries import banners

VIEW, RECEIVE, REJECT = "assays.specimen.view", "assays.specimen.receive", "assays.specimen.reject"
# The buttons of the admin that lead on from each page; the action asks for the rest.
MOVES: tuple[tuple[str, SpecimenStatus | None, str, Any], ...] = (
    ("receive", SpecimenStatus.RECEIVED, RECEIVE, gettext_lazy("Receive")),
    ("make-available", SpecimenStatus.AVAILABLE, RECEIVE, gettext_lazy("Make available")),
    ("identify", None, RECEIVE, gettext_lazy("Register another identifier")),
    ("reject", SpecimenStatus.UNSATISFACTORY, REJECT, gettext_lazy("Refuse")),
    ("lose", SpecimenStatus.LOST, REJECT, gettext_lazy("Lost")),
    (
        "entered-in-error",
        SpecimenStatus.ENTERED_IN_ERROR,
        REJECT,
        gettext_lazy("Entered in error"),
    ),
)


class DivideForm(forms.Form):
    """How many aliquots, into what, of which volumes, for what."""

    count = forms.IntegerField(
        label=gettext_lazy("Aliquots"), min_value=1, max_value=MOST_ALIQUOTS, initial=1
    )
    specimen_type = forms.ModelChoiceField(
        label=gettext_lazy("Poured into"),
        queryset=SpecimenType.objects.order_by("name"),
        required=False,
        empty_label=gettext_lazy("the same kind of container"),
    )
    volumes = forms.CharField(
        label=gettext_lazy("Volumes, mL"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("One for all, or one for each, separated by blanks."),
    )
    items = forms.TypedMultipleChoiceField(
        label=gettext_lazy("For"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: for everything ordered on the specimen."),
    )

    def __init__(self, *args: Any, lines: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", auto_id="divide_%s", **kwargs)
        self.fields["items"].choices = [  # type: ignore[attr-defined]
            (line.item.pk, line.item.assay.analyte.code) for line in lines
        ]

    def clean_volumes(self) -> list[Decimal]:
        try:
            return [parse_decimal(one) for one in self.cleaned_data["volumes"].split()]
        except QuantityRefused as wrong:
            raise forms.ValidationError(_("Write volumes as numbers, such as 0.5.")) from wrong

    @property
    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        volumes = data["volumes"]
        return {
            "count": data["count"],
            "specimen_type": data["specimen_type"],
            "volumes_ml": volumes * data["count"] if len(volumes) == 1 else volumes,
            "item_ids": data["items"] or None,
        }


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def find(request: HttpRequest) -> HttpResponse:
    """Lead from a scanned or typed number to the specimen's page."""
    principal = request.principal  # type: ignore[attr-defined]
    scan, wrong, status = text(request.GET, "scan", most=80), "", OK
    if scan:
        try:
            specimen = scanned(scan, principal=principal)
        except Refusal as refusal:
            wrong, status = sentence(refusal), refusal.status
        else:
            return HttpResponseRedirect(reverse("specimen", args=[specimen.accession]))
    return render(
        request, "assays/specimen_find.html", {"scan": scan, "wrong": wrong}, status=status
    )


@require_http_methods(["GET", "HEAD"])
@requires(REJECT)
def undecided(request: HttpRequest) -> HttpResponse:
    """List the aliquots somebody has to decide about, because their specimen turned out unfit."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = policy.scope(principal, genealogy.undecided())
    found = rows.select_related("specimen_type", "parent").order_by("pk")[:200]
    return render(request, "assays/aliquots_undecided.html", {"aliquots": found})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW)
def show(request: HttpRequest, accession: str) -> HttpResponse:
    """Show everything about one specimen; divide it, put it away, decide about its aliquots."""
    principal = request.principal  # type: ignore[attr-defined]
    specimen = specimen_page.found(accession, principal)
    if specimen is None:
        raise Http404
    at = database_now()
    view = specimen_page.view(specimen, at=at)
    divide = DivideForm(lines=view.items)
    status = OK
    if request.method == "POST":
        if request.POST.get("move") == "divide":
            divide = DivideForm(request.POST, lines=view.items)
        status = _act(request, view, divide)
        if status == OK:
            return HttpResponseRedirect(reverse("specimen", args=[accession]))
    reads.record(by=principal, purpose="specimen", objects=[specimen], person_id=specimen.person_id)
    context = {
        "view": view,
        "specimen": specimen,
        "banner": banners.banner(specimen.person, at=at),
        "divide": divide,
        "typed": request.POST,
        "told": _told(principal, specimen),
        "reasons": [(code.value, _(LABELS[code])) for code in RejectReason],
        **_rights(principal, specimen),
    }
    return render(request, "assays/specimen.html", context, status=status)


def _told(principal: Principal, specimen: Specimen) -> list[WorkOrder]:
    """Return what instruments were told of it, for those who look after instruments."""
    may_see = policy.can(principal, "assays.transmission.view")
    return worklists.of_specimen(specimen) if may_see else []


def _rights(principal: Principal, specimen: Specimen) -> dict[str, Any]:
    old = SpecimenStatus(specimen.status)
    is_in_use = old in (
        SpecimenStatus.COLLECTED,
        SpecimenStatus.RECEIVED,
        SpecimenStatus.AVAILABLE,
        SpecimenStatus.UNSATISFACTORY,
    )
    return {
        "moves": [
            (reverse("admin:assays_specimen_move", args=[specimen.pk, name]), label)
            for name, target, permission, label in MOVES
            if (target is None or SPECIMEN.can_move(old, target))
            and policy.can(principal, permission, specimen)
        ],
        "may_verify": policy.can(principal, "assays.result.verify", specimen),
        "may_enter": old in IN_LABORATORY and policy.can(principal, "assays.result.enter"),
        "sees_micrographs": policy.can(principal, "assays.analysis.view", specimen),
        "may_divide": old in DIVISIBLE and policy.can(principal, RECEIVE, specimen),
        "may_store": old in storage.STORABLE and policy.can(principal, storage.USE),
        "may_decide": policy.can(principal, REJECT, specimen),
        "may_label": policy.can(principal, "assays.specimen.label", specimen),
        "may_hand_over": is_in_use and policy.can(principal, "assays.custody.record", specimen),
        "may_report": policy.can(principal, "assays.nonconformity.report"),
        "sees_order": specimen.order_id is not None
        and policy.can(principal, "assays.order.view", specimen.order),
        "sees_nonconformities": policy.can(principal, "assays.nonconformity.view"),
        "sees_storage": policy.can(principal, "assays.storage.view"),
    }


def _act(request: HttpRequest, view: specimen_page.View, divide: DivideForm) -> int:
    specimen = view.specimen
    reason = text(request.POST, "reason")
    match request.POST.get("move", ""):
        case "divide":
            if not divide.is_valid():
                return 422
            return attempt(
                request,
                specimens.divide,
                beside=divide,
                specimen=specimen,
                done=_("The aliquots have numbers of their own; print their labels."),
                **divide.given,
            ).status
        case "store":
            return _store(request, specimen)
        case "take-out":
            done = _("Taken out.")
            return attempt(
                request, storage.take_out, specimen=specimen, reason=reason, done=done
            ).status
        case "keep" | "refuse" as decision:
            return _decide(request, view, decision, reason)
        case _:
            return _refused(request, _("Choose what is to be done."))


def _store(request: HttpRequest, specimen: Specimen) -> int:
    code = text(request.POST, "unit", most=32)
    unit = StorageUnit.objects.filter(code=code, is_active=True).first()
    if unit is None or not unit.capacity:
        return _refused(request, _("No rack or box in use has this code."))
    where, position = text(request.POST, "position", most=8), None
    if where:
        try:
            position = read_position(where, rows=unit.rows or 0, columns=unit.columns or 0)
        except PositionRefused as refused:
            return _refused(request, _(refused.message) % refused.params)
    return attempt(
        request,
        storage.store,
        specimen=specimen,
        unit=unit,
        position=position,
        done=_("Put away."),
    ).status


def _decide(request: HttpRequest, view: specimen_page.View, decision: str, reason: str) -> int:
    """Decide about an aliquot of the family that the page shows; of another tube, on its own page."""
    aliquots = {one.specimen.pk: one.specimen for one in view.family if one.depth}
    aliquot = aliquots.get(number(request.POST.get("aliquot")) or 0)
    if aliquot is None:
        return _refused(request, _("Choose an aliquot of this specimen."))
    if decision == "keep":
        done = _("Kept.")
        return attempt(
            request, specimens.keep_aliquot, specimen=aliquot, reason=reason, done=done
        ).status
    return attempt(
        request,
        specimens.refuse_aliquot,
        specimen=aliquot,
        reason=reason,
        reason_code=text(request.POST, "reason_code", most=8),
        done=_("Refused. What is still open is asked for anew."),
    ).status


def _refused(request: HttpRequest, why: str) -> int:
    messages.error(request, why)
    return 422
