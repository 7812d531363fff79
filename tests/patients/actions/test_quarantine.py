"""A quarantine is ordered for a time and lifted once, by infection control."""

from __future__ import annotations

from typing import Any

import pytest

from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from patients.actions import locations, quarantine
from patients.models import QuarantineOrder
from tests import factories
from tests.patients import people
from tests.patients.people import DAY, HOUR

pytestmark = pytest.mark.django_db


def ordered(**stated: Any) -> QuarantineOrder:
    at = database_now()
    given = {"by": people.infection_control(), "kind": "HOSPITAL", "reason": "contact", **stated}
    given.setdefault("starts_at", at - HOUR)
    given.setdefault("person", people.person())
    return quarantine.order(at=at, **given)


def test_an_order_may_begin_ahead_and_stay_open() -> None:
    made = ordered(starts_at=database_now() + DAY, place="cabin 4")

    assert made.ends_at is None
    assert made.place == "cabin 4"


def test_an_order_is_lifted_once_with_a_reason() -> None:
    made, by, at = ordered(), people.infection_control(), database_now()

    with pytest.raises(InvalidInput, match="why the quarantine is lifted"):
        quarantine.lift(by=by, at=at, order=made, lifted_at=at, reason="")
    quarantine.lift(by=by, at=at, order=made, lifted_at=at, reason="two negative results")
    with pytest.raises(Conflict, match="lifted already"):
        quarantine.lift(by=by, at=at, order=made, lifted_at=at, reason="again")


def test_an_order_that_ended_by_itself_is_not_lifted() -> None:
    at = database_now()
    made = ordered(ends_at=at + HOUR)

    with pytest.raises(Conflict, match="ended by itself"):
        quarantine.lift(
            by=people.infection_control(),
            at=at + 2 * HOUR,
            order=made,
            lifted_at=at + 2 * HOUR,
            reason="x",
        )


def test_a_lift_lies_not_ahead() -> None:
    made, at = ordered(), database_now()

    with pytest.raises(InvalidInput, match="in the future"):
        quarantine.lift(
            by=people.infection_control(), at=at, order=made, lifted_at=at + HOUR, reason="x"
        )


def test_an_order_that_makes_no_sense_is_refused() -> None:
    at, closed = database_now(), people.ward()
    locations.deactivate(by=people.administrator(), at=at, location=closed, reason="rebuilt")

    with pytest.raises(InvalidInput, match="why the quarantine is ordered"):
        ordered(reason=" ")
    with pytest.raises(InvalidInput, match="after the beginning"):
        ordered(starts_at=at, ends_at=at)
    with pytest.raises(InvalidInput, match="over already"):
        ordered(starts_at=at - DAY, ends_at=at - HOUR)
    with pytest.raises(InvalidInput, match="no time zone"):
        ordered(starts_at=at.replace(tzinfo=None))
    with pytest.raises(InvalidInput, match="closed"):
        ordered(location=closed)
    with pytest.raises(InvalidInput, match="not a valid choice"):
        ordered(kind="PRISON")
    assert not QuarantineOrder.objects.exists()


@pytest.mark.parametrize("role", [Role.PATHOLOGIST, Role.WARD_DOCTOR, Role.SCREENING_OFFICER])
def test_only_infection_control_orders_and_lifts(role: Role) -> None:
    made, at, other = ordered(), database_now(), factories.principal(role)

    with pytest.raises(NotAllowed):
        ordered(by=other)
    with pytest.raises(NotAllowed):
        quarantine.lift(by=other, at=at, order=made, lifted_at=at, reason="x")
