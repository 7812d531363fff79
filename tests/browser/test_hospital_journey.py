"""An order from the hospital is seen under its number, measured, and its result seen to be taken."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from assays.instruments.delivery import Delivery, Fate
from assays.models import OrderNotice
from labsys.accounts.roles import Role
from tests import factories
from tests.assays.dispatches.receiving import attempted
from tests.assays.hospital.messages import obr, oml, orc, pid
from tests.assays.hospital.test_results import Ward
from tests.assays.hospital.told import tell
from tests.browser.conftest import Site

LogIn = Callable[..., None]


@pytest.fixture(scope="module")
def ward(site: Site) -> Ward:
    """An order of a hospital, measured and released, its result taken, and the same order again."""
    made = Ward("HGB")
    made.reported("HGB", "13.2")
    (dispatch,) = made.dispatches()
    attempted(dispatch, Delivery(Fate.ACCEPTED, answer=b"MSA|AA"))
    tell(made.hospital, oml(pid(), orc(placer="P2^W"), obr("W-HGB")))
    return made


def test_an_order_is_seen_under_its_number_looked_at_and_its_result_taken(
    page: Page, log_in: LogIn, ward: Ward
) -> None:
    log_in(factories.principal(Role.TECHNOLOGIST).name)

    page.goto("/orders/received/")
    expect(page.get_by_role("table")).to_contain_text("P1^W")
    expect(page.get_by_role("table")).to_contain_text("ordered lately already")
    page.get_by_role("link", name="Only those to look at").press("Enter")
    notice = OrderNotice.objects.get()
    page.get_by_role("link", name=str(notice.order_id), exact=True).press("Enter")

    expect(page.get_by_role("main")).to_contain_text("P2^W")
    page.get_by_label("What was found, or done").fill("The ward wants both.")
    page.get_by_role("button", name="Looked at").press("Enter")
    expect(page.get_by_role("main")).to_contain_text("The ward wants both.")

    page.goto("/outbox/?kind=RESULT_REPORT")
    expect(page.get_by_role("main")).to_contain_text("accepted")
