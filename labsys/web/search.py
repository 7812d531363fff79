"""One box for everything: an accession, another specimen number, an order, a patient."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assays.models import Order, Specimen, SpecimenIdentifier
from assays.queries import orders_received
from labsys.accounts.models import Principal
from labsys.accounts.permissions import ANYONE_LOGGED_IN, requires
from labsys.audit import reads
from labsys.lib import policy
from patients import queries as registry
from patients import ways
from patients.models import Person
from patients.queries.searches import Found

LONGEST = 100
MOST = 10
FIND_PERSON = "patients.person.find"
SPECIMEN = "assays.specimen.view"
ORDER = "assays.order.view"
LARGEST_ORDER = 2**63 - 1


@dataclass(frozen=True)
class Hits:
    """What was found, each kind within the reader's reach; None: a kind this reader cannot ask."""

    specimens: list[Specimen] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    persons: Found | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.specimens or self.orders or (self.persons and self.persons.hits))


def is_open_to(principal: Principal | None) -> bool:
    """Return whether there is anything that this principal could find."""
    return any(policy.can(principal, one) for one in (FIND_PERSON, SPECIMEN, ORDER))


@require_safe
@requires(ANYONE_LOGGED_IN)
def show(request: HttpRequest) -> HttpResponse:
    """Find `?q=` among specimens, orders and patients; who was shown is recorded."""
    principal = request.principal  # type: ignore[attr-defined]
    text = " ".join(request.GET.get("q", "").replace("\0", "").split())[:LONGEST]
    hits = find(principal, text) if text else Hits()
    _record(principal, hits)
    persons = hits.persons.hits if hits.persons else ()
    pages = ways.pages_of((hit.person for hit in persons), ways.open_to(principal))
    context: dict[str, Any] = {
        "text": text,
        "hits": hits,
        "rows": list(zip(persons, pages, strict=True)),
        "is_open": is_open_to(principal),
    }
    return render(request, "web/search.html", context)


def find(principal: Principal, text: str) -> Hits:
    """Return what is called exactly so, and patients by parts of their names, in few queries."""
    return Hits(
        specimens=_specimens(principal, text) if policy.can(principal, SPECIMEN) else [],
        orders=_orders(principal, text) if policy.can(principal, ORDER) else [],
        persons=registry.find(principal, text) if policy.can(principal, FIND_PERSON) else None,
    )


def _specimens(principal: Principal, text: str) -> list[Specimen]:
    """By accession number, or by the identifier of another system."""
    called = SpecimenIdentifier.objects.filter(value=text).values_list("specimen_id", flat=True)
    rows = policy.scope(principal, Specimen.objects.all())
    found = {one.pk: one for one in _told(rows.filter(accession=text))}
    foreign = list(called[:MOST])
    if foreign:
        found |= {one.pk: one for one in _told(rows.filter(pk__in=foreign))}
    return list(found.values())


def _told(rows: Any) -> list[Specimen]:
    return list(rows.select_related("specimen_type", "person", "order").order_by("pk")[:MOST])


def _orders(principal: Principal, text: str) -> list[Order]:
    """By number, ours or that of the hospital which placed it."""
    found = orders_received.called(text)
    if text.isascii() and text.isdigit() and int(text) <= LARGEST_ORDER:
        found.append(int(text))
    if not found:
        return []
    rows = policy.scope(principal, Order.objects.filter(pk__in=found)).order_by("-pk")
    return list(rows.select_related("person", "requester__user"))


def _record(principal: Principal, hits: Hits) -> None:
    persons: dict[int, Person] = {}
    for specimen in hits.specimens:
        persons[specimen.person_id] = specimen.person
    for order in hits.orders:
        persons[order.person_id] = order.person
    for hit in hits.persons.hits if hits.persons else ():
        persons[hit.person.pk] = hit.person
    reads.record(
        by=principal,
        purpose="search",
        objects=list(persons.values()),
        person_id=lambda person: person.pk,
    )
