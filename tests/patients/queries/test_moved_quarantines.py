"""An end that an exposure moved later counts wherever somebody asks who is apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from labsys.lib.clock import database_now
from patients.models import QuarantineOrder
from patients.queries import duplicate_pairs, missing, wards, whereabouts
from patients.queries.missing import Asked
from patients.rules.whereabouts import Where
from tests.patients import people
from tests.patients.people import DAY
from tests.patients.quarantined import AGENT, exposed, ordered, rule

pytestmark = pytest.mark.django_db
LONG_AGO = 30 * DAY


def _by_facts(order: QuarantineOrder, at) -> bool:
    (found,) = whereabouts.of([order.person_id], at=at).values()
    return found.where is Where.QUARANTINED


def _among_the_missing(order: QuarantineOrder, at) -> bool:
    asked = Asked(at - LONG_AGO, at, agent=AGENT)
    counted = missing.counts(people.infection_control(), asked, at=at)
    return counted.by_place[Where.QUARANTINED] == 1


def _on_the_board(order: QuarantineOrder, at) -> bool:
    return order.person_id in wards._apart(
        people.infection_control(), {order.person_id: order.person_id}, at
    )


def _beside_another_entry(order: QuarantineOrder, at) -> bool:
    found = duplicate_pairs.pair(order.person, people.person(), at=at)
    return any(side.quarantine == order for side in found.sides)


@pytest.mark.parametrize(
    "is_apart", [_by_facts, _among_the_missing, _on_the_board, _beside_another_entry]
)
def test_who_was_exposed_again_is_apart_until_the_later_end(
    is_apart: Callable[..., bool],
) -> None:
    at, person, place = database_now(), people.person(), people.ward()
    rule()
    exposed(person, at - 3 * DAY)
    order = ordered(person, location=place)
    assert is_apart(order, at + 6 * DAY)
    assert not is_apart(order, at + 8 * DAY)

    exposed(person, at - DAY)

    assert is_apart(order, at + 8 * DAY)
    assert not is_apart(order, at + 10 * DAY)
