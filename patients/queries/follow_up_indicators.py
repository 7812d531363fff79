"""The indicators of follow-up for one agent, at the end of a day or of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Upper

from labsys.lib import policy
from labsys.lib.clock import bounds_of_day
from labsys.lib.policy import Principal
from patients.models import Agent, Exposure
from patients.queries import agents, deaths, follow_ups, known_since
from patients.queries.visits_due import VIEW
from patients.rules.follow_up_indicators import Indicator, Share, of_follow_ups
from patients.rules.follow_ups import FollowUp, standing

DAY = timedelta(days=1)


def of_days(
    by: Principal, agent: Agent, days: Sequence[date], *, at: datetime
) -> Mapping[date, Mapping[Indicator, Share]]:
    """Return the indicators at the end of each day, or now where the day is not over.

    Every person exposed within reach is derived anew for each day: for many thousands that is work
    for a worker, not for a page.
    """
    name, known = agents.key(agent.code), follow_ups.known()
    given = follow_ups.facts(_exposed(by, agent), known.agents)
    # A visit counts for the day on which it was made, also where it was typed or corrected later.
    visits = [
        [visit for visit in standing(one.visits, at=at) if visit.agent == name]
        for one in given.values()
    ]
    died = deaths.dead_from(given)
    found = {}
    derived: dict[datetime, list[FollowUp | None]] = {}
    for day in days:
        end = min(bounds_of_day(day)[1], at)
        # The end of one day is mostly where the next one begins.
        derived = {
            moment: derived.get(moment)
            or [follow_ups.derived(one, name, known, at=moment) for one in given.values()]
            for moment in (end - DAY, end)
        }
        found[day] = of_follow_ups(
            derived[end - DAY],
            derived[end],
            visits=visits,
            # Who died on a day is not under follow-up at its end.
            dead=[head in died and died[head] < end for head in given],
            since=end - DAY,
            until=end,
        )
    return found


def known_from(by: Principal, agent: Agent) -> Mapping[int, datetime]:
    """Return when each person's exposure to the agent was first on record, by the entry read.

    Of one that was corrected that is when it was first told.
    """
    rows = Exposure.objects.standing().exclude(certainty=Exposure.Certainty.EXCLUDED)
    rows = policy.scope(by, rows.filter(pk__in=_naming(agent)))
    told = list(rows.values_list("pk", "person_id", "recorded_at"))
    heads = follow_ups.heads_of({person for _pk, person, _at in told})
    first, found = known_since.first_recorded(), dict[int, datetime]()
    for pk, person, recorded_at in told:
        head, moment = heads[person], first.get(pk, recorded_at)
        found[head] = min(moment, found.get(head, moment))
    return found


def _exposed(by: Principal, agent: Agent) -> set[int]:
    rows = policy.scope(by, Exposure.objects.filter(pk__in=_naming(agent)), VIEW)
    return set(rows.values_list("person_id", flat=True))


def _naming(agent: Agent) -> QuerySet[Any]:
    named = Exposure.objects.annotate(named=Upper("agent"))
    found: QuerySet[Any] = named.filter(named__in=agents.texts_of(agent)).values("pk")
    return found
