"""Where one can go from a person: each app offers the pages it has about a person.

An app offers a page in its `navigation.py`; whether it is shown is asked of the policy for each
reader, and the page behind it asks again for the person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from labsys.lib import policy
from patients.models import Person


@dataclass(frozen=True)
class Way:
    """A page about a person; its address takes the person's `uid`."""

    label: Any
    url_name: str
    permission: str
    order: int = 100

    def to(self, person: Person) -> str:
        return reverse(self.url_name, args=[person.uid])


_ways: dict[str, Way] = {}


def offer(label: Any, url_name: str, permission: str, *, order: int = 100) -> None:
    """Add a page about a person."""
    _ways[url_name] = Way(label, url_name, permission, order)


def open_to(principal: policy.Principal | None) -> list[Way]:
    """Return the pages that this reader may have for some person."""
    ways = sorted(_ways.values(), key=lambda way: way.order)
    return [way for way in ways if policy.can(principal, way.permission)]
