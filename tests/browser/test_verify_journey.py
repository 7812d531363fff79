"""A value from the hand that types it to the release, by three people, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from assays.actions import recordings, results
from assays.actions.recordings import Typed
from assays.models import Assay, Result, Specimen
from assays.queries.catalogue import current
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.quantities import Quantity
from labsys.work import periodic, worker
from labsys.work.registry import Execution
from tests import factories, laboratory
from tests.browser.conftest import Site
from tests.factories import PASSWORD
from tests.signing import sign_limits

LogIn = Callable[..., None]


@pytest.fixture(scope="module")
def specimen(site: Site) -> Specimen:
    """A received specimen on which a blood count is ordered."""
    laboratory.load_catalogue()
    order = laboratory.order("CBC", by=factories.principal(Role.PATHOLOGIST))
    (found,) = laboratory.received(order, by=factories.principal(Role.TECHNOLOGIST))
    return found


def analyse() -> None:
    """Do what waits, as the worker does."""
    periodic.load()
    worker.drain(Execution(worker="browser-test", task_id="browser-test"), seconds=60)


def log_out(page: Page) -> None:
    page.locator(".menu-account summary").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Log out").click()


def person(*roles: Role) -> Principal:
    return factories.principal(*roles)


def test_a_typed_value_is_verified_by_another_and_released_by_the_doctor(
    page: Page, log_in: LogIn, specimen: Specimen
) -> None:
    typist, second, doctor = (
        person(Role.TECHNOLOGIST),
        person(Role.TECHNOLOGIST),
        person(Role.PATHOLOGIST),
    )

    log_in(typist.name)
    page.goto("/admin/assays/recording/add/")
    page.get_by_label("Accession number").fill(specimen.accession)
    page.get_by_role("button", name="Show the specimen").click()
    expect(page.locator(".patient-name")).to_contain_text("Quill")
    row = page.get_by_role("row").filter(has_text="HGB")
    row.locator("input[type=text], input[type=number]").first.fill("7.1")
    page.get_by_role("button", name="Record").click()
    expect(page.locator(".notice-success")).to_contain_text("1 value")
    analyse()
    page.goto("/worklist/")
    expect(page.get_by_role("checkbox")).to_have_count(0)  # nobody ticks what they typed
    log_out(page)

    log_in(second.name)
    page.goto("/worklist/")
    page.get_by_role("link", name="HGB").click()
    page.get_by_role("button", name="Verify").click()
    expect(page.locator(".notice-success")).to_be_visible()
    log_out(page)

    log_in(doctor.name)
    page.goto("/worklist/?status=TECHNICALLY_VERIFIED")
    page.get_by_role("link", name=specimen.accession).click()
    page.get_by_role("checkbox").check()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign and release ticked").click()
    expect(page.locator(".notice-success")).to_contain_text("1 result released")

    result = Result.objects.get(specimen=specimen)
    assert (result.status, str(result.value)) == ("RELEASED", "7.1")
    assert (result.recorded_by, result.verified_by, result.released_by) == (typist, second, doctor)


def verified(value: str) -> Result:
    """A normal haemoglobin with a signed range, verified by somebody else than whoever typed it."""
    assay = current().by_code["HGB"][0]
    doctor = factories.principal(Role.PATHOLOGIST)
    sign_limits([Assay.objects.get(pk=assay.assay_id)], doctor)
    order = laboratory.order("HGB", by=doctor)
    (found,) = laboratory.received(order, by=factories.principal(Role.TECHNOLOGIST))
    typed = Typed(assay.assay_id, Quantity(Decimal(value), assay.unit), field="value")
    (result,) = recordings.record_typed(
        specimen=found,
        values=[typed],
        observed_at=database_now(),
        by=factories.principal(Role.TECHNOLOGIST),
        at=database_now(),
    )
    analyse()
    return results.verify(
        result=result, by=factories.principal(Role.TECHNOLOGIST), at=database_now()
    )


def test_the_clear_lane_is_released_by_the_keyboard_alone(
    page: Page, log_in: LogIn, specimen: Specimen
) -> None:
    first, second = verified("13.1"), verified("13.4")
    doctor = person(Role.PATHOLOGIST)
    log_in(doctor.name)
    page.goto("/worklist/?lane=CLEAR&status=TECHNICALLY_VERIFIED")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)

    page.get_by_role("checkbox").first.focus()
    page.keyboard.press("Space")  # the first one is left out
    for _tab in range(60):
        if page.evaluate("document.activeElement.name") == "password":
            break
        page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.locator(".notice-success")).to_contain_text("1 result released")
    found = dict(Result.objects.values_list("pk", "status"))
    assert (found[first.pk], found[second.pk]) == ("TECHNICALLY_VERIFIED", "RELEASED")
    page.goto(f"/results/{second.pk}/")
    expect(page.locator("#signatures + ul")).to_contain_text("reviewed and released")
    page.get_by_role("link", name="Read again and compare").click()
    expect(page.locator(".notice-success")).to_contain_text("stands as it was signed")


def test_a_page_that_went_stale_says_what_changed(
    page: Page, log_in: LogIn, specimen: Specimen
) -> None:
    result = verified("13.8")
    doctor = person(Role.PATHOLOGIST)
    log_in(doctor.name)
    page.goto("/worklist/?lane=CLEAR&status=TECHNICALLY_VERIFIED")
    holder = factories.principal(Role.TECHNOLOGIST)
    results.hold(result=result, by=holder, at=database_now(), reason="Clot in the tube?")

    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign and release ticked").click()

    expect(page.locator(".notice-error")).to_contain_text("a hold was set or cleared")
    assert Result.objects.get(pk=result.pk).status == "TECHNICALLY_VERIFIED"
