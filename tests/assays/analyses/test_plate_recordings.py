"""Recording a plate: results with comparators, controls, dilutions asked for; once, and whole."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from assays.actions import controls, orders, results
from assays.actions.analyses import plate_recordings, runs
from assays.actions.recordings import ENTER
from assays.models import (
    AnalysisPart,
    Assay,
    AttemptRequest,
    ControlHold,
    ControlMeasurement,
    Instrument,
    PlateAddition,
    PlateRecording,
    Result,
    Specimen,
)
from assays.queries.analyses import inputs
from assays.queries.analyses import plates as queries
from assays.rules.analyses import kinetics
from assays.rules.analyses.runs import AnalysisKind
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed, Refusal
from tests import factories
from tests.assays import laboratory
from tests.assays.analyses import loads, plating
from tests.assays.analyses.plating import evaluated, written
from tests.assays.console.transmitted import text_of
from tests.assays.evaluation.test_evaluation import typed, work_off
from tests.clients import client_of
from tests.signing import step_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def sender() -> Principal:
    return factories.principal(Role.TECHNOLOGIST)


@pytest.fixture
def recorder() -> Principal:
    return factories.principal(Role.TECHNOLOGIST)


@pytest.fixture
def assay() -> Assay:
    return plating.lh()


@pytest.fixture
def reader() -> Instrument:
    return laboratory.instrument()


def recorded(part: AnalysisPart, by: Principal) -> PlateRecording:
    made = plate_recordings.record(part=part, by=by, at=database_now())
    work_off()
    return made


def values_of(specimen: Specimen) -> list[str]:
    rows = Result.objects.filter(specimen=specimen).order_by("pk")
    return [f"{one.comparator}{one.value.normalize():f}" for one in rows]


def control_level(assay: Assay, reader: Instrument, mean: str = "15") -> None:
    """Register a control called LH-QC of the reader, with a signed target."""
    who, doctor, now = (
        factories.principal(Role.QUALITY_MANAGER),
        factories.principal(Role.PATHOLOGIST),
        database_now(),
    )
    began = now - timedelta(days=3)
    material = controls.register_material(
        name="Gonadotrust", maker="Norrland", matrix="serum", levels=1, by=who, at=began
    )
    lot = controls.register_lot(
        material=material,
        number="G1",
        expires_on=(now + timedelta(days=99)).date(),
        by=who,
        at=began,
    )
    level = controls.open_lot(lot=lot, opened_at=began, by=who, at=now).levels.get()
    controls.name_level(level=level, value="LH-QC", instrument=reader, since=began, by=who, at=now)
    target = controls.fix(
        level=level,
        assay=assay,
        mean=Decimal(mean),
        sd=Decimal("0.6"),
        source="INSERT",
        by=who,
        at=now,
    )
    controls.sign(target=target, step_up=step_up(doctor), by=doctor, at=database_now())


def test_values_bounds_and_dilutions_are_recorded_once(sender, recorder, assay, reader) -> None:
    inside, low, high = (laboratory.specimen([assay]) for _one in range(3))
    files = written([(inside.accession, 30, 1), (low.accession, 0.1, 1), (high.accession, 450, 1)])
    part = evaluated(sender, assay, files, reader=reader)

    first = recorded(part, recorder)
    again = recorded(part, recorder)
    repeated = runs.repeat(run=part.run, by=sender, at=database_now())
    work_off()
    third = recorded(repeated.parts.get(), recorder)

    assert first == again == third
    assert PlateRecording.objects.count() == 1
    (value,) = Result.objects.filter(specimen=inside)
    assert float(value.value) == pytest.approx(30, rel=0.1)
    assert value.value == round(value.value, 1)
    assert value.instrument == reader
    assert (values_of(low), values_of(high)) == (["<1"], [">200"])
    request = AttemptRequest.objects.get()
    assert (request.specimen, request.factor, request.status) == (high, 5, "OPEN")
    assert request.applied_by == "LABORATORY"


def test_the_dilution_that_was_asked_for_is_answered_by_the_next_plate(
    sender, recorder, assay, reader
) -> None:
    specimen = laboratory.specimen([assay])
    first = evaluated(sender, assay, written([(specimen.accession, 450, 1)]), reader=reader)
    recorded(first, recorder)
    wrong = evaluated(sender, assay, written([(specimen.accession, 450, 20)]), reader=reader)
    said = recorded(wrong, recorder).specimens[0]["refusal"]
    right = evaluated(sender, assay, written([(specimen.accession, 450, 5)]), reader=reader)
    recorded(right, recorder)

    assert "1 in 5" in said
    assert values_of(specimen)[0] == ">200"
    assert float(values_of(specimen)[1]) == pytest.approx(450, rel=0.1)
    assert AttemptRequest.objects.get().status == "DONE"


def test_a_dilution_on_the_same_plate_answers_at_once(sender, recorder, assay, reader) -> None:
    specimen = laboratory.specimen([assay])
    files = written([(specimen.accession, 450, 1), (specimen.accession, 450, 10)])
    recorded(evaluated(sender, assay, files, reader=reader), recorder)

    bound, value = values_of(specimen)
    assert bound == ">200"
    assert float(value) == pytest.approx(450, rel=0.1)
    assert AttemptRequest.objects.get().status == "DONE"


def test_neither_who_sent_nor_who_recorded_verifies(sender, recorder, assay, reader) -> None:
    specimen = laboratory.specimen([assay])
    files = written([(specimen.accession, 30, 1)])
    recorded(evaluated(sender, assay, files, reader=reader), recorder)
    result = Result.objects.get()

    for one in (sender, recorder):
        with pytest.raises(Refusal, match="somebody else has to verify"):
            results.verify(result=result, by=one, at=database_now())
    other = factories.principal(Role.TECHNOLOGIST)
    assert results.verify(result=result, by=other, at=database_now()).verified_by == other


def test_a_control_that_fails_keeps_the_results_back(sender, recorder, assay, reader) -> None:
    control_level(assay, reader, mean="25")
    specimen = laboratory.specimen([assay])
    files = written([(specimen.accession, 30, 1)], controls={"LH-QC": 15})
    told = recorded(evaluated(sender, assay, files, reader=reader), recorder)

    assert told.controls[0]["verdict"] == "REJECTED"
    assert ControlHold.objects.get().instrument == reader
    other = factories.principal(Role.TECHNOLOGIST)
    with pytest.raises(Refusal, match="out of control"):
        results.verify(result=Result.objects.get(), by=other, at=database_now())


def test_a_control_in_its_limits_is_one_of_the_series(sender, recorder, assay, reader) -> None:
    control_level(assay, reader)
    part = evaluated(sender, assay, written(controls={"LH-QC": 15}), reader=reader)
    recorded(part, recorder)

    measured = ControlMeasurement.objects.get()
    assert float(measured.value) == pytest.approx(15, rel=0.1)
    assert measured.evaluation.verdict == "ACCEPTED"


def test_a_control_that_nobody_knows_refuses_the_whole_plate(
    sender, recorder, assay, reader
) -> None:
    specimen = laboratory.specimen([assay])
    files = written([(specimen.accession, 30, 1)], controls={"LH-QC": 15})
    part = evaluated(sender, assay, files, reader=reader)

    with pytest.raises(InvalidInput, match="LH-QC means no level"):
        recorded(part, recorder)
    assert not Result.objects.exists()
    assert not PlateRecording.objects.exists()


def test_one_specimen_that_cannot_be_recorded_leaves_the_others(
    sender, recorder, assay, reader
) -> None:
    other = laboratory.assays(FSH={"unit": plating.UNIT})["FSH"]
    good, wrong = laboratory.specimen([assay]), laboratory.specimen([other])
    files = written([(wrong.accession, 40, 1), ("26-NOBODY", 40, 1), (good.accession, 30, 1)])
    told = recorded(evaluated(sender, assay, files, reader=reader), recorder)

    said = {one["name"]: one["refusal"] for one in told.specimens}
    assert said[wrong.accession]
    assert "no such specimen" in said["26-NOBODY"]
    assert not said[good.accession]
    assert Result.objects.get().specimen == good


def test_a_plate_that_is_not_accepted_is_not_recorded(sender, recorder, assay, reader) -> None:
    part = evaluated(sender, assay, written(changed={"D1": "1.05"}), reader=reader)

    assert part.outcome is not None
    assert not part.outcome["acceptance"]["is_accepted"]
    with pytest.raises(Conflict, match="not accepted"):
        recorded(part, recorder)
    with pytest.raises(NotAllowed):
        recorded(part, factories.principal(Role.INFECTION_CONTROL))


def test_a_part_of_another_analysis_is_not_recorded() -> None:
    doctor = factories.principal(Role.PATHOLOGIST)
    loads.measured(laboratory.person(), loads.GROWING, loads.assay())
    work_off()
    run = runs.ask(
        kind=AnalysisKind.KINETICS,
        inputs=inputs.loads(doctor),
        parameters=kinetics.parameters(),
        by=doctor,
        at=database_now(),
    )
    client: Any = client_of(doctor)
    answer = client.post(f"/plates/{run.parts.get().pk}/record/", {}, follow=True)

    assert answer.redirect_chain[-1][0] == f"/analyses/{run.pk}/"
    assert "no plate" in answer.content.decode()
    assert not PlateRecording.objects.exists()


def test_a_plate_is_recorded_on_its_page(sender, recorder, assay, reader) -> None:
    specimen = laboratory.specimen([assay])
    part = evaluated(sender, assay, written([(specimen.accession, 450, 1)]), reader=reader)
    client: Any = client_of(recorder)

    before = text_of(client, f"/plates/{part.pk}/")
    answer = client.post(f"/plates/{part.pk}/record/", {}, follow=True).content.decode()

    assert "Record the results" in before
    assert "asked for again, diluted 1 in 5" in answer
    assert "Record the results" not in answer
    assert f"/results/{Result.objects.get().pk}/" in answer


def order_too(specimen: Specimen, assay: Assay) -> None:
    doctor = factories.principal(Role.PATHOLOGIST)
    orders.add_on(order=specimen.order, assays=[assay.pk], by=doctor, at=database_now())


def left_out(part: AnalysisPart, by: Principal) -> dict[str, Any]:
    made = plate_recordings.record_left_out(part=part, by=by, at=database_now())
    return {one["name"]: one for one in queries.told(made)}


def test_what_was_left_out_is_recorded_once_its_cause_is_gone_and_never_twice(
    sender, recorder, assay, reader
) -> None:
    control_level(assay, reader)
    good, waiting = laboratory.specimen([assay]), laboratory.specimen([assay])
    cold = laboratory.specimen([laboratory.assays(FSH={"unit": plating.UNIT})["FSH"]])
    found = [(good.accession, 30, 1), (cold.accession, 40, 1), (waiting.accession, 50, 1)]
    part = evaluated(sender, assay, written(found, controls={"LH-QC": 15}), reader=reader)
    first = recorded(part, recorder)
    assert [one["name"] for one in first.specimens if one["refusal"]] == [cold.accession]
    assert left_out(part, recorder)[cold.accession]["refusal"]
    assert not PlateAddition.objects.exists()  # nothing has changed: nothing is written

    order_too(cold, assay)
    told = left_out(part, recorder)
    again = left_out(part, recorder)

    (result,) = Result.objects.filter(specimen=cold, assay_version__assay=assay)
    assert told == again
    assert (told[cold.accession]["result"], told[cold.accession]["refusal"]) == (result.pk, "")
    assert float(result.value) == pytest.approx(40, rel=0.1)
    assert Result.objects.filter(specimen__in=[good, waiting]).count() == 2
    assert ControlMeasurement.objects.count() == 1
    addition = PlateAddition.objects.get()
    assert (addition.recording, addition.part, addition.recorded_by) == (first, part, recorder)
    assert [one["name"] for one in addition.specimens] == [cold.accession]


def test_a_specimen_that_was_typed_meanwhile_is_not_recorded_again(
    sender, recorder, assay, reader
) -> None:
    cold = laboratory.specimen([laboratory.assays(FSH={"unit": plating.UNIT})["FSH"]])
    part = evaluated(sender, assay, written([(cold.accession, 40, 1)]), reader=reader)
    recorded(part, recorder)
    order_too(cold, assay)
    typed(cold, assay, "40.0", unit=plating.UNIT)

    told = left_out(part, recorder)

    assert "it is not recorded twice" in told[cold.accession]["refusal"]
    assert Result.objects.filter(specimen=cold, assay_version__assay=assay).count() == 1


def test_a_plate_that_was_not_recorded_has_nothing_left_out(
    sender, recorder, assay, reader
) -> None:
    part = evaluated(sender, assay, written(), reader=reader)

    with pytest.raises(Conflict, match="record it first"):
        left_out(part, recorder)


def test_who_may_enter_no_results_is_refused_at_every_door(
    sender, recorder, assay, reader, monkeypatch
) -> None:
    specimen = laboratory.specimen([assay])
    part = evaluated(sender, assay, written([(specimen.accession, 30, 1)]), reader=reader)
    real = policy.reaches
    monkeypatch.setattr(
        policy,
        "reaches",
        lambda by, permission: () if permission == ENTER else real(by, permission),
    )
    client: Any = client_of(recorder)
    words = "recording them takes somebody who enters results"

    for act in (plate_recordings.record, plate_recordings.record_left_out):
        with pytest.raises(NotAllowed, match=words):
            act(part=part, by=recorder, at=database_now())
    for name in ("record", "record-left-out"):
        page = client.post(f"/plates/{part.pk}/{name}/", {}, follow=True).content.decode()
        assert words in page
        assert "Record the results" not in page
    for name in ("recordings", "additions"):
        answer = client.post(
            f"/api/v1/plates/{part.pk}/{name}", {}, content_type="application/json"
        )
        assert (answer.status_code, words in answer.json()["detail"]) == (403, True)
    assert not Result.objects.exists()
    assert not PlateRecording.objects.exists()


def test_the_page_and_the_interface_record_what_was_left_out(
    sender, recorder, assay, reader
) -> None:
    cold = laboratory.specimen([laboratory.assays(FSH={"unit": plating.UNIT})["FSH"]])
    files = written([(cold.accession, 40, 1), ("26-NOBODY", 40, 1)])
    part = evaluated(sender, assay, files, reader=reader)
    client: Any = client_of(recorder)
    page, url = f"/plates/{part.pk}/", f"/api/v1/plates/{part.pk}/additions"

    before = client.post(f"{page}record/", {}, follow=True).content.decode()
    still = client.post(f"{page}record-left-out/", {}, follow=True).content.decode()
    order_too(cold, assay)
    answer = client.post(url, {}, content_type="application/json")
    after = client.get(page).content.decode()

    assert "Record what was left out" in before
    assert "Still not recorded:" in still
    told = {one["name"]: one for one in answer.json()["specimens"]}
    assert answer.status_code == 200
    assert told[cold.accession]["result"] == Result.objects.get().pk
    assert "no such specimen" in told["26-NOBODY"]["refusal"]
    assert f"/results/{Result.objects.get().pk}/" in after
    assert "Tried again" in after
    assert "Record what was left out" in after  # one is left
