"""One patient is opened to a visiting clinician, looked at and closed again, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.models import CareGrant
from tests import factories
from tests.browser import accessible
from tests.browser.analysing import looked_at, press, type_in, warmed_up
from tests.browser.conftest import Site
from tests.factories import PASSWORD
from tests.patients import people
from tests.patients.people import DAY

LogIn = Callable[..., None]


def test_a_patient_is_granted_to_a_visitor_seen_and_closed_again(
    site: Site, browser: Browser, page: Page, log_in: LogIn
) -> None:
    warmed_up(site)
    accessible.prepare(page.context)
    visitor, someone = factories.principal(Role.VISITING_CLINICIAN), people.person(family="Okafor")
    log_in(factories.principal(Role.PATHOLOGIST).name)

    page.goto("/grants/")
    expect(page.get_by_text("No grant is on record")).to_be_visible()
    press(page, page.get_by_role("link", name="Grant a patient"))
    page.get_by_label("Principal").select_option(str(visitor.pk))
    type_in(page, page.get_by_label("Patient (MRN)"), someone.mrn)
    type_in(page, page.get_by_label("Reason"), "opinion on the implant")
    type_in(page, page.get_by_label("Service or organisation"), "Fleet medical service")
    until = timezone.localtime(database_now() + DAY)
    page.get_by_label("Until").fill(f"{until:%Y-%m-%dT%H:%M:%S}")
    looked_at(page)
    press(page, page.get_by_role("button", name="Save", exact=True))
    page.goto("/grants/")
    expect(page.get_by_role("row").filter(has_text=someone.mrn)).to_contain_text("runs")
    looked_at(page)

    theirs = browser.new_context(base_url=site.url, locale="en-GB")
    guest = theirs.new_page()
    guest.goto("/")
    guest.get_by_label("Username").fill(visitor.name)
    guest.get_by_label("Password").fill(PASSWORD)
    with guest.expect_navigation():
        guest.get_by_role("button", name="Log in").click()
    address = f"/persons/{someone.uid}/results/"
    assert guest.goto(address).status == 200  # type: ignore[union-attr]

    press(page, page.get_by_role("row").filter(has_text=someone.mrn).get_by_role("link"))
    looks = page.get_by_role("region", name="What the visitor looked at")
    expect(looks.get_by_role("row").nth(1)).to_be_visible()
    looked_at(page)
    press(page, page.get_by_role("button", name="End the grant"))
    assert CareGrant.objects.get().until > database_now()  # no reason, no end
    type_in(page, page.get_by_label("Reason"), "the visit is over")
    press(page, page.get_by_role("button", name="End the grant"))
    expect(page.get_by_role("button", name="End the grant")).to_have_count(0)
    expect(page.get_by_text("ended").first).to_be_visible()
    assert guest.goto(address).status == 404  # type: ignore[union-attr]
    theirs.close()
