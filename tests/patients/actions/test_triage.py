"""Triage by a published scale, and injuries: stated, corrected by further rows, taken back."""

from __future__ import annotations

from typing import Any

import pytest

from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from labsys.lib.records import AppendOnlyError
from patients.actions import arrivals, injuries, triage
from patients.models import Encounter, Injury, TriageAssessment
from tests import factories
from tests.patients import people
from tests.patients.people import DAY, HOUR

pytestmark = pytest.mark.django_db


def assessed(**stated: Any) -> TriageAssessment:
    at = database_now()
    given: dict[str, Any] = {"scale": "MTS", "category": "RED", "assessed_at": at, **stated}
    given.setdefault("person", None)
    given["person"] = given["person"] or people.person()
    return triage.record(by=people.infection_control(), at=at, **given)


def test_a_triage_is_a_category_of_its_scale() -> None:
    made = assessed(arrival="AMBULANCE", note="found unconscious")

    assert (made.scale, made.category, made.arrival) == ("MTS", "RED", "AMBULANCE")
    for stated, field in (
        ({"scale": "NEWS"}, "scale"),
        ({"scale": "ESI"}, "category"),
        ({"category": "PURPLE"}, "category"),
        ({"arrival": "FLEW"}, "arrival"),
        ({"assessed_at": database_now() + DAY}, "assessed_at"),
    ):
        with pytest.raises(InvalidInput) as caught:
            assessed(**stated)
        assert caught.value.field == field


def test_a_triage_is_corrected_by_a_further_row_and_once() -> None:
    wrong, by, at = assessed(), people.infection_control(), database_now()
    stated: dict[str, Any] = {
        "person": wrong.person,
        "scale": "MTS",
        "category": "ORANGE",
        "assessed_at": at - HOUR,
    }

    right = triage.correct(by=by, at=at, assessment=wrong, reason="misread", **stated)

    assert list(TriageAssessment.objects.standing()) == [right]
    with pytest.raises(Conflict, match="corrected already"):
        triage.correct(by=by, at=at, assessment=wrong, reason="again", **stated)
    triage.retract(by=by, at=at, assessment=right, reason="another patient")
    assert not TriageAssessment.objects.standing().exists()
    with pytest.raises(AppendOnlyError):
        TriageAssessment.objects.update(category="BLUE")


def test_an_injury_has_a_site_a_kind_and_a_severity() -> None:
    by, at, someone = people.infection_control(), database_now(), people.person()
    given: dict[str, Any] = {"person": someone, "kind": "BURN", "severity": 3, "found_at": at}

    made = injuries.record(by=by, at=at, site="forearm", side="LEFT", **given)

    assert (made.site, made.severity) == ("forearm", 3)
    with pytest.raises(InvalidInput, match="site of the body"):
        injuries.record(by=by, at=at, site="  ", **given)
    with pytest.raises(InvalidInput) as caught:
        injuries.record(by=by, at=at, site="hand", **{**given, "severity": 7})
    assert caught.value.field == "severity"
    again = injuries.correct(
        by=by, at=at, injury=made, reason="right arm", site="forearm", side="RIGHT", **given
    )
    assert list(Injury.objects.standing()) == [again]
    injuries.retract(by=by, at=at, injury=again, reason="not hers")
    assert not Injury.objects.standing().exists()


def test_who_comes_is_admitted_with_their_triage_or_not_at_all() -> None:
    by, at, someone, ward = (
        people.infection_control(),
        database_now(),
        people.person(),
        people.ward(),
    )
    come: dict[str, Any] = {"person": someone, "location": ward, "started_at": at - HOUR}

    with pytest.raises(InvalidInput):
        arrivals.receive(by=by, at=at, **come, triaged={"scale": "ESI", "category": "9"})
    assert not Encounter.objects.exists()
    stay = arrivals.receive(by=by, at=at, **come, triaged={"scale": "ESI", "category": "2"})

    found = TriageAssessment.objects.get()
    assert (stay.person, found.person, found.assessed_at) == (someone, someone, at - HOUR)


@pytest.mark.parametrize("role", [Role.TECHNOLOGIST, Role.ADMINISTRATOR, Role.VISITING_CLINICIAN])
def test_triage_and_injuries_need_their_permission(role: Role) -> None:
    by, at, someone = factories.principal(role), database_now(), people.person()

    with pytest.raises(NotAllowed):
        triage.record(by=by, at=at, person=someone, scale="ESI", category="2", assessed_at=at)
    with pytest.raises(NotAllowed):
        injuries.record(
            by=by, at=at, person=someone, site="hand", kind="BURN", severity=1, found_at=at
        )
