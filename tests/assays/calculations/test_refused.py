"""What is not calculated: refused with a reason, left to a person, or never typed over."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from assays.actions import calculations, results
from assays.models import Assay, OrderItem, Result, Specimen
from assays.queries import catalogue, to_type
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInputs
from tests.assays import laboratory as parts
from tests.assays.calculations.entering import enter, found, man, specimens_of
from tests.assays.senders import Sender, item

pytestmark = pytest.mark.django_db
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
