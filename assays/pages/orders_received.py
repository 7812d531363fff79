"""Orders that came from hospitals' systems: under which numbers, how they stand, what to look at."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assays.actions import order_notices
from assays.models import OrderNotice
from assays.pages.acts import attempt
from assays.queries import orders_received as queries
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number, text

OPEN = "open"


@require_http_methods(["GET", "HEAD"])
@requires("assays.order.view")
def index(request: HttpRequest) -> HttpResponse:
    """Show orders of hospitals, the newest first, or those with something to look at."""
    principal = request.principal  # type: ignore[attr-defined]
    is_open = request.GET.get("show", "") == OPEN
    page = queries.page(principal, is_open=is_open, before=number(request.GET.get("before", "")))
    reads.record(
        by=principal,
        purpose="orders received",
        objects=page.orders,
        person_id=lambda order: order.person_id,
    )
    asked: dict[str, Any] = {"show": OPEN} if is_open else {}
    context = {
        "orders": page.orders,
        "is_open": is_open,
        "older": "?" + urlencode({**asked, "before": page.before}) if page.before else "",
        "newest": "?" + urlencode(asked) if request.GET.get("before") else "",
    }
    return render(request, "assays/orders_received.html", context)


@require_http_methods(["POST"])
@requires("assays.order.look_at")
def settle(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Record that somebody looked at what is to be looked at of an order."""
    notice = OrderNotice.objects.filter(pk=notice_id).select_related("order").first()
    principal = request.principal  # type: ignore[attr-defined]
    if notice is None or not policy.can(principal, "assays.order.view", notice.order):
        raise Http404
    act = partial(order_notices.settle, notice=notice, reason=text(request.POST, "reason"))
    attempt(request, act, done=_("Noted."))
    return HttpResponseRedirect(reverse("order", args=[notice.order_id]))
