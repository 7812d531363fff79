"""An estimate that a clinician accepts changes the ranges of later results, and no frozen one."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from assays.actions import pregnancy_estimates, recordings
from assays.actions.recordings import Typed
from assays.models import Assay, Result
from assays.rules.states import ResultStatus
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from labsys.lib.quantities import parse_quantity
from patients import queries
from patients.actions import pregnancies, ultrasounds
from patients.models import Person, PregnancyEstimate, UltrasoundMeasurement
from patients.rules.pregnancies import State
from tests import factories
from tests import laboratory as shipped
from tests.assays import laboratory
from tests.patients import people

pytestmark = pytest.mark.django_db
HOURS = timedelta(hours=1)


@pytest.fixture(autouse=True)
def catalogue() -> None:
    shipped.load_catalogue()


def doctor() -> Any:
    return factories.principal(Role.EXAMINING_PHYSICIAN)


def scan(person: Person, *, crl: str = "24.0") -> UltrasoundMeasurement:
    at = database_now()
    (made,) = ultrasounds.record_scan(
        by=doctor(),
        at=at,
        person=person,
        observed_at=at - 2 * HOURS,
        route="VAGINAL",
        lengths={"CRL": Decimal(crl)},
    )
    return made


def measured(person: Person, value: str, *, hours_ago: float = 1) -> Result:
    assay = Assay.objects.get(analyte__code="HCG")
    specimen = laboratory.specimen([assay], of=person, collected_ago=hours_ago * HOURS)
    unit = assay.versions.get(status="ACTIVE").unit
    (made,) = recordings.record_typed(
        specimen=specimen,
        values=[Typed(assay_id=assay.pk, value=parse_quantity(value, unit=unit), field="v")],
        observed_at=database_now(),
        by=factories.principal(Role.TECHNOLOGIST),
        at=database_now(),
    )
    return made


def lows(result: Result) -> set[str | None]:
    return {row["low"] for row in result.reference["candidates"]}


def test_a_scan_alone_changes_nothing_and_an_accepted_one_dates_what_comes_after() -> None:
    person = people.person()
    before = measured(person, "30000")
    frozen = dict(before.reference)
    length = scan(person)
    proposed = measured(person, "30001")

    assert proposed.reference["candidates"] == before.reference["candidates"]

    made = pregnancies.accept_length(
        by=doctor(), at=database_now(), measurement=length, code="INTERGROWTH_CRL"
    )
    after = measured(person, "30002")
    before.refresh_from_db()

    # 24 mm: 65 days, 2 SD 5.7, rounded up; the day passed since is counted by the calendar.
    assert (made.gestation_days, made.uncertainty_days) == (65, 6)
    assert made.method == "CRL 24 mm, INTERGROWTH-21st 2014"
    assert before.reference == frozen
    assert after.reference["candidates"] != before.reference["candidates"]
    known = queries.context_at([person.pk], after.collected_at)[person.pk].pregnancy
    assert known.state is State.PREGNANT
    assert known.based_on == (made.pk,)


def test_a_measurement_serves_one_estimate_and_only_while_it_stands() -> None:
    person, by = people.person(), doctor()
    length = scan(person)
    made = pregnancies.accept_length(
        by=by, at=database_now(), measurement=length, code="INTERGROWTH_CRL"
    )
    with pytest.raises(Conflict):
        pregnancies.accept_length(by=by, at=database_now(), measurement=length, code="HADLOCK_CRL")
    pregnancies.retract(by=by, at=database_now(), estimate=made, reason="wrong patient")
    pregnancies.accept_length(by=by, at=database_now(), measurement=length, code="HADLOCK_CRL")
    ultrasounds.retract(by=by, at=database_now(), measurement=length, reason="wrong patient")

    other = scan(person)
    ultrasounds.retract(by=by, at=database_now(), measurement=other, reason="wrong patient")
    with pytest.raises(Conflict):
        pregnancies.accept_length(by=by, at=database_now(), measurement=other, code="HADLOCK_CRL")


@pytest.mark.parametrize(
    ("crl", "code"), [("24", "HADLOCK_HC"), ("24", ""), ("140", "HADLOCK_CRL")]
)
def test_what_no_formula_proposes_is_not_recorded(crl: str, code: str) -> None:
    length = scan(people.person(), crl=crl)

    with pytest.raises(InvalidInput):
        pregnancies.accept_length(by=doctor(), at=database_now(), measurement=length, code=code)
    assert not PregnancyEstimate.objects.exists()


def test_of_another_species_nothing_is_proposed_but_a_clinician_may_estimate() -> None:
    person = people.person(species=people.species())
    length = scan(person)

    with pytest.raises(InvalidInput, match="species"):
        pregnancies.accept_length(
            by=doctor(), at=database_now(), measurement=length, code="HADLOCK_CRL"
        )
    pregnancies.record(
        by=doctor(),
        at=database_now(),
        person=person,
        status="PREGNANT",
        observed_at=database_now() - HOURS,
    )
    assert PregnancyEstimate.objects.count() == 1


def test_only_who_records_pregnancies_accepts() -> None:
    length = scan(people.person())

    with pytest.raises(NotAllowed):
        pregnancies.accept_length(
            by=factories.principal(Role.TECHNOLOGIST),
            at=database_now(),
            measurement=length,
            code="HADLOCK_CRL",
        )


def test_hcg_counts_once_a_clinician_records_it_and_only_when_released() -> None:
    person, by = people.person(), doctor()
    result = measured(person, "3000")
    with pytest.raises(InvalidInput, match="released"):
        pregnancy_estimates.accept_hcg(
            by=factories.principal(Role.PATHOLOGIST), at=database_now(), result=result
        )
    released(result)
    assert (
        queries.context_at([person.pk], database_now())[person.pk].pregnancy.state is State.UNKNOWN
    )

    made = pregnancy_estimates.accept_hcg(by=by, at=database_now(), result=result)

    # 3000 IU/L is published for the weeks 5 and 6, and none that the other tables reach.
    assert (made.gestation_days - made.uncertainty_days, made.uncertainty_days) == (35, 7)
    assert len(made.method) <= 80
    with pytest.raises(Conflict):
        pregnancy_estimates.accept_hcg(by=by, at=database_now(), result=result)


def released(result: Result) -> None:
    laboratory.verified(result, ResultStatus.RELEASED)
    result.refresh_from_db()
