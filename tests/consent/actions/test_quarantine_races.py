"""A lift and whatever it rests on wait for each other: the one that comes second knows of the first."""

from __future__ import annotations

from django.db import transaction

from assays.actions import results
from assays.rules.signatures import Meaning
from consent.actions import quarantine_releases
from consent.actions.postings import NotCleared
from consent.models import QuarantineRelease, ReleaseAnswer
from consent.queries.quarantine_release import no_longer_met
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from patients.models import Exposure, QuarantineExtension, QuarantineLift, QuarantineOrder
from tests.consent import nanites
from tests.consent.actions.test_quarantine_releases import asked, lift
from tests.consent.programme import World
from tests.consent.queries.test_locks import begun, wait_until_somebody_waits
from tests.factories import principal
from tests.patients import people
from tests.patients.quarantined import exposed, ordered
from tests.patients.test_races import race
from tests.signing import signing


def test_a_lift_knows_of_the_exposure_that_it_waited_for(fresh_database: str) -> None:
    order, by = asked(), people.infection_control()
    nanites.released(order.person, 12)

    with transaction.atomic():
        exposed(order.person, database_now())
        racing, came = begun(lambda: _or_refusal(lambda: lift(order, by=by)))
        wait_until_somebody_waits()
        assert came == []
    racing.join(timeout=20)

    assert "criteria of this quarantine are not met" in str(came[0])
    assert not QuarantineLift.objects.exists()


def test_an_exposure_knows_of_the_lift_that_it_waited_for(fresh_database: str) -> None:
    order = asked()
    nanites.released(order.person, 12)

    with transaction.atomic():
        made = lift(order)
        racing, _came = begun(lambda: exposed(order.person, made.lifted_at))
        wait_until_somebody_waits()
    racing.join(timeout=20)

    assert Exposure.objects.latest("id").recorded_at > made.recorded_at
    assert not QuarantineExtension.objects.exists()


def test_nobody_leaves_beside_an_order_or_before_its_lift(fresh_database: str) -> None:
    """Whoever asks for clearance while it is decided waits, and is answered with what was decided."""
    world = World()
    person = world.cleared()

    with transaction.atomic():
        order = ordered(person, agent="")
        racing, came = begun(lambda: _or_refusal(lambda: world.post(person)))
        wait_until_somebody_waits()
    racing.join(timeout=20)
    assert isinstance(came[0], NotCleared)

    with transaction.atomic():
        made = lift(order)
        racing, came = begun(lambda: _or_refusal(lambda: world.post(person)))
        wait_until_somebody_waits()
        assert came == []
    racing.join(timeout=20)
    assert came[0].answered_at > made.recorded_at  # type: ignore[attr-defined]


def test_of_those_who_lift_or_withdraw_at_once_nobody_goes_unnoticed(fresh_database: str) -> None:
    order, result = _released()
    doctor, pair = principal(Role.PATHOLOGIST), [people.infection_control() for _each in range(2)]
    withdrawn = signing(doctor, Meaning.WITHDRAWN)

    refusals = race(
        *(lambda by=by: lift(order, by=by) for by in pair),
        lambda: results.mark_entered_in_error(
            result=result, signing=withdrawn, by=doctor, at=database_now(), reason="Wrong tube."
        ),
    )

    lifts = QuarantineLift.objects.count()
    assert (lifts, len(refusals)) in ((1, 1), (0, 2))
    assert len(no_longer_met(QuarantineRelease.objects.all())) == lifts


def test_a_request_is_answered_once(fresh_database: str) -> None:
    order, at = asked(), database_now()
    request = quarantine_releases.ask(
        by=people.infection_control(), at=at, order=order, reason="palliative care"
    )
    one, other = people.infection_control(), people.infection_control()

    refusals = race(
        lambda: quarantine_releases.agree(by=one, at=at, asked=request),
        lambda: quarantine_releases.refuse(by=other, at=at, asked=request, reason="too early"),
    )

    assert refusals == ["This request was answered already."]
    assert QuarantineLift.objects.exists() is ReleaseAnswer.objects.get().is_agreed


def _released() -> tuple[QuarantineOrder, object]:
    order = asked()
    return order, nanites.released(order.person, 12)


def _or_refusal(act):
    try:
        return act()
    except Refusal as refusal:
        return refusal
