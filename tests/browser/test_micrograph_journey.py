"""A film from its files to results: given, counted, corrected by click and by keys, read, recorded."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from assays.models import Micrograph, MicrographReading, NaniteCount, Result, Specimen
from labsys.accounts.roles import Role
from tests import factories
from tests import laboratory as shipped
from tests.assays.analyses.films import png, saved
from tests.assays.evaluation.test_evaluation import work_off
from tests.browser import accessible
from tests.browser.conftest import Site

LogIn = Callable[..., None]
TABLET = {"width": 820, "height": 1180}


@pytest.fixture
def specimen(site: Site) -> Specimen:
    """A received specimen on which the nanites are ordered."""
    shipped.load_catalogue()
    order = shipped.order("NANITE", by=factories.principal(Role.PATHOLOGIST))
    (found,) = shipped.received(order, by=factories.principal(Role.TECHNOLOGIST))
    return found


def count_of(page: Page, kind: str) -> Locator:
    return page.locator(f"[data-count={kind}]")


def check(page: Page) -> None:
    """Nothing grave for who cannot see it, and nothing wider than the screen."""
    assert list(accessible.faults(page)) == []
    for size in (accessible.LAPTOP, TABLET):
        page.set_viewport_size(size)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, size
    page.set_viewport_size(accessible.LAPTOP)


def test_fields_are_given_counted_corrected_read_and_recorded(
    context: BrowserContext, page: Page, log_in: LogIn, specimen: Specimen
) -> None:
    accessible.prepare(context)
    log_in(factories.principal(Role.TECHNOLOGIST).name)
    page.goto(f"/specimens/{specimen.accession}/micrographs/")

    # Three files, of which one is no field: the others are taken in, and it says why.
    files = {"first.png": png(1), "second.png": png(2), "report.png": saved("JPEG")}
    page.get_by_label("Files, one field each").set_input_files(
        [{"name": name, "mimeType": "image/png", "buffer": one} for name, one in files.items()]
    )
    page.get_by_role("button", name="Send the files").click()
    uploads = page.locator(".uploads li")
    expect(uploads.filter(has_text="taken in")).to_have_count(2)
    expect(uploads.filter(has_text="which its name does not say")).to_have_count(1)
    work_off()
    page.reload()
    expect(page.locator(".micrographs img")).to_have_count(2)

    # Counting is watched where it is asked for; the page follows by itself.
    page.get_by_role("button", name="Count the fields").click()
    expect(page.get_by_text("0 of 2 parts are done")).to_be_visible()
    work_off()
    page.get_by_role("link", name="Show what was found").click()
    expect(page.locator(".micrographs li").first).to_contain_text("24 red, 0 white, 2 foreign")
    check(page)

    _correct_by_click(page)
    page.get_by_role("link", name="Next").click()
    _correct_by_keys(page)
    check(page)

    # Read, both of them: recorded as one count, of which a worker makes the ratio.
    page.get_by_role("link", name="All fields").click()
    page.get_by_role("button", name="Record as results").click()
    expect(page.get_by_text("somebody else verifies them").first).to_be_visible()
    count = NaniteCount.objects.get()
    assert [(one.red_cells, one.nanites) for one in count.fields.order_by("position")] == [
        (24, 1),
        (25, 2),
    ]
    work_off()
    assert str(Result.objects.get(analyte__code="NANITE-RATIO").value) == "61.22"  # 3 of 49

    # Counted again, what was found is set beside what was read.
    page.get_by_role("button", name="Count all fields again").click()
    expect(page.get_by_text("0 of 2 parts are done")).to_be_visible()
    work_off()
    page.get_by_role("link", name="Show what was found").click()
    page.locator(".micrographs a").first.click()
    expect(page.get_by_text("Drawn as")).to_be_visible()
    expect(count_of(page, "foreign_bodies")).to_have_text("1")
    page.get_by_role("link", name="Show the count").click()
    expect(count_of(page, "foreign_bodies")).to_have_text("2")


def _correct_by_click(page: Page) -> None:
    """Take one foreign body of the first field for a platelet, and one away that is put back."""
    page.get_by_role("link", name=re.compile("first.png")).click()
    said = page.locator("#reading output")
    expect(said).to_contain_text("nothing is chosen")
    page.locator("circle.body-foreign_bodies").last.click()
    expect(said).to_contain_text("foreign body")
    page.get_by_role("button", name="Remove").click()
    expect(count_of(page, "foreign_bodies")).to_have_text("1")
    page.get_by_role("button", name="Undo").click()
    expect(count_of(page, "foreign_bodies")).to_have_text("2")
    page.locator(".micrograph-field circle.body-foreign_bodies").last.click()
    page.get_by_role("radio", name="platelet").check()
    expect(count_of(page, "platelets")).to_have_text("1")
    page.get_by_role("button", name="Keep this reading").click()
    expect(page.get_by_text("The reading is kept.")).to_be_visible()
    reading = MicrographReading.objects.get(micrograph=Micrograph.objects.get(name="first.png"))
    kinds = [one["kind"] for one in reading.findings]
    assert (kinds.count("foreign_bodies"), kinds.count("platelets")) == (1, 1)


def _correct_by_keys(page: Page) -> None:
    """Go to the picture by Tab, choose, change, take back, add, and keep: without a mouse."""
    expect(page.get_by_role("heading", level=1)).to_have_text("second.png")
    for _press in range(60):
        if page.evaluate("document.activeElement.classList.contains('micrograph-port')"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("n")
    expect(page.locator("#reading output")).to_contain_text("red cell")
    page.keyboard.press("x")
    expect(count_of(page, "red_cells")).to_have_text("23")
    page.keyboard.press("u")
    expect(count_of(page, "red_cells")).to_have_text("24")
    page.keyboard.press("1")
    for key in ("ArrowUp", "ArrowUp", "ArrowLeft", "a"):
        page.keyboard.press(key)
    expect(count_of(page, "red_cells")).to_have_text("25")
    for _press in range(60):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.textContent") == "Keep this reading":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("The reading is kept.")).to_be_visible()
    reading = MicrographReading.objects.get(micrograph=Micrograph.objects.get(name="second.png"))
    assert sum(one["kind"] == "red_cells" for one in reading.findings) == 25
