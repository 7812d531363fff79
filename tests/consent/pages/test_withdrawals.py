"""Withdrawing wherever it is said: on a ward, at the gate, and by who may see no more than that."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from consent.models import WaiverWithdrawal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.actions import care
from tests.clients import client_of
from tests.consent.programme import World
from tests.factories import principal
from tests.patients import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("role", [Role.NURSE, Role.WARD_DOCTOR])
def test_on_the_ward_whoever_cares_for_somebody_takes_their_word(world, role) -> None:
    person, other = world.cleared(), world.cleared()
    ward, who = people.ward(), principal(role)
    people.admitted(person, ward)
    at = database_now()
    care.assign(principal=who, location=ward, by=principal(Role.ADMINISTRATOR), at=at, since=at)
    client = client_of(who)

    shown = client.get(reverse("person-withdraw", args=[person.uid]))
    done = client.post(
        reverse("person-withdraw", args=[person.uid]), {"programme": world.programme.code}
    )
    said = client.get(done.url).content.decode()
    far = client.post(reverse("person-withdraw", args=[other.uid]), {"programme": "every"})

    assert world.programme.name in shown.content.decode()
    assert (done.status_code, far.status_code) == (302, 404)
    row = WaiverWithdrawal.objects.get()
    assert (row.person, row.programme, row.door) == (person, world.programme, "STAFF")
    assert "Nobody may ask why" in said


@pytest.mark.parametrize("role", [Role.GATE_OFFICER, Role.INFECTION_CONTROL])
def test_who_may_not_see_a_record_sees_a_number_and_a_name(world, role) -> None:
    person = world.cleared(family="QUILL")
    client = client_of(principal(role))
    address = reverse("waiver-withdraw", args=[person.uid, world.programme.code])

    said = client.get(address).content.decode()
    done = client.post(address, {"scope": "every"}, follow=True)

    assert "QUILL" in said
    assert ("Species" in said) == (role is Role.INFECTION_CONTROL)
    assert done.status_code == 200
    assert WaiverWithdrawal.objects.get().programme is None


def test_a_slip_withdraws_from_nothing(world) -> None:
    person = world.cleared()
    address = reverse("person-withdraw", args=[person.uid])

    assert client_of(world.officer).post(address, {"programme": "no-such"}).status_code == 422
    assert client_of(world.officer).post(address).status_code == 422
    assert not WaiverWithdrawal.objects.exists()


def own_page(client) -> tuple[list[str], str]:
    """Return the withdrawals that somebody's own page offers, and the page."""
    page = client.get(reverse("own-clearance")).content.decode()
    return re.findall(
        r'name="programme" value="([^"]+)"(?=(?:(?!</form>).)*Withdraw)', page, re.S
    ), page


def test_their_own_page_offers_no_withdrawal_that_was_made(world) -> None:
    person, other = world.cleared(), World()
    other.enrol(person)
    other.sign(person)
    client = client_of(world.participant(person))
    code, more = world.programme.code, other.programme.code
    assert own_page(client)[0] == [code, more, "every"]

    client.post(reverse("own-clearance"), {"programme": code})
    assert own_page(client)[0] == [more, "every"]
    client.post(reverse("own-clearance"), {"programme": "every"})
    offered, page = own_page(client)
    assert offered == []
    assert "You have withdrawn" in page

    world.sign(person)
    assert own_page(client)[0] == [code, "every"]


def test_who_signed_and_was_not_enrolled_may_still_withdraw(world) -> None:
    person = world.person()
    world.sign(person)
    client = client_of(world.participant(person))
    assert own_page(client)[0] == ["every"]

    client.post(reverse("own-clearance"), {"programme": "every"})

    assert own_page(client)[0] == []
