"""A plate in a real browser: sent as files, read, recorded, diluted; and one that cannot be used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assays.models import Assay, AttemptRequest, Instrument, Result
from labsys.accounts.roles import Role
from tests import factories
from tests.assays import laboratory
from tests.assays.analyses.plating import lh, written
from tests.assays.evaluation.test_evaluation import work_off
from tests.browser.analysing import fits_both, press, reach, warmed_up
from tests.browser.conftest import Site

LogIn = Callable[..., None]


@pytest.fixture(scope="module")
def assay(site: Site) -> Assay:
    warmed_up(site)
    return lh()


@pytest.fixture(scope="module")
def reader(site: Site) -> Instrument:
    return laboratory.instrument()


def fill(page: Page, reader: Instrument, folder: Path, files: tuple[bytes, bytes]) -> None:
    """Choose assay, reader and both files of a plate."""
    for name, content in zip(("reader.csv", "layout.csv"), files, strict=True):
        (folder / name).write_bytes(content)
    page.goto("/plates/new/")
    page.get_by_role("combobox", name="Assay").select_option(index=1)
    page.get_by_role("combobox", name="Reader").select_option(label=reader.name)
    page.get_by_label("Plate 1: the reader's file").set_input_files(folder / "reader.csv")
    page.get_by_label("Plate 1: layout").set_input_files(folder / "layout.csv")


def test_a_plate_is_sent_read_recorded_and_asks_for_a_dilution(
    page: Page, log_in: LogIn, assay: Assay, reader: Instrument, tmp_path: Path
) -> None:
    inside, beyond = laboratory.specimen([assay]), laboratory.specimen([assay])
    log_in(factories.principal(Role.TECHNOLOGIST).name)
    fill(page, reader, tmp_path, written([(inside.accession, 30, 1), (beyond.accession, 450, 1)]))
    fits_both(page)
    press(page, page.get_by_role("button", name="Evaluate", exact=True))
    expect(page.get_by_role("status").filter(has_text="being evaluated")).to_be_visible()
    work_off()
    page.reload()

    main = page.locator("main")
    expect(main.get_by_role("heading", name="Calibration")).to_contain_text("accepted")
    expect(main.locator("figure svg")).to_have_count(3)  # curve, residuals, precision
    row = main.get_by_role("row").filter(has_text=beyond.accession).first
    expect(row).to_contain_text("diluted 1 in 5")
    fits_both(page)
    press(page, main.get_by_role("button", name="Record the results"))

    expect(main).to_contain_text("Recorded")
    recorded = main.get_by_role("row").filter(has_text="asked for again, diluted 1 in 5")
    expect(recorded).to_contain_text(">200")
    assert AttemptRequest.objects.get().specimen == beyond
    assert Result.objects.get(specimen=inside).instrument == reader
    fits_both(page)


def test_the_plate_of_that_dilution_answers_what_was_asked(
    page: Page, log_in: LogIn, assay: Assay, reader: Instrument, tmp_path: Path
) -> None:
    request = AttemptRequest.objects.get()
    files = written([(request.specimen.accession, 450, 5)])
    log_in(factories.principal(Role.TECHNOLOGIST).name)
    fill(page, reader, tmp_path, files)
    page.get_by_role("button", name="Evaluate", exact=True).click()
    work_off()
    page.reload()
    page.get_by_role("button", name="Record the results").click()

    expect(page.locator("main")).to_contain_text("Recorded")
    work_off()
    request.refresh_from_db()
    assert request.status == "DONE"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ((b"", written()[1]), "empty"),
        ((b"PK\x03\x04\x00\x00", written()[1]), "is no text"),
        ((written()[0], b"well,role\nA1,standard"), "has no concentration"),
    ],
    ids=["empty", "workbook", "layout"],
)
def test_a_plate_that_cannot_be_used_says_why_in_words(
    page: Page,
    log_in: LogIn,
    assay: Assay,
    reader: Instrument,
    tmp_path: Path,
    files: tuple[bytes, bytes],
    said: str,
) -> None:
    log_in(factories.principal(Role.TECHNOLOGIST).name)
    fill(page, reader, tmp_path, files)
    page.get_by_role("button", name="Evaluate", exact=True).click()
    work_off()
    page.reload()

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("This plate cannot be used.")
    expect(alert).to_contain_text(said)
    expect(page.get_by_role("button", name="Record the results")).to_have_count(0)
    fits_both(page)


def test_the_list_of_plates_is_walked_by_keyboard_alone(
    page: Page, log_in: LogIn, assay: Assay
) -> None:
    log_in(factories.principal(Role.TECHNOLOGIST).name)
    page.goto("/plates/")
    fits_both(page)
    first = page.locator("main").get_by_role("table").get_by_role("link").first

    reach(page, first)
    # Where the focus is, can be seen.
    assert first.evaluate("one => getComputedStyle(one).outlineStyle") != "none"
    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Plate")
