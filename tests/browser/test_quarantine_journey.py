"""Somebody is kept apart by rule, breaks it, is reviewed, and let go once the laboratory says so."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from labsys.lib.clock import database_now
from patients.actions import quarantine_capacities
from patients.models import Exposure, QuarantineOrder
from tests.browser import accessible
from tests.browser.conftest import Site
from tests.consent import nanites
from tests.consent.actions.test_quarantine_releases import LOAD
from tests.patients import people
from tests.patients.people import DAY, HOUR
from tests.patients.quarantined import exposed, rule

LogIn = Callable[..., None]


def _pressed(page: Page, name: str) -> None:
    """Press a button by keyboard, and wait for the page to which it leads."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).press("Enter")


def test_an_order_is_gone_through_from_its_form_to_its_lift(
    site: Site, page: Page, log_in: LogIn
) -> None:
    accessible.prepare(page.context)
    by, at = people.infection_control(), database_now()
    someone, met, ward = people.person(family="Veshtor"), people.person(), people.ward()
    rule(criteria=[LOAD])
    exposed(someone, at - 3 * DAY)
    quarantine_capacities.state(by=by, at=at, location=ward, places=0, from_at=at - HOUR)
    log_in(by.name)

    page.goto(f"/quarantine/new?person={someone.mrn}")
    assert not list(accessible.faults(page))
    page.get_by_label("Kind").select_option("HOSPITAL")
    page.get_by_label("Agent").fill("nanites")
    page.get_by_label("Place", exact=True).select_option(label=ward.name)
    page.get_by_label("From when").fill(f"{at - 2 * DAY:%Y-%m-%dT%H:%M:%S}")
    page.get_by_label("Reason").fill("Contact on the dock")
    _pressed(page, "Order quarantine")
    main = page.locator("main")
    expect(page.get_by_text("is overfull now: 1 more than it takes")).to_be_visible()
    expect(main).to_contain_text("10 days after the last exposure")
    expect(main).to_contain_text("1 specimen missing")
    assert not list(accessible.faults(page))

    breach = page.locator("form").filter(has_text="Record the breach")
    breach.get_by_label("Where").fill("dock 7")
    breach.get_by_label("Seen by").fill("port guard")
    breach.get_by_label("Who was met").fill(met.mrn)
    _pressed(page, "Record the breach")
    expect(main).to_contain_text("1 contact recorded as exposed")
    assert Exposure.objects.get(person=met).source_person == someone

    page.goto("/")
    with page.expect_navigation():
        page.get_by_role("link", name="Quarantines to review").press("Enter")
    assert not list(accessible.faults(page))
    with page.expect_navigation():
        page.get_by_role("row").filter(has_text=someone.mrn).get_by_role("link").press("Enter")
    page.get_by_label("Findings").fill("Well for two days.")
    page.get_by_label("Outcome").select_option("RELEASE_PROPOSED")
    _pressed(page, "Record the review")
    expect(main).to_contain_text("Well for two days.")
    expect(page.get_by_role("button", name="Lift the quarantine")).to_have_count(0)

    nanites.released(someone, 12)
    page.reload()
    expect(main).to_contain_text("counts")
    page.locator("form").filter(has_text="Lift the quarantine").get_by_label("Reason").fill("low")
    _pressed(page, "Lift the quarantine")

    expect(page.get_by_text("The quarantine is lifted.")).to_be_visible()
    expect(main).to_contain_text("When it was lifted: met")
    assert QuarantineOrder.objects.get(person=someone).lift.release.verdict == "MET"
    assert not list(accessible.faults(page))


def test_places_and_rules_are_read_and_stated_by_keyboard(
    site: Site, page: Page, log_in: LogIn
) -> None:
    accessible.prepare(page.context)
    ward = people.ward()
    log_in(people.infection_control().name)

    page.goto("/quarantine/places")
    page.get_by_role("combobox").select_option(label=ward.name)
    page.get_by_role("spinbutton").fill("4")
    _pressed(page, "Record")
    expect(page.get_by_role("row").filter(has_text=ward.name)).to_contain_text("4")
    assert not list(accessible.faults(page))

    page.goto("/quarantine/rules")
    page.get_by_label("Agent").fill("dust")
    page.get_by_label("Days after the last exposure").fill("10")
    page.get_by_label("Source").fill("policy of the house")
    _pressed(page, "Draft")
    expect(page.get_by_role("row").filter(has_text="dust")).to_contain_text("draft")
    assert not list(accessible.faults(page))
