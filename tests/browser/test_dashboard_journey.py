"""The dashboard is read, a figure explained, and a report issued and corrected, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from assays.models import CouncilReport
from tests.browser import accessible
from tests.browser.conftest import Site
from tests.patients import people
from tests.web.dashboards import figures

LogIn = Callable[..., None]


@pytest.fixture(scope="module")
def counted(site: Site) -> None:
    figures.outbreak()
    figures.analysed()
    figures.kept()


def test_figures_are_read_explained_issued_and_corrected(
    site: Site, page: Page, log_in: LogIn, counted: None
) -> None:
    accessible.prepare(page.context)
    log_in(people.infection_control().name)
    page.goto("/dashboard/")
    assert not list(accessible.faults(page))
    page.goto("/dashboard/")

    expect(page.get_by_role("img", name="People exposed by day of first exposure")).to_be_visible()
    explained = page.get_by_role("row").filter(has_text="Traced daily").first
    explained.locator("summary").press("Enter")
    expect(explained.get_by_text("WHO/EVD/Guidance/Contact/15.1")).to_be_visible()
    value = page.get_by_role("row").filter(has_text="Doubling time").locator("strong").inner_text()

    with page.expect_navigation():
        page.get_by_role("button", name="Issue this report").press("Enter")
    expect(page.get_by_role("heading", name="Council report 1, version 1")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Doubling time")).to_contain_text(value)
    assert not list(accessible.faults(page))
    page.reload()

    page.get_by_label("What was wrong").fill("A ward was missing.")
    with page.expect_navigation():
        page.get_by_label("What was wrong").press("Enter")
    expect(page.get_by_role("heading", name="Council report 1, version 2")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("link", name="Council reports", exact=True).last.click()
    expect(page.get_by_text("A ward was missing.")).to_be_visible()
    assert not list(accessible.faults(page))
    assert CouncilReport.objects.count() == 2


def test_days_without_sense_are_said_beside_their_field(
    site: Site, page: Page, log_in: LogIn, counted: None
) -> None:
    accessible.prepare(page.context)
    log_in(people.infection_control().name)
    page.goto("/dashboard/?since=2026-01-02&until=2026-01-01")

    expect(page.get_by_text("ends before it begins")).to_be_visible()
    assert not list(accessible.faults(page))
