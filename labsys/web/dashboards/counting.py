"""Counting the figures of the whole house at one moment: numbers only, nobody is named.

Work for a worker: of many thousands it takes seconds. Everybody counts, whoever looks later; linked
entries are one person. What each figure means stands in `definitions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.timezone import get_default_timezone_name

from assays.queries import known_contacts, nanite_agents
from assays.queries.analyses import epidemic as cases
from consent.models import Enrolment, Programme
from consent.queries.clearances import clearances_of
from labsys.accounts.models import Principal
from labsys.lib.clock import bounds_of_day, hospital_day
from labsys.web.dashboards import curves, populations, treatments
from patients.models import Agent, CanonicalPerson
from patients.queries import agents as known_agents
from patients.queries import follow_up_indicators, missing, quarantine_lists, wards
from patients.queries.quarantine_lists import Show
from patients.rules.follow_up_indicators import Share

FORMAT = 1
FOLLOWED_DAYS = 14
NEW_CASE_DAYS = 21
MOST_AGENTS = 8  # those with most people exposed; of the others the curve alone
MOST_CURVES = 100
CHUNK = 500

Json = dict[str, Any]


def count(by: Principal, *, at: datetime) -> Json:
    """Return every figure at a moment as JSON; `by` is the system's own part, which reaches all."""
    found = wards.counted(at)
    apart = quarantine_lists.counts(by, at=at)
    first_positive = cases.first_positive(by)
    curved, further = curves.by_agent(at=at, most=MOST_CURVES)
    return {
        "format": FORMAT,
        "as_of": at.isoformat(),
        "today": hospital_day(at).isoformat(),
        "zone": get_default_timezone_name(),
        "agents": [
            {
                **one,
                **_followed(by, one["code"], first_positive, at=at),
                "population": populations.newest(one["texts"], at=at),
                "located": _located(by, one["code"], at=at),
            }
            for one in curved[:MOST_AGENTS]
        ],
        "curves": curved[MOST_AGENTS:],
        "further_agents": further,
        "treatments": treatments.results(),
        "occupancy": {**_occupancy(found), "ahead": populations.beds(found, at=at)},
        "quarantine": {
            "in_force": apart[Show.FORCE],
            "due": apart[Show.DUE],
            "breached": apart[Show.BREACHED],
        },
        "clearance": [_cleared(one, at=at) for one in _programmes()],
    }


def _followed(
    by: Principal, code: str, first_positive: Mapping[int, cases.Case], *, at: datetime
) -> Json:
    """Return the indicators of follow-up by day, and how many new cases were known contacts.

    That share is None where no assay tells of the agent.
    """
    agent: Agent | None = known_agents.known().agent(code)
    if agent is None:
        return {"follow_up": None, "known_cases": None}
    today = hospital_day(at)
    days = [today - timedelta(days=back) for back in range(FOLLOWED_DAYS)][::-1]
    found = follow_up_indicators.of_days(by, agent, days, at=at)
    since = bounds_of_day(today - timedelta(days=NEW_CASE_DAYS - 1))[0]
    known = follow_up_indicators.known_from(by, agent)
    new = None
    if nanite_agents.are_told_of(code):
        new = _pair(known_contacts.among(first_positive, known, since=since, until=at))
    return {
        "follow_up": {
            day.isoformat(): {name.value: _pair(share) for name, share in found[day].items()}
            for day in days
        },
        "known_cases": {"share": new, "since": hospital_day(since).isoformat()},
    }


def _located(by: Principal, code: str, *, at: datetime) -> Json:
    # As the page of those missing, and at this moment: no roll made earlier is read.
    asked = missing.usual(at, agent=code)
    found = missing.counted(by, asked, at=at)
    return {
        "since": hospital_day(asked.since).isoformat(),
        "exposed": found.exposed,
        **{where.value: n for where, n in found.by_place.items()},
    }


def _occupancy(found: wards.Counted) -> Json:
    whole = found.whole
    rows = sorted((found.places.every[ward].name, one) for ward, one in found.wards.items())
    return {
        "people": whole.people,
        "without_capacity": found.without_capacity,
        "occupied": whole.occupied,
        "capacity": whole.capacity or 0,
        "over": found.over,
        "wards": [[name, one.people, one.occupied, one.capacity] for name, one in rows],
    }


def _programmes() -> Iterable[Programme]:
    rows: Iterable[Programme] = Programme.objects.filter(is_active=True).order_by("code")
    return rows


def _cleared(programme: Programme, *, at: datetime) -> Json:
    """Return how many of those enrolled are cleared now, each decided as the gate decides."""
    rows = Enrolment.objects.filter(
        Q(end=None) | Q(end__ended_at__gt=at), programme=programme, started_at__lte=at
    )
    people = CanonicalPerson.objects.filter(person_id__in=rows.values("person_id"))
    heads = sorted(set(people.values_list("canonical_id", flat=True)))
    cleared = sum(
        one.is_cleared
        for start in range(0, len(heads), CHUNK)
        for one in clearances_of(heads[start : start + CHUNK], programme, at=at).values()
    )
    return {"name": programme.name, "share": [cleared, len(heads)]}


def _pair(share: Share) -> list[int]:
    return [share.numerator, share.denominator]
