"""Signs of a patient over time, the look that is entered, and the persons with a sign."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import get_default_timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import chart_words, charts, policy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, Refusal
from labsys.lib.refusals import sentence
from patients import queries
from patients.actions import sign_observations
from patients.models import Intervention, Person, Sign, SignObservation
from patients.pages import interventions_drawn, sign_charts
from patients.pages.sign_forms import LookForm, key_of
from patients.queries import interventions
from patients.queries import signs as found_signs
from patients.queries.signs import Course

VIEW, RECORD = "patients.sign.view", "patients.sign.record"
DRAWN = 12


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=RECORD)
def show(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show what was seen on one patient over time; enter several signs at one look."""
    by = request.principal  # type: ignore[attr-defined]
    person = _person(by, uid, RECORD if request.method == "POST" else VIEW)
    signs = list(Sign.objects.active())
    form = LookForm(request.POST if request.method == "POST" else None, signs=signs)
    status = 200
    if request.method == "POST":
        status = _record(request, person, form)
        if status == 200:
            return HttpResponseRedirect(reverse("signs", args=[person.uid]))
    at = database_now()
    courses = found_signs.courses(person, by=by)
    done = _done(by, person, courses)
    reads.record(by=by, purpose="signs", objects=[person], person_id=person.pk)
    context: dict[str, Any] = {
        "banner": queries.banner(person, at=at),
        "person": person,
        "form": form,
        "lines": list(form.lines()),
        "courses": _drawn(courses, done),
        "done": done,
        "rows": _rows(courses),
        "may_record": policy.can(by, RECORD, person),
    }
    return render(request, "patients/signs.html", context, status=status)


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def line_list(request: HttpRequest) -> HttpResponse:
    """List the persons on whom a sign was seen with its first onset; who was shown is recorded."""
    by = request.principal  # type: ignore[attr-defined]
    signs = list(Sign.objects.active())
    code = request.GET.get("sign", "").replace("\0", "")[:32]
    page = None
    if code:
        page = found_signs.line_list(by, code, after=key_of(request.GET.get("after", "")))
        reads.record(
            by=by,
            purpose="sign-list",
            objects=[line.person for line in page.lines],
            person_id=lambda person: person.pk,
        )
    context: dict[str, Any] = {
        "signs": signs,
        "code": code,
        "page": page,
        "is_later_page": "after" in request.GET,
    }
    if page is not None and page.after:
        context["next"] = "?" + urlencode({"sign": code, "after": page.after})
    return render(request, "patients/sign_list.html", context)


def _person(by: policy.Principal, uid: uuid.UUID, permission: str) -> Person:
    person: Person | None = policy.scope(by, Person.objects.filter(uid=uid), permission).first()
    if person is None:
        raise Http404
    return person


def _record(request: HttpRequest, person: Person, form: LookForm) -> int:
    """Record the look; returns 200, or the status of its refusal."""
    if not form.is_valid():
        return 422
    by = request.principal  # type: ignore[attr-defined]
    try:
        made = sign_observations.record(
            by=by,
            at=database_now(),
            person=person,
            looks=form.looks(),  # type: ignore[arg-type]
        )
    except InvalidInput as refusal:
        form.refuse(refusal)
        return refusal.status
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        return refusal.status
    said = ngettext("%(count)d sign recorded.", "%(count)d signs recorded.", len(made))
    messages.success(request, said % {"count": len(made)})
    return 200


def _rows(courses: Sequence[Course]) -> list[SignObservation]:
    """Return all that was seen, the newest first."""
    rows = [row for course in courses for row in course.rows]
    return sorted(rows, key=lambda row: (row.observed_at, row.pk), reverse=True)


def _done(by: policy.Principal, person: Person, courses: Sequence[Course]) -> list[Intervention]:
    """Return what was done to the person while these signs were looked for."""
    moments = [row.observed_at for course in courses for row in course.rows]
    if len(set(moments)) < 2:
        return []
    found = interventions.of_persons(queries.entries(person.pk), by)
    return interventions_drawn.during(found, min(moments), max(moments))


def _drawn(courses: Sequence[Course], done: Sequence[Intervention]) -> list[dict[str, Any]]:
    """Return each course with its drawing; all share one axis of time, so that they can be compared."""
    marks = interventions_drawn.marks(done)
    zone, words = get_default_timezone(), chart_words.words()
    moments = [row.observed_at for course in courses for row in course.rows]
    drawn: list[dict[str, Any]] = []
    for place, course in enumerate(courses):
        one: dict[str, Any] = {"course": course, "latest": course.latest}
        if place < DRAWN and len(set(moments)) > 1:
            one["chart"] = charts.trend(
                sign_charts.series(course, marks=marks),
                name=f"sign-{place}",
                zone=zone,
                start=min(moments),
                end=max(moments),
                width=560,
                height=190,
                words=words,
            )
        drawn.append(one)
    return drawn
