"""What is wrong with files of the catalogue is said by row and column, and changes nothing."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assays.actions import catalogue
from assays.models import (
    CatalogueImport,
)
from labsys.accounts.roles import Role
from labsys.lib.errors import NotAllowed
from tests import factories, laboratory
from tests.assays.catalogue.tables import edited, exported, handed_in, new_limit, tried, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded() -> None:
    laboratory.load_catalogue()


@pytest.fixture
def author():
    return factories.principal(Role.QUALITY_MANAGER, name="author")


@pytest.mark.parametrize(
    ("table", "column", "value", "says"),
    [
        ("analytes", "loinc", "718-8", "would be 718-7"),
        ("analytes", "loinc", "Jul-18", "turned it into a date"),
        ("analytes", "name", "", "may not be empty"),
        ("assays", "unit", "milli moles", "not written as a UCUM unit"),
        ("assays", "specimen_type", "TEARS", "No specimen type has this code"),
        ("assays", "tea_percent", "-3", "greater than zero"),
        ("assays", "tea_source", "", "given together"),
        ("assays", "decimals", "x", "whole number"),
        ("ranges", "low", "1,5", "decimal point"),
        ("ranges", "low", "1 500", "decimal point"),
        ("ranges", "low", "=1+1", "not a number"),
        ("ranges", "low", "999", "contradicts itself"),
        ("ranges", "age_low_days", "18 y", "whole number"),
        ("ranges", "sex", "W", "Write one of: F, M, *"),
        ("ranges", "species", "elf", "No species has this code"),
        ("ranges", "state", "HAPPY", "No state of the body"),
        ("ranges", "source", "", "where these limits are from"),
        ("ranges", "range", "NORMAL", "Write one of"),
        ("panels", "position", "0", "Write the place"),
        ("panels", "analyte", "NONE", "No assay has this analyte"),
    ],
)
def test_a_bad_cell_is_refused_by_row_and_column_with_what_to_do(
    author, table: str, column: str, value: str, says: str
) -> None:
    rows = exported(table)
    key = "code" if table == "analytes" else "analyte"
    place = next(
        number
        for number, row in enumerate(rows)
        if row[key] == "HGB" and (table != "ranges" or (row["range"] == "REFERENCE" and row["low"]))
    )
    rows[place][column] = value

    plan = tried(author, {"file": written(table, rows)})

    problem = plan.problems[0]
    assert (problem.table, problem.row, problem.column) == (table, place + 2, column)
    assert says in str(problem)
    with pytest.raises(catalogue.BadFiles, match="keep these files out"):
        handed_in(author, {"file": written(table, rows)})
    assert not CatalogueImport.objects.exists()


def test_gaps_and_overlaps_are_named_with_their_rows(author) -> None:
    rows = [row for row in exported("ranges") if row["analyte"] == "HGB"]
    adult = next(row for row in rows if row["sex"] == "M" and row["low"])
    adult["age_low_days"] = str(int(adult["age_low_days"]) + 10)
    gap = tried(author, {"r": written("ranges", rows)})
    adult["age_low_days"] = str(int(adult["age_low_days"]) - 20)
    overlap = tried(author, {"r": written("ranges", rows)})
    filled = tried(author, {"r": written("ranges", rows)}, hole_reason="Not studied.")

    number = rows.index(adult) + 2
    days = int(adult["age_low_days"]) + 10
    assert f"[{days}, {days + 10}) days" in str(gap.problems[0])
    assert str(number) in str(overlap.problems[0])
    assert "hold the same patients" in str(overlap.problems[0])
    assert [str(one) for one in filled.problems] == [str(one) for one in overlap.problems]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "The file is empty"),
        (b"\xff\xfec\x00o\x00", "CSV UTF-8"),
        (b"PK\x03\x04 a workbook", "CSV UTF-8"),
        ("code,name,loinc,section\nX,Größe,,CHEM\n".encode("latin-1"), "not UTF-8"),
        (b"code,name,loinc,section\nX,a\x00b,,CHEM\n", "control character"),
        (b"a,b,c\n1,2,3\n", "headings of no table"),
        (b"code,name,loinc\nX,Y,\n", "missing: section"),
        (b"code,name,loinc,section,colour\nX,Y,,CHEM,red\n", "called: colour"),
        (b"code,name,loinc,section,code\nX,Y,,CHEM,X\n", "stand twice: code"),
        (b"code,name,loinc,section\nX,Y\n", "has 2 cells"),
        (b"code;name;loinc;section\nX;Y;1,5;CHEM;\n", "has 5 cells"),
        (b'code,name,loinc,section\nX,"Y,,CHEM\n', "quotation mark"),
        (b"code,name,loinc,section\n", "holds no row"),
        (b"code,name,loinc,section\nX,Y,,C\nX,Z,,C\n", "Row 2 names the same"),
    ],
)
def test_a_file_that_is_no_table_says_why(author, data: bytes, says: str) -> None:
    client = Client()
    client.force_login(author.user)

    page = client.post(
        "/catalogue/files/", {"files": SimpleUploadedFile("x.csv", data), "note": "n"}
    )

    assert page.status_code == 422
    assert says in page.content.decode()
    assert not CatalogueImport.objects.exists()


def test_only_those_who_draft_hand_in(author) -> None:
    technologist = factories.principal(Role.TECHNOLOGIST)

    with pytest.raises(NotAllowed):
        handed_in(technologist, {"r": edited("ranges", new_limit)})
    client = Client()
    client.force_login(technologist.user)
    assert client.get("/catalogue/files/analytes.csv").status_code == 200
    assert client.post("/catalogue/files/", {}).status_code == 403


def test_too_many_files_are_refused_and_none_is_dropped(author) -> None:
    client = Client()
    client.force_login(author.user)
    files = [SimpleUploadedFile(f"{one}.csv", b"code\n") for one in range(11)]

    answer = client.post(reverse("catalogue-files"), {"files": files, "note": "New tables."})

    assert answer.status_code == 422
    assert "at most 10 files" in answer.content.decode()
    assert "New tables." in answer.content.decode()
