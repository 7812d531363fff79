"""The catalogue leaves as files and comes back: nothing unseen, nothing half, nothing run."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assays.actions import catalogue, versions
from assays.actions.catalogue.importing import CatalogueChanged
from assays.models import (
    Analyte,
    AssayVersion,
    CatalogueEvent,
    CodedCommentVersion,
    Panel,
    PanelVersion,
    RangeSignature,
    ReferenceInterval,
)
from assays.queries import catalogue_files
from assays.rules.catalogue_files import TABLES
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict
from tests import factories, laboratory
from tests.assays.catalogue.tables import (
    applied,
    edited,
    exported,
    handed_in,
    new_limit,
    tried,
    written,
)
from tests.signing import step_up

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded() -> None:
    laboratory.load_catalogue()


@pytest.fixture
def author():
    return factories.principal(Role.QUALITY_MANAGER, name="author")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("is_complete", [False, True])
def test_what_is_taken_out_and_handed_in_again_changes_nothing(
    author, separator: str, is_complete: bool
) -> None:
    texts = {name: catalogue_files.text_of(name, delimiter=separator) for name in TABLES}
    texts.pop("comments")  # none is in force yet, and a table without rows is no table
    texts = {name: text.removeprefix("\ufeff") for name, text in texts.items()}

    plan = tried(author, texts, is_complete=is_complete)

    assert plan.problems == []
    assert plan.changes == []
    assert {name: len(rows) for name, rows in plan.rows.items()} == {
        name: len(exported(name)) for name in texts
    }
    assert len(plan.rows["analytes"]) == Analyte.objects.count() >= 60
    assert len(plan.rows["ranges"]) >= ReferenceInterval.objects.count()


def test_a_trial_shows_the_cells_that_change_and_writes_nothing(author) -> None:
    before = (CatalogueEvent.objects.count(), AssayVersion.objects.count())

    plan = tried(author, {"r": edited("ranges", new_limit)})

    (change,) = plan.changes
    assert change.sort == "CHANGED"
    (shipped,) = [row["high"] for row in exported("ranges") if new_limit(dict(row)) != row]
    assert change.cells == (("high", shipped, "5.3"),)
    assert exported("ranges")[change.row - 2]["analyte"] == "K"
    assert (CatalogueEvent.objects.count(), AssayVersion.objects.count()) == before


def test_applying_drafts_what_the_trial_showed_and_signatures_of_other_rows_hold(author) -> None:
    pathologist = factories.principal(Role.PATHOLOGIST)
    for interval in ReferenceInterval.objects.filter(
        version__assay__analyte__code__in=["K", "HGB"], established=True
    ):
        catalogue.sign_interval(
            interval=interval, step_up=step_up(pathologist), by=pathologist, at=database_now()
        )
    limits = edited("ranges", new_limit, only="K")

    made = applied(author, {"r": limits})

    draft = AssayVersion.objects.get(assay__analyte__code="K", status="DRAFT")
    assert made.made == [str(draft)]
    assert (draft.drafted_by, draft.note) == (author, "Spring.")
    assert [str(row.high) for row in draft.intervals.filter(established=True)] == ["5.3"]
    assert draft.critical_limits.count() == 1
    assert AssayVersion.objects.filter(status="DRAFT").count() == 1
    versions.approve(version=draft, by=pathologist, at=database_now())
    versions.activate(version=draft, by=pathologist, at=database_now())
    assert tried(author, {"r": limits}).changes == []


def test_files_are_applied_once(author) -> None:
    source = handed_in(author, {"r": edited("ranges", new_limit)})
    catalogue.apply_import(source=source, by=author, at=database_now())

    with pytest.raises(Conflict, match="applied already"):
        catalogue.apply_import(source=source, by=author, at=database_now())

    assert AssayVersion.objects.filter(status="DRAFT").count() == 1


def test_nothing_is_applied_once_the_catalogue_moved(author) -> None:
    source = handed_in(author, {"r": edited("ranges", new_limit)})
    other = factories.principal(Role.PATHOLOGIST)
    laboratory.new_version("NA", author=author, approver=other, values={"decimals": 1})

    with pytest.raises(CatalogueChanged):
        catalogue.apply_import(source=source, by=author, at=database_now())

    assert not AssayVersion.objects.filter(status="DRAFT").exists()


def test_a_new_analyte_with_its_assay_ranges_and_panel_comes_in_one_go(author) -> None:
    assay = {"analyte": "COPPER", "specimen_type": "SERUM", "method": "AAS"}
    texts = {
        "a": written(
            "analytes",
            [{"code": "COPPER", "name": "Copper", "loinc": "5631-7", "section": "CHEM"}],
        ),
        "b": written(
            "assays",
            [assay | {"kind": "NUMERIC", "unit": "umol/L", "decimals": "1"}],
            delimiter=";",
        ),
        "c": written(
            "ranges",
            [
                assay
                | {"range": "REFERENCE", "species": "*", "sex": "*", "age_low_days": "6575"}
                | {"state": "ANY", "low": "11", "high": "24", "source": "Own study."},
                assay
                | {"range": "REPORTABLE", "species": "*", "sex": "*", "age_low_days": "0"}
                | {"low": "2", "high": "60"},
            ],
        ),
        "d": written("panels", [assay | {"panel": "METALS", "name": "Metals", "position": "1"}]),
        "e": written(
            "comments",
            [{"code": "CU-LOW", "name": "Low", "analyte": "COPPER", "flags": "L"}
             | {"condition": "value < 8", "text_en": "Low copper.", "text_fr": "Cuivre bas."}],
        ),
    }  # fmt: skip

    applied(author, texts, hole_reason="Only adults were studied.")

    draft = AssayVersion.objects.get(assay__analyte__code="COPPER")
    assert (draft.status, draft.unit, str(draft.amr_high)) == ("DRAFT", "umol/L", "60")
    assert set(draft.intervals.values_list("established", flat=True)) == {True, False}
    assert Analyte.objects.get(code="COPPER").loinc == "5631-7"
    assert PanelVersion.objects.get(panel__code="METALS").members.count() == 1
    assert CodedCommentVersion.objects.get().texts == {"en": "Low copper.", "fr": "Cuivre bas."}


def test_nothing_that_leaves_is_run_by_a_spreadsheet_and_it_comes_back_unharmed(author) -> None:
    formula = '=HYPERLINK("http://x")'
    catalogue.amend_analyte(
        analyte=Analyte.objects.get(code="HGB"), name=formula, loinc="718-7", section="CBC",
        by=author, at=database_now(), reason="Tried.",
    )  # fmt: skip

    row = next(row for row in exported("analytes") if row["code"] == "HGB")

    assert row["name"] == "'" + formula
    assert tried(author, {"a": catalogue_files.text_of("analytes")[1:]}).changes == []


def test_a_complete_file_retires_what_it_does_not_name(author) -> None:
    texts = {
        "a": written("assays", [row for row in exported("assays") if row["analyte"] != "RETIC"]),
        "p": written("panels", [row for row in exported("panels") if row["panel"] != "CBC"]),
    }
    assert tried(author, texts).changes == []

    plan = tried(author, texts, is_complete=True)
    applied(author, texts, is_complete=True)

    assert {change.sort for change in plan.changes} == {"RETIRED"}
    assert not AssayVersion.objects.filter(assay__analyte__code="RETIC", status="ACTIVE").exists()
    assert not PanelVersion.objects.filter(panel__code="CBC", status="ACTIVE").exists()
    assert Panel.objects.filter(code="CBC").exists()


def test_an_assay_left_out_of_all_complete_tables_is_retired_with_its_ranges(author) -> None:
    texts = {
        name: written(name, [row for row in exported(name) if row["analyte"] != "RETIC"])
        for name in ("assays", "ranges", "panels")
    }

    plan = tried(author, texts, is_complete=True)
    applied(author, texts, is_complete=True)

    assert plan.problems == []
    assert not AssayVersion.objects.filter(assay__analyte__code="RETIC", status="ACTIVE").exists()


def test_a_row_left_out_of_a_panel_that_is_named_is_retired_in_the_next_version(author) -> None:
    rows = [row for row in exported("panels") if row["panel"] == "CBC"]

    plan = tried(author, {"p": written("panels", rows[:-1])})
    applied(author, {"p": written("panels", rows[:-1])})

    assert [change.sort for change in plan.changes] == ["RETIRED"]
    draft = PanelVersion.objects.get(panel__code="CBC", status="DRAFT")
    assert draft.members.count() == len(rows) - 1


def test_the_pages_try_and_apply(author) -> None:
    client = Client()
    client.force_login(author.user)
    file = SimpleUploadedFile("ranges.csv", ("\ufeff" + edited("ranges", new_limit)).encode())

    trial = client.post("/catalogue/files/", {"files": file, "note": "New study."}, follow=True)

    text = trial.content.decode()
    assert "<ins>5.3</ins>" in text
    assert "Apply all of it" in text
    address = trial.redirect_chain[-1][0]
    assert "Applied: 1 changes" in client.post(address, follow=True).content.decode()
    assert client.post(address).status_code == 409
    assert "import" in client.get("/catalogue/files/").content.decode().lower()
    assert client.get("/catalogue/imports/999999/").status_code == 404


def test_the_export_asks_a_constant_number_of_queries(author) -> None:
    with CaptureQueriesContext(connection) as queries:
        catalogue_files.tables()

    assert len(queries) <= 8


def test_signatures_are_no_part_of_the_files(author) -> None:
    assert not RangeSignature.objects.exists()
    assert "signed" not in TABLES["ranges"].headings
