"""The end of an order follows from the last exposure; what is learnt later moves it later, at once."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from patients.actions import (
    exposures,
    links,
    quarantine,
    quarantine_capacities,
    quarantine_reviews,
    quarantine_rules,
)
from patients.models import QuarantineExtension, QuarantineOrder
from patients.queries import quarantine_lists
from patients.queries.quarantine import value
from patients.queries.quarantine_lists import Show
from tests import factories
from tests.patients import following, people
from tests.patients.people import DAY
from tests.patients.quarantined import exposed, ordered, rule

pytestmark = pytest.mark.django_db


def ends(order: QuarantineOrder):
    fresh = QuarantineOrder.objects.get(pk=order.pk)
    return value(fresh).ends(at=database_now())


def test_an_end_follows_from_the_last_exposure_and_names_it() -> None:
    at, person, held = database_now(), people.person(), rule()
    exposed(person, at - 3 * DAY)
    last = exposed(person, at - 2 * DAY, agent=" Nanites ")
    exposed(person, at - DAY, agent="dust")
    exposed(person, at - DAY, certainty="EXCLUDED")

    made = ordered(person)

    assert (made.rule, made.basis) == (held, last)
    assert made.ends_at == made.derived_ends_at == last.last_at + 10 * DAY


def test_without_a_rule_the_end_is_the_one_stated_or_open() -> None:
    at, person = database_now(), people.person()
    exposed(person, at - DAY)
    rule(kind="HOME")

    assert ordered(person).ends_at is None
    stated = ordered(person, ends_at=at + DAY)
    assert (stated.rule, stated.derived_ends_at, stated.ends_at) == (None, None, at + DAY)


def test_an_end_stated_by_hand_may_lie_later_not_earlier() -> None:
    at, person = database_now(), people.person()
    rule()
    exposed(person, at - DAY)

    with pytest.raises(InvalidInput, match="later only"):
        ordered(person, ends_at=at + 2 * DAY)
    made = ordered(person, ends_at=at + 30 * DAY)

    assert made.ends_at == at + 30 * DAY
    assert made.derived_ends_at == at + 9 * DAY


def test_an_exposure_whose_days_are_over_counts_for_nothing() -> None:
    person = people.person()
    rule()
    exposed(person, database_now() - 11 * DAY)

    made = ordered(person)

    assert (made.basis, made.derived_ends_at, made.ends_at) == (None, None, None)
    assert made.rule is not None


def test_a_rule_may_let_an_order_end_only_when_it_is_lifted() -> None:
    at, person = database_now(), people.person()
    rule(until_lifted=True)
    exposed(person, at - DAY)

    with pytest.raises(InvalidInput, match="only when it is lifted"):
        ordered(person, ends_at=at + 30 * DAY)
    made = ordered(person)

    assert made.ends_at is None
    assert made.derived_ends_at == at + 9 * DAY


def test_an_order_keeps_the_rule_it_was_ordered_by() -> None:
    at, person = database_now(), people.person()
    rule()
    exposed(person, at - DAY)
    made = ordered(person)

    rule(days=20)
    exposed(person, at)

    assert ends(made) == at + 10 * DAY
    assert ordered(person).ends_at == at + 20 * DAY


def test_a_further_exposure_moves_the_end_and_a_correction_does_not_bring_it_back() -> None:
    at, person, by = database_now(), people.person(), people.infection_control()
    rule()
    exposed(person, at - 3 * DAY)
    made = ordered(person)

    exposed(person, at - 5 * DAY)
    assert not QuarantineExtension.objects.exists()
    again = exposed(person, at - DAY)
    moved = ends(made)
    exposures.retract(by=by, at=database_now(), exposure=again, reason="another person")

    assert moved == at + 9 * DAY
    assert ends(made) == moved
    assert QuarantineExtension.objects.get().exposure == again


def test_a_correction_that_lies_later_moves_the_end() -> None:
    at, person, by = database_now(), people.person(), people.infection_control()
    rule()
    first = exposed(person, at - 3 * DAY)
    made = ordered(person)

    exposures.correct(
        by=by,
        at=database_now(),
        exposure=first,
        reason="seen on the film",
        person=person,
        agent="nanites",
        kind="CONTACT",
        certainty="CONFIRMED",
        first_at=at - 3 * DAY,
        last_at=at - DAY,
    )

    assert ends(made) == at + 9 * DAY


def test_what_is_over_is_not_begun_again() -> None:
    at, person, by = database_now(), people.person(), people.infection_control()
    rule()
    exposed(person, at - 3 * DAY)
    made = ordered(person)
    quarantine.lift(by=by, at=at, order=made, lifted_at=at, reason="released")

    exposed(person, at)

    assert not QuarantineExtension.objects.exists()


def test_entries_that_are_joined_share_their_exposures() -> None:
    at, person, double = database_now(), people.person(), people.person()
    rule()
    exposed(person, at - 3 * DAY)
    made = ordered(person)
    exposed(double, at - DAY)

    links.link(
        by=people.infection_control(),
        at=database_now(),
        duplicate=double,
        survivor=person,
        reason="one person",
    )

    assert ends(made) == at + 9 * DAY


def test_an_exposure_of_either_entry_moves_the_end() -> None:
    at, person, double = database_now(), people.person(), people.person()
    rule()
    exposed(person, at - 3 * DAY)
    made = ordered(person)
    links.link(
        by=people.infection_control(),
        at=database_now(),
        duplicate=person,
        survivor=double,
        reason="one person",
    )

    exposed(double, at - DAY)

    assert ends(made) == at + 9 * DAY


def test_an_agent_is_one_whether_its_code_or_its_name_is_given() -> None:
    at, person = database_now(), people.person()
    following.agent(None, code="dd4", name="Dock dust")
    held = rule(agent="DD4")
    exposed(person, at - 3 * DAY, agent="dock dust")

    made = ordered(person, agent="Dock dust")
    exposed(person, at - DAY, agent="dd4")

    assert (made.rule, made.derived_ends_at) == (held, at + 7 * DAY)
    assert ends(made) == at + 9 * DAY


def test_an_agent_that_is_added_joins_what_its_code_and_its_name_moved() -> None:
    at, person, other = database_now(), people.person(), people.person()
    rule(agent="Dock dust")
    exposed(person, at - 3 * DAY, agent="Dock dust")
    made, apart = ordered(person, agent="Dock dust"), ordered(other, agent="Dock dust")
    exposed(person, at - DAY, agent="dd4")
    assert ends(made) == at + 7 * DAY

    following.agent(None, code="dd4", name="Dock dust")

    assert ends(made) == at + 9 * DAY
    assert ends(apart) is None


def test_a_lift_after_the_moved_end_says_that_it_is_over() -> None:
    at, person, by = database_now(), people.person(), people.infection_control()
    rule()
    exposed(person, at - 3 * DAY)
    made = ordered(person)

    with pytest.raises(Conflict, match="ended by itself"):
        later = at + 8 * DAY
        quarantine.lift(by=by, at=later, order=made, lifted_at=later, reason="x")


def test_a_rule_is_approved_by_another_once() -> None:
    by, at = people.infection_control(), database_now()
    stated = {"agent": "nanites", "kind": "HOME", "days": 5, "review_every_days": 1}
    made = quarantine_rules.draft(by=by, at=at, source="policy", **stated)

    with pytest.raises(NotAllowed, match="yourself"):
        quarantine_rules.approve(by=by, at=at, rule=made)
    with pytest.raises(InvalidInput, match="in the past"):
        other = people.infection_control()
        quarantine_rules.approve(by=other, at=at, rule=made, in_force_from=at - DAY)
    quarantine_rules.approve(by=other, at=at, rule=made)
    with pytest.raises(Conflict, match="already"):
        quarantine_rules.approve(by=other, at=at, rule=made)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
        ({"review_every_days": 0}, "review_every_days"),
        ({"agent": " "}, "agent"),
        ({"kind": "ELSEWHERE"}, "kind"),
        ({"source": ""}, "source"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(wrong, field) -> None:
    stated = {"agent": "nanites", "kind": "HOME", "days": 5, "review_every_days": 1, "source": "x"}

    with pytest.raises(InvalidInput) as refused:
        quarantine_rules.draft(
            by=people.infection_control(), at=database_now(), **{**stated, **wrong}
        )
    assert refused.value.field == field


def test_a_review_says_who_found_what_while_it_was_in_force() -> None:
    at, by, made = database_now(), people.infection_control(), ordered()
    stated = {"outcome": "RELEASE_PROPOSED", "signs": "ABSENT", "findings": "well"}

    with pytest.raises(InvalidInput, match="before the quarantine began"):
        quarantine_reviews.record(by=by, at=at, order=made, reviewed_at=at - DAY, **stated)
    with pytest.raises(InvalidInput, match="what was found"):
        quarantine_reviews.record(
            by=by, at=at, order=made, reviewed_at=at, **{**stated, "findings": " "}
        )
    with pytest.raises(NotAllowed):
        clerk = factories.principal(Role.SCREENING_OFFICER)
        quarantine_reviews.record(by=clerk, at=at, order=made, reviewed_at=at, **stated)
    quarantine_reviews.record(by=by, at=at, order=made, reviewed_at=at, **stated)

    assert value(made).state(at=at) == "IN_FORCE"


def test_what_is_due_counts_from_the_start_or_the_last_review_as_the_list_says() -> None:
    at, by, place = database_now(), people.infection_control(), people.ward()
    rule(review_every_days=2)
    ordered(agent="dust", starts_at=at - 5 * DAY)
    for days in (3, 1):
        person = people.person()
        exposed(person, at - 5 * DAY)
        made = ordered(person, location=place, starts_at=at - 5 * DAY)
        stated = {"outcome": "CONTINUE", "signs": "ABSENT", "findings": "well"}
        quarantine_reviews.record(by=by, at=at, order=made, reviewed_at=at - 4 * DAY, **stated)
        quarantine_reviews.record(by=by, at=at, order=made, reviewed_at=at - days * DAY, **stated)
    counted = [(at + n * DAY, n) for n in range(4)]

    due = [quarantine_lists.due(by, at=moment) for moment, _n in counted]

    assert due == [1, 2, 2, 2]
    assert due == [quarantine_lists.counts(by, at=moment)[Show.DUE] for moment, _n in counted]


def test_room_is_stated_for_open_places_by_infection_control() -> None:
    at, place = database_now(), people.ward()

    with pytest.raises(NotAllowed):
        quarantine_capacities.state(
            by=factories.principal(Role.NURSE), at=at, location=place, places=1, from_at=at
        )
    with pytest.raises(InvalidInput):
        quarantine_capacities.state(
            by=people.infection_control(), at=at, location=place, places=-1, from_at=at
        )
    made = quarantine_capacities.state(
        by=people.infection_control(), at=at, location=place, places=0, from_at=at + DAY
    )
    assert made.places == 0


def test_the_database_keeps_an_end_from_lying_before_the_rule() -> None:
    at, person, by = database_now(), people.person(), people.infection_control()
    rule()
    exposed(person, at - DAY)
    made = ordered(person)

    with (
        pytest.raises(IntegrityError, match="not_before_rule"),
        transaction.atomic(),
        acting(by=by, at=at, action="test"),
    ):
        QuarantineOrder.objects.create(
            person=person,
            kind="HOSPITAL",
            reason="x",
            starts_at=at,
            ends_at=at + DAY,
            rule=made.rule,
            basis=made.basis,
            derived_ends_at=at + 2 * DAY,
            recorded_at=at,
            recorded_by=by,
        )
