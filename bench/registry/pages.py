"""Which pages of the people side are asked for; a further one is a line here."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse

from bench.registry.population import FIRST, Population
from patients.models import CareGrant, ControllerAssignment, Person, SetPoint


def addresses(population: Population) -> Iterator[tuple[str, list[str]]]:
    """Yield a name and the addresses that are asked for in turn."""
    dice = random.Random(7)  # noqa: S311
    some = [FIRST + n for n in dice.sample(range(population.people), 20)]
    uids = list(Person.objects.filter(pk__in=some).values_list("uid", flat=True))
    head = Person.objects.get(pk=population.head_of_drawn).uid
    find, clusters, events = reverse("persons"), reverse("clusters"), reverse("exposure-events")
    yield "the home page", ["/"]
    yield "the dashboard", [reverse("dashboard")]
    yield "persons by name", [f"{find}?{urlencode({'q': word})}" for word in ("bade", "merzor")]
    yield "persons by number", [f"{find}?q=R{n:07d}" for n in (7, 41_000)]
    yield "exposures in the admin", [reverse("admin:patients_exposure_changelist")]
    yield "contacts of a person", [reverse("person-contacts", args=[uid]) for uid in uids]
    yield "contacts of the first of 500", [reverse("person-contacts", args=[head])]
    yield "events", [events]
    yield "an event", [f"{reverse('exposure-event')}?{urlencode({'name': 'event 0-0'})}"]
    yield "possible duplicates", [reverse("duplicates")]
    pairs = [uids[n : n + 2] for n in range(0, 20, 2)]
    yield "two entries side by side", [reverse("duplicate-pair", args=pair) for pair in pairs]
    yield "clusters", [clusters]
    yield "clusters, possible ones too", [f"{clusters}?certainty=POSSIBLE"]
    yield "clusters of another agent", [f"{clusters}?agent=dust"]
    yield "graph of 500 persons", [reverse("cluster", args=[head])]
    yield "graphs of others", [reverse("cluster", args=[uid]) for uid in uids]
    missing, visits, signs = reverse("missing-people"), reverse("follow-ups"), reverse("sign-list")
    yield "missing people", [missing]
    yield "missing people, everybody", [f"{missing}?show=ALL"]
    yield "missing people of an agent", [f"{missing}?agent=nanites"]
    yield "missing people of an event", [f"{missing}?event=event+0-0"]
    yield "follow-up visits", [visits]
    yield "follow-up visits of an agent", [f"{visits}?agent={one}" for one in ("nanites", "dust")]
    yield "follow-up of a person", [reverse("person-follow-ups", args=[uid]) for uid in uids]
    quarantine = reverse("quarantine")
    shown = ("force", "due", "soon", "unruled")
    yield "quarantine", [f"{quarantine}?show={one}" for one in shown]
    yield "places of quarantine", [reverse("quarantine-places")]
    yield "quarantine of a person", [reverse("person-quarantine", args=[uid]) for uid in uids]
    yield "persons with a sign", [f"{signs}?sign=bench-skin", signs]
    yield "signs of a person", [reverse("signs", args=[uid]) for uid in uids]
    yield "without guardian or next of kin", [reverse("without-kin")]
    yield "stays of a person", [reverse("person-stays", args=[uid]) for uid in uids]
    for name in ("wards", "wards-board", "wards-board-part", "census"):
        yield name, [reverse(name)]
    yield "a ward", [reverse("ward", args=[f"bw-{n}"]) for n in range(4)]
    yield "a ward's board", [reverse("ward-board", args=[f"bw-{n}"]) for n in range(4)]
    yield "a new stay", [reverse("stay-admit")]
    yield "a new quarantine", [reverse("quarantine-new")]
    for name in ("encounter", "intervention", "sighting", "followupvisit", "quarantineorder"):
        yield f"{name} in the admin", [reverse(f"admin:patients_{name}_changelist")]
    yield (
        "API exposures",
        [f"{reverse('api-exposures')}?{urlencode({'person': uid})}" for uid in uids],
    )


def of_doctors(population: Population) -> Iterator[tuple[str, list[str]]]:
    """Yield what those who treat look at: devices, alarms, set-points, documents, grants, trends, needs."""
    worn = ControllerAssignment.objects.order_by("pk").select_related("controller", "person")[:20]
    persons = [one.person.uid for one in worn]
    yield "controllers", [reverse("controllers")]
    yield "a controller", [reverse("controller", args=[one.controller.uid]) for one in worn]
    yield "controllers of a person", [reverse("person-controllers", args=[uid]) for uid in persons]
    yield "alarms", [reverse("controller-alarms")]
    yield "set-points to be signed", [reverse("set-points-unsigned")]
    points = SetPoint.objects.order_by("pk").values_list("uid", flat=True)[:20]
    yield "a set-point", [reverse("set-point", args=[uid]) for uid in points]
    yield "a new set-point", [reverse("set-point-new", args=[uid]) for uid in persons]
    yield "documents of controllers", [reverse("control-documents")]
    yield "grants", [reverse("grants")]
    granted = CareGrant.objects.order_by("pk").values_list("pk", flat=True)[:20]
    yield "a grant", [reverse("grant", args=[one]) for one in granted]
    yield from _of_persons(persons)
    head = Person.objects.get(pk=population.head_of_drawn).uid
    yield "graph of 500 persons, by a doctor", [reverse("cluster", args=[head])]


def of_limited(reached: list[int]) -> Iterator[tuple[str, list[str]]]:
    """Yield what somebody looks at who reaches few of all."""
    some = list(Person.objects.filter(pk__in=reached[:20]).values_list("uid", "mrn"))
    uids = [uid for uid, _mrn in some]
    yield "the home page", ["/"]
    yield "persons by name", [f"{reverse('persons')}?q=bade"]
    yield "persons by number", [f"{reverse('persons')}?q={mrn}" for _uid, mrn in some]
    yield from _of_persons(uids)


def of_members(reached: list[int]) -> Iterator[tuple[str, list[str]]]:
    """Yield what a member of a work group looks at beside that."""
    uids = Person.objects.filter(pk__in=reached[:20]).values_list("uid", flat=True)
    for name in ("follow-ups", "quarantine", "controller-alarms"):
        yield name, [reverse(name)]
    yield "quarantine of a person", [reverse("person-quarantine", args=[uid]) for uid in uids]
    yield "follow-up of a person", [reverse("person-follow-ups", args=[uid]) for uid in uids]


def _of_persons(uids: list[uuid.UUID]) -> Iterator[tuple[str, list[str]]]:
    yield "trends of a person", [reverse("person-trends", args=[uid]) for uid in uids]
    yield "interventions of a person", [reverse("person-interventions", args=[uid]) for uid in uids]
    yield "needs of a person", [reverse("needs", args=[uid]) for uid in uids]
