"""What was done to somebody in a real browser: recorded by keyboard, with which benefits it left, and counted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from labsys.accounts.roles import Role
from patients.models import Intervention, Person
from tests import factories
from tests.assays.trends.benefited import in_force, person_with
from tests.browser import accessible
from tests.browser.analysing import fits_both, press, reach, type_in, warmed_up
from tests.browser.conftest import Site

LogIn = Callable[..., None]


@pytest.fixture(scope="module")
def treated(site: Site) -> Person:
    """Somebody whose creatinine was better with nanites, and no longer is since a filtration."""
    warmed_up(site)
    person = person_with("1.60", "1.00", "1.55")
    in_force()
    return person


@pytest.fixture
def logged_in(page: Page, log_in: LogIn) -> Page:
    accessible.prepare(page.context)
    log_in(factories.principal(Role.PATHOLOGIST).name)
    return page


def test_what_was_done_is_recorded_by_keyboard_and_says_which_benefits_are_left(
    logged_in: Page, treated: Person
) -> None:
    page = logged_in
    page.goto(f"/persons/{treated.uid}/results/")
    press(page, page.get_by_role("link", name="Trends", exact=True))
    press(page, page.get_by_role("link", name="Interventions: outcomes, and a new one"))
    table = page.get_by_role("region", name="1 filtration, pore 8 µm")
    row = table.get_by_role("row").filter(has_text="Creatinine")
    expect(row).to_contain_text("1.60 mg/dL")
    expect(row).to_contain_text("lost")
    expect(row).to_contain_text("from with nanites to after the removal: +55 %, worse")
    expect(table.get_by_role("row").filter(has_text="Hemoglobin")).to_contain_text(
        "no value from before nanites"
    )

    reach(page, page.get_by_label("Done", exact=True))
    page.keyboard.type("sed")
    type_in(page, page.get_by_label("Detail", exact=True), "midazolam")
    press(page, page.get_by_role("button", name="Record", exact=True))

    expect(page.get_by_text("The intervention is recorded.")).to_be_visible()
    done = page.get_by_role("region", name="What was done").get_by_role("row")
    expect(done.filter(has_text="midazolam")).to_contain_text("not judged by the nanite load")
    assert Intervention.objects.filter(person=treated, kind="SEDATION").count() == 1


def test_it_is_accessible_and_fits_both_screens(logged_in: Page, treated: Person) -> None:
    page = logged_in
    for address in (f"/persons/{treated.uid}/interventions/", "/benefits/"):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert list(accessible.faults(page)) == []
        fits_both(page)


def test_how_many_kept_a_benefit_is_asked_by_kind(logged_in: Page, treated: Person) -> None:
    page = logged_in
    page.goto("/benefits/")
    row = page.get_by_role("row").filter(has_text="Creatinine")
    expect(row).to_contain_text("0 of 1")

    page.get_by_label("Removal", exact=True).select_option("CHARCOAL")
    with page.expect_navigation():
        page.get_by_role("button", name="Show", exact=True).click()

    expect(page.get_by_text("0 persons with such a removal")).to_be_visible()
