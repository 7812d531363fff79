"""What the exposures of another entry moved counts while both are read as one person, and no longer."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labsys.lib.clock import database_now
from patients.actions import links
from patients.models import Person, PersonLink, QuarantineExtension, QuarantineOrder
from patients.queries import quarantine, quarantine_lists, quarantine_places
from tests.clients import client_of
from tests.patients import people
from tests.patients.people import DAY
from tests.patients.quarantined import exposed, ordered, rule

pytestmark = pytest.mark.django_db


def joined(duplicate: Person, survivor: Person) -> PersonLink:
    by, at = people.infection_control(), database_now()
    return links.link(by=by, at=at, duplicate=duplicate, survivor=survivor, reason="one person")


def parted(link: PersonLink) -> None:
    links.unlink(by=people.infection_control(), at=database_now(), link=link, reason="two people")


def ends(order: QuarantineOrder) -> datetime | None:
    return quarantine.value(quarantine.fresh(order)).ends(at=database_now())


def moved() -> tuple[Person, Person, QuarantineOrder, PersonLink, datetime]:
    """Return two entries, the order of the first, and the link that moved its end to the ninth day."""
    at, person, double = database_now(), people.person(), people.person()
    rule()
    exposed(person, at - 3 * DAY)
    order = ordered(person)
    exposed(double, at - DAY)
    return person, double, order, joined(person, double), at


def test_a_moved_end_is_as_it_was_once_the_entries_are_parted() -> None:
    _person, _double, order, link, at = moved()
    assert ends(order) == at + 9 * DAY

    parted(link)

    assert ends(order) == order.ends_at == at + 7 * DAY
    assert QuarantineExtension.objects.count() == 1
    assert not QuarantineExtension.objects.standing().exists()


def test_entries_joined_again_move_it_again_by_the_same_row() -> None:
    person, double, order, link, at = moved()
    parted(link)

    joined(double, person)

    assert ends(order) == at + 9 * DAY
    assert QuarantineExtension.objects.standing().count() == 1


def test_an_extension_counts_through_a_third_entry() -> None:
    at, person, double, third = database_now(), people.person(), people.person(), people.person()
    rule()
    exposed(person, at - 3 * DAY)
    order = ordered(person)
    exposed(double, at - DAY)
    link = joined(person, third)
    joined(double, third)
    assert ends(order) == at + 9 * DAY

    parted(link)

    assert ends(order) == at + 7 * DAY


def test_an_exposure_of_their_own_that_the_other_hid_moves_the_end_at_the_parting() -> None:
    person, _double, order, link, at = moved()
    exposed(person, at - 2 * DAY)
    assert QuarantineExtension.objects.count() == 1

    parted(link)

    assert ends(order) == at + 8 * DAY


def test_an_exposure_of_their_own_keeps_its_extension() -> None:
    person, _double, order, link, at = moved()
    exposed(person, at - DAY / 2)

    parted(link)

    assert ends(order) == at + 9.5 * DAY
    assert QuarantineExtension.objects.count() == 2


def test_lists_and_places_count_as_the_order_does() -> None:
    at, by = database_now(), people.infection_control()
    _person, _double, order, link, _at = moved()
    later = at + 8 * DAY

    def apart() -> list[int]:
        rows = quarantine_lists.listed(by, show=quarantine_lists.Show.FORCE, at=later).rows
        assert len(rows) == quarantine_lists.counts(by, at=later)[quarantine_lists.Show.FORCE]
        return [row.order.pk for row in rows]

    def present() -> int:
        return sum(place.days[8].occupied for place in quarantine_places.places(at=at + DAY / 2))

    def running() -> list[int]:
        entries = [order.person_id]
        return [row.pk for row in quarantine.running_by_rule(entries, at=later)]

    assert (apart(), present(), running()) == ([order.pk], 1, [order.pk])

    parted(link)

    assert (apart(), present(), running()) == ([], 0, [])


def test_every_door_names_the_end_that_counts_and_asks_no_more_for_more_orders() -> None:
    by = people.infection_control()
    _person, _double, order, link, _at = moved()
    client = client_of(by)
    address = reverse("admin:patients_quarantineorder_changelist")

    def told() -> tuple[int, bool]:
        with CaptureQueriesContext(connection) as asked:
            page = client.get(address)
        (found, *_more) = page.context["cl"].result_list.filter(pk=order.pk)
        return len(asked), quarantine.value(found).ends(at=database_now()) == order.ends_at

    told()
    few, is_ordered = told()
    assert not is_ordered
    parted(link)
    for _ in range(3):
        ordered()
    many, is_ordered = told()
    assert is_ordered
    assert many == few
