"""The phlebotomist's collection list, collecting at the bedside, and receiving by scan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from assays.actions import specimens
from assays.models import Order, Specimen
from assays.queries import specimens as queries
from assays.queries.specimens import Cursor
from assays.rules.conditions import AT_RECEIPT, LABELS
from assays.rules.identification import IdentifierKind
from assays.rules.physiology import CycleState, Fasting
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse
from patients.models import Sex

COLLECT = "assays.specimen.collect"
LABEL = "assays.specimen.label"
LONGEST_BATCH = 200


class CollectForm(forms.Form):
    """What was read and asked at the bedside, and when the needle went in."""

    WRISTBAND = forms.CharField(
        label=gettext_lazy("Wristband"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
        help_text=gettext_lazy("Scan the wristband; do not scan the request."),
    )
    NAME = forms.CharField(
        label=gettext_lazy("Full name"),
        required=False,
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("As the patient says it."),
    )
    BIRTH_DATE = forms.DateField(
        label=gettext_lazy("Birth date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"}),
        help_text=gettext_lazy("As the patient says it."),
    )
    MRN = forms.CharField(
        label=gettext_lazy("Patient number"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Read from a document, where there is no wristband."),
    )
    OTHER_NUMBER = forms.CharField(
        label=gettext_lazy("Other number"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Such as a service number."),
    )
    collected_at = forms.DateTimeField(
        label=gettext_lazy("Collected at"),
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": "60"}, format="%Y-%m-%dT%H:%M"
        ),
    )
    fasting = forms.TypedChoiceField(
        label=gettext_lazy("Fasting"),
        required=False,
        coerce=Fasting,
        empty_value=None,
        choices=[
            ("", gettext_lazy("not asked")),
            (Fasting.FASTING, gettext_lazy("fasting, at least 8 hours")),
            (Fasting.RANDOM, gettext_lazy("not fasting")),
        ],
    )
    cycle = forms.TypedChoiceField(
        label=gettext_lazy("Cycle"),
        required=False,
        coerce=CycleState,
        empty_value=None,
        choices=[
            ("", gettext_lazy("not asked")),
            (CycleState.FOLLICULAR, gettext_lazy("follicular phase")),
            (CycleState.MIDCYCLE, gettext_lazy("midcycle")),
            (CycleState.LUTEAL, gettext_lazy("luteal phase")),
            (CycleState.CYCLING, gettext_lazy("cycling, day not known")),
            (CycleState.POSTMENOPAUSE, gettext_lazy("after the menopause")),
            (CycleState.NO_CYCLE, gettext_lazy("no cycle for another reason")),
        ],
    )
    specimens = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, *args: Any, expected: list[Specimen], **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["specimens"].choices = [(one.pk, one.accession) for one in expected]  # type: ignore[attr-defined]
        if expected[0].person.sex == Sex.MALE:
            del self.fields["cycle"]

    @property
    def asked(self) -> dict[str, Any]:
        """What the patient said that ranges depend on."""
        return {name: self.cleaned_data.get(name) for name in ("fasting", "cycle")}

    @property
    def identifiers(self) -> dict[IdentifierKind, str]:
        """What was given of the patient, by kind."""
        given = {kind: self.cleaned_data[kind.value] for kind in IdentifierKind}
        return {kind: str(value) for kind, value in given.items() if value}


class ReceiveForm(forms.Form):
    """One scan, or many."""

    scan = forms.CharField(required=False, max_length=80)
    scans = forms.CharField(required=False, max_length=LONGEST_BATCH * 40)
    conditions = forms.MultipleChoiceField(
        required=False, choices=[(code.value, gettext_lazy(LABELS[code])) for code in AT_RECEIPT]
    )
    remark = forms.CharField(required=False, max_length=500)

    @property
    def lines(self) -> list[str]:
        """Every number that was scanned, in order."""
        batch = self.cleaned_data["scans"].split()
        return [text for text in (self.cleaned_data["scan"].strip(), *batch) if text]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors and not 1 <= len(self.lines) <= LONGEST_BATCH:
            said = _("Scan one label, or up to %(most)d.") % {"most": LONGEST_BATCH}
            raise forms.ValidationError(said)
        return cleaned


@require_http_methods(["GET", "HEAD"])
@requires("assays.specimen.collect")
def to_collect(request: HttpRequest) -> HttpResponse:
    """Show what is to be drawn, the most urgent first."""
    principal = request.principal  # type: ignore[attr-defined]
    after = Cursor.read(request.GET.get("after", ""))
    page = queries.to_collect(principal, after=after)
    context = {"page": page, "is_later_page": after is not None, "next": _next(page)}
    context["may_label"] = policy.can(principal, LABEL)
    return render(request, "assays/to_collect.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("assays.specimen.collect")
def collect(request: HttpRequest, order_id: int) -> HttpResponse:
    """Ask who is in front of the phlebotomist, then record what was drawn for one order."""
    principal = request.principal  # type: ignore[attr-defined]
    if not policy.scope(principal, Order.objects.filter(pk=order_id), COLLECT).exists():
        raise Http404
    expected = queries.expected_of(order_id, principal)
    if not expected:
        messages.info(request, _("Nothing is left to collect for this order."))
        return HttpResponseRedirect(reverse("specimen-collect"))
    policy.check(principal, "assays.specimen.collect", expected[0])
    at = database_now()
    if request.method != "POST":
        form = CollectForm(expected=expected, initial={"collected_at": at})
        return _bedside(request, form, expected)
    form = CollectForm(request.POST, expected=expected)
    if not form.is_valid():
        return _bedside(request, form, expected, status=422)
    drawn = [one for one in expected if one.pk in form.cleaned_data["specimens"]]
    try:
        specimens.collect(
            specimens=drawn,
            by=principal,
            at=at,
            collected_at=form.cleaned_data["collected_at"],
            identifiers=form.identifiers,
            **form.asked,
        )
    except Refusal as refusal:
        refuse(form, refusal)
        return _bedside(request, form, expected, status=refusal.status)
    said = ngettext("%(n)d specimen collected.", "%(n)d specimens collected.", len(drawn))
    labels = format_html(
        '<a href="{}">{}</a>', reverse("order-labels", args=[order_id]), _("Print labels")
    )
    may_label = policy.can(principal, LABEL)
    messages.success(
        request, format_html("{} {}", said % {"n": len(drawn)}, labels if may_label else "")
    )
    return HttpResponseRedirect(reverse("specimen-collect"))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("assays.specimen.receive")
def receive(request: HttpRequest) -> HttpResponse:
    """Receive by scan: scan, enter, next; or a whole batch."""
    principal = request.principal  # type: ignore[attr-defined]
    if request.method != "POST":
        return _bench(request, ReceiveForm(), receipts=[])
    form = ReceiveForm(request.POST)
    if not form.is_valid():
        return _bench(request, form, receipts=[], status=422)
    told = specimens.receive_batch(
        scans=form.lines,
        by=principal,
        at=database_now(),
        conditions=form.cleaned_data["conditions"],
        remark=form.cleaned_data["remark"],
    )
    if any(one.refusal is not None or one.warnings for one in told):
        refused = any(one.refusal is not None for one in told)
        return _bench(request, ReceiveForm(), receipts=told, status=409 if refused else 200)
    if len(told) == 1:
        text = _("%(accession)s is received.") % {"accession": told[0].specimen}
    else:
        text = _("%(n)d specimens are received.") % {"n": len(told)}
    messages.success(request, text)
    return HttpResponseRedirect(reverse("specimen-receive"))


def _next(page: queries.Page) -> str:
    return f"?after={page.after}" if page.after is not None else ""


def _bedside(
    request: HttpRequest, form: CollectForm, expected: list[Specimen], *, status: int = 200
) -> HttpResponse:
    ticked = form["specimens"].value() if form.is_bound else [one.pk for one in expected]
    context = {
        "form": form,
        "identifiers": [form[kind.value] for kind in _asked_first()],
        "asked": [form[name] for name in ("fasting", "cycle") if name in form.fields],
        "expected": expected,
        "ticked": {str(pk) for pk in ticked or ()},
        "order": expected[0].order,
        "person": expected[0].person,
    }
    return render(request, "assays/collect.html", context, status=status)


def _asked_first() -> list[IdentifierKind]:
    kinds = IdentifierKind
    return [kinds.WRISTBAND, kinds.NAME, kinds.BIRTH_DATE, kinds.MRN, kinds.OTHER_NUMBER]


def _bench(
    request: HttpRequest, form: ReceiveForm, *, receipts: Any, status: int = 200
) -> HttpResponse:
    principal = request.principal  # type: ignore[attr-defined]
    after = Cursor.read(request.GET.get("after", ""))
    page = queries.on_the_way(principal, after=after)
    context = {
        "form": form,
        "ticked": form["conditions"].value() or [],
        "page": page,
        "next": _next(page),
        "is_later_page": after is not None,
        "receipts": receipts,
        "lately": queries.scanned_lately(principal),
        "conditions": [(code.value, _(LABELS[code])) for code in AT_RECEIPT],
        "may_reject": policy.can(principal, "assays.specimen.reject"),
    }
    return render(request, "assays/receive.html", context, status=status)
