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
    yield (
        "API exposures",
        [f"{reverse('api-exposures')}?{urlencode({'person': uid})}" for uid in uids],
    )
