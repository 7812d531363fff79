"""A person's trends in a real browser: read across by keyboard and pointer, zoomed, as a table, on paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from labsys.accounts.roles import Role
from patients.models import Person
from tests import factories
from tests.assays import laboratory
from tests.assays.analyses import loads
from tests.assays.analyses.loads import intervened, measured
from tests.assays.results.test_moves import recorded
from tests.browser import accessible
from tests.browser.analysing import fits_both, press, reach, warmed_up
from tests.browser.conftest import Site

LogIn = Callable[..., None]
COURSE = ("20000", "29000", "41000", "15000", "6000", "<500")


@pytest.fixture(scope="module")
def treated(site: Site) -> Person:
    """Somebody with loads every other day, hemoglobin beside, and a filtration."""
    warmed_up(site)
    person = laboratory.person()
    measured(person, COURSE, loads.assay())
    hgb = laboratory.assays(HGB9={"low": "12.0", "high": "15.5", "critical": (7, 20)})["HGB9"]
    for days, value in ((9, "13.0"), (6, "6.4"), (3, "12.8")):
        recorded(hgb, value, of=person, collected_ago=timedelta(days=days))
    intervened(person, ago=timedelta(days=5))
    return person


@pytest.fixture
def stage(page: Page, log_in: LogIn, treated: Person) -> Locator:
    accessible.prepare(page.context)
    log_in(factories.principal(Role.PATHOLOGIST).name)
    page.goto(f"/persons/{treated.uid}/results/")
    press(page, page.get_by_role("link", name="Trends", exact=True))
    return page.locator("[data-trend-stage]")


def test_values_are_read_across_all_panels_by_keyboard_alone(page: Page, stage: Locator) -> None:
    reach(page, stage)
    said = page.locator("[data-trend-said]")

    page.keyboard.press("Home")
    expect(said).to_contain_text("20000")
    expect(said).to_contain_text("none before")
    page.keyboard.press("End")
    expect(said).to_contain_text("< 500")
    expect(said).to_contain_text("12.8")
    page.keyboard.press("ArrowLeft")
    expect(said).to_contain_text("12.8 g/dL")
    expect(said).to_contain_text("6000")
    expect(page.locator(".trend-cross")).to_have_count(3)
    page.keyboard.press("Escape")
    expect(page.locator(".trend-cross")).to_have_count(0)
    expect(said).to_be_empty()


def test_the_same_moment_lies_in_one_line_down_the_page(page: Page, stage: Locator) -> None:
    stage.focus()
    page.keyboard.press("End")

    lines = page.locator(".trend-cross")
    places = [lines.nth(place).bounding_box() for place in range(lines.count())]

    assert len({round(box["x"]) for box in places if box}) == 1


def test_zooming_is_kept_in_the_address_and_undone_by_going_back(
    page: Page, stage: Locator
) -> None:
    stage.focus()
    points = page.locator("[data-trend-panel] g[data-t]")
    whole = points.count()

    page.keyboard.press("+")
    page.wait_for_url("**from=*until=*")
    expect(page.locator("[data-trend-stage]:focus")).to_have_count(1)
    assert points.count() < whole
    page.reload()
    assert points.count() < whole
    page.locator("[data-trend-stage]").focus()
    page.keyboard.press("0")
    expect(points).to_have_count(whole)
    page.go_back()
    page.wait_for_url("**from=*until=*")
    expect(points).not_to_have_count(whole)


def test_dragging_across_shows_that_period(page: Page, stage: Locator) -> None:
    drawing = page.locator("[data-trend-panel] svg").first
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2

    page.mouse.move(box["x"] + box["width"] * 0.4, y)
    expect(page.locator("[data-trend-read]").first).not_to_be_empty()
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, y, steps=4)
    expect(page.locator(".trend-selection").first).to_be_visible()
    page.mouse.up()

    page.wait_for_url("**from=*until=*")


def test_the_table_holds_every_value_and_needs_no_script(page: Page, stage: Locator) -> None:
    press(page, page.get_by_role("link", name="Table", exact=True))

    table = page.get_by_role("table", name="Values over time")
    expect(table.get_by_role("row")).to_have_count(1 + len(COURSE) + 3 + 1)
    expect(table).to_contain_text("< 500")
    expect(table).to_contain_text("critically low")
    expect(table).to_contain_text("1 filtration")
    assert list(accessible.faults(page)) == []


def test_it_is_accessible_fits_both_screens_and_prints(page: Page, stage: Locator) -> None:
    assert list(accessible.faults(page)) == []
    fits_both(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.locator("[data-trend-panel] svg").first).to_be_visible()
