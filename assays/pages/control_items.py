"""Control values that instruments sent and nobody could place: matched, or said to be none of ours."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from assays.actions import controls
from assays.actions.controls import MATCH, STOCK
from assays.models import Assay, ControlItem, ControlLevel, Instrument
from assays.queries import control_items as queries
from assays.rules.control_filing import UNKNOWN_CONTROL
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal

VIEW = "assays.control.view"
LONGEST_REASON = 500


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=MATCH)
def index(request: HttpRequest) -> HttpResponse:
    """Show what waits and why, or carry out what was ticked."""
    if request.method == "POST":
        return _carry_out(request)
    return _page(request, request.GET)


def _carry_out(request: HttpRequest) -> HttpResponse:
    ticked = [one for text in request.POST.getlist("item") if (one := number(text)) is not None]
    move, reason = request.POST.get("move", ""), request.POST.get("reason", "").strip()
    level = ControlLevel.objects.filter(pk=number(request.POST.get("level", ""))).first()
    assay = Assay.objects.filter(pk=number(request.POST.get("assay", ""))).first()
    if not ticked or move not in ("match", "dismiss"):
        wrong = _("Tick the values first, then choose what to do with them.")
    elif not reason:
        wrong = _("Say why, in a few words: the reason stays on record with each value.")
    elif move == "match" and level is None:
        wrong = _("Say which level of which lot it is.")
    else:
        by: Principal = request.principal  # type: ignore[attr-defined]
        given = {"reason": reason[:LONGEST_REASON]}
        if move == "match":
            given |= {"level": level, "assay": assay}  # type: ignore[dict-item]
        done = _decide(request, move, ticked[: queries.PAGE], by, given)
        if done:
            messages.success(request, _done_words(move, done))
        chosen = number(request.POST.get("instrument", ""))
        query = f"?{urlencode({'instrument': chosen})}" if chosen is not None else ""
        return HttpResponseRedirect(reverse("control-items") + query)
    return _page(request, request.POST, ticked=ticked, reason=reason, wrong=wrong, status=422)


def _decide(
    request: HttpRequest, move: str, ticked: list[int], by: Principal, given: dict[str, Any]
) -> int:
    """Do one thing to each by itself; what is refused is said, and stops nothing else."""
    act = {"match": controls.match, "dismiss": controls.dismiss}[move]
    done = 0
    for waiting in ControlItem.objects.filter(pk__in=ticked).order_by("observed_at", "pk"):
        try:
            act(waiting=waiting, by=by, at=database_now(), **given)
        except Refusal as refusal:
            messages.error(request, f"{waiting}: {refusal}")
        else:
            done += 1
    return done


def _page(
    request: HttpRequest,
    given: Any,
    *,
    ticked: list[int] | None = None,
    reason: str = "",
    wrong: str = "",
    status: int = 200,
) -> HttpResponse:
    instrument, after = number(given.get("instrument", "")), number(given.get("after", ""))
    page = queries.page(instrument=instrument, after=after)
    asked = {"instrument": instrument} if instrument is not None else {}
    may_match = policy.can(request.principal, MATCH)  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "page": page,
        "at": database_now(),
        "instrument": instrument,
        "instruments": Instrument.objects.filter(pk__in=queries.instruments()).order_by("code"),
        "ticked": set(ticked or ()),
        "reason": reason,
        "wrong": wrong,
        "may_match": may_match,
        "may_name": policy.can(request.principal, STOCK),  # type: ignore[attr-defined]
        "unknown": UNKNOWN_CONTROL,
        "levels": queries.levels() if may_match else [],
        "assays": queries.assays() if may_match else [],
        "level": number(given.get("level", "")),
        "assay": number(given.get("assay", "")),
    }
    if after is not None:
        context["first"] = "?" + urlencode(asked)
    if page.after is not None:
        context["next"] = "?" + urlencode({**asked, "after": page.after})
    return render(request, "assays/control_items.html", context, status=status)


def _done_words(move: str, count: int) -> str:
    if move == "dismiss":
        words = ngettext("%(n)d value set aside.", "%(n)d values set aside.", count)
    else:
        words = ngettext("%(n)d control recorded.", "%(n)d controls recorded.", count)
    return words % {"n": count}
