"""Alarms of controllers: those that are open, the oldest first, and what was done about one."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from patients import queries as registry
from patients.actions import controller_alarms as alarms
from patients.models import ControllerAlarm, ControllerReading
from patients.pages.acts import OK, attempt, principal_of, unknown
from patients.queries import controller_alarms as queries

VIEW = "patients.controller.view"
LOOK = "controller alarm"
ON_A_PAGE, CLOSED = 100, 20
SEEN = (
    *("assignment__person", "assignment__controller", "quantity", "reading__set_point"),
    *("reading__corrected_by", "acknowledged_by__user", "closed_by__user"),
)


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List what is open: first what nobody looks after, each with its age; then what ended of late."""
    by, at = principal_of(request), database_now()
    found, is_capped = queries.open_to(by, limit=ON_A_PAGE)
    closed = queries.closed_last(by, limit=CLOSED)
    reads.record(
        by=by, purpose=LOOK, objects=[*found, *closed], person_id=lambda one: one.person_id
    )
    context = {"rows": found, "closed": closed, "is_capped": is_capped, "at": at}
    return render(request, "patients/controller_alarms.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW)
def show(request: HttpRequest, controlleralarm_id: int) -> HttpResponse:
    """Show one alarm with what was read since; acknowledge it, or close it with what was done."""
    by, at = principal_of(request), database_now()
    rows = policy.scope(by, ControllerAlarm.objects.filter(pk=controlleralarm_id))
    alarm = rows.select_related(*SEEN).first()
    if alarm is None:
        raise Http404
    status = OK
    if request.method == "POST":
        status = _act(request, alarm)
        if status == OK:
            return redirect("controller-alarm", alarm.pk)
        alarm = rows.select_related(*SEEN).get()
    person = alarm.assignment.person
    reads.record(by=by, purpose=LOOK, objects=[alarm], person_id=person.pk)
    readings = ControllerReading.objects.standing().filter(
        assignment=alarm.assignment, quantity=alarm.quantity, read_at__gte=alarm.reading.read_at
    )
    context = {
        "banner": registry.banner(person, at=at),
        "alarm": alarm,
        "until": alarm.closed_at or at,
        "readings": list(readings.order_by("-read_at", "-id")[:20]),
        "may_answer": policy.can(by, alarms.ANSWER, person),
        "said": request.POST.get("what_was_done", ""),
    }
    return render(request, "patients/controller_alarm.html", context, status=status)


def _act(request: HttpRequest, alarm: ControllerAlarm) -> int:
    if request.POST.get("act") == "acknowledge":
        done = _("You look after this alarm.")
        return attempt(request, alarms.acknowledge, alarm=alarm, done=done)[0]
    if request.POST.get("act") == "close":
        said = request.POST.get("what_was_done", "")[:500]
        done = _("The alarm is closed.")
        return attempt(request, alarms.close, alarm=alarm, what_was_done=said, done=done)[0]
    return unknown(request)
