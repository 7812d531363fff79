"""Tests, panels, formulas and reflex rules are drafted on pages, tried, and approved by another."""

from __future__ import annotations

import pytest

from assays.actions import catalogue
from assays.models import (
    Analyte,
    Assay,
    AssayVersion,
    CalculationVersion,
    PanelVersion,
    ReflexVersion,
)
from assays.pages.range_lines import COLUMNS, REASON
from assays.rules.reflex_lines import LineRefused, read_conditions, write_conditions
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from tests import factories, laboratory
from tests.clients import client_of

HEADING = ",".join((*COLUMNS, REASON)) + "\n"


@pytest.fixture
def loaded(db) -> None:
    laboratory.load_catalogue()


def new_test(**changes) -> dict[str, object]:
    given = {
        "code": "COPPER",
        "name": "Copper",
        "loinc": "5631-5",
        "section": "CHEM",
        "specimen_type": str(Assay.objects.get(analyte__code="CREAT").specimen_type_id),
        "method": "AAS",
        "kind": "NUMERIC",
        "unit": "umol/L",
        "decimals": "1",
        "amr_low": "2",
        "amr_high": "60",
        "measuring_source": "Own verification.",
        "tea_percent": "12",
        "tea_source": "Own goal.",
        "intervals": HEADING + "*,*,6575,,ANY,11,24,Own study.,\n",
        "critical": HEADING,
        "hole_reason": "Only adults were studied.",
        "note": "Asked for by the ward.",
    }
    return given | changes


def loinc() -> str:
    from assays.rules.loinc import check_digit

    return f"5631-{check_digit('5631')}"


