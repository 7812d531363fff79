"""A physician finds the report of an order, takes it along, and meets its correction; by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assays.models import ReportAccess
from labsys.accounts.roles import Role
from tests import factories
from tests.assays.reports.making import Bench
from tests.browser.conftest import Site
from tests.patients import people

LogIn = Callable[..., None]


@pytest.fixture(scope="module")
def bench(site: Site) -> Bench:
    """An order with one value released and one awaited."""
    made = Bench("HGB", "WBC", of=people.person(family="Quill"))
    made.reported("HGB", "21.0")
    return made


def test_a_report_is_read_taken_along_and_superseded(
    page: Page, log_in: LogIn, bench: Bench, tmp_path: Path
) -> None:
    reader = factories.principal(Role.EXAMINING_PHYSICIAN)
    log_in(reader.name)

    page.goto(f"/orders/{bench.order.pk}/")
    page.get_by_role("link", name=f"Order {bench.order.pk}", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("version 1")
    expect(page.locator("main")).to_contain_text("▲▲ critically high")
    expect(page.locator("main")).to_contain_text("Awaited: Wbc.")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download").press("Enter")
    taken.value.save_as(tmp_path / "report.pdf")
    bench.withdraw(bench.newest.report.order.items.first().results.get(), "wrong tube")
    page.reload()

    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-1.7")
    expect(page.get_by_role("heading", level=1)).to_contain_text("version 2")
    expect(page.locator("main")).to_contain_text("wrong tube")
    page.get_by_role("link", name="1", exact=True).press("Enter")
    expect(page.locator(".notice-error")).to_contain_text("Superseded by version 2.")
    page.get_by_role("link", name="Open the newest version").press("Enter")
    expect(page.locator(".notice-error")).to_have_count(0)
    rows = ReportAccess.objects.order_by("id").values_list("version__number", "kind")
    assert list(rows) == [
        (1, "VIEWED"),
        (1, "DOWNLOADED"),
        (2, "VIEWED"),
        (1, "VIEWED"),
        (2, "VIEWED"),
    ]
