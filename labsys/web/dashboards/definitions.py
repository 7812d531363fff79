"""What every figure of the dashboard and of the council report means: the one place that says so.

Page, PDF and API take name, definition, numerator, denominator, source, interval and target from here.
The indicators of follow-up are those that `patients.rules.follow_up_indicators` defines and counts.
Targets are proposals, to be verified locally before anybody is judged by them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.rules.follow_up_indicators import DEFINITIONS as FOLLOW_UP
from patients.rules.follow_up_indicators import Indicator

EXPOSURES = gettext_lazy(
    "Registry of exposures: rows that hold and are not excluded; linked entries are one person"
)
FOLLOWED = gettext_lazy(
    "Registry of exposures, rules, visits and decisions of follow-up; measures after WHO, "
    "Implementation and management of contact tracing for Ebola virus disease, "
    "WHO/EVD/Guidance/Contact/15.1, 2015"
)
RUN = gettext_lazy(
    "The newest analysis of the population that counts everybody (Results, Population)"
)
KINETICS = gettext_lazy(
    "Interventions on record that hold, and the newest kinetics of each person's verified loads"
)
STAYS = gettext_lazy("Ward stays, beds and openings on record, as they are known now")
PLACES = gettext_lazy("Stays, quarantines, sightings and visits on record")
ORDERS = gettext_lazy("Orders of quarantine, reviews and breaches on record")
CLEARANCE = gettext_lazy(
    "Enrolments that run, each decided at the moment of the count as at the gate"
)
WILSON = gettext_lazy(
    "Wilson's score interval, 95 % (E. B. Wilson, J. Am. Stat. Assoc. 22:209, 1927)"
)
LIKELIHOOD = gettext_lazy(
    "95 %, of the log-linear Poisson regression; wider by Student's t where cases scatter beyond chance"
)
POSTERIOR = gettext_lazy("95 % of the gamma posterior; it holds no error of the serial interval")


@dataclass(frozen=True)
class Definition:
    """One figure: what it is called, what it counts, out of what, from where, and how surely.

    `at_least` and `at_most` are targets of a share, between 0 and 1.
    """

    name: Any
    meaning: Any
    source: Any
    numerator: Any = ""
    denominator: Any = ""
    interval: Any = ""
    at_least: float | None = None
    at_most: float | None = None

    @property
    def target(self) -> str:
        """Return the target as it is shown; empty without one."""
        if self.at_least is not None:
            return f"≥ {100 * self.at_least:.0f} %"
        return "" if self.at_most is None else f"≤ {100 * self.at_most:.0f} %"

    def is_met(self, share: float | None) -> bool | None:
        """Return whether a share meets the target; None without one of the two."""
        if share is None or (self.at_least is None and self.at_most is None):
            return None
        return (self.at_least is None or share >= self.at_least) and (
            self.at_most is None or share <= self.at_most
        )

    def told(self) -> dict[str, str]:
        """Return it in words of the language that is active."""
        return {
            "name": capfirst(str(self.name)),
            "meaning": str(self.meaning),
            "numerator": capfirst(str(self.numerator)),
            "denominator": capfirst(str(self.denominator)),
            "source": str(self.source),
            "interval": str(self.interval),
            "target": self.target,
        }


class Followed(Definition):
    """An indicator of follow-up: worded where it is counted."""

    def told(self) -> dict[str, str]:
        said = super().told()
        names = ("name", "numerator", "denominator")
        return said | {name: capfirst(_(getattr(self, name))) for name in names}


def _followed(one: Indicator, meaning: Any, **more: Any) -> Followed:
    found = FOLLOW_UP[one]
    return Followed(
        *(found.label, meaning, FOLLOWED, found.numerator, found.denominator, WILSON), **more
    )


DEFINITIONS: Mapping[str, Definition] = {
    "exposed_people": Definition(
        gettext_lazy("People exposed"),
        gettext_lazy(
            "People with an exposure to the agent, each once, on the day the first one began, as sure "
            "as the surest of them. The first exposure stands for onset, and illness begins later: which "
            "signs are those of an agent's illness is not on record, so onsets of signs are not used "
            "here. The newest three days are not complete."
        ),
        EXPOSURES,
    ),
    "delay": Definition(
        gettext_lazy("From exposure to record"),
        gettext_lazy(
            "Days from the first exposure of a person to the moment that one was first on record, of "
            "people first exposed in the last 60 days: median, and what nine in ten stay under. Days "
            "younger than that are still being filled (right truncation)."
        ),
        EXPOSURES,
    ),
    "doubling": Definition(
        gettext_lazy("Doubling time"),
        gettext_lazy(
            "Days in which cases double (or halve) at the rate fitted to the newest complete days. Not "
            "determinable where the limits of the rate hold zero: neither growth nor fall is certain."
        ),
        RUN,
        interval=LIKELIHOOD,
    ),
    "reproduction": Definition(
        gettext_lazy("Reproduction number R"),
        gettext_lazy(
            "How many cases one case causes, within the newest window of days: A. Cori and others, Am. J. "
            "Epidemiol. 178:1505, 2013, with a gamma prior of mean 5 and standard deviation 5 and the "
            "serial interval named beside it. Above 1 cases grow."
        ),
        RUN,
        interval=POSTERIOR,
    ),
    "traced": _followed(
        Indicator.TRACED,
        gettext_lazy("Whether those under follow-up are seen every day."),
        at_least=0.9,
    ),
    "under_follow_up": _followed(
        Indicator.UNDER_FOLLOW_UP, gettext_lazy("How many of those exposed are followed up.")
    ),
    "completed": _followed(
        Indicator.COMPLETED, gettext_lazy("How many were followed up to the end.")
    ),
    "lost": _followed(
        Indicator.LOST,
        gettext_lazy("How many follow-ups were given up as nobody found the person."),
        at_most=0.05,
    ),
    "cancelled": _followed(
        Indicator.CANCELLED, gettext_lazy("How many follow-ups were called off with a reason.")
    ),
    "known_cases": _followed(
        Indicator.KNOWN_CASES,
        gettext_lazy(
            "Whether transmission runs where it is watched: a new case is a first verified positive nanite "
            "result, on the day of collection, in the last 21 days. Of other agents it is not established."
        ),
        at_least=0.8,
    ),
    "responded": Definition(
        gettext_lazy("Responded"),
        gettext_lazy(
            "Interventions after which the nanite load fell beyond the scatter of a single load, by kind."
        ),
        KINETICS,
        gettext_lazy(
            "interventions after which the load fell, the upper limit of the ratio being below 1"
        ),
        gettext_lazy(
            "interventions of the kind with a load in the 14 days before and after and limits"
        ),
        WILSON,
    ),
    "rebound": Definition(
        gettext_lazy("Rebound"),
        gettext_lazy("Growth that came back after a fall, before anything else was done."),
        KINETICS,
        gettext_lazy("interventions after whose fall the load grew again"),
        gettext_lazy("interventions of the kind after which the course of the load falls"),
        WILSON,
    ),
    "loads": Definition(
        gettext_lazy("Load before and after, half-life"),
        gettext_lazy(
            "Medians of the last load in the 14 days before and of the first in the 14 days after, of "
            "interventions with both, and of the half-lives of falling courses after them. A load below "
            "its limit counts as the limit."
        ),
        KINETICS,
    ),
    "occupancy": Definition(
        gettext_lazy("Occupancy"),
        gettext_lazy(
            "People in wards against the beds that are open. Who is in a place without a recorded "
            "capacity takes none of it, and is counted apart."
        ),
        STAYS,
        gettext_lazy("people who stay in a place with a recorded capacity"),
        gettext_lazy("beds that are open, overflow places too"),
    ),
    "over": Definition(
        gettext_lazy("Over capacity"),
        gettext_lazy(
            "People beyond the open beds of their own ward; room elsewhere does not help them."
        ),
        STAYS,
    ),
    "full": Definition(
        gettext_lazy("Capacity reached"),
        gettext_lazy(
            "The first day on which as many people are expected in wards as there are open beds. The "
            "earliest and the latest day are those of the limits of each day: no interval of a day."
        ),
        RUN,
        interval=gettext_lazy("Days of the upper and of the lower 95 % limit of the beds"),
    ),
    "located": Definition(
        gettext_lazy("Where those exposed are"),
        gettext_lazy(
            "Everybody exposed since the day named counts once: deceased, admitted (an open ward stay), in "
            "quarantine at a place, located elsewhere (seen within 24 hours), or not located. The day is "
            "as many days ago as the longest follow-up rule in force says, and at least 90."
        ),
        PLACES,
        gettext_lazy("people of whom this is the answer now"),
        gettext_lazy("people exposed to the agent since the day named"),
        WILSON,
    ),
    "quarantine": Definition(
        gettext_lazy("Quarantine"),
        gettext_lazy(
            "Orders of quarantine that run, those whose review is due, those with a breach."
        ),
        ORDERS,
    ),
    "cleared": Definition(
        gettext_lazy("Cleared"),
        gettext_lazy("Whether those enrolled in a programme are cleared now."),
        CLEARANCE,
        gettext_lazy("people enrolled whom nothing refuses clearance"),
        gettext_lazy("people enrolled in the programme"),
        WILSON,
    ),
}
