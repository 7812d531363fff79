"""A family is declared by filling in a form, tried and compared before it is approved."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.admin import family_form
from assays.admin.family_form import FamilyForm
from assays.instruments import drivers, schema
from assays.models import DriverFamily, Result
from assays.queries.families import DRAFT
from labsys.accounts.roles import Role
from tests.assays import laboratory
from tests.assays.console import transmitted
from tests.assays.families import declared
from tests.assays.families.declared import draft, in_force, message
from tests.assays.listeners import wires
from tests.clients import client_of

pytestmark = pytest.mark.django_db
ADD = "/admin/assays/driverfamily/add/"
FILLED_IN = {
    "name": "acme-chem",
    "label": "Acme Chem 3",
    "base": "lis2a2",
    "dialect": "ASTM",
    "names": "ACME",
    "specimen": "O.4.3, O.3",
    "specimen_suffixes": "&BARCODE",
    "filled_up": "blanks",
    "code": "R.3.5",
    "words": "NEG = NOT_DETECTED",
    "units_of": "INR = {INR}",
    "statuses": "F = FINAL\n= FINAL",
    "comma": "decimal",
    "control": "O.12 says Q or C\nO.3 begins with QC- and R.4 is filled",
    "charset": "8859/1",
    "names_patient": "no",
    "frame_numbers": "10",
    "checksum": "no",
    "text_limit": "1000",
    "joins_records": "yes",
    "note": "from its manual",
}
DECLARED = {
    "astm": {
        "specimen": ["O.4.3", "O.3"],
        "specimen_suffixes": ["&BARCODE"],
        "padding": " ",
        "code": ["R.3.5"],
        "words": {"NEG": "NOT_DETECTED"},
        "units_of": {"INR": "{INR}"},
        "statuses": {"F": "FINAL", "": "FINAL"},
        "decimal_comma": True,
        "thousands_comma": False,
        "control": [
            {"at": "O.12", "says": ["Q", "C"]},
            [{"at": "O.3", "starts": ["QC-"]}, {"at": "R.4", "filled": True}],
        ],
        "charset": "8859/1",
        "patient": None,
    },
    "link": {
        "frame_numbers": 10,
        "checksum": False,
        "joins_records": True,
        "text_limit": 1000,
    },
    "names": ["ACME"],
}


@pytest.fixture
def quality() -> Any:
    return client_of(Role.QUALITY_MANAGER)


def test_a_filled_in_form_is_a_draft(quality) -> None:
    answer = quality.post(ADD, FILLED_IN)

    made = DriverFamily.objects.get()
    assert answer.status_code == 302
    assert made.declaration == DECLARED
    assert (made.status, made.number, made.note) == ("DRAFT", 1, "from its manual")


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"code": "R34"}, "code", "“R34” is not a place such as O.3"),
        ({"control": "O.12 is Q"}, "control", "line 1 is no rule"),
        ({"words": "NEG"}, "words", "line 1 has no “=”"),
        ({"units": "cp = cp mL"}, "units", "“cp mL” is no UCUM unit"),
        ({"statuses": "F = DONE"}, "statuses", "“DONE” is not one of"),
        ({"charset": "EBCDIC"}, "charset", "“EBCDIC” is not known here"),
        ({"names": "x" * 121}, "names", "at most 120"),
        ({"further": "[1]"}, "further", "Write an object"),
        ({"further": "{"}, "further", "This is not JSON: look at line 1"),
        ({"further": "[" * 50_000}, "further", "nested too deeply"),
        ({"further": '{"orders": {"astm": {"code": 1}}}'}, "further", "orders.astm.code"),
        ({"further": '{"hl7": {"code": 1}}'}, "further", "hl7.code"),
        ({"further": '{"astm": {"colour": 1}}'}, "further", "no such thing to declare"),
        ({"further": '{"astm": {"padding": 1}}', "filled_up": ""}, "filled_up", "a text"),
        ({"further": '{"base": "sysmex-xn", "declaration": {}}'}, "base", "start from that driver"),
        ({"name": "lis2a2"}, "name", "a driver that ships"),
        ({"frame_limit": "5"}, "frame_limit", "247"),
        ({"base": "nobody"}, "base", "not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(quality, changes, field, said) -> None:
    answer = quality.post(ADD, {**FILLED_IN, **changes})

    errors = answer.context["adminform"].form.errors
    assert answer.status_code == 200
    assert list(errors) == [field]
    assert said in " ".join(errors[field])
    assert not DriverFamily.objects.exists()


def test_what_stands_in_a_field_goes_before_what_came_as_json(quality) -> None:
    further = {"astm": {"code": ["R.3.1"], "qualifier": ["R.3.7"]}, "hl7": {"unit": ["OBX-6.2"]}}

    quality.post(ADD, {**FILLED_IN, "further": json.dumps(further)})

    found = DriverFamily.objects.get().declaration
    assert found["astm"]["code"] == ["R.3.5"]
    assert found["astm"]["qualifier"] == ["R.3.7"]
    assert found["hl7"] == {"unit": ["OBX-6.2"]}


def test_an_exported_family_is_taken_in_elsewhere(quality) -> None:
    made = draft(declaration=DECLARED)
    exported = quality.get(f"/instruments/families/{made.pk}/export/")
    bare = {name: FILLED_IN[name] for name in ("label", "base", "dialect", "note")}

    answer = quality.post(ADD, {**bare, "name": "taken-in", "further": exported.content.decode()})

    assert answer.status_code == 302
    assert DriverFamily.objects.get(name="taken-in").declaration == DECLARED
    assert 'filename="acme-chem-1.json"' in exported["Content-Disposition"]


@pytest.mark.parametrize("driver", drivers.ALL, ids=lambda one: one.name)
def test_the_form_shows_all_of_a_declaration_and_takes_it_again(driver) -> None:
    said = schema.written(driver, drivers.find("lis2a2"))
    shown = family_form.initial(said)
    given = {"name": "acme", "label": "A", "base": "lis2a2", "note": "n", **shown}
    given["further"] = json.dumps(shown["further"]) if shown["further"] else ""

    class Form(FamilyForm):
        class Meta:
            model = DriverFamily
            fields = ("name", "label", "base", "note")

    form = Form({name: value for name, value in given.items() if value is not None})

    assert form.is_valid(), form.errors
    base = drivers.find("lis2a2")
    once, again = (
        schema.read(one, base=base, name="acme", label="A")
        for one in (said, form.cleaned_data["declaration"])
    )
    assert again == once


def test_a_dialect_that_is_not_spoken_stays_so_in_the_form() -> None:
    shown = family_form.initial({"astm": None})

    assert (shown["dialect"], shown["further"]) == ("HL7", {"astm": None})


def test_a_version_that_was_in_force_is_tried_and_no_other_in_its_place(quality) -> None:
    first = in_force()
    in_force()
    first.refresh_from_db()
    assert first.status == "RETIRED"

    page = transmitted.text_of(quality, "/instruments/try/", driver=f"{DRAFT}{first.pk}")

    assert f'value="{DRAFT}{first.pk}" selected' in page


def test_a_change_starts_from_the_version_it_changes(quality) -> None:
    made = draft(declaration=DECLARED)

    page = transmitted.text_of(quality, ADD, **{"from": made.pk})

    assert 'value="O.4.3, O.3"' in page
    assert "O.3 begins with QC- and R.4 is filled" in page
    quality.post(ADD, {**FILLED_IN, "code": "R.3.1"})
    assert DriverFamily.objects.get(number=2).declaration["astm"]["code"] == ["R.3.1"]


def test_a_version_shows_what_it_declares_and_where_it_is_tried(quality) -> None:
    made = draft()

    page = transmitted.text_of(quality, f"/admin/assays/driverfamily/{made.pk}/change/")

    assert "O.4.3" in page
    assert f"/instruments/try/?driver={DRAFT}{made.pk}" in page
    assert f"/instruments/families/{made.pk}/" in page


def test_somebody_else_approves_it_and_brings_it_into_force(quality) -> None:
    made = draft()
    for move in ("approve", "activate"):
        quality.post(f"/admin/assays/driverfamily/{made.pk}/move/{move}/", {})

    made.refresh_from_db()
    assert made.status == "ACTIVE"


def test_a_draft_is_tried_with_a_pasted_message(quality) -> None:
    made = draft()
    assays = laboratory.assays(HGB={"low": "12", "high": "15.5"})
    specimen = laboratory.specimen([assays["HGB"]])
    laboratory.instrument(
        {"HB": assays["HGB"]}, protocol="ASTM", driver="lis2a2", peer_networks=["127.0.0.0/8"]
    )
    text = message(specimen.accession, "HB|13.2|g/dL", mark="K").decode()

    chosen = transmitted.text_of(quality, "/instruments/try/", driver=f"{DRAFT}{made.pk}")
    answer = quality.post("/instruments/try/", {"text": text, "driver": f"{DRAFT}{made.pk}"})

    assert f'value="{DRAFT}{made.pk}" selected' in chosen
    page = answer.content.decode().split('id="message-1"')[1]
    assert "Acme Chem 3" in page
    assert ">control<" in page
    assert not Result.objects.exists()


def test_a_draft_that_cannot_be_read_any_more_is_said_beside_the_form(quality) -> None:
    made = draft()
    quality.post(f"/admin/assays/driverfamily/{made.pk}/move/discard/", {"reason": "old"})

    answer = quality.post("/instruments/try/", {"text": "H|x", "driver": f"{DRAFT}{made.pk}"})

    assert answer.status_code == 422


@pytest.fixture
def sender() -> Any:
    return wires.instrument("ASTM", code="acme")


def what_if(made: DriverFamily, **query: Any) -> tuple[str, dict[str, Any]]:
    return f"/instruments/families/{made.pk}/", query


def test_what_a_draft_would_change_of_what_came_in_is_shown(quality, sender) -> None:
    plain, marked = message("S-1", "HB|13.2|g/dL"), message("S-2", "HB|13.2|g/dL", mark="K")
    with laboratory.setting_up():
        type(sender).objects.filter(pk=sender.pk).update(driver="lis2a2")
    for text in (plain, marked, plain):
        sent = transmitted.message(sender, text)
    made = draft()
    address, query = what_if(made, instrument=sender.pk)

    page = transmitted.text_of(quality, address, **query)

    assert "1 of 3 messages would be read otherwise: 1 difference in 3 values" in page
    assert "S-2" in page
    assert "S-1" not in page
    assert transmitted.reads_of(sent) == []


def test_a_look_at_what_would_change_is_on_record_for_its_patient(quality, sender) -> None:
    assays = laboratory.assays(HGB={})
    specimen = laboratory.specimen([assays["HGB"]])
    sent = transmitted.message(sender, message(specimen.accession, "HB|1|g/dL", mark="K"))
    transmitted.item(sent, specimen_text=specimen.accession)
    address, query = what_if(draft(), instrument=sender.pk)

    transmitted.text_of(quality, address, **query)

    assert transmitted.reads_of(sent) == [specimen.person_id]


def test_what_broke_off_or_was_rejected_is_not_compared(quality, sender) -> None:
    for status in ("INCOMPLETE", "REJECTED"):
        transmitted.message(sender, message("S-1", "HB|1|g/dL"), status=status)
    address, query = what_if(draft(), instrument=sender.pk, last=100)

    assert "has sent nothing yet" in transmitted.text_of(quality, address, **query)


def test_the_comparison_costs_the_same_for_few_messages_and_for_many(quality, sender) -> None:
    made, counts = draft(), []
    address, query = what_if(made, instrument=sender.pk)
    for _n in range(3):
        transmitted.message(sender, message("S-1", "HB|1|g/dL"))
        with laboratory.setting_up():
            type(sender).objects.filter(pk=sender.pk).update(driver="lis2a2")
        with CaptureQueriesContext(connection) as asked:
            quality.get(address, query)
        counts.append(len(asked))

    assert counts[1] == counts[2]


def test_a_declaration_in_force_is_offered_where_instruments_are_set_up() -> None:
    in_force()

    page = transmitted.text_of(client_of(Role.ADMINISTRATOR), "/admin/assays/instrument/add/")

    assert f">{declared.GIVEN['label']}<" in page
