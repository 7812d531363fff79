"""A critical value from the hand that types it to the read-back, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from assays.actions import recordings
from assays.actions.recordings import Typed
from assays.models import CriticalCall, Specimen
from assays.queries import catalogue
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.quantities import parse_quantity
from labsys.work import periodic, worker
from labsys.work.registry import Execution
from tests import factories, laboratory
from tests.browser.conftest import Site
from tests.patients import people

LogIn = Callable[..., None]


@pytest.fixture(scope="module")
def specimen(site: Site) -> Specimen:
    """A received specimen of a patient on a ward, on which potassium is ordered."""
    laboratory.load_catalogue()
    order = laboratory.order("K", by=factories.principal(Role.PATHOLOGIST))
    (found,) = laboratory.received(order, by=factories.principal(Role.TECHNOLOGIST))
    people.admitted(found.person)
    return found


def type_in(specimen: Specimen, value: str, by: Principal) -> None:
    assay = catalogue.current().by_code["K"][0]
    at = database_now()
    recordings.record_typed(
        specimen=specimen,
        values=[Typed(assay.assay_id, parse_quantity(value, unit=assay.unit), field="v")],
        observed_at=specimen.collected_at,
        by=by,
        at=at,
    )
    periodic.load()
    worker.drain(Execution(worker="browser-test", task_id="browser-test"), seconds=60)


def test_a_critical_value_is_called_back_and_read_back(
    page: Page, log_in: LogIn, specimen: Specimen
) -> None:
    technologist = factories.principal(Role.TECHNOLOGIST)
    type_in(specimen, "7.4", technologist)

    log_in(technologist.name)
    page.get_by_role("link", name="Critical values to be told").click()
    row = page.get_by_role("row").filter(has_text=specimen.person.mrn)
    expect(row).to_contain_text("PRELIMINARY, UNVERIFIED")
    expect(row).to_contain_text("0 min")
    row.get_by_role("link", name="Potassium").click()

    # Nobody answers; the call stays open.
    page.get_by_label("Whom you called").fill("Dr Night")
    page.get_by_label("not reached").check()
    page.get_by_role("button", name="Write down").click()
    expect(page.locator(".notice-warning")).to_contain_text("The call stays open")

    # What is read back is not the value: that confirms nothing.
    page.get_by_label("Whom you called").fill("Nurse Roe")
    page.get_by_label("reached, value read back").check()
    page.get_by_label("Value as it was read back").fill("4.7")
    page.get_by_role("button", name="Write down").click()
    expect(page.locator(".notice-error")).to_contain_text("is not the value")

    page.get_by_label("Whom you called").fill("Nurse Roe")
    page.get_by_label("reached, value read back").check()
    page.get_by_label("Value as it was read back").fill("7.4")
    page.get_by_role("button", name="Write down").click()
    expect(page.locator(".notice-success")).to_contain_text("Confirmed")

    call = CriticalCall.objects.get()
    assert call.state == "CONFIRMED"
    assert [one.outcome for one in call.attempts.order_by("id")] == [
        "UNABLE_TO_REACH",
        "REACHED_NO_READBACK",
        "CONFIRMED",
    ]
    page.goto("/criticals/")
    expect(page.get_by_text("No critical value waits to be told.")).to_be_visible()


def test_the_clocks_are_refreshed_without_a_hand(
    page: Page, log_in: LogIn, specimen: Specimen
) -> None:
    log_in(factories.principal(Role.TECHNOLOGIST).name)
    page.goto("/criticals/")

    with page.expect_response("**/criticals/table/**", timeout=60_000) as answer:
        pass

    assert answer.value.status == 200
    assert answer.value.request.headers["x-labsys-poll"] == "1"
    expect(page.get_by_text("As of")).to_be_visible()
