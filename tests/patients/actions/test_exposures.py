"""Exposures, interventions and pregnancies are stated, stated again, or taken back; never changed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from labsys.accounts.roles import Role
from labsys.audit.models import AuditEvent
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed, NotFound
from labsys.lib.records import AppendOnlyError
from patients.actions import exposures, interventions, links, pregnancies
from patients.models import Exposure, Intervention, PregnancyEstimate
from tests import factories
from tests.patients import people
from tests.patients.people import DAY, HOUR

pytestmark = pytest.mark.django_db


def exposed(**stated: Any) -> dict[str, Any]:
    at = database_now()
    return {
        "at": at,
        "by": people.infection_control(),
        "agent": "nanites, type A",
        "kind": "BLOOD",
        "certainty": "PROBABLE",
        "first_at": at - DAY,
        "last_at": at - HOUR,
        **stated,
    }


def treated(**stated: Any) -> dict[str, Any]:
    at = database_now()
    return {
        "at": at,
        "by": people.infection_control(),
        "kind": "FILTRATION",
        "started_at": at - HOUR,
        **stated,
    }


def expecting(**stated: Any) -> dict[str, Any]:
    at = database_now()
    return {
        "at": at,
        "by": factories.principal(Role.PATHOLOGIST),
        "status": "PREGNANT",
        "observed_at": at - HOUR,
        **stated,
    }


def test_an_exposure_names_its_source() -> None:
    someone, source = people.person(), people.unnamed()

    made = exposures.record(**exposed(person=someone, source_person=source, event="needle"))

    assert (made.person, made.source_person, made.event) == (someone, source, "needle")
    assert list(Exposure.objects.standing()) == [made]


def test_a_correction_stands_in_place_of_what_it_names() -> None:
    first = exposures.record(**exposed(person=people.person()))
    other = people.person()

    second = exposures.correct(
        exposure=first, reason="other patient", **exposed(person=other, certainty="CONFIRMED")
    )

    assert list(Exposure.objects.standing()) == [second]
    assert (second.corrects, second.person) == (first, other)
    first.refresh_from_db()
    assert first.certainty == "PROBABLE"
    event = AuditEvent.objects.get(model="patients.exposure", pk_of=second.pk)
    assert (event.action, event.reason) == ("patients.exposure.correct", "other patient")


def test_what_was_taken_back_stands_no_more() -> None:
    by, at = people.infection_control(), database_now()
    made = exposures.record(**exposed(person=people.person()))

    exposures.retract(by=by, at=at, exposure=made, reason="wrong form")

    assert not Exposure.objects.standing().exists()
    assert Exposure.objects.count() == 2


def test_a_row_is_corrected_once() -> None:
    by, at, someone = people.infection_control(), database_now(), people.person()
    made = exposures.record(**exposed(person=someone))
    exposures.retract(by=by, at=at, exposure=made, reason="wrong form")

    with pytest.raises(Conflict, match="corrected already"):
        exposures.retract(by=by, at=at, exposure=made, reason="again")
    with pytest.raises(Conflict, match="corrected already"):
        exposures.correct(exposure=made, reason="again", **exposed(person=someone))


def test_a_correction_gives_its_reason() -> None:
    made = exposures.record(**exposed(person=people.person()))

    with pytest.raises(InvalidInput, match="why this is set right"):
        exposures.retract(
            by=people.infection_control(), at=database_now(), exposure=made, reason=" "
        )


def test_nobody_is_their_own_source_under_any_entry() -> None:
    one, two = people.person(), people.person()
    by, at = people.infection_control(), database_now()
    links.link(by=by, at=at, duplicate=one, survivor=two, reason="same")

    for source in (one, two):
        with pytest.raises(InvalidInput, match="their own source"):
            exposures.record(**exposed(person=one, source_person=source))


REFUSED_EXPOSURES = [
    ({"agent": " "}, "agent", "Name the agent"),
    ({"kind": "MAGIC"}, "kind", "not a valid choice"),
    ({"certainty": ""}, "certainty", "cannot be blank"),
    ({"last_at": "-2d"}, "last_at", "before the first"),
    ({"last_at": "+1d"}, "last_at", "in the future"),
    ({"first_at": "+1d"}, "first_at", "in the future"),
]


@pytest.mark.parametrize(("stated", "field", "said"), REFUSED_EXPOSURES)
def test_an_exposure_that_makes_no_sense_is_refused(
    stated: dict[str, str], field: str, said: str
) -> None:
    given = exposed(person=people.person())
    shifts = {"-2d": -2 * DAY, "+1d": DAY}
    given |= {
        name: given["at"] + shifts[value] if value in shifts else value
        for name, value in stated.items()
    }

    with pytest.raises(InvalidInput, match=said) as caught:
        exposures.record(**given)

    assert caught.value.field == field


def test_an_intervention_keeps_its_dose_as_it_was_given() -> None:
    made = interventions.record(
        **treated(person=people.person(), kind="CHARCOAL", dose=Decimal("13.20"), dose_unit="g")
    )

    made.refresh_from_db()
    assert (str(made.dose), made.dose_unit) == ("13.20", "g")
    assert made.operator == made.recorded_by


def test_the_end_of_an_intervention_is_added_by_a_correction() -> None:
    given = treated(person=people.person())
    first = interventions.record(**given)

    second = interventions.correct(
        intervention=first, reason="finished", **{**given, "ended_at": given["at"]}
    )

    assert list(Intervention.objects.standing()) == [second]
    retraction = interventions.retract(
        by=given["by"], at=given["at"], intervention=second, reason="other patient"
    )
    assert retraction.is_retraction
    assert not Intervention.objects.standing().exists()


REFUSED_INTERVENTIONS: list[tuple[dict[str, Any], str, str]] = [
    ({"dose": Decimal(1)}, "dose_unit", "needs its unit"),
    ({"dose_unit": "mg"}, "dose_unit", "needs its unit"),
    ({"dose": Decimal("NaN"), "dose_unit": "mg"}, "dose", "finite number"),
    ({"dose": Decimal("1e400"), "dose_unit": "mg"}, "dose", "no more than"),
    ({"kind": ""}, "kind", "cannot be blank"),
    ({"detail": "x" * 201}, "detail", "at most 200"),
]


@pytest.mark.parametrize(("stated", "field", "said"), REFUSED_INTERVENTIONS)
def test_an_intervention_that_makes_no_sense_is_refused(
    stated: dict[str, Any], field: str, said: str
) -> None:
    with pytest.raises(InvalidInput, match=said) as caught:
        interventions.record(**treated(person=people.person(), **stated))

    assert caught.value.field == field


def test_an_intervention_ends_after_it_began_and_not_ahead() -> None:
    given = treated(person=people.person())

    with pytest.raises(InvalidInput, match="before the beginning"):
        interventions.record(**{**given, "ended_at": given["at"] - DAY})
    with pytest.raises(InvalidInput, match="in the future"):
        interventions.record(**{**given, "ended_at": given["at"] + DAY})
    with pytest.raises(InvalidInput, match="in the future"):
        interventions.record(**{**given, "started_at": given["at"] + DAY})


def test_an_estimate_of_a_pregnancy_is_recorded_corrected_and_taken_back() -> None:
    given = expecting(person=people.person(), gestation_days=80, uncertainty_days=5)
    first = pregnancies.record(**given)

    second = pregnancies.correct(
        estimate=first, reason="misread", **{**given, "gestation_days": 87}
    )

    assert list(PregnancyEstimate.objects.standing()) == [second]
    pregnancies.retract(by=given["by"], at=given["at"], estimate=second, reason="other patient")
    assert not PregnancyEstimate.objects.standing().exists()


@pytest.mark.parametrize(
    ("stated", "field"),
    [
        ({"status": "MAYBE"}, "status"),
        ({"gestation_days": 80}, "uncertainty_days"),
        ({"uncertainty_days": 5}, "gestation_days"),
        ({"gestation_days": 308, "uncertainty_days": 5}, "gestation_days"),
        ({"gestation_days": -1, "uncertainty_days": 5}, "gestation_days"),
        ({"status": "ENDED", "gestation_days": 80, "uncertainty_days": 5}, "gestation_days"),
    ],
)
def test_an_estimate_that_makes_no_sense_is_refused(stated: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        pregnancies.record(**expecting(person=people.person(), **stated))

    assert caught.value.field == field


def test_recording_needs_the_permission_and_the_patient_in_care() -> None:
    someone, ward = people.person(), people.ward()
    nurse = factories.principal(Role.NURSE)
    doctor = people.doctor_of(ward)

    for record, stated in ((exposures.record, exposed), (interventions.record, treated)):
        with pytest.raises(NotAllowed):
            record(**stated(person=someone, by=nurse))
        with pytest.raises(NotFound):
            record(**stated(person=someone, by=doctor))
    with pytest.raises(NotFound):
        pregnancies.record(**expecting(person=someone, by=doctor))
    people.admitted(someone, ward)

    assert exposures.record(**exposed(person=someone, by=doctor)).pk
    assert interventions.record(**treated(person=someone, by=doctor)).pk
    assert pregnancies.record(**expecting(person=someone, by=doctor)).pk


def test_a_correction_reaches_no_other_doctors_patient() -> None:
    someone, mine = people.person(), people.person()
    ward = people.ward()
    people.admitted(mine, ward)
    doctor = people.doctor_of(ward)
    first = exposures.record(**exposed(person=someone))

    with pytest.raises(NotFound):
        exposures.correct(exposure=first, reason="x", **exposed(person=mine, by=doctor))
    with pytest.raises(NotFound):
        exposures.retract(by=doctor, at=database_now(), exposure=first, reason="x")


def test_facts_are_held_by_model_query_set_and_database() -> None:
    made = exposures.record(**exposed(person=people.person()))

    made.agent = "other"
    with pytest.raises(AppendOnlyError):
        made.save()
    with pytest.raises(AppendOnlyError):
        Exposure.objects.update(agent="other")
    with pytest.raises(DatabaseError), transaction.atomic():
        Exposure.objects.raw("UPDATE patients_exposure SET agent = 'other' RETURNING id")[0]
