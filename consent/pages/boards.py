"""The board of the weekly round by day: who is due, overdue, away, recalled, and who is done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consent.models import Programme, RoundSlot
from consent.pages.reach import principal_of
from consent.queries import boards
from consent.queries.programmes import active
from consent.rules.rounds import DayState
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now, hospital_day
from labsys.lib.errors import InvalidInput

TO_EXAMINE = "TO_EXAMINE"
SHOWN = {
    TO_EXAMINE: (DayState.OVERDUE, DayState.DUE),
    **{
        state.value: (state,)
        for state in (
            DayState.OVERDUE,
            DayState.DUE,
            DayState.RECALLED,
            DayState.AWAY,
            DayState.DONE,
        )
    },
}
DOINGS = {"medical": "consent.medical.record", "psychological": "consent.psychological.record"}
PLAN = "consent.appointment.plan"


@require_http_methods(["GET", "HEAD"])
@requires("consent.board.view")
def board(request: HttpRequest, code: str = "") -> HttpResponse:
    """Show one day of the weekly round: how many stand how, and whom to examine first."""
    programmes = active()
    programme = next((one for one in programmes if one.code == code), None)
    if code and programme is None:
        raise Http404
    programme = programme or _first(programmes, request)
    context: dict[str, Any] = {"programmes": programmes, "programme": programme}
    if programme is not None:
        context |= _day(request, programme)
    return render(request, "consent/board.html", context)


def _first(programmes: Sequence[Programme], request: HttpRequest) -> Programme | None:
    """Return the first programme; of those with somebody overdue, where these are asked for."""
    if request.GET.get("show") == DayState.OVERDUE.value:
        rows = policy.scope(principal_of(request), boards.overdue(at=database_now()))
        pressing = set(rows.order_by().values_list("programme_id", flat=True).distinct())
        programmes = [one for one in programmes if one.pk in pressing] or programmes
    return programmes[0] if programmes else None


def _day(request: HttpRequest, programme: Programme) -> dict[str, Any]:
    principal, now = principal_of(request), database_now()
    today = hospital_day(now)
    day = day_asked(request, today)
    shown = request.GET.get("show", TO_EXAMINE)
    shown = shown if shown in SHOWN else TO_EXAMINE
    counts = boards.counts(programme, day, principal=principal, at=now)
    found = boards.page(
        programme, day, SHOWN[shown], principal=principal, at=now, after=_after(request)
    )
    reads.record(
        by=principal,
        purpose="round",
        objects=[row.slot for row in found.rows],
        person_id=lambda slot: slot.person_id,
    )

    def address(**asked: Any) -> str:
        query = urlencode({"day": day.isoformat(), "show": shown, **asked})
        return f"{reverse('board', args=[programme.code])}?{query}"

    return {
        "day": day,
        "today": today,
        "now": now,
        "rows": found.rows,
        "tabs": [
            (name, sum(counts[state] for state in states), address(show=name), name == shown)
            for name, states in SHOWN.items()
        ],
        "before": address(day=day - timedelta(days=1)),
        "after": address(day=day + timedelta(days=1)),
        "first": address() if "after" in request.GET else "",
        "next": address(after=found.after[1]) if found.after else "",
        "may": {name: policy.can(principal, each) for name, each in DOINGS.items()},
        "may_plan": policy.can(principal, PLAN),
    }


def day_asked(request: HttpRequest, today: date) -> date:
    """Return the day of the query string, today where it names none."""
    text = request.GET.get("day", "")
    if not text:
        return today
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not 1900 <= found.year <= 2200:
        raise InvalidInput(
            _("%(text)s is not a day; write it like 2026-01-31.") % {"text": repr(text)},
            field="day",
        )
    return found


def _after(request: HttpRequest) -> Any:
    """Return where a page begins: behind a round, wherever that stands now."""
    rows = RoundSlot.objects.filter(pk=number(request.GET.get("after")))
    return rows.values_list("lapses_at", "pk").first()
