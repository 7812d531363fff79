"""Signing for a minor: by a named guardian, where the programme admits minors at all."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from consent.models import WaiverSignature
from consent.queries.clearances import clearance_of
from consent.rules.answers import Reason
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients.rules.births import Birth, Precision
from tests.clients import client_of
from tests.consent.programme import DRAWN, World

pytestmark = pytest.mark.django_db
GUARDIAN = {"guardian_name": "Vera Quill", "guardian_relation": "mother"}
MINORS = {"admits_minors": True, "minimum_age_years": 12}


def young(world: World):
    """Register somebody of fifteen."""
    day = localdate()
    return world.person(birth=Birth(day.replace(year=day.year - 15, day=1), Precision.DAY), sex="M")


def test_a_guardian_signs_for_a_minor_who_is_then_cleared() -> None:
    world = World(asks=MINORS)
    person = young(world)
    world.enrol(person)
    world.sign(person, **GUARDIAN)
    world.medical(person)
    world.psychological(person)

    signature = WaiverSignature.objects.get(person=person)
    assert (signature.signer, signature.guardian_name) == ("GUARDIAN", "Vera Quill")
    assert clearance_of(person, world.programme, at=database_now()).is_cleared


def test_a_minor_does_not_sign_alone_and_nobody_signs_for_an_adult() -> None:
    world = World(asks=MINORS)

    with pytest.raises(InvalidInput, match="a guardian signs") as alone:
        world.sign(young(world))
    with pytest.raises(InvalidInput, match="signs for themselves") as guarded:
        world.sign(world.person(), **GUARDIAN)

    assert alone.value.field == guarded.value.field == "guardian_name"
    assert not WaiverSignature.objects.exists()


def test_a_programme_admits_no_minors_unless_it_says_so() -> None:
    world = World()
    person = young(world)
    world.enrol(person)

    with pytest.raises(InvalidInput, match="admits no minors"):
        world.sign(person, **GUARDIAN)
    with pytest.raises(InvalidInput, match="18 years old"):
        world.sign(person)

    assert Reason.UNDER_AGE in clearance_of(person, world.programme, at=database_now()).reasons


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"guardian_name": "Vera Quill"}, "guardian_relation"),
        ({"guardian_relation": "mother"}, "guardian_name"),
        ({"guardian_name": "  ", "guardian_relation": "mother"}, "guardian_name"),
    ],
)
def test_a_guardian_is_named_with_what_they_are_to_the_person(given, field) -> None:
    world = World(asks=MINORS)

    with pytest.raises(InvalidInput) as refused:
        world.sign(young(world), **given)

    assert refused.value.field == field


def test_the_page_asks_for_a_guardian_only_where_minors_are_admitted() -> None:
    for asks, offered in (({}, False), (MINORS, True)):
        world = World(asks=asks)
        person = young(world)
        address = reverse("waiver-sign", args=[person.uid, world.programme.code])
        officer = client_of(world.officer)
        given = {"identity_checked": "passport", "has_signed": "on", "signed_at": ""}
        given |= {"text_sha256": world.text.sha256, "drawing": json.dumps(DRAWN)}

        shown = officer.get(address).content.decode()
        alone = officer.post(address, given)
        guarded = officer.post(address, {**given, **GUARDIAN})

        assert ("guardian_name" in shown) == offered
        assert alone.status_code == 422
        assert "18 years old" in alone.content.decode()
        assert guarded.status_code == (302 if offered else 422)
        assert WaiverSignature.objects.filter(person=person).count() == int(offered)

    clearance = reverse("clearance", args=[person.uid, world.programme.code])
    assert "Vera Quill (mother)" in officer.get(clearance).content.decode()
