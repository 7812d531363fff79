"""Breaches: recorded whole or not at all, with whoever was met exposed in the same step."""

from __future__ import annotations

import pytest

from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput
from patients.actions import quarantine_breaches
from patients.models import Exposure, QuarantineBreach, QuarantineOrder
from patients.queries.quarantine import value
from tests.patients import people
from tests.patients.people import DAY, HOUR
from tests.patients.quarantined import exposed, ordered, rule

pytestmark = pytest.mark.django_db


def ends(order: QuarantineOrder):
    fresh = QuarantineOrder.objects.get(pk=order.pk)
    return value(fresh).ends(at=database_now())


def breach(order: QuarantineOrder, **stated) -> QuarantineBreach:
    at = database_now()
    given = {
        "kind": "LEFT",
        "seen_at": at - HOUR / 2,
        "place": "dock",
        "witness": "guard",
        **stated,
    }
    return quarantine_breaches.record(by=people.infection_control(), at=at, order=order, **given)


def test_whoever_was_met_is_exposed_in_the_same_step() -> None:
    made, met = ordered(), [people.person(), people.person()]

    found = breach(made, contacts=[*met, met[0]])

    rows = Exposure.objects.filter(source_person=made.person)
    assert {row.person for row in rows} == set(met)
    assert {(row.agent, row.certainty, row.first_at) for row in rows} == {
        ("nanites", "POSSIBLE", found.seen_at)
    }
    assert found.contacts.count() == 2


def test_whoever_was_met_stays_apart_longer_in_the_same_step() -> None:
    at, met = database_now(), people.person()
    rule()
    exposed(met, at - 5 * DAY)
    theirs, made = ordered(met), ordered()

    found = breach(made, contacts=[met])

    assert ends(theirs) == found.seen_at + 10 * DAY
    row = Exposure.objects.get(source_person=made.person)
    quarantine_breaches.retract(
        by=people.infection_control(), at=database_now(), breach=found, reason="another person"
    )
    assert list(Exposure.objects.standing().filter(person=met, source_person=made.person)) == [row]
    assert ends(theirs) == found.seen_at + 10 * DAY


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"place": ""}, "where"),
        ({"witness": " "}, "who saw"),
        ({"seen_at": "before"}, "not in force"),
        ({"seen_at": "ahead"}, "future"),
        ({"until_at": "before"}, "before the first"),
        ({"contacts": "own"}, "their own contact"),
    ],
)
def test_a_breach_that_cannot_be_is_refused_whole(wrong, sentence) -> None:
    made, at = ordered(), database_now()
    values = {"before": at - 9 * HOUR, "ahead": at + DAY, "own": [made.person]}
    stated = {name: values.get(given, given) for name, given in wrong.items()}

    with pytest.raises((InvalidInput, Conflict), match=sentence):
        breach(made, **stated)
    assert not QuarantineBreach.objects.exists()
    assert not Exposure.objects.exists()


def test_a_breach_without_an_agent_names_no_contacts() -> None:
    with pytest.raises(InvalidInput, match="names no agent"):
        breach(ordered(agent=""), contacts=[people.person()])


def test_a_breach_recorded_in_error_is_taken_back_once() -> None:
    found, by = breach(ordered()), people.infection_control()

    quarantine_breaches.retract(by=by, at=database_now(), breach=found, reason="another person")

    assert not QuarantineBreach.objects.standing().exists()
    with pytest.raises(Conflict, match="corrected already"):
        quarantine_breaches.retract(by=by, at=database_now(), breach=found, reason="again")