def test_a_test_is_added_as_a_draft_and_comes_into_force_by_another(loaded) -> None:
    author, approver = client_of(Role.QUALITY_MANAGER), client_of(Role.PATHOLOGIST)

    page = author.post("/catalogue/new/", new_test(loinc=loinc()), follow=True)

    assert page.status_code == 200
    version = AssayVersion.objects.get(assay__analyte__code="COPPER")
    assert "Every patient is covered exactly once." in page.content.decode()
    assert (version.status, str(version.amr_high)) == ("DRAFT", "60")
    for move in ("approve", "activate"):
        approver.post(f"/catalogue/versions/{version.pk}/{move}/")
    version.refresh_from_db()
    assert version.status == "ACTIVE"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"loinc": "5631-0"}, "check digit would be"),
        ({"loinc": "copper"}, "A LOINC code is"),
        ({"unit": "micro moles"}, "not a UCUM unit"),
        ({"unit": ""}, "not a UCUM unit"),
        ({"specimen_type": ""}, "required"),
        ({"decimals": "99"}, "10"),
        ({"code": "HGB"}, "already"),
        ({"code": "no code!"}, "A code is"),
        ({"name": ""}, "may not be empty"),
        ({"method": ""}, "required"),
        ({"amr_low": "1,5"}, "number"),
        ({"amr_low": "100"}, "lower limit lies above"),
        ({"tea_source": ""}, "Say where the total allowable error"),
        ({"intervals": HEADING + "*,*,x,,ANY,1,2,s,\n"}, "is not an age in days"),
        ({"intervals": HEADING + "*,*,0,,ANY,9,2,s,\n"}, "Row 1"),
        ({"note": ""}, "required"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_added(loaded, changes, says: str) -> None:
    given = new_test(**{"loinc": loinc(), **changes})

    page = client_of(Role.QUALITY_MANAGER).post("/catalogue/new/", given)

    assert page.status_code == 422
    assert says in page.content.decode()
    assert not Analyte.objects.filter(code="COPPER").exists()


def test_a_test_without_all_its_intervals_names_the_gap(loaded) -> None:
    page = client_of(Role.QUALITY_MANAGER).post(
        "/catalogue/new/", new_test(loinc=loinc(), hole_reason=""), follow=True
    )

    assert "No row covers: * * [0, 6575) days ANY" in page.content.decode()


def test_the_same_method_is_not_added_twice_and_nobody_else_adds(loaded) -> None:
    analyte, hgb = Analyte.objects.get(code="HGB"), Assay.objects.get(analyte__code="HGB")
    who = {"by": factories.principal(Role.PATHOLOGIST), "at": database_now()}
    with pytest.raises(Conflict, match="by this method already"):
        catalogue.add_test(
            analyte=analyte, specimen_type=hgb.specimen_type, method=hgb.method,
            values={"unit": "g/dL"}, note="n", **who,
        )  # fmt: skip
    with pytest.raises(Conflict, match="is the LOINC code of"):
        catalogue.add_analyte(code="HGB2", name="x", section="CBC", loinc="718-7", **who)
    with pytest.raises(NotAllowed):
        catalogue.add_analyte(
            code="X", name="x", section="x", by=factories.principal(Role.TECHNOLOGIST),
            at=database_now(),
        )  # fmt: skip
    assert client_of(Role.TECHNOLOGIST).get("/catalogue/new/").status_code == 403


def test_a_panel_is_drafted_and_moved_on_its_page(loaded) -> None:
    author, approver = client_of(Role.QUALITY_MANAGER), client_of(Role.PATHOLOGIST)
    form = {"code": "MINI", "name": "Mini", "assays": "NA, K", "note": "Asked for."}

    author.post("/catalogue/panels/new/", form)
    version = PanelVersion.objects.get(panel__code="MINI")
    for move in ("approve", "activate"):
        approver.post(f"/catalogue/panels/{version.pk}/{move}/")

    text = approver.get("/catalogue/panels/").content.decode()
    assert "MINI v1" in text
    version.refresh_from_db()
    assert version.status == "ACTIVE"
    assert "NA K" in author.get(f"/catalogue/panels/new/?from={version.pk}").content.decode()
    refused = author.post("/catalogue/panels/new/", form | {"assays": "NA NOTHING"})
    assert refused.status_code == 422
    assert "No assay has the code NOTHING" in refused.content.decode()


def formula(**changes) -> dict[str, object]:
    given = {
        "assay": str(Assay.objects.get(analyte__code="AGAP").pk),
        "title": "Anion gap with potassium",
        "inputs": "na NA\nk K\ncl CL\nhco3 CO2",
        "steps": "",
        "formula": "na + k - (cl + hco3)",
        "limits": "",
        "reference": "Emmett 1977",
        "note": "With potassium from now on.",
    }
    return given | changes


def test_a_formula_is_drafted_tried_and_brought_into_force(loaded) -> None:
    author, approver = client_of(Role.QUALITY_MANAGER), client_of(Role.PATHOLOGIST)

    page = author.post("/calculations/new/", formula(), follow=True)

    draft = CalculationVersion.objects.get(assay__analyte__code="AGAP", status="DRAFT")
    assert "No specimen holds a value of every input yet." in page.content.decode()
    assert draft.definition["formula"] == "na + k - (cl + hco3)"
    for move in ("approve", "activate"):
        approver.post(f"/calculations/{draft.pk}/{move}/")
    draft.refresh_from_db()
    assert draft.status == "ACTIVE"
    assert "k K" in author.get(f"/calculations/new/?from={draft.pk}").content.decode()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"inputs": "na NOTHING"}, "No test in force has the code NOTHING"),
        ({"inputs": "NA"}, "write a name of its own"),
        ({"formula": "na +"}, "form"),
        ({"formula": "__import__"}, "form"),
        ({"steps": "x"}, "two parts"),
        ({"inputs": "na AGAP"}, "not calculated from itself"),
        ({"reference": ""}, "required"),
    ],
)
def test_a_formula_that_cannot_be_is_refused(loaded, changes, says: str) -> None:
    page = client_of(Role.QUALITY_MANAGER).post("/calculations/new/", formula(**changes))

    assert page.status_code == 422
    assert says in page.content.decode()
    assert not CalculationVersion.objects.filter(status="DRAFT").exists()


def test_whoever_does_not_verify_sees_no_value_that_a_draft_is_tried_on(loaded) -> None:
    client_of(Role.PATHOLOGIST).post("/calculations/new/", formula())
    version = CalculationVersion.objects.latest("id")
    address = f"/calculations/{version.pk}/"

    seen = {
        role: client_of(role).get(address).context["may_open"]
        for role in (Role.PATHOLOGIST, Role.TECHNOLOGIST, Role.WARD_DOCTOR, Role.QUALITY_MANAGER)
    }

    assert seen == {
        Role.PATHOLOGIST: True,
        Role.TECHNOLOGIST: True,
        Role.WARD_DOCTOR: False,
        Role.QUALITY_MANAGER: False,
    }


