"""What each app offers in the menu and on the home page.

An app declares its entries in its own ``navigation.py``, which is imported when labsys starts:

    navigation.register(_("Worklist"), "assays:worklist", "assays.result.verify", group=Group.RESULTS)
    navigation.register_waiting(
        _("Results to verify"), "assays:worklist", "assays.result.verify", count=queries.to_verify
    )

Whether an entry is shown is asked of the policy for each person; the page behind it asks again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from labsys.lib import policy

Label = str | Promise

# Since when the oldest of them waits; asked only where something does.
Oldest = Callable[[Any], datetime | None]

COUNT_LIMIT = 999


@dataclass(frozen=True)
class Capped:
    """Rows to be counted, no further than the page can say ("999+")."""

    rows: QuerySet[Any]

    def __int__(self) -> int:
        return _together([self])[0]


# Given the principal, how many things wait; asked anew for every home page, so it must be cheap.
Counted = int | Capped
Count = Callable[[Any], Counted]


class Group(StrEnum):
    """The parts of the menu, in the order in which they are shown."""

    PATIENTS = "patients"
    EXPOSURES = "exposures"
    SPECIMENS = "specimens"
    RESULTS = "results"
    QUALITY = "quality"
    CATALOGUE = "catalogue"
    CLEARANCE = "clearance"
    RECORD = "record"
    SYSTEM = "system"


GROUP_LABELS: dict[Group, Label] = {
    Group.PATIENTS: _("Patients"),
    Group.EXPOSURES: _("Exposures"),
    Group.SPECIMENS: _("Specimens"),
    Group.RESULTS: _("Results"),
    Group.QUALITY: _("Quality"),
    Group.CATALOGUE: _("Catalogue"),
    Group.CLEARANCE: _("Clearance"),
    Group.RECORD: pgettext_lazy("menu", "Record"),
    Group.SYSTEM: _("System"),
}


_PLACES = {group: place for place, group in enumerate(Group)}


class Tone(StrEnum):
    """How pressing it is when something waits."""

    URGENT = "urgent"
    ATTENTION = "attention"
    CALM = "calm"


def _address(url_name: str, query: str) -> str:
    path = _path(url_name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
    return f"{path}?{query}" if query else path


@lru_cache(maxsize=1024)
def _path(url_name: str, urlconf: str, _prefix: str) -> str:
    # The menu stands on every page, with dozens of addresses that never change while labsys runs.
    return reverse(url_name, urlconf)


@dataclass(frozen=True)
class Entry:
    """One line of the menu."""

    label: Label
    url_name: str
    permission: str
    group: Group
    query: str = ""
    order: int = 100

    @property
    def url(self) -> str:
        return _address(self.url_name, self.query)


@dataclass(frozen=True)
class Waiting:
    """One card of the home page: how much of something waits for this person."""

    label: Label
    url_name: str
    permission: str
    count: Count
    detail: Label = ""
    tone: Tone = Tone.CALM
    query: str = ""
    order: int = 100
    oldest: Oldest | None = None

    @property
    def url(self) -> str:
        return _address(self.url_name, self.query)


@dataclass(frozen=True)
class Section:
    """The entries of one group that a person may open."""

    label: Label
    entries: tuple[Entry, ...]


_entries: dict[tuple[Group, str, str], Entry] = {}
_waiting: dict[tuple[str, str, str], Waiting] = {}


def register(
    label: Label,
    url_name: str,
    permission: str,
    *,
    group: Group,
    query: str = "",
    order: int = 100,
) -> None:
    """Add a menu entry; the same address registered twice is shown once."""
    _entries[group, url_name, query] = Entry(label, url_name, permission, group, query, order)


def register_waiting(
    label: Label,
    url_name: str,
    permission: str,
    *,
    count: Count,
    detail: Label = "",
    tone: Tone = Tone.CALM,
    query: str = "",
    order: int = 100,
    oldest: Oldest | None = None,
) -> None:
    """Add a card to the home page of everybody who holds `permission`."""
    card = Waiting(label, url_name, permission, count, detail, tone, query, order, oldest)
    _waiting[url_name, query, permission] = card


def registered() -> list[Entry]:
    """Every menu entry, whoever may see it."""
    # Stable: the entries of one place stay in the order in which they were registered.
    return sorted(_entries.values(), key=lambda entry: (_PLACES[entry.group], entry.order))


def registered_waiting() -> list[Waiting]:
    """Every card, whoever may see it, the most pressing first."""
    return sorted(_waiting.values(), key=lambda card: (list(Tone).index(card.tone), card.order))


def sections_for(principal: policy.Principal | None) -> list[Section]:
    """Return the menu of one person; groups in which they may do nothing are left out."""
    allowed = [entry for entry in registered() if policy.can(principal, entry.permission)]
    found = []
    for group in Group:
        entries = tuple(entry for entry in allowed if entry.group is group)
        if entries:
            found.append(Section(GROUP_LABELS[group], entries))
    return found


def waiting_for(principal: policy.Principal | None) -> list[tuple[Waiting, int]]:
    """Return the cards of one person with their counts: what waits in front, the most pressing first.

    What is counted by rows alone is counted for all cards in one statement.
    """
    cards = [card for card in registered_waiting() if policy.can(principal, card.permission)]
    asked = [card.count(principal) for card in cards]
    counts = iter(_together([one for one in asked if isinstance(one, Capped)]))
    counted = [
        (card, next(counts) if isinstance(one, Capped) else one)
        for card, one in zip(cards, asked, strict=True)
    ]
    return sorted(counted, key=lambda one: one[1] == 0)


def capped(rows: QuerySet[Any]) -> Capped:
    """Count no further than the page can say ("999+"): a queue of millions costs no full scan."""
    return Capped(rows)


def _together(asked: Sequence[Capped]) -> list[int]:
    """Count the rows of each in one statement."""
    parts: list[str] = []
    values: list[Any] = []
    for one in asked:
        few = one.rows.order_by().values("pk")[: COUNT_LIMIT + 1]
        try:
            sql, given = few.query.sql_with_params()
        except EmptyResultSet:
            parts.append("0::bigint")
        else:
            parts.append(f"(SELECT count(*) FROM ({sql}) few)")  # noqa: S608
            values += given
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return [int(count) for count in cursor.fetchone()]
