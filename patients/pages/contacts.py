"""A person's contacts in both directions, and a new one from there."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, Refusal
from labsys.lib.refusals import refuse
from patients import queries, ways
from patients.actions import exposures
from patients.forms import MomentField, PersonField, fill_in, now
from patients.models import Exposure, Person
from patients.pages import contact_table
from patients.queries import chains, contacts
from patients.queries.contacts import VIEW, Contact

RECORD, CLUSTERS = "patients.exposure.record", "patients.cluster.view"
WAS_EXPOSED, HAS_EXPOSED = "was", "has"
SUGGESTED = 50


class ContactForm(forms.Form):
    """A contact of one person, with another person or at an event, in either direction."""

    direction = forms.ChoiceField(
        label=gettext_lazy("Direction"),
        choices=[
            (WAS_EXPOSED, gettext_lazy("This person was exposed")),
            (HAS_EXPOSED, gettext_lazy("This person exposed the other")),
        ],
        widget=forms.RadioSelect,
        initial=WAS_EXPOSED,
    )
    other = PersonField(
        label=gettext_lazy("Other person (MRN)"),
        required=False,
        help_text=gettext_lazy("Leave empty where the source is not known, or is an event."),
    )
    event = forms.CharField(
        label=gettext_lazy("Event"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("The same words name the same event."),
    )
    agent = forms.CharField(label=gettext_lazy("Agent"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Exposure.Kind.choices)
    certainty = forms.ChoiceField(
        label=gettext_lazy("Certainty"),
        choices=Exposure.Certainty.choices,
        initial=Exposure.Certainty.PROBABLE,
    )
    first_at = MomentField(label=gettext_lazy("First contact"), initial=now)
    last_at = MomentField(
        label=gettext_lazy("Last contact"),
        required=False,
        help_text=gettext_lazy("Leave empty where it was one moment."),
    )

    def suggest(self) -> None:
        """Offer the events and agents that are known, so that one is not written in two ways."""
        for name in ("event", "agent"):
            self.fields[name].widget.attrs["list"] = f"known-{name}s"

    def record(self, person: Person, *, by: Any, at: datetime) -> Exposure:
        given = dict(self.cleaned_data)
        direction, other = given.pop("direction"), given.pop("other")
        given["last_at"] = given["last_at"] or given["first_at"]
        if direction == WAS_EXPOSED:
            return exposures.record(by=by, at=at, person=person, source_person=other, **given)
        if other is None:
            raise InvalidInput(_("Say whom this person exposed."), field="other")
        return exposures.record(by=by, at=at, person=other, source_person=person, **given)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=RECORD)
def of_person(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show who exposed a person and whom they exposed; record a further contact."""
    by = request.principal  # type: ignore[attr-defined]
    person = policy.scope(by, Person.objects.filter(uid=uid), VIEW).first()
    if person is None:
        raise Http404
    may_record = policy.can(by, RECORD, person)
    form = ContactForm(request.POST if request.method == "POST" else None)
    fill_in(form, by=by, permission=RECORD)
    if request.method == "POST":
        policy.check(by, RECORD, person)
        if form.is_valid():
            try:
                form.record(person, by=by, at=database_now())
            except Refusal as refusal:
                refuse(form, refusal)
            else:
                messages.success(request, _("The contact is recorded."))
                return HttpResponseRedirect(reverse("person-contacts", args=[uid]))
    context = _context(request, by, person)
    if may_record:
        form.suggest()
        context |= {"form": form, "is_open": form.is_bound, **_known(by)}
    status = 422 if form.is_bound else 200
    return render(request, "patients/contacts.html", context, status=status)


def _context(request: HttpRequest, by: Any, person: Person) -> dict[str, Any]:
    given = request.GET
    with_corrected = given.get("all") == "1"
    sources, exposed = contacts.of_person(
        by,
        person,
        sources_before=number(given.get("sources")),
        exposed_before=number(given.get("exposed")),
        with_corrected=with_corrected,
    )
    look(by, (*sources.rows, *exposed.rows), person)

    def page(name: str, following: int | None) -> str:
        kept = {key: given[key] for key in ("sources", "exposed", "all") if key in given}
        return "?" + urlencode({**kept, name: following}) if following else ""

    others = [way for way in ways.open_to(by) if way.url_name != "person-contacts"]
    return {
        "person": person,
        "banner": queries.banner(person, at=database_now()),
        "sources": contact_table.rows(sources.rows),
        "exposed": contact_table.rows(exposed.rows),
        "sources_next": page("sources", sources.next),
        "exposed_next": page("exposed", exposed.next),
        "with_corrected": with_corrected,
        "is_later_page": "sources" in given or "exposed" in given,
        "ways": [(way.label, way.to(person)) for way in others],
        "may_see_clusters": policy.can(by, CLUSTERS),
        "cluster_agents": sorted({one.row.agent for one in (*sources.rows, *exposed.rows)}),
    }


def _known(by: Any) -> dict[str, Any]:
    if not policy.can(by, CLUSTERS):
        return {}
    agents, events = chains.written(SUGGESTED)
    return {"known_agents": agents, "known_events": events}


def look(by: Any, shown: Iterable[Contact], *persons: Person) -> None:
    """Have it recorded whose contacts were shown, each once."""
    seen = {person.pk: person for person in persons}
    seen |= {one.other.pk: one.other for one in shown if one.other is not None}
    reads.record(
        by=by, purpose="contacts", objects=seen.values(), person_id=lambda person: person.pk
    )
