"""The demo's registry of exposures: who met nanites when, so that the population has a curve."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from assays.actions.analyses import runs
from assays.queries.analyses import epidemic as cases
from assays.rules.analyses import epidemic
from assays.rules.analyses.runs import AnalysisKind
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.web.demo.people import principal
from patients.actions import exposures
from patients.models import Exposure, Person

AGENT = "nanites"
OUTSIDE = "survey of the outer ring"
# Who, how many days ago, by whom.
EXPOSED: tuple[tuple[str, int, str], ...] = (
    ("tanaka", 27, ""),
    ("ferreira", 24, "tanaka"),
    ("novak", 22, ""),
    ("ierlan", 20, "tanaka"),
    ("osei", 17, "ferreira"),
    ("lindqvist", 15, "novak"),
    ("marchetti", 13, "novak"),
    ("veshtor", 11, "ierlan"),
    ("haugen", 10, "osei"),
    ("okonkwo", 8, "osei"),
    ("andersen", 7, "lindqvist"),
    ("fofana", 6, "marchetti"),
    ("kaya", 5, "marchetti"),
    ("moreau", 4, "okonkwo"),
    ("silva", 4, "haugen"),
    ("varga", 3, "okonkwo"),
    ("brandao", 2, "haugen"),
    ("unnamed", 2, ""),
)


def record(people: Mapping[str, Person], by: Principal, at: datetime) -> None:
    """Record every exposure; those without a source came from outside."""
    for key, days_ago, source in EXPOSED:
        first_at = at - timedelta(days=days_ago)
        exposures.record(
            by=by,
            at=at,
            person=people[key],
            agent=AGENT,
            kind=Exposure.Kind.CONTACT if source else Exposure.Kind.PLACE,
            certainty=Exposure.Certainty.CONFIRMED,
            first_at=first_at,
            last_at=first_at,
            source_person=people[source] if source else None,
            event="" if source else OUTSIDE,
        )


def analyse(say: Callable[[str], None]) -> None:
    """Have the population analysed; stays that ended were for a filtration, so a length is put in."""
    by, at = principal("infection"), database_now()
    parameters = epidemic.parameters(
        {
            "serial_mean_error": 1.5,
            "serial_sd_error": 0.5,
            "stay_mean": 16.0,
            "stay_sd": 8.0,
            "delay_days": 1,
            "imported_events": [OUTSIDE],
        }
    )
    runs.ask(
        kind=AnalysisKind.EPIDEMIC,
        inputs=cases.found(by, parameters, at=at),
        parameters=parameters,
        by=by,
        at=at,
    )
    say(f"{Exposure.objects.count()} exposures in the registry; the population is being analysed")
