"""Nanite status through the laboratory and the medical check: load, type, control, drift."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from consent.models import MedicalFindings
from consent.queries.clearances import clearance_of
from consent.rules.answers import Reason
from consent.rules.facts import CheckOutcome
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from tests.clients import client_of
from tests.consent.nanites import recorded, released
from tests.consent.pages.test_pages import VITALS
from tests.consent.programme import World

pytestmark = pytest.mark.django_db
LOAD = {"nanite_analyte": "NANITE-LOAD", "nanite_maximum": Decimal(5000)}
STATUS, MISSING = Reason.NANITE_STATUS, Reason.NANITE_MISSING


def reasons(world: World, person, at=None, **more) -> tuple[Reason, ...]:
    return clearance_of(person, world.programme, at=at or database_now(), **more).reasons


def test_a_released_load_below_the_limit_clears() -> None:
    world = World(asks=LOAD)
    person = world.cleared()

    recorded(person, 10)
    assert reasons(world, person) == (MISSING,)
    released(person, 10)
    assert reasons(world, person) == ()


def test_a_load_above_the_limit_is_allowed_while_the_examiner_saw_it_under_control() -> None:
    world = World(asks={**LOAD, "nanite_control_counts": True})
    person = world.cleared()
    released(person, 6000)
    before = database_now()
    assert reasons(world, person) == (MISSING, STATUS)

    seen = world.medical(person, nanite_control="CONTROLLED")
    assert reasons(world, person) == ()
    held = database_now()
    world.medical(person, nanite_control="NOT_CONTROLLED")

    assert reasons(world, person) == (MISSING, STATUS)
    assert reasons(world, person, before) == (MISSING, STATUS)
    answer = clearance_of(person, world.programme, at=held)
    assert ("nanite control", str(seen.pk)) in {(one.kind, one.id) for one in answer.relied_on}


def test_control_seen_at_a_check_left_incomplete_allows_nothing() -> None:
    world = World(asks={**LOAD, "nanite_control_counts": True})
    person = world.cleared()
    released(person, 6000)

    world.medical(person, CheckOutcome.INCOMPLETE, nanite_control="CONTROLLED")

    assert reasons(world, person) == (MISSING, STATUS)


def test_the_medical_page_takes_whether_the_nanites_are_under_control() -> None:
    world = World()
    person, examiner = world.member(sex="M"), client_of(world.examiner)
    address = reverse("check-medical", args=[person.uid, world.programme.code])
    given = {**VITALS, "nanite_control": "NOT_CONTROLLED"}

    shown = examiner.post(address, {**given, "step": "assess"})
    conclusion = {"step": "conclude", "outcome": "REFERRED", "seen": shown.context["shown"]}
    recorded = examiner.post(address, {**given, **conclusion})
    forged = examiner.post(address, {**given, "nanite_control": "PERHAPS", "step": "assess"})

    assert recorded.status_code == 302
    assert MedicalFindings.objects.get(of_check__person=person).nanite_control == "NOT_CONTROLLED"
    assert "nanite_control" in forged.context["form"].errors
    with pytest.raises(InvalidInput, match="under control"):
        world.medical(person, nanite_control="PERHAPS")


def test_a_type_that_is_not_allowed_refuses_and_one_that_is_clears() -> None:
    world = World(asks={**LOAD, "nanite_types": "T1 T2"})
    person = world.cleared()
    released(person, 10)
    assert reasons(world, person) == (MISSING,)

    unknown = released(person, "T9")
    assert reasons(world, person) == (MISSING, STATUS)
    refused = database_now()
    released(person, "T2")

    assert reasons(world, person) == ()
    answer = clearance_of(person, world.programme, at=refused)
    behind = [one.id for ground in answer.grounds for one in ground.facts]
    assert behind == [str(unknown.pk)]


def test_a_load_that_drifts_refuses() -> None:
    world = World(asks={**LOAD, "nanite_drift_factor": Decimal(2)})
    person = world.cleared()
    released(person, 100)
    released(person, 150)
    assert reasons(world, person) == ()

    released(person, 350)

    assert reasons(world, person) == (STATUS,)
