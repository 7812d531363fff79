"""The page of one order, and cancelling what is open of it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assays.actions import orders
from assays.actions.orders.adding import OPEN_TO_MORE
from assays.queries import orders as queries
from assays.queries import orders_received, reports
from assays.queries.order_questions import answers_of
from assays.rules.states import SpecimenStatus
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import sentence
from patients import queries as registry


class CancelForm(forms.Form):
    """Which items are cancelled, and why."""

    items = forms.TypedMultipleChoiceField(coerce=int)
    reason = forms.CharField(max_length=500)


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
        messages.error(request, sentence(refusal))
        return _page(request, _view(order_id, principal), status=refusal.status)
    messages.success(request, _("Cancelled."))
    return HttpResponseRedirect(reverse("order", args=[order_id]))


def _view(order_id: int, principal: Principal) -> queries.OrderView:
    view = queries.shown(order_id, principal)
    if view is None:
        raise Http404
    return view


def _page(request: HttpRequest, view: queries.OrderView, *, status: int = 200) -> HttpResponse:
    principal = request.principal  # type: ignore[attr-defined]
    context = {
        "banner": registry.banner(view.order.person, at=database_now()),
        "view": view,
        "order": view.order,
        "reports": reports.of_order(view.order.pk, principal),
        "open_ids": {item.pk for item in view.open_items},
        "may_cancel": view.open_items and policy.can(principal, "assays.order.cancel", view.order),
        "answers": answers_of(view.order.pk),
        "numbers": orders_received.numbers_of(view.order.pk),
        "notices": orders_received.notices_of(view.order.pk),
        "may_look": policy.can(principal, "assays.order.look_at", view.order),
        "may_add": view.order.status in OPEN_TO_MORE
        and policy.can(principal, "assays.order.place", view.order.person),
        "sees_results": policy.can(principal, "assays.result.view", view.order.person),
        "may_report_early": view.open_items
        and policy.can(principal, "assays.report.interim", view.order),
        "may_label": policy.can(principal, "assays.specimen.label", view.order),
        "may_collect": any(one.status == SpecimenStatus.EXPECTED for one in view.specimens)
        and policy.can(principal, "assays.specimen.collect", view.order),
    }
    return render(request, "assays/order.html", context, status=status)
