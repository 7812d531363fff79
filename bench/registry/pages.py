"""Which pages of the people side are asked for; a further one is a line here."""

from __future__ import annotations

import random
from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse

from bench.registry.population import FIRST, Population
from patients.models import Person


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
