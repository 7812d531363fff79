"""The verification worklist: queues, lanes, and the clear lane that is decided about as one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from assays.actions.batches import Scope
from assays.pages import offers, sparks
from assays.pages.offers import Answer, Offer
from assays.queries import lane_filters, worklist
from assays.queries.waiting_order import Cursor
from assays.queries.worklist import Chosen
from assays.rules.lanes import LANE_WORDS, Lane
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@requires("assays.result.verify")
def show(request: HttpRequest) -> HttpResponse:
    """Show a page of the worklist, or decide about what was ticked in its clear lane."""
    chosen = Chosen.read(request.POST if request.method == "POST" else request.GET)
    # Only the clear lane of one queue can be decided about together.
    queue = chosen.status if chosen.lane == Lane.CLEAR else ""
    offer = Offer(Scope.CLEAR_LANE, queue, f"worklist {chosen.section} {queue}")
    answer = Answer()
    if request.method == "POST":
        answer = offers.decide(request, offer, back=reverse("worklist") + chosen.address())
    return answer.response or _page(request, chosen, offer, answer)


def _page(request: HttpRequest, chosen: Chosen, offer: Offer, answer: Answer) -> HttpResponse:
    principal = request.principal  # type: ignore[attr-defined]
    after = Cursor.read(request.GET.get("after", ""))
    page = worklist.page(principal, chosen=chosen, after=after)
    context: dict[str, Any] = {
        "rows": sparks.with_courses(page.rows),
        "chosen": chosen,
        "tabs": _tabs(principal, chosen),
        "counted": lane_filters.COUNTED,
        "looked_at": lane_filters.COUNTED * lane_filters.WINDOWS,
        "queues": _queues(chosen),
        "sections": worklist.sections(),
        "is_later_page": after is not None,
        "is_clear_lane": chosen.lane == Lane.CLEAR,
        **offer.context(request, page.rows, answer.form),
    }
    if page.after is not None:
        query = {"after": str(page.after)}
        context["next"] = f"{chosen.address()}&{urlencode(query)}".replace("?&", "?")
    return render(request, "assays/worklist.html", context, status=answer.status)


def _tabs(principal: Principal, chosen: Chosen) -> list[dict[str, Any]]:
    """Return the lanes as tabs with their counts, the one that is open marked."""
    counts = worklist.counts(principal, chosen)
    words = {"": _("All"), **{lane.value: _(LANE_WORDS[lane]) for lane in Lane}}
    return [
        {
            "lane": lane,
            "words": words[lane],
            "count": counts.of[Lane(lane)] if lane else counts.total,
            "is_least": counts.is_least(lane),
            "address": chosen.address(lane=lane),
            "is_open": chosen.lane == lane,
        }
        for lane in words
    ]


def _queues(chosen: Chosen) -> list[dict[str, Any]]:
    words = {
        "": _("Verification and release"),
        ResultStatus.RESULTED.value: _("Technical verification"),
        ResultStatus.TECHNICALLY_VERIFIED.value: _("Medical release"),
    }
    return [
        {
            "words": said,
            "address": chosen.address(status=status),
            "is_open": chosen.status == status,
        }
        for status, said in words.items()
    ]
