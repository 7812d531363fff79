"""Typing results in the admin: the specimen first, then whose it is, then its values."""

from __future__ import annotations

import pytest
from django.urls import reverse

from assays.models import Result
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from tests.assays import laboratory
from tests.assays.evaluation.test_evaluation import work_off
from tests.clients import client_of

pytestmark = pytest.mark.django_db
BACKEND = "labsys.accounts.backends.PrincipalBackend"
ADD = "/admin/assays/recording/add/"


@pytest.fixture
def assays():
    return laboratory.assays(
        HGB={"converts": [("g/L", "0.1")]}, WBC={"unit": "10*3/uL", "low": 4, "high": 11}
    )


@pytest.fixture
def specimen(assays):
    return laboratory.specimen(list(assays.values()))


def values(specimen, **given: str) -> dict[str, str]:
    """What the form sends, with values by analyte code, e.g. `HGB="13.2"`."""
    sent = {
        "specimen": specimen.pk,
        "person": specimen.person_id,
        "observed_at": laboratory.moment().strftime("%Y-%m-%dT%H:%M"),
    }
    for item in specimen.order.items.select_related("assay__analyte"):
        code = item.assay.analyte.code.upper()
        sent[f"unit_{item.pk}"] = item.assay.versions.get().unit
        for name, text in given.items():
            field, _underscore, of = name.rpartition("_")
            if of == code:
                sent[f"{field or 'value'}_{item.pk}"] = text
    return sent


def test_the_form_shows_whose_specimen_it_is_and_what_was_ordered(assays, specimen) -> None:
    page = client_of(Role.TECHNOLOGIST).get(ADD, {"accession": specimen.accession})

    text = page.content.decode()
    assert page.status_code == 200
    assert specimen.person.mrn in text
    assert "hgb" in text
    assert "10*3/uL" in text
    assert ReadEvent.objects.get(purpose="enter").person_id == specimen.person_id


def test_values_are_recorded_by_whoever_typed_them(assays, specimen) -> None:
    client = client_of(Role.TECHNOLOGIST)

    answer = client.post(ADD, values(specimen, HGB="13.2", WBC="<4"))

    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("admin:assays_recording_add")
    hgb, wbc = Result.objects.order_by("pk")
    assert (str(hgb.value), str(wbc.value), wbc.comparator) == ("13.2", "4", "<")
    assert hgb.recorded_by == hgb.entered_by
    assert hgb.recorded_by.name.startswith("person-")
    assert hgb.recording.door == "ADMIN"


def test_a_value_in_another_unit_is_converted(assays, specimen) -> None:
    sent = values(specimen, HGB="132") | {f"unit_{item_of(specimen, 'HGB')}": "g/L"}

    client_of(Role.TECHNOLOGIST).post(ADD, sent)

    assert (str(Result.objects.get().value), Result.objects.get().unit) == ("13.2", "g/dL")


def item_of(specimen, code: str) -> int:
    return specimen.order.items.get(assay__analyte__code=code.lower()).pk


def test_a_reason_stands_in_for_a_value(assays, specimen) -> None:
    client_of(Role.TECHNOLOGIST).post(ADD, values(specimen, absent_HGB="clotted"))

    assert Result.objects.get().absent_reason == "clotted"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"HGB": "***"}, "is not a number"),
        ({"HGB": "13,2"}, "two ways"),
        ({"HGB": "1e400"}, "digits before"),
        ({"HGB": "NaN"}, "not a finite number"),
        ({"HGB": "13", "absent_HGB": "clotted"}, "not both"),
        ({}, "at least one value"),
        ({"HGB": "13", "observed_at": "2126-01-01T00:00"}, "future"),
        ({"HGB": "13", "observed_at": "yesterday"}, "valid date"),
        ({"HGB": "13", "observed_at": "2020-01-01T00:00"}, "before specimen"),
        ({"HGB": "13", "unit": "mmol/L"}, "valid choice"),
        ({"HGB": "13", "person": "0"}, "not of the person"),
        ({"HGB": "13", "person": ""}, "required"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_recorded(
    assays, specimen, given, said
) -> None:
    sent = values(
        specimen, **{k: v for k, v in given.items() if k not in ("observed_at", "unit", "person")}
    )
    if "unit" in given:
        sent[f"unit_{item_of(specimen, 'HGB')}"] = given["unit"]
    sent |= {name: given[name] for name in ("observed_at", "person") if name in given}

    answer = client_of(Role.TECHNOLOGIST).post(ADD, sent)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Result.objects.exists()


@pytest.mark.parametrize("accession", ["2600000000", "x", "", "12345678901234", "\x00"])
def test_an_unknown_accession_is_a_field_error(assays, accession) -> None:
    page = client_of(Role.TECHNOLOGIST).get(ADD, {"accession": accession})

    assert page.status_code == 422


def test_a_specimen_nothing_is_open_on_says_so(assays) -> None:
    done = laboratory.specimen([assays["HGB"]], item_status="COMPLETED")

    page = client_of(Role.TECHNOLOGIST).get(ADD, {"accession": done.accession})

    assert "Nothing that is ordered on this specimen waits" in page.content.decode()


@pytest.mark.parametrize("role", [Role.NURSE, Role.AUDITOR, Role.PHLEBOTOMIST, Role.ADMINISTRATOR])
def test_who_may_not_enter_results_sees_no_form(assays, specimen, role) -> None:
    client = client_of(role)

    assert client.get(ADD).status_code == 403
    assert client.post(ADD, values(specimen, HGB="13")).status_code == 403
    assert not Result.objects.exists()


def test_a_code_is_typed_where_the_assay_answers_by_one_and_shown_in_words() -> None:
    made = laboratory.assays(
        LOAD={"unit": "{copies}/mL", "low": None, "high": None, "answers": ["NOT_DETECTED"]}
    )
    specimen = laboratory.specimen([made["LOAD"]])
    client = client_of(Role.TECHNOLOGIST)

    wrong = client.post(ADD, values(specimen, LOAD="DETECTED"))
    right = client.post(ADD, values(specimen, LOAD="NOT_DETECTED"))

    result = Result.objects.get()
    assert (wrong.status_code, right.status_code) == (422, 302)
    assert (result.kind, result.value_code, result.unit) == ("CODED", "NOT_DETECTED", "")
    work_off()
    evaluation = result.evaluations.get()
    assert (evaluation.flags, evaluation.is_critical) == (["no_range"], False)
    assert evaluation.delta_verdict == "NOT_ASSESSABLE"
    page = client.get(reverse("result", args=[result.pk])).content.decode()
    assert "<strong>not detected</strong>" in page


def test_a_recording_is_looked_at_but_not_edited(assays, specimen) -> None:
    client = client_of(Role.TECHNOLOGIST)
    client.post(ADD, values(specimen, HGB="13.2"))
    address = f"/admin/assays/recording/{Result.objects.get().recording_id}/change/"

    page = client.get(address)

    assert page.status_code == 200
    assert "13.2" in page.content.decode()
    assert client.post(address, {}).status_code == 403


@pytest.mark.parametrize("number", ["", "²", "٣", "9" * 30, "x"])
def test_a_specimen_that_is_none_asks_for_one(assays, number: str) -> None:
    answer = client_of(Role.TECHNOLOGIST).post(ADD, {"specimen": number})

    assert answer.status_code == 200
    assert 'name="accession"' in answer.content.decode()
