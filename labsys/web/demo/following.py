"""The demo's breach at dock 4: sixteen exposed, ten admitted, six whom nobody can find."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from labsys.accounts.models import Principal
from labsys.web.demo import outbreak
from patients.actions import agents, encounters, exposures, persons, sightings, visits
from patients.models import Agent, Exposure, Location, Person, Species
from patients.rules.births import UNKNOWN

EVENT = "breach at dock 4"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
INVENTED = "invented for the demonstration; no figure of any real agent"
# Those of the cast who stay in a ward, and dock workers whom nobody has seen since.
INSIDE = ("tanaka", "ferreira", "okonkwo", "haugen", "brandao", "unnamed", "ierlan", "veshtor")
OUTSIDE = ("andersen", "fofana", "moreau")
# Nobody knows who they are; the first two were brought in.
UNNAMED = (
    "pilot, burned flight suit, dock 4",
    "child, about six, dock 4 waiting room",
    "loader, grey overall, left arm in a sling",
    "woman with a green bag, dock 4 stairs",
    "two-metre visitor, no papers",
)
# Who was looked for, or seen: how, how many hours ago, where, by whom.
LOOKED = (
    ("andersen", "SEEN", 40, "canteen of dock 5", "shift leader"),
    ("andersen", "SEARCHING", 3, "", "port guard, team 2"),
    ("fofana", "SEARCHED_NOT_FOUND", 6, "own quarters, deck 3", "port guard, team 1"),
    (UNNAMED[2], "SEEN", 55, "dock 4, gate B", "gate officer"),
    (UNNAMED[3], "SEARCHED_NOT_FOUND", 9, "infirmary of the docks", "ward A"),
)


def record(
    people: Mapping[str, Person],
    places: Mapping[str, Location],
    staff: Mapping[str, Principal],
    at: datetime,
) -> None:
    """Add the agents with their rules, the breach, the searches and some visits."""
    by = staff["infection"]
    nanites = _agent(staff, at, "nanites", outbreak.AGENT, days=28, visits_per_day=1)
    dust = _agent(staff, at, "dock-dust", "Dock dust", days=10, visits_per_day=2)
    known = {**people, **_unnamed(by, at)}
    for key in UNNAMED[:2]:
        encounters.admit(
            by=by, at=at, person=known[key], location=places["isolation"], started_at=at - 20 * HOUR
        )
    for number, key in enumerate((*INSIDE, *UNNAMED, *OUTSIDE)):
        _exposed(by, at, known[key], dust, source=known["unnamed"] if number % 3 == 1 else None)
    for key, outcome, hours, place, whom in LOOKED:
        sightings.record(
            by=by,
            at=at,
            person=known[key],
            outcome=outcome,
            place=place,
            reported_by=whom,
            seen_at=at - hours * HOUR,
        )
    _visits(by, at, known, nanites, dust)


def _agent(
    staff: Mapping[str, Principal],
    at: datetime,
    code: str,
    name: str,
    *,
    days: int,
    visits_per_day: int,
) -> Agent:
    by = staff["infection"]
    made = agents.add(by=by, at=at, code=code, name=name)
    rule = agents.draft_rule(
        by=by, at=at, agent=made, days=days, visits_per_day=visits_per_day, source=INVENTED
    )
    agents.approve_rule(by=staff["lab"], at=at, rule=rule)
    return made


def _unnamed(by: Principal, at: datetime) -> dict[str, Person]:
    human = Species.objects.get(code="human")
    return {
        words: persons.register(
            by=by, at=at, species=human, sex="U", birth=UNKNOWN, placeholder=words
        )
        for words in UNNAMED
    }


def _exposed(
    by: Principal, at: datetime, person: Person, agent: Agent, *, source: Person | None
) -> None:
    is_contact = source is not None and source != person
    exposures.record(
        by=by,
        at=at,
        person=person,
        agent=agent.name,
        kind=Exposure.Kind.CONTACT if is_contact else Exposure.Kind.PLACE,
        certainty=Exposure.Certainty.PROBABLE,
        first_at=at - 3 * DAY,
        last_at=at - 3 * DAY + HOUR,
        source_person=source if is_contact else None,
        event=EVENT,
    )


def _visits(
    by: Principal, at: datetime, known: Mapping[str, Person], nanites: Agent, dust: Agent
) -> None:
    for key, agent, hours, symptoms, temperature in (
        ("tanaka", nanites, 30, "", "36.8"),
        ("tanaka", nanites, 2, "tired", "37.1"),
        ("okonkwo", nanites, 3, "", "36.6"),
        ("okonkwo", dust, 3, "cough", "37.9"),
        ("haugen", dust, 5, "", "36.7"),
    ):
        visits.record(
            by=by,
            at=at,
            person=known[key],
            agent=agent,
            outcome="SEEN",
            symptoms=symptoms,
            temperature=Decimal(temperature),
            visited_at=at - hours * HOUR,
            place="at the bedside",
        )
