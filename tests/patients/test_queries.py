"""What is known of persons is fetched at once for many, and found by number or name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now, hospital_day
from patients import queries
from patients.actions import links, persons, pregnancies
from patients.models import Person
from patients.rules import pregnancies as rules
from patients.rules.births import Birth, Precision
from tests import factories
from tests.patients import people
from tests.patients.people import DAY, HOUR

pytestmark = pytest.mark.django_db


def pregnant(someone: Person, **stated: Any) -> Any:
    at = database_now()
    given = {"gestation_days": 80, "uncertainty_days": 5, "observed_at": at - HOUR, **stated}
    return pregnancies.record(
        by=factories.principal(Role.PATHOLOGIST), at=at, person=someone, status="PREGNANT", **given
    )


def linked(duplicate: Person, survivor: Person) -> None:
    links.link(
        by=people.infection_control(),
        at=database_now(),
        duplicate=duplicate,
        survivor=survivor,
        reason="same",
    )


def test_a_context_holds_what_a_range_depends_on() -> None:
    someone = people.person(birth=Birth(date(1990, 1, 1), Precision.YEAR))
    estimate = pregnant(someone)
    moment = database_now()

    context = queries.context_at([someone.pk], moment)[someone.pk]

    assert (context.species, context.sex) == ("human", "F")
    assert (context.earliest_birth, context.latest_birth) == (date(1990, 1, 1), date(1990, 12, 31))
    # The estimate is an hour old, which is another day just after midnight.
    days = 80 + (hospital_day(moment) - hospital_day(estimate.observed_at)).days
    assert context.pregnancy == rules.Pregnancy(rules.State.PREGNANT, days, 5, (estimate.pk,))
    assert not context.is_before_birth


def test_the_context_of_a_duplicate_is_that_of_the_survivor() -> None:
    duplicate, survivor = people.person(sex="U"), people.person()
    estimate = pregnant(duplicate)
    linked(duplicate, survivor)

    found = queries.context_at([duplicate.pk, survivor.pk], database_now())

    assert found[duplicate.pk].canonical_id == found[survivor.pk].canonical_id == survivor.pk
    assert {one.sex for one in found.values()} == {"F"}
    assert {one.pregnancy.based_on for one in found.values()} == {(estimate.pk,)}


def test_what_was_corrected_or_taken_back_no_longer_counts() -> None:
    someone, at = people.person(), database_now()
    by = factories.principal(Role.PATHOLOGIST)
    pregnancies.retract(by=by, at=at, estimate=pregnant(someone), reason="other patient")
    first = pregnant(someone)
    second = pregnancies.correct(
        by=by,
        at=at,
        estimate=first,
        reason="misread",
        person=someone,
        status="PREGNANT",
        observed_at=first.observed_at,
        gestation_days=100,
        uncertainty_days=3,
    )

    found = queries.facts([someone.pk])[someone.pk]

    assert [one.id for one in found.estimates] == [second.pk]


def test_a_moment_before_the_birth_is_named_as_such() -> None:
    newborn = people.person(birth=Birth(database_now().date(), Precision.DAY))

    context = queries.context_at([newborn.pk], database_now() - 3 * DAY)[newborn.pk]

    assert context.is_before_birth
    assert context.earliest_birth == context.latest_birth == context.on


def test_many_contexts_take_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    many = [people.person() for _ in range(5)]
    for someone in many[:3]:
        pregnant(someone)
    linked(many[3], many[4])
    moment = database_now()

    with django_assert_num_queries(1):
        found = queries.context_at([one.pk for one in many] + [0], moment)

    assert set(found) == {one.pk for one in many}


def test_a_banner_says_who_this_is(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    someone, twin = people.person(family="Okafor", given="Ngozi"), people.person()
    by, at = people.infection_control(), database_now()
    persons.confirm_identity(by=by, at=at, person=someone, basis="passport", happened_at=at)
    linked(twin, someone)

    with django_assert_num_queries(2):
        shown = queries.banner(twin, at=at)

    assert (shown.name, shown.person, shown.is_linked) == ("Okafor, Ngozi", someone, True)
    assert shown.other_mrns == (twin.mrn,)
    assert shown.identity == "CONFIRMED"
    assert shown.years.is_exact


def test_the_dead_grow_no_older() -> None:
    someone = people.person()
    persons.amend(
        by=people.infection_control(),
        at=database_now(),
        person=someone,
        expected={"deceased_on": None},
        changes={"deceased_on": date(2000, 5, 17)},
        reason="certificate",
    )

    assert queries.banner(someone, at=database_now()).years.oldest == 10


# --- finding


def found(by: Principal, text: str, **more: Any) -> list[Person]:
    return [hit.person for hit in queries.find(by, text, **more).hits]


def test_a_number_finds_exactly_its_entry() -> None:
    by, someone, other = people.infection_control(), people.person(), people.person()
    persons.add_identifier(by=by, at=database_now(), person=other, system="service", value="S 42")

    assert found(by, f"  {someone.mrn} ") == [someone]
    assert found(by, "S  42") == [other]
    assert queries.find(by, someone.mrn).is_exact
    assert found(by, someone.mrn[:-1]) == []


@pytest.mark.parametrize("text", ["okafor", "OKAFOR ngozi", "ngozi, okafor", "kafo", "goz oka"])
def test_a_name_is_found_by_its_parts_in_any_order(text: str) -> None:
    someone = people.person(family="Okafor", given="Ngozi")
    people.person(family="Okello", given="Ngozi")

    assert found(people.infection_control(), text) == [someone]


def test_a_mistyped_name_finds_the_most_similar() -> None:
    someone = people.person(family="Okafor", given="Ngozi")
    people.person(family="Lindqvist", given="Astrid")

    page = queries.find(people.infection_control(), "okaffor")

    assert [hit.person for hit in page.hits] == [someone]
    assert page.is_similar


def test_a_former_name_still_finds_its_person() -> None:
    by, someone = people.infection_control(), people.person(family="Okafor")
    persons.name(by=by, at=database_now(), person=someone, family="Before-Marriage", use="FORMER")

    (hit,) = queries.find(by, "before-marr").hits

    assert (hit.person, hit.matched) == (someone, "Before-Marriage")
    assert hit.person.display_name == "Okafor, Ada"


@pytest.mark.parametrize("text", ["", "   ", "%", "_", "\0", "ab", "a b c", "\\"])
def test_too_little_finds_nobody(text: str) -> None:
    people.person(family="Abc")

    assert found(people.infection_control(), text) == []


@pytest.mark.parametrize("text", ["%%%", "___", "a%c", "\\\\\\", "'; DROP", "(((", "x\0yz"])
def test_no_character_means_anything_but_itself(text: str) -> None:
    people.person(family="Abcdef")

    assert found(people.infection_control(), text) == []


def test_pages_follow_each_other_without_gap_or_repeat() -> None:
    by = people.infection_control()
    everybody = [people.person(family="Same") for _ in range(4)]
    everybody += [people.person(family=f"Sameling {letter}") for letter in "ABC"]

    pages, after = [], None
    while True:
        page = queries.find(by, "same", after=after, limit=3)
        pages.append([hit.person for hit in page.hits])
        after = page.next
        if after is None:
            break

    assert [len(page) for page in pages] == [3, 3, 1]
    assert {one for page in pages for one in page} == set(everybody)


def test_a_search_stays_within_reach() -> None:
    ward, mine = people.ward(), people.person(family="Okafor")
    other = people.person(family="Okafor")
    people.admitted(mine, ward)
    doctor = people.doctor_of(ward)

    assert found(doctor, "okafor") == [mine]
    assert found(doctor, other.mrn) == []
    assert found(factories.principal(Role.GATE_OFFICER), "okafor") == []


def test_a_hit_says_which_entry_it_is_read_as() -> None:
    by, duplicate, survivor = (
        people.infection_control(),
        people.person(family="Okafor"),
        people.person(),
    )
    linked(duplicate, survivor)

    (hit,) = queries.find(by, "okafor").hits

    assert hit.is_linked
    assert hit.read_as == survivor.mrn


def test_a_search_costs_the_same_for_one_and_for_many(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    by = people.infection_control()
    assert by.roles
    for _ in range(6):
        people.person(family="Okafor")

    with django_assert_num_queries(3):
        hits = queries.find(by, "okafor").hits
        assert {str(hit.person.species) for hit in hits} == {"Human"}
        assert {hit.person.display_name for hit in hits} == {"Okafor, Ada"}
