"""Disposal: what may be destroyed, batches, and the second person's word."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assays.actions import disposals
from assays.actions.disposals import CONFIRM, PROPOSE
from assays.models import Disposal
from assays.pages.acts import OK, attempt
from assays.queries import disposals as queries
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.addresses import number, text
from labsys.lib.clock import database_now

VIEW = "assays.disposal.view"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=PROPOSE)
def index(request: HttpRequest) -> HttpResponse:
    """Show what may be destroyed and the batches; put ticked specimens into one."""
    principal = request.principal  # type: ignore[attr-defined]
    given_ids = (number(given) for given in request.POST.getlist("specimen"))
    ticked = [pk for pk in given_ids if pk is not None]
    status = OK
    if request.method == "POST":
        method = text(request.POST, "method", most=120)
        given = {"specimen_ids": ticked, "method": method}
        done = _("The batch waits for a second person.")
        status = attempt(request, disposals.propose, done=done, **given).status
        if status == OK:
            return HttpResponseRedirect(reverse("disposals"))
    after = number(request.GET.get("after"))
    page = queries.page(at=database_now(), after=after)
    context = {
        "page": page,
        "batches": queries.batches(),
        "ticked": {one.pk for one in page.specimens} if request.GET.get("tick") else set(ticked),
        "next": f"?after={page.after}" if page.after else "",
        "tick_all": "?" + urlencode({**({"after": after} if after else {}), "tick": "all"}),
        "method": text(request.POST, "method", most=120),
        "first": "?" if after is not None else "",
        "may_propose": policy.can(principal, PROPOSE),
        "sees_specimens": policy.can(principal, "assays.specimen.view"),
    }
    return render(request, "assays/disposals.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW)
def show(request: HttpRequest, disposal_id: int) -> HttpResponse:
    """Show one batch; confirm it as the second person, or give it up."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = Disposal.objects.select_related("recorded_by__user", "decided_by__user")
    disposal = rows.filter(pk=disposal_id).first()
    if disposal is None:
        raise Http404
    status = OK
    if request.method == "POST":
        status = _act(request, disposal)
        if status == OK:
            return HttpResponseRedirect(reverse("disposal", args=[disposal.pk]))
        disposal.refresh_from_db()
    context = {
        "disposal": disposal,
        "lines": disposal.lines.select_related("specimen__specimen_type").order_by("specimen_id"),
        "may_confirm": policy.can(principal, CONFIRM),
        "may_withdraw": policy.can(principal, PROPOSE),
        "is_own": disposal.recorded_by_id == principal.pk,
        "reason": text(request.POST, "reason"),
        "sees_specimens": policy.can(principal, "assays.specimen.view"),
    }
    return render(request, "assays/disposal.html", context, status=status)


def _act(request: HttpRequest, disposal: Disposal) -> int:
    match text(request.POST, "move", most=20):
        case "confirm":
            done = _("Confirmed.")
            return attempt(request, disposals.confirm, disposal=disposal, done=done).status
        case "withdraw":
            reason = text(request.POST, "reason")
            done = _("Given up.")
            act = partial(disposals.withdraw, disposal=disposal, reason=reason)
            return attempt(request, act, done=done).status
        case _:
            messages.error(request, _("Choose what is to be done."))
            return 422
