"""Who is to be visited today, and one person's follow-up: visits, decisions and where they are."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.addresses import address, number, text
from labsys.lib.clock import database_now
from patients import queries
from patients.actions import follow_ups as actions
from patients.actions import visits
from patients.models import Agent, FollowUpVisit, Person
from patients.pages.follow_up_forms import DecisionForm, VisitForm, offered
from patients.pages.shown import acted, agent_or_404, looked_at, person_or_404, principal_of
from patients.queries import agents, follow_ups, records, visits_due, whereabouts
from patients.queries.visits_due import VIEW, Row
from patients.rules.follow_ups import Duty, State
from patients.rules.whereabouts import Where

PLACES = 30  # that a list is narrowed to by a link; homes are places too
DUTIES = {
    Duty.OVERDUE: gettext_lazy("Overdue"),
    Duty.DUE: gettext_lazy("Due today"),
    Duty.DONE: gettext_lazy("Done today"),
}
LABELS = {
    "outcome": gettext_lazy("Outcome: %(mrn)s"),
    "temperature": gettext_lazy("Temperature in °C: %(mrn)s"),
    "symptoms": gettext_lazy("Symptoms: %(mrn)s"),
    "record": gettext_lazy("Record the visit: %(mrn)s"),
}
STATES = {
    State.ACTIVE: (gettext_lazy("active"), "info"),
    State.COMPLETED: (gettext_lazy("completed"), "good"),
    State.CANCELLED: (gettext_lazy("cancelled"), "muted"),
    State.LOST: (gettext_lazy("lost to follow-up"), "abnormal"),
    State.NO_RULE: (gettext_lazy("no rule"), "abnormal"),
}


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List who is to be visited for an agent: overdue first; a visit is recorded in its line."""
    by, now = principal_of(request), database_now()
    known = follow_ups.known()
    every = known.agents.every
    asked = request.GET.get("agent", "")
    named = [one for one in every if one.code == asked] or every
    counted = visits_due.counts(by, named, known, at=now)
    agent = max(named, key=lambda one: counted[one].waiting, default=None)
    context: dict[str, Any] = {
        "agents": every,
        "agent": agent,
        "unruled": agents.unruled(by, at=now),
    }
    if agent is not None:
        counts = counted[agent]
        duty = _duty(request, counts.by_duty)
        place = text(request.GET, "place") if "place" in request.GET else None
        listed = visits_due.listed(
            counts,
            agent,
            known,
            duty=duty,
            at=now,
            place=place,
            after=number(request.GET.get("after")),
        )
        looked_at(by, "follow-up", (row.person for row in listed.rows))
        given = {"agent": agent.code, "duty": duty.value}
        here = given if place is None else {**given, "place": place}
        query = f"agent={quote(agent.code)}&duty={duty.value}"
        context |= {
            "rule": counts.rule,
            "rows": _lines(listed.rows, agent),
            "counts": counts,
            "place": place,
            "duty": duty.value,
            "here": urlencode(here),
            "facets": [
                (one.value, words, counts.by_duty[one], _url({**given, "duty": one.value}))
                for one, words in DUTIES.items()
            ],
            "places": [
                (name, number, f"?{query}&place={quote(name)}")
                for name, number in _most(counts.by_place(duty), place)
            ],
            "all_places": f"?{query}",
            "next_url": listed.next and _url({**here, "after": listed.next}),
            "may_visit": policy.can(by, visits.PERMISSION),
            # Once for all rows.
            "outcomes": format_html_join(
                "", '<option value="{}">{}</option>', FollowUpVisit.OUTCOMES
            ),
        }
    return render(request, "patients/follow_ups.html", context)


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def person(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show every follow-up of a person with its course, and where they are."""
    by, now = principal_of(request), database_now()
    found = person_or_404(by, uid, VIEW)
    looked_at(by, "follow-up", [found])
    entries = queries.entries(found.pk)
    places = whereabouts.of([found.pk], at=now)
    followed = follow_ups.of_person(found, at=now)
    context = {
        "banner": queries.banner(found, at=now),
        "person": found,
        "whereabouts": next(iter(places.values())),
        "is_missing": next(iter(places.values())).where is Where.NOT_LOCATED,
        "rows": [(one, *STATES[one.found.state], offered(one.found.state)) for one in followed],
        "written": records.of(entries),
        "may_visit": policy.can(by, visits.PERMISSION, found),
        "may_decide": policy.can(by, actions.PERMISSION, found),
        "may_sight": policy.can(by, "patients.sighting.record", found),
        "at": now,
    }
    return render(request, "patients/person_follow_ups.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(visits.PERMISSION)
def visit(request: HttpRequest, uid: uuid.UUID, agent_id: int) -> HttpResponse:
    """Record a visit, from its line of the list or from its own form."""
    by, now = principal_of(request), database_now()
    found, agent = person_or_404(by, uid, visits.PERMISSION), agent_or_404(agent_id)
    form = VisitForm(request.POST if request.method == "POST" else None)
    back, status = request.POST.get("back", ""), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = dict(form.cleaned_data)
            said["visited_at"] = said["visited_at"] or now
            status = acted(request, form, visits.record, person=found, agent=agent, **said)
            if status == 200:
                messages.success(request, _("Visit recorded: %(mrn)s.") % {"mrn": found.mrn})
                there = reverse("follow-ups") + f"?{back}" if back else None
                return redirect(there or reverse("person-follow-ups", args=[uid]))
    return _form(request, found, form, _("Visit: %(agent)s") % {"agent": agent}, status, back)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(actions.PERMISSION)
def decision(request: HttpRequest, uid: uuid.UUID, agent_id: int) -> HttpResponse:
    """Cancel, end as lost, resume or extend a follow-up."""
    by, now = principal_of(request), database_now()
    found, agent = person_or_404(by, uid, actions.PERMISSION), agent_or_404(agent_id)
    now_is = follow_ups.of_agent(found, agent, at=now)
    state = State.NO_RULE if now_is is None else now_is.state
    form = DecisionForm(request.POST if request.method == "POST" else None, state=state)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = {"person": found, "agent": agent, **form.cleaned_data}
            status = acted(request, form, actions.decide, **given)
            if status == 200:
                messages.success(request, _("Decided: %(mrn)s.") % {"mrn": found.mrn})
                return redirect("person-follow-ups", uid)
    heading = _("Decide about follow-up: %(agent)s") % {"agent": agent}
    return _form(request, found, form, heading, status)


def _form(
    request: HttpRequest, found: Person, form: Any, heading: str, status: int, back: str = ""
) -> HttpResponse:
    by = principal_of(request)
    looked_at(by, "follow-up", [found])
    context = {
        "form": form,
        "heading": heading,
        "person": found,
        "banner": queries.banner(found, at=database_now()),
        "back": back,
        "may_view": policy.can(by, VIEW, found),
    }
    return render(request, "patients/follow_up_form.html", context, status=status)


def _lines(rows: Iterable[Row], agent: Agent) -> list[dict[str, Any]]:
    """Return what the list says of each person; addresses and words are looked up once for all."""
    labels = {field: str(words) for field, words in LABELS.items()}
    lines = []
    for row in rows:
        uid, mrn, days = row.person.uid, row.person.mrn, row.found.unseen_days
        unseen = ngettext("%(days)s day without a visit", "%(days)s days without a visit", days)
        lines.append(
            {
                "name": row.person.display_name,
                "mrn": mrn,
                "page": address("person-follow-ups", uid),
                "form": address("visit-new", uid, agent.pk),
                "labels": {field: words % {"mrn": mrn} for field, words in labels.items()},
                "found": row.found,
                "unseen": unseen % {"days": days} if days else "",
                "whereabouts": row.whereabouts,
            }
        )
    return lines


def _duty(request: HttpRequest, counted: Any) -> Duty:
    """Return what is asked for; to begin with what is overdue, where anything is."""
    wanted = request.GET.get("duty")
    usual = Duty.OVERDUE if counted[Duty.OVERDUE] else Duty.DUE
    return next((one for one in DUTIES if one.value == wanted), usual)


def _most(places: Mapping[str, int], chosen: str | None) -> list[tuple[str, int]]:
    """Return the places of the most people, and the chosen one, in the order of their names."""
    most = set(sorted(places, key=lambda one: (one != chosen, -places[one]))[:PLACES])
    return [(one, number) for one, number in places.items() if one in most]


def _url(given: dict[str, Any]) -> str:
    return "?" + urlencode(given)
