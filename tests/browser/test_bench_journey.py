"""At the bench: a count of nanites, the held items and the written interface, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from assays.models import NaniteCount
from labsys.accounts.roles import Role
from tests import factories, laboratory
from tests.browser.conftest import Site

LogIn = Callable[..., None]


def test_nanites_are_counted_and_the_interface_is_read(
    site: Site, page: Page, log_in: LogIn
) -> None:
    laboratory.load_catalogue()
    order = laboratory.order("NANITE", by=factories.principal(Role.PATHOLOGIST))
    technologist = factories.principal(Role.TECHNOLOGIST)
    (specimen,) = laboratory.received(order, by=technologist)
    log_in(technologist.name)

    page.goto(f"{site.url}/admin/assays/nanitecount/add/?accession={specimen.accession}")
    page.get_by_label("Fields").fill("212 3\n198 0\n205 1")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("anite count")
    assert NaniteCount.objects.get().specimen == specimen
    page.goto(f"{site.url}/admin/assays/transmissionitem/?status__exact=HELD")
    expect(page.locator("h1")).to_be_visible()
    page.goto(f"{site.url}/api/")
    expect(page.get_by_role("heading", name="POST /api/v1/results")).to_be_visible()
