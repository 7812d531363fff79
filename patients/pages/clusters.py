"""Clusters of people joined by exposures: the list of them, and one drawn as a graph."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib.addresses import number
from labsys.lib.clock import bounds_of_day
from patients import cases
from patients.forms import DayField
from patients.models import Exposure, Person
from patients.pages import chain_drawing, chain_table
from patients.pages.contacts import CLUSTERS
from patients.queries import chains
from patients.queries.chains import Asked, Cluster, Line
from patients.queries.identities import canonical
from patients.rules.chain_layout import lay_out
from patients.rules.chains import Node, follow, interval_in_days
from patients.rules.offspring import summarise

LIMIT = 25
DRAWN = 600  # persons of a cluster that is drawn
CHOICES = 50


class Narrowing(forms.Form):
    """Which exposures join people: of one agent, certain enough, within a period."""

    agent = forms.ChoiceField(label=_("Agent"), required=False)
    certainty = forms.ChoiceField(
        label=_("At least"),
        required=False,
        choices=[(one, Exposure.Certainty(one).label) for one in chains.AT_LEAST],
        initial=Exposure.Certainty.PROBABLE,
    )
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.agents = [name for name, _count in chains.agents()[:CHOICES]]
        stated = {
            "agent": given.get("agent") or (self.agents[0] if self.agents else ""),
            "certainty": given.get("certainty") or Exposure.Certainty.PROBABLE,
            "since": given.get("since", ""),
            "until": given.get("until", ""),
        }
        super().__init__(stated)
        field: Any = self.fields["agent"]
        known = [*self.agents]
        if stated["agent"] and stated["agent"] not in known:
            known.append(str(stated["agent"])[:80])
        field.choices = [(name, name) for name in known]

    def asked(self) -> Asked | None:
        """Return what is asked for, or None where it cannot be understood."""
        if not self.is_valid():
            return None
        given = self.cleaned_data
        since, until = given["since"], given["until"]
        return Asked(
            given["agent"],
            given["certainty"],
            bounds_of_day(since)[0] if since else None,
            bounds_of_day(until)[1] if until else None,
        )

    def address(self, **more: object) -> str:
        """Return the query that asks the same again, and more."""
        kept = {key: value for key, value in self.data.items() if value}
        return "?" + urlencode({**kept, **more})


@require_http_methods(["GET", "HEAD"])
@requires(CLUSTERS)
def listing(request: HttpRequest) -> HttpResponse:
    """List the clusters of one agent, those that grew last first, with R and k of all of them."""
    by = request.principal  # type: ignore[attr-defined]
    form = Narrowing(request.GET)
    asked = form.asked()
    context: dict[str, Any] = {"form": form}
    if asked is not None:
        before = number(request.GET.get("before"))
        found = chains.newest(asked, before=before, limit=LIMIT + 1)
        count, offspring = chains.totals(asked)
        shown = found[:LIMIT]
        context |= {
            "rows": _rows(by, shown, form),
            "count": count,
            "figures": summarise(offspring),
            "next": form.address(before=shown[-1].newest) if len(found) > LIMIT else "",
            "is_later_page": before is not None,
        }
    return render(request, "patients/clusters.html", context, status=200 if asked else 422)


def _rows(by: Any, found: list[Line], form: Narrowing) -> list[dict[str, Any]]:
    people = Person.objects.listed().in_bulk([line.head for line in found])
    _look(by, people)
    return [
        {
            "line": line,
            "head": people[line.head],
            "address": reverse("cluster", args=[people[line.head].uid]) + form.address(),
        }
        for line in found
    ]


@require_http_methods(["GET", "HEAD"])
@requires(CLUSTERS)
def one(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show the cluster that a person is in: drawn, in figures and as a table."""
    by = request.principal  # type: ignore[attr-defined]
    entry = Person.objects.filter(uid=uid).first()
    if entry is None:
        raise Http404
    person = canonical(entry)
    form = Narrowing(request.GET)
    asked = form.asked()
    context: dict[str, Any] = {"form": form, "person": person}
    status = 200
    if asked is None:
        status = 422
    else:
        cluster = chains.around(asked, person.pk)
        if cluster is None:
            context["head"] = Person.objects.listed().get(pk=person.pk)
            _look(by, [person.pk])
        elif len(cluster.persons) > DRAWN:
            context |= _too_many(by, chains.line_of(asked, person.pk), form)
        else:
            context |= _drawn(by, cluster, person, asked.agent)
    return render(request, "patients/cluster.html", context, status=status)


def _too_many(by: Any, line: Line | None, form: Narrowing) -> dict[str, Any]:
    return {
        "too_many": line.persons if line else 0,
        "drawn_at_most": DRAWN,
        "rows": _rows(by, [line] if line else [], form),
        "list": reverse("clusters") + form.address(),
    }


def _drawn(by: Any, cluster: Cluster, person: Person, agent: str) -> dict[str, Any]:
    followed = follow(cluster.links)
    people = chains.members(cluster.persons)
    _look(by, people)
    names: dict[Node, str] = {pk: someone.display_name for pk, someone in people.items()}
    names |= {event: event for event in followed.events}
    layout = lay_out(followed)
    exposed = {step.person for step in (*followed.steps, *followed.circular)}
    statuses = cases.statuses(by, cluster.persons, exposed, agent=agent)
    order = [one.node for one in layout.nodes]
    lines = chain_table.lines(followed, people, names, order, statuses)
    return {
        "picture": chain_drawing.draw(followed, layout, lines),
        "table": chain_table.rows(lines, person.pk, has_status=bool(statuses)),
        "has_status": bool(statuses),
        "followed": followed,
        "persons": len(followed.persons),
        "figures": summarise(followed.offspring.values()),
        "interval": interval_in_days(followed.intervals),
        "longest": [names[node] for node in followed.longest],
        "index_names": [names[one] for one in followed.index_persons],
        "circular": [(names[one.origin], names[one.person]) for one in followed.circular],
        "head": people[person.pk],
    }


def _look(by: Any, persons: Iterable[int]) -> None:
    own = {person: person for person in persons}
    reads.record_rows(by=by, purpose="cluster", model=Person, persons=own)
