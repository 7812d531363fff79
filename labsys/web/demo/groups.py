"""The demo's three research groups: who works in them, for whom, a rota with one gap, and hand-overs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from assays.actions import hand_overs, shifts, work_groups
from assays.actions.hand_overs import Item
from assays.models import HandOverItem, WorkGroup
from labsys.accounts.models import Principal
from labsys.lib.clock import bounds_of_day, hospital_day
from patients.models import Person

HOUR = timedelta(hours=1)
DAYS = 7
Priority = HandOverItem.Priority
Kind = WorkGroup.Kind


@dataclass(frozen=True)
class Team:
    """One group; its members are on duty in turn; the first leads."""

    code: str
    name: str
    kind: str
    aim: str
    members: tuple[str, ...]
    patients: Mapping[str, str]


TEAMS = (
    Team(
        "elimination",
        "Elimination",
        Kind.ELIMINATION,
        "Stop nanites from doubling: kill codes and controllers, and what else makes them idle.",
        ("exam", "tech1", "infection"),
        {"novak": "Does the load fall after the kill code, and for how long?"},
    ),
    Team(
        "reversal",
        "Reversal of changes",
        Kind.REVERSAL,
        "Undo what nanites changed: skin, hormones and behaviour back to what they were.",
        ("exam2", "tech2", "ward"),
        {"osei": "Which of the hormone changes go back by themselves?"},
    ),
    Team(
        "removal",
        "Removal",
        Kind.REMOVAL,
        "Take nanites out of the blood: filtration and charcoal, each with its measured effect.",
        ("lab2", "nurse", "lab"),
        {
            "marchetti": "How far does one filtration lower the load?",
            "ierlan": "Is charcoal enough between two filtrations?",
        },
    ),
)
# The night of the fourth day is nobody's in this group: a gap to be closed by whoever tries the rota.
WITH_A_GAP, GAP = "removal", (3, 2)
HOURS = ((6, 14), (14, 22), (22, 30))


def stage(staff: Mapping[str, Principal], people: Mapping[str, Person], at: datetime) -> None:
    """Make the groups, the rota from today on, and what the last shift handed over."""
    for team in TEAMS:
        group = _make(team, staff, people, at)
        _plan(team, group, staff, at)
        _hand_over(team, group, staff, people, at)


def _make(
    team: Team, staff: Mapping[str, Principal], people: Mapping[str, Person], at: datetime
) -> WorkGroup:
    by = staff["quality"]
    group = work_groups.make(
        code=team.code, name=team.name, kind=team.kind, aim=team.aim, by=by, at=at
    )
    since = at - timedelta(days=10)
    for place, name in enumerate(team.members):
        work_groups.add_member(
            group=group, principal=staff[name], since=since, is_lead=place == 0, by=by, at=at
        )
    for key, question in team.patients.items():
        work_groups.add_patient(
            group=group,
            person=people[key],
            question=question,
            since=since,
            by=staff["infection"],
            at=at,
        )
    return group


def _plan(team: Team, group: WorkGroup, staff: Mapping[str, Principal], at: datetime) -> None:
    """Put three shifts a day; three people are too few for a week, which the rota says."""
    today = hospital_day(at)
    for number in range(-1, DAYS):  # a night began yesterday
        midnight, _end = bounds_of_day(today + timedelta(days=number))
        for place, (begins, ends) in enumerate(HOURS):
            starts_at, ends_at = midnight + begins * HOUR, midnight + ends * HOUR
            is_gap = team.code == WITH_A_GAP and (number, place) == GAP
            if is_gap or ends_at <= at:
                continue
            shifts.put(
                group=group,
                principal=staff[team.members[place]],
                starts_at=starts_at,
                ends_at=ends_at,
                by=staff["quality"],
                at=at,
            )


def _hand_over(
    team: Team,
    group: WorkGroup,
    staff: Mapping[str, Principal],
    people: Mapping[str, Person],
    at: datetime,
) -> None:
    first, second, _third = (staff[name] for name in team.members)
    whom = people[next(iter(team.patients))]
    earlier = at - 9 * HOUR
    told = hand_overs.give(
        group=group,
        note="Quiet shift. All values of the morning round are in.",
        items=[
            Item(
                "Load twice as high as yesterday: repeat it before filtering.", Priority.NOW, whom
            ),
            Item("Order reagents for two more weeks.", Priority.WATCH),
        ],
        by=first,
        at=earlier,
    )
    hand_overs.take(hand_over=told, by=second, at=earlier + HOUR / 6)
    item = told.items.order_by("priority").first()
    assert item is not None
    hand_overs.finish(
        item=item, done="Repeated: the same within 5 %.", by=second, at=earlier + 2 * HOUR
    )
    hand_overs.give(
        group=group,
        note="The load was repeated and stands.",
        items=[Item("Weigh and draw before noon.", Priority.SHIFT, whom)],
        by=second,
        at=at - HOUR / 2,
    )
