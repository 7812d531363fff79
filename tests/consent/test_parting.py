"""The law of links: what is read of two entries that were joined and parted is what it was before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assays.actions import recordings
from assays.actions.recordings import Typed
from assays.models import Assay, OrderItem, Result
from consent.models import ClearanceTouch
from consent.queries import clearances
from consent.rules.answers import Reason
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.quantities import Quantity
from patients import queries
from patients.actions import links, quarantine
from patients.models import Encounter, Exposure, Person, QuarantineOrder
from patients.queries import follow_ups, quarantine_lists, whereabouts
from patients.queries.quarantine import of_person, value
from tests import laboratory
from tests.consent.programme import World
from tests.factories import principal
from tests.patients import following, people, quarantined
from tests.patients.people import DAY, HOUR

pytestmark = pytest.mark.django_db
Act = Callable[[World, Person, Any], object]


def load(world: World, person: Person, agent: Any) -> None:
    lab = principal(Role.TECHNOLOGIST, Role.PATHOLOGIST)
    (specimen,) = laboratory.received(laboratory.order("NANITE-LOAD", by=lab, of=person), by=lab)
    at = database_now()
    assay = Assay.objects.get(analyte__code="NANITE-LOAD")
    typed = Typed(assay_id=assay.pk, value=Quantity(Decimal(9), "{nanites}/uL"), field="value")
    recordings.record_typed(specimen=specimen, values=[typed], observed_at=at, by=lab, at=at)


def apart(world: World, person: Person, agent: Any) -> None:
    quarantine.order(
        by=people.infection_control(),
        at=database_now(),
        person=person,
        kind="HOME",
        starts_at=database_now(),
        ends_at=database_now() + DAY,
        reason="exposed",
    )


def apart_by_rule(world: World, person: Person, agent: Any) -> None:
    quarantined.rule(agent=agent.name, kind="HOME")
    quarantined.ordered(person, agent=agent.name, kind="HOME")


ACTS: dict[str, Act] = {
    "exposed": lambda world, person, agent: following.exposed(person, agent, ago=3 * DAY),
    "exposed since": lambda world, person, agent: following.exposed(person, agent, ago=HOUR),
    "apart by rule": apart_by_rule,
    "visited": lambda world, person, agent: following.visited(person, agent),
    "seen": lambda world, person, agent: following.looked(person),
    "admitted": lambda world, person, agent: people.admitted(person),
    "ordered": load,
    "apart": apart,
    "enrolled": lambda world, person, agent: world.enrol(person),
    "signed": lambda world, person, agent: world.sign(person),
    "examined": lambda world, person, agent: world.medical(person),
    "interviewed": lambda world, person, agent: world.psychological(person),
}


def read(world: World, person: Person, at: datetime) -> dict[str, Any]:
    """Return everything that is read of a person through their entries."""
    entries = queries.entries(person.pk)

    def of(model: Any, path: str = "person") -> list[int]:
        rows = model.objects.filter(**{f"{path}__in": entries}).order_by("pk")
        return list(rows.values_list("pk", flat=True))

    answers = [
        clearances.clearance_of(person, world.programme, at=at + days * DAY) for days in (0, 8)
    ]
    orders = of_person(entries)
    listed = quarantine_lists.listed(
        people.infection_control(), show=quarantine_lists.Show.FORCE, at=at + 8 * DAY
    )
    return {
        "head": queries.canonical(person).pk,
        "entries": entries,
        "exposures": of(Exposure),
        "stays": of(Encounter),
        "orders": of(OrderItem, "order__person"),
        "results": of(Result, "specimen__person"),
        "quarantines": of(QuarantineOrder),
        "ends": [(one.pk, value(one).ends(at=at), value(one).derived(at=at)) for one in orders],
        "apart in days": {row.order.pk: row.ends_at for row in listed.rows},
        "whereabouts": whereabouts.of([person.pk], at=at),
        "follow-ups": follow_ups.of_person(person, at=at),
        "clearance": [(one.reasons, one.valid_until) for one in answers],
    }


stories = st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.booleans()), min_size=2, max_size=7)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(stories)
@example(
    [("enrolled", False), ("exposed", False), ("apart by rule", False), ("exposed since", True)]
)
@example([("exposed", True), ("apart by rule", True), ("exposed since", False)])
def test_joined_and_parted_everything_is_read_as_before(story: list[tuple[str, bool]]) -> None:
    with transaction.atomic():
        world = World()
        agent = following.agent()
        one, other = world.person(), world.person()
        for name, is_other in story:
            try:
                with transaction.atomic():
                    ACTS[name](world, other if is_other else one, agent)
            except Refusal:
                continue
        at = database_now() + HOUR
        before = [read(world, person, at) for person in (one, other)]
        try:
            with transaction.atomic():
                link = links.link(
                    by=people.infection_control(),
                    at=database_now(),
                    duplicate=one,
                    survivor=other,
                    reason="same",
                )
        except Refusal:
            transaction.set_rollback(True)
            return

        joined = read(world, one, at)
        links.unlink(by=people.infection_control(), at=database_now(), link=link, reason="two")
        after = [read(world, person, at) for person in (one, other)]

        for noun in ("exposures", "stays", "orders", "results", "quarantines"):
            assert joined[noun] == sorted(before[0][noun] + before[1][noun])
        assert after == before
        transaction.set_rollback(True)


def test_a_moved_end_refuses_while_entries_are_one_and_stays_in_the_answers_of_that_time() -> None:
    world = World()
    person, other = world.person(), world.person()
    agent = following.agent()
    world.enrol(person)
    following.exposed(person, agent, ago=3 * DAY)
    apart_by_rule(world, person, agent)
    following.exposed(other, agent, ago=DAY)
    by, later = people.infection_control(), database_now() + 8 * DAY

    def is_refused(known_at: datetime) -> bool:
        found = clearances.clearances_of(
            [person.pk, other.pk], world.programme, at=later, known_at=known_at
        )
        return Reason.QUARANTINED in found[person.pk].reasons

    alone = database_now()
    link = links.link(
        by=by, at=database_now(), duplicate=person, survivor=other, reason="same passport"
    )
    joined = database_now()
    ClearanceTouch.objects.all().delete()
    links.unlink(by=by, at=database_now(), link=link, reason="two people")

    assert [is_refused(one) for one in (alone, joined, database_now())] == [False, True, False]
    assert not is_refused(later)
    assert ClearanceTouch.objects.filter(person=person).exists()