def rule(**changes) -> dict[str, object]:
    given = {
        "code": "tsh-ft4",
        "name": "TSH beyond its limits",
        "match": "ANY",
        "conditions": "TSH > 4.5\nTSH flag L",
        "assays": "FT4",
        "note": "As agreed.",
    }
    return given | changes


def test_a_reflex_rule_is_drafted_tried_and_brought_into_force(loaded) -> None:
    author, approver = client_of(Role.QUALITY_MANAGER), client_of(Role.PATHOLOGIST)

    page = author.post("/reflexes/new/", rule(), follow=True)

    draft = ReflexVersion.objects.get(status="DRAFT")
    assert "It would have been met by 0 of the last 0 ordered values." in page.content.decode()
    for move in ("approve", "activate"):
        approver.post(f"/reflexes/{draft.pk}/{move}/")
    draft.refresh_from_db()
    assert draft.status == "ACTIVE"
    text = author.get(f"/reflexes/new/?from={draft.pk}").content.decode()
    assert "TSH flag L" in text
    assert "TSH beyond its limits" in approver.get("/reflexes/").content.decode()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"conditions": "TSH is high"}, "Line 1 is no condition"),
        ({"conditions": "NOTHING > 3"}, "No analyte has the code NOTHING"),
        ({"conditions": "TSH > much"}, "A limit is a number"),
        ({"conditions": "TSH flag VERY"}, "is not a flag"),
        ({"assays": "NOTHING"}, "No assay has the code NOTHING"),
        ({"code": "no code"}, "A code is"),
        ({"note": ""}, "required"),
    ],
)
def test_a_reflex_rule_that_cannot_be_is_refused(loaded, changes, says: str) -> None:
    page = client_of(Role.QUALITY_MANAGER).post("/reflexes/new/", rule(**changes))

    assert page.status_code == 422
    assert says in page.content.decode()
    assert not ReflexVersion.objects.exists()


def test_a_rule_that_would_order_itself_is_refused_at_approval(loaded) -> None:
    client_of(Role.QUALITY_MANAGER).post("/reflexes/new/", rule(assays="FT4"))
    client_of(Role.QUALITY_MANAGER).post(
        "/reflexes/new/", rule(code="back", conditions="FT4 > 1", assays="TSH")
    )
    approver = client_of(Role.PATHOLOGIST)
    first, back = ReflexVersion.objects.order_by("pk")
    approver.post(f"/reflexes/{first.pk}/approve/")

    page = approver.post(f"/reflexes/{back.pk}/approve/", follow=True)

    assert "FT4" in page.content.decode()
    back.refresh_from_db()
    assert back.status == "DRAFT"


def test_conditions_are_read_as_they_are_written() -> None:
    text = "TSH > 4.5\nTSH flag HH\nHIV code DETECTED"

    assert write_conditions(read_conditions(text)) == text
    with pytest.raises(LineRefused, match="Line 2"):
        read_conditions("TSH > 4.5\nTSH ~ 3")


@pytest.mark.parametrize("address", ["/catalogue/new/", "/catalogue/panels/new/",
                                     "/calculations/new/", "/reflexes/new/"])  # fmt: skip
def test_odd_addresses_open_an_empty_form(loaded, address: str) -> None:
    client = client_of(Role.QUALITY_MANAGER)
    for odd in ("", "?from=x", "?from=99999999999999999999", "?from=999999", "?from=%00"):
        assert client.get(address + odd).status_code == 200


def test_an_analyte_is_amended_with_a_reason(loaded) -> None:
    by, hgb = factories.principal(Role.QUALITY_MANAGER), Analyte.objects.get(code="HGB")
    given = {"analyte": hgb, "loinc": "718-7", "section": "CBC", "by": by, "at": database_now()}

    catalogue.amend_analyte(name="Haemoglobin", reason="British spelling.", **given)

    hgb.refresh_from_db()
    assert hgb.name == "Haemoglobin"
    with pytest.raises(InvalidInput, match="Say why"):
        catalogue.amend_analyte(name="x", reason=" ", **given)
