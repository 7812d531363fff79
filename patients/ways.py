"""Where one can go from a person: each app offers the pages it has about a person.

An app offers a page in its `navigation.py`; whether it is shown is asked of the policy for each
reader, and the page behind it asks again for the person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString

from labsys.lib import policy
from labsys.lib.addresses import address
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


class Pages(NamedTuple):
    """The pages about one person of a list: the address of the first, and a button for each."""

    first: str
    buttons: SafeString


def pages_of(persons: Iterable[Person], ways: Iterable[Way]) -> list[Pages]:
    """Return the pages about each of these; written here, as a template takes long for hundreds."""
    open_ = [(way.url_name, escape(str(way.label))) for way in ways]
    return [
        Pages(
            address(open_[0][0], one.uid) if open_ else "",
            SafeString(
                "".join(
                    f'<a class="button button-small" href="{address(url_name, one.uid)}"'
                    f' aria-label="{label}: {escape(one.mrn)}">{label}</a> '
                    for url_name, label in open_
                )
            ),
        )
        for one in persons
    ]


_ways: dict[str, Way] = {}


def offer(label: Any, url_name: str, permission: str, *, order: int = 100) -> None:
    """Add a page about a person."""
    _ways[url_name] = Way(label, url_name, permission, order)


def open_to(principal: policy.Principal | None) -> list[Way]:
    """Return the pages that this reader may have for some person."""
    ways = sorted(_ways.values(), key=lambda way: way.order)
    return [way for way in ways if policy.can(principal, way.permission)]
