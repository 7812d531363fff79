"""Placing an order from a patient's page, and the page of one order."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from assays.actions import orders
from assays.actions.orders import DuplicateOrder
from assays.models import Priority
from assays.queries import catalogue, reports
from assays.queries import orders as queries
from assays.queries.catalogue import Catalogue
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, Refusal
from patients import queries as registry
from patients.models import Encounter, Person


class OrderForm(forms.Form):
    """What is ordered, how urgently and why."""

    panels = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Panels"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    assays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Single assays"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    priority = forms.TypedChoiceField(
        label=gettext_lazy("Priority"),
        coerce=lambda text: Priority(int(text)),
        choices=Priority.choices[::-1],
        initial=Priority.ROUTINE,
    )
    encounter = forms.ModelChoiceField(
        label=gettext_lazy("Stay"), queryset=Encounter.objects.none(), required=False
    )
    clinical_question = forms.CharField(
        label=gettext_lazy("Clinical question"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What the results are to decide. Seen by the laboratory."),
    )
    confirmed = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: Any, held: Catalogue, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        singles = [(assay.assay_id, assay.name) for assay in held.assays.values()]
        self.fields["panels"].choices = [(p.panel_id, p.name) for p in held.panels.values()]  # type: ignore[attr-defined]
        self.fields["assays"].choices = singles  # type: ignore[attr-defined]
        self.fields["confirmed"].choices = singles  # type: ignore[attr-defined]
        stays = Encounter.objects.open().filter(person__in=registry.entries(person.pk))
        self.fields["encounter"].queryset = stays.select_related("location", "person")  # type: ignore[attr-defined]
        if len(stays) == 1:
            self.fields["encounter"].initial = stays[0]
        self.fields["encounter"].label_from_instance = lambda stay: stay.location.name  # type: ignore[attr-defined]


class CancelForm(forms.Form):
    """Which items are cancelled, and why."""

    items = forms.TypedMultipleChoiceField(coerce=int)
    reason = forms.CharField(max_length=500)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("assays.order.place")
def new(request: HttpRequest) -> HttpResponse:
    """Ask what is ordered for `?person=`, then order it."""
    principal = request.principal  # type: ignore[attr-defined]
    person, held = _person(request, principal), catalogue.current()
    if request.method != "POST":
        return _ask(request, person, held, OrderForm(held=held, person=person))
    form = OrderForm(request.POST, held=held, person=person)
    if not form.is_valid():
        return _ask(request, person, held, form, status=422)
    try:
        order = orders.place(person=person, by=principal, at=database_now(), **form.cleaned_data)
    except DuplicateOrder as refusal:
        return _ask(request, person, held, form, status=409, duplicates=refusal.found)
    except Refusal as refusal:
        field = refusal.field if isinstance(refusal, InvalidInput) else ""
        form.add_error(field if field in form.fields else None, str(refusal))
        return _ask(request, person, held, form, status=refusal.status)
    messages.success(request, _("Order %(order)d is placed.") % {"order": order.pk})
    return HttpResponseRedirect(reverse("order", args=[order.pk]))


@require_http_methods(["GET", "HEAD"])
@requires("assays.order.view")
def show(request: HttpRequest, order_id: int) -> HttpResponse:
    """Show one order: its items, its specimens, and what happened to both."""
    principal = request.principal  # type: ignore[attr-defined]
    view = _view(order_id, principal)
    order = view.order
    reads.record(by=principal, purpose="order", objects=[order], person_id=order.person_id)
    return _page(request, view)


@require_http_methods(["POST"])
@requires("assays.order.cancel")
def cancel(request: HttpRequest, order_id: int) -> HttpResponse:
    """Cancel the ticked items of an order."""
    principal = request.principal  # type: ignore[attr-defined]
    view = _view(order_id, principal)
    form = CancelForm(request.POST)
    form.fields["items"].choices = [(item.pk, "") for item in view.items]  # type: ignore[attr-defined]
    if not form.is_valid():
        messages.error(request, _("Tick what is to be cancelled, and say why."))
        return _page(request, view, status=422)
    try:
        orders.cancel(
            order=view.order,
            item_ids=form.cleaned_data["items"],
            by=principal,
            at=database_now(),
            reason=form.cleaned_data["reason"],
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _page(request, _view(order_id, principal), status=refusal.status)
    messages.success(request, _("Cancelled."))
    return HttpResponseRedirect(reverse("order", args=[order_id]))


def _person(request: HttpRequest, principal: Principal) -> Person:
    try:
        uid = UUID(request.GET.get("person", ""))
    except ValueError as wrong:
        raise Http404 from wrong
    rows = policy.scope(principal, Person.objects.listed(), "assays.order.place")
    person: Person | None = rows.filter(uid=uid).first()
    if person is None:
        raise Http404
    return person


def _view(order_id: int, principal: Principal) -> queries.OrderView:
    view = queries.shown(order_id, principal)
    if view is None:
        raise Http404
    return view


def _ask(
    request: HttpRequest,
    person: Person,
    held: Catalogue,
    form: OrderForm,
    *,
    status: int = 200,
    duplicates: Any = (),
) -> HttpResponse:
    context = {
        "banner": registry.banner(person, at=database_now()),
        "person": person,
        "form": form,
        "sections": _sections(held, form),
        "duplicates": duplicates,
    }
    return render(request, "assays/order_new.html", context, status=status)


def _sections(held: Catalogue, form: OrderForm) -> list[dict[str, Any]]:
    """Return the single assays by section, as the form's boxes."""
    boxes = {str(box.data["value"]): box for box in form["assays"].subwidgets}
    found: dict[str, dict[str, Any]] = {}
    for assay in held.assays.values():
        section = found.setdefault(
            assay.section, {"name": assay.section, "boxes": [], "is_open": False}
        )
        box = boxes[str(assay.assay_id)]
        section["boxes"].append({"box": box, "code": assay.code})
        section["is_open"] |= bool(box.data["selected"])
    return list(found.values())


def _page(request: HttpRequest, view: queries.OrderView, *, status: int = 200) -> HttpResponse:
    principal = request.principal  # type: ignore[attr-defined]
    context = {
        "banner": registry.banner(view.order.person, at=database_now()),
        "view": view,
        "order": view.order,
        "reports": reports.of_order(view.order.pk, principal),
        "open_ids": {item.pk for item in view.open_items},
        "may_cancel": view.open_items and policy.can(principal, "assays.order.cancel", view.order),
        "may_label": policy.can(principal, "assays.specimen.label", view.order),
        "may_collect": policy.can(principal, "assays.specimen.collect", view.order),
    }
    return render(request, "assays/order.html", context, status=status)
