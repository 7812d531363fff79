"""Ordering: for a patient, at one time or at several; and adding to what was ordered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assays.actions import orders
from assays.actions.orders import DuplicateOrder, QuestionsOpen
from assays.models import Order
from assays.pages.order_forms import AnswersForm, ChoiceForm, OrderForm
from assays.queries import catalogue
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse
from patients import queries as registry
from patients.models import Person

# Given the answers, does what was asked for and returns the address of what was made.
Act = Callable[[dict[str, str]], str]


@require_http_methods(["GET", "HEAD", "POST"])
@requires("assays.order.place")
def new(request: HttpRequest) -> HttpResponse:
    """Ask what is ordered for `?person=`, then order it."""
    principal = request.principal  # type: ignore[attr-defined]
    person, held = _person(request, principal), catalogue.current()
    if request.method != "POST":
        return _ask(request, person, OrderForm(held=held, person=person))
    form = OrderForm(request.POST, held=held, person=person)

    def act(answers: dict[str, str]) -> str:
        given = {**form.chosen, **form.details, **form.repetitions, "answers": answers}
        at, series = database_now(), form.series
        if series is None:
            order = orders.place(person=person, by=principal, at=at, **given)
            messages.success(request, _("Order %(order)d is placed.") % {"order": order.pk})
            return reverse("order", args=[order.pk])
        placed = orders.place_series(person=person, by=principal, at=at, **given, **series)
        messages.success(request, _("%(name)s is ordered.") % {"name": placed.name})
        return reverse("series", args=[placed.pk])

    return _carry_out(request, person, form, act)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("assays.order.place")
def add(request: HttpRequest, order_id: int) -> HttpResponse:
    """Ask what is added to an order, then add it."""
    principal = request.principal  # type: ignore[attr-defined]
    order = _order(order_id, principal)
    held = catalogue.current()
    if request.method != "POST":
        return _ask(request, order.person, ChoiceForm(held=held), order=order)
    form = ChoiceForm(request.POST, held=held)

    def act(answers: dict[str, str]) -> str:
        given = {**form.chosen, **form.repetitions, "answers": answers}
        items = orders.add_on(order=order, by=principal, at=database_now(), **given)
        codes = ", ".join(held.assays[item.assay_id].code for item in items)
        messages.success(request, _("Added: %(codes)s.") % {"codes": codes})
        return reverse("order", args=[order.pk])

    return _carry_out(request, order.person, form, act, order=order)


def _carry_out(
    request: HttpRequest, person: Person, form: ChoiceForm, act: Act, *, order: Order | None = None
) -> HttpResponse:
    """Check the form, ask what its choice brings up, act; whatever is refused keeps the form."""
    shown: dict[str, Any] = {"order": order}
    if not form.is_valid():
        return _ask(request, person, form, status=422, **shown)
    shown["answers"] = answers = AnswersForm(request.POST, assay_ids=form.assay_ids())
    if not answers.was_shown:
        shown["answers"] = AnswersForm(None, assay_ids=form.assay_ids())
        return _ask(request, person, form, is_asking=True, **shown)
    try:
        return HttpResponseRedirect(act(answers.answers))
    except DuplicateOrder as refusal:
        return _ask(request, person, form, status=409, duplicates=refusal.found, **shown)
    except QuestionsOpen as refusal:
        answers.mark(refusal.errors)
        return _ask(request, person, form, status=refusal.status, **shown)
    except Refusal as refusal:
        refuse(form, refusal)
        return _ask(request, person, form, status=refusal.status, **shown)


def _ask(
    request: HttpRequest,
    person: Person,
    form: ChoiceForm,
    *,
    status: int = 200,
    order: Order | None = None,
    answers: AnswersForm | None = None,
    is_asking: bool = False,
    duplicates: Any = (),
) -> HttpResponse:
    names = getattr(form, "DETAILS", ()), getattr(form, "SERIES", ())
    context = {
        "banner": registry.banner(person, at=database_now()),
        "person": person,
        "order": order,
        "form": form,
        "details": [form[name] for name in names[0]],
        "series": [form[name] for name in names[1]],
        "sections": form.sections(),
        "answers": answers,
        "is_asking": is_asking,
        "duplicates": duplicates,
        "repetitions": form.repetitions if form.is_bound and form.is_valid() else {},
    }
    return render(request, "assays/order_new.html", context, status=status)


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


def _order(order_id: int, principal: Principal) -> Order:
    rows = policy.scope(principal, Order.objects.filter(pk=order_id), "assays.order.place")
    order: Order | None = rows.prefetch_related("person").first()
    if order is None:
        raise Http404
    return order
