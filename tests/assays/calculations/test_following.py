"""Calculated results: recorded once their inputs are, once per set of inputs, and taken along."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assays.actions import batches, calculations, corrections, recordings, results
from assays.actions.batches import Scope
from assays.actions.recordings import Typed
from assays.models import Assay, CalculatedResult, OrderItem, Result, Specimen
from assays.queries import catalogue, to_type
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInputs, Refusal
from labsys.lib.quantities import Absent, Quantity, parse_quantity
from labsys.work import periodic, worker
from labsys.work.registry import Execution
from patients.models import Species
from tests import factories, laboratory
from tests.assays import laboratory as parts
from tests.assays.senders import Sender, item
from tests.assays.verification.bench import page
from tests.patients import people
from tests.signing import correcting, signing, withdrawing

pytestmark = pytest.mark.django_db
WORKER = Execution(worker="somewhere:1", task_id="task-1")
UNITS = {"CHOL": "mg/dL", "HDL": "mg/dL", "TRIG": "mg/dL", "CREAT": "mg/dL"}


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    laboratory.load_catalogue()


@pytest.fixture
def bench():
    """Who types values, and somebody else who checks them."""
    return factories.principal(Role.TECHNOLOGIST), factories.principal(Role.PATHOLOGIST)


def specimens_of(codes: str, *, of=None) -> list[Specimen]:
    doctor = factories.principal(Role.PATHOLOGIST)
    order = laboratory.order(codes, by=doctor, of=of or man())
    return laboratory.received(order, by=factories.principal(Role.TECHNOLOGIST))


def man(born: date = date(1980, 1, 2), species: str = "human"):
    return people.person(
        family="Quill",
        given="Ada",
        sex="M",
        birth=laboratory.Birth(born, laboratory.Precision.DAY),
        species=Species.objects.get_or_create(code=species, defaults={"name": species})[0],
    )


def enter(specimen: Specimen, by, **values: str) -> list[Result]:
    """Type values by analyte code; blank is absent."""
    held = catalogue.current()
    typed = []
    for code, text in values.items():
        (assay,) = held.by_code[code]
        value = parse_quantity(text, unit=assay.unit) if text else Absent("clotted")
        typed.append(Typed(assay_id=assay.assay_id, value=value, field=code, text=text))
    return recordings.record_typed(
        specimen=specimen, values=typed, observed_at=database_now(), by=by, at=database_now()
    )


def found(specimen: Specimen, code: str) -> Result:
    return Result.objects.exclude(status__in=["SUPERSEDED", "CANCELLED"]).get(
        specimen=specimen, analyte__code=code
    )


def work_off() -> None:
    periodic.load()
    worker.drain(WORKER)


def test_a_calculated_value_is_recorded_with_its_last_input(bench) -> None:
    technologist, _doctor = bench
    (serum,) = specimens_of("LIPID")

    enter(serum, technologist, CHOL="200", HDL="50")
    assert not Result.objects.filter(analyte__code="LDL").exists()
    enter(serum, technologist, TRIG="150")

    ldl = found(serum, "LDL")
    assert (ldl.value, ldl.unit, ldl.status) == (Decimal(120), "mg/dL", "RESULTED")
    assert ldl.recording.door == "CALCULATION"
    assert (ldl.entered_by, ldl.recorded_by) == (technologist, technologist)
    assert ldl.as_sent["formula"] == "ldl_c_friedewald"
    assert ldl.as_sent["inputs"]["tg"]["value"] == "150 mg/dL"
    assert "not recorded whether the patient was fasting" in ldl.comment
    assert ldl.calculated.version.number == 1
    assert {one.name: one.result.analyte.code for one in ldl.calculated.inputs.all()} == {
        "tc": "CHOL",
        "hdl": "HDL",
        "tg": "TRIG",
    }
    assert found(serum, "NONHDL").value == 150


def test_it_is_recorded_once_whatever_is_recorded_beside_it(bench) -> None:
    technologist, _doctor = bench
    (serum,) = specimens_of("LIPID TSH")
    enter(serum, technologist, CHOL="200", HDL="50", TRIG="150")

    enter(serum, technologist, TSH="2.1")

    assert CalculatedResult.objects.filter(result__analyte__code="LDL").count() == 1


def test_a_calculated_value_is_evaluated_and_verified_by_another(bench) -> None:
    technologist, doctor = bench
    (serum,) = specimens_of("LIPID")
    enter(serum, technologist, CHOL="200", HDL="50", TRIG="150")
    work_off()
    ldl = found(serum, "LDL")

    with pytest.raises(Refusal, match="somebody else has to verify"):
        results.verify(result=ldl, by=technologist, at=database_now())
    results.verify(result=ldl, by=doctor, at=database_now())

    assert found(serum, "LDL").status == "TECHNICALLY_VERIFIED"


def test_nobody_who_supplied_an_input_verifies_the_calculated_value(bench) -> None:
    one, two, three = (factories.principal(Role.PATHOLOGIST) for _ in range(3))
    (serum,) = specimens_of("LIPID")
    enter(serum, one, CHOL="200")
    enter(serum, two, HDL="50")
    enter(serum, three, TRIG="150")
    work_off()

    for by in (one, two, three):
        with pytest.raises(Refusal, match="somebody else"):
            results.verify(result=found(serum, "LDL"), by=by, at=database_now())


def test_nor_by_ticking_it_on_a_page(bench) -> None:
    one, two, other = (factories.principal(Role.PATHOLOGIST) for _ in range(3))
    (serum,) = specimens_of("LIPID")
    enter(serum, one, CHOL="200", HDL="50")
    enter(serum, two, TRIG="150")
    work_off()
    ldl = found(serum, "LDL")

    for by in (one, two):
        with pytest.raises(batches.StalePage, match="you entered it yourself"):
            batches.verify(page=page(ldl, scope=Scope.SPECIMEN), by=by, at=database_now())
    batches.verify(page=page(ldl, scope=Scope.SPECIMEN), by=other, at=database_now())

    assert found(serum, "LDL").status == "TECHNICALLY_VERIFIED"


def test_it_is_released_only_after_what_it_rests_on(bench) -> None:
    technologist, doctor = bench
    (serum,) = specimens_of("LIPID")
    enter(serum, technologist, CHOL="200", HDL="50", TRIG="150")
    work_off()
    every = Result.objects.filter(specimen=serum)
    for result in every:
        results.verify(result=result, by=doctor, at=database_now())

    with pytest.raises(Refusal, match="release what it rests on first"):
        results.release(
            result=found(serum, "LDL"), signing=signing(doctor), by=doctor, at=database_now()
        )
    refused = results.release_together(
        results=list(Result.objects.filter(specimen=serum)),
        signing=signing(doctor),
        by=doctor,
        at=database_now(),
    )

    assert refused == {}
    assert found(serum, "LDL").status == "RELEASED"


def test_a_corrected_input_supersedes_what_was_calculated_from_it(bench) -> None:
    technologist, doctor = bench
    (serum,) = specimens_of("LIPID")
    enter(serum, technologist, CHOL="200", HDL="50", TRIG="150")
    before = found(serum, "LDL")

    corrections.correct(
        result=found(serum, "TRIG"),
        value=Quantity(Decimal(100), "mg/dL"),
        signing=correcting(doctor),
        by=doctor,
        at=database_now(),
        reason="read off the wrong line",
    )

    after = found(serum, "LDL")
    before.refresh_from_db()
    assert (before.status, after.value, after.corrects) == ("SUPERSEDED", Decimal(130), before)
    assert found(serum, "NONHDL").corrects is None
    with pytest.raises(Refusal):
        results.verify(result=after, by=doctor, at=database_now())


def test_a_rejected_input_takes_what_was_calculated_from_it_along(bench) -> None:
    technologist, doctor = bench
    (serum,) = specimens_of("LIPID")
    enter(serum, technologist, CHOL="200", HDL="50", TRIG="150")
    before = found(serum, "LDL")

    results.reject(result=found(serum, "TRIG"), by=doctor, at=database_now(), reason="another tube")
    before.refresh_from_db()
    assert before.status == "CANCELLED"
    enter(serum, technologist, TRIG="100")

    assert found(serum, "LDL").value == 130


def test_an_input_entered_in_error_takes_a_released_value_along(bench) -> None:
    technologist, doctor = bench
    (serum,) = specimens_of("LIPID")
    enter(serum, technologist, CHOL="200", HDL="50", TRIG="150")
    work_off()
    for result in Result.objects.filter(specimen=serum).order_by("pk"):
        results.verify(result=result, by=doctor, at=database_now())
        results.release(result=result, signing=signing(doctor), by=doctor, at=database_now())

    results.mark_entered_in_error(
        result=found(serum, "CHOL"),
        signing=withdrawing(doctor),
        by=doctor,
        at=database_now(),
        reason="wrong patient",
    )

    assert Result.objects.get(analyte__code="LDL").status == "ENTERED_IN_ERROR"
    assert OrderItem.objects.get(assay__analyte__code="LDL").status == "IN_PROCESS"


REFUSED = [
    ({"TRIG": "450"}, "OUT_OF_VALIDITY", "Triglycerides lie above 400 mg/dL"),
    ({"TRIG": ""}, "MISSING_INPUT", "Triglycerides is missing."),
    ({"TRIG": "<10"}, "CENSORED_INPUT", "only known to be <10 mg/dL"),
    ({"HDL": "210"}, "INCONSISTENT_INPUTS", "above total cholesterol"),
]


@pytest.mark.parametrize(("changed", "reason", "sentence"), REFUSED)
def test_a_refusal_is_recorded_as_absent_with_its_reason(bench, changed, reason, sentence) -> None:
    technologist, _doctor = bench
    (serum,) = specimens_of("LIPID")

    enter(serum, technologist, **{"CHOL": "200", "HDL": "50", "TRIG": "150", **changed})

    ldl = found(serum, "LDL")
    assert (ldl.kind, ldl.value, ldl.absent_reason) == ("ABSENT", None, reason)
    assert sentence in ldl.comment
    assert ldl.calculated.reason == reason


@pytest.mark.parametrize(
    ("born", "species", "reason"),
    [
        (date(2015, 1, 2), "human", "UNDER_AGE"),
        (date(1980, 1, 2), "dog", "OTHER_SPECIES"),
    ],
)
def test_the_patient_refuses_a_kidney_function(bench, born, species, reason) -> None:
    technologist, _doctor = bench
    (serum,) = specimens_of("EGFR", of=man(born, species))

    enter(serum, technologist, CREAT="1.0")

    assert found(serum, "EGFR").absent_reason == reason


def test_an_adult_man_has_one(bench) -> None:
    technologist, _doctor = bench
    (serum,) = specimens_of("EGFR", of=man(date.today().replace(year=date.today().year - 40)))

    enter(serum, technologist, CREAT="0.90")

    assert found(serum, "EGFR").value == 111


def test_what_was_set_right_about_the_patient_is_calculated_anew_on_request(bench) -> None:
    technologist, doctor = bench
    (serum,) = specimens_of("HOMA")
    enter(serum, technologist, GLU="99", INS="12")
    refused = found(serum, "HOMA-IR")
    assert refused.absent_reason == "FASTING_UNKNOWN"

    with pytest.raises(Conflict, match="has changed"):
        calculations.recalculate(
            result=refused, by=doctor, at=database_now(), reason="looked again"
        )
    with laboratory_writes():
        Specimen.objects.filter(pk=serum.pk).update(fasting="FASTING")
    newer = calculations.recalculate(
        result=refused, by=doctor, at=database_now(), reason="the ward says fasting"
    )

    refused.refresh_from_db()
    assert (newer.value, refused.status) == (Decimal("2.93"), "SUPERSEDED")


def laboratory_writes():
    from tests.assays.laboratory import setting_up

    return setting_up()


def test_inputs_on_two_tubes_of_one_draw_are_put_together(bench) -> None:
    technologist, _doctor = bench
    first, second = specimens_of("FIB4")
    values = {
        "Serum or heparin plasma": {"AST": "60", "ALT": "40"},
        "Whole blood, EDTA": {"PLT": "150"},
    }

    for tube in (first, second):
        enter(tube, technologist, **values[tube.specimen_type.name])

    fib4 = Result.objects.get(analyte__code="FIB4")
    assert fib4.kind == "NUMERIC"
    assert fib4.specimen == second


def test_tubes_drawn_hours_apart_are_not_one_collection(bench) -> None:
    technologist, _doctor = bench
    first, second = specimens_of("FIB4")
    with laboratory_writes():
        earlier = first.collected_at or database_now()
        Specimen.objects.filter(pk=first.pk).update(collected_at=earlier - timedelta(hours=2))
    values = {
        "Serum or heparin plasma": {"AST": "60", "ALT": "40"},
        "Whole blood, EDTA": {"PLT": "150"},
    }

    for tube in (first, second):
        enter(tube, technologist, **values[tube.specimen_type.name])

    assert not Result.objects.filter(analyte__code="FIB4").exists()


def test_a_value_somebody_recorded_is_not_calculated_over(bench) -> None:
    technologist, _doctor = bench
    (serum,) = specimens_of("LIPID")
    ldl = Assay.objects.get(analyte__code="LDL")
    analyser = parts.instrument({"LDLD": ldl})
    sender = Sender(analyser, parts.key_of(analyser), {})
    sent = item(serum, "LDLD", "118", unit="mg/dL", observed_at=database_now().isoformat())
    assert sender.send(sent).json()["status"] == "FILED"

    enter(serum, technologist, CHOL="200", HDL="50", TRIG="150")

    assert found(serum, "LDL").value == 118


def test_a_calculated_test_takes_no_typed_value_by_any_door(bench) -> None:
    technologist, _doctor = bench
    (serum,) = specimens_of("LIPID")
    ldl = Assay.objects.get(analyte__code="LDL")
    client = Client()
    client.force_login(technologist.user)
    cell = f'name="v-{serum.pk}-{ldl.pk}"'
    shown = client.get("/entry/", {"scan": serum.accession}).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', shown)
    row = re.search(r'name="row" value="([^"]+)"', shown)
    forged = {"token": token[1], "row": row[1], "move": "save", f"v-{serum.pk}-{ldl.pk}": "118"}

    with pytest.raises(InvalidInputs, match="LDL is calculated"):
        enter(serum, technologist, LDL="118")
    with pytest.raises(InvalidInputs, match="LDL is calculated"):
        enter(serum, technologist, LDL="")
    answer = client.post("/entry/", forged)
    form = client.get("/admin/assays/recording/add/", {"accession": serum.accession})

    assert cell not in shown
    assert ">calculated<" in shown
    assert answer.status_code == 422
    assert "LDL is calculated; enter what it is calculated from." in answer.content.decode()
    of = OrderItem.objects.filter(order=serum.order)
    calculated = catalogue.current().calculations
    fields = {f'name="value_{one.pk}"': one.assay_id not in calculated for one in of}
    assert {name: name in form.content.decode() for name in fields} == fields
    assert not Result.objects.exists()


def test_a_section_in_which_only_calculated_values_are_open_has_nothing_to_type(bench) -> None:
    technologist, _doctor = bench
    (serum,) = specimens_of("LIPID")
    enter(serum, technologist, CHOL="200", HDL="50", TRIG="450")  # LDL is refused: absent
    results.reject(
        result=found(serum, "LDL"), by=_doctor, at=database_now(), reason="measured directly"
    )

    assert to_type.sections(technologist) == []


def test_ordering_a_calculated_test_orders_what_it_needs(bench) -> None:
    doctor = factories.principal(Role.PATHOLOGIST)

    order = laboratory.order("TESTO-FREE", by=doctor)

    codes = order.items.values_list("assay__analyte__code", flat=True)
    assert set(codes) == {"TESTO-FREE", "TESTO", "SHBG", "ALB"}


def test_recording_costs_the_same_number_of_queries_whatever_is_calculated(bench) -> None:
    technologist, _doctor = bench
    counts = []
    lipids = {"CHOL": "200", "HDL": "50", "TRIG": "150"}
    for codes, values in (
        ("LIPID", lipids),  # warms what is cached
        ("LIPID", lipids),
        (
            "LIPID AGAP OSMO-CALC CA-CORR EGFR",
            {
                **lipids,
                **{
                    "NA": "140",
                    "CL": "104",
                    "CO2": "24",
                    "GLU": "180",
                    "BUN": "28",
                    "CA": "9",
                    "ALB": "4",
                    "CREAT": "1",
                },
            },
        ),
    ):
        (serum,) = specimens_of(codes)
        with CaptureQueriesContext(connection) as captured:
            enter(serum, technologist, **values)
        counts.append(len(captured))

    assert counts[1] == counts[2]
    assert Result.objects.filter(recording__door="CALCULATION").count() == 2 + 2 + 6
