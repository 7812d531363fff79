"""A contact is recorded and a chain is gone through, in a real browser, by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from patients.models import Exposure
from tests.browser import accessible
from tests.browser.conftest import Site
from tests.patients import people
from tests.patients.exposed import chain, exposed

LogIn = Callable[..., None]


def test_a_contact_is_recorded_and_leads_to_the_cluster(
    site: Site, page: Page, log_in: LogIn
) -> None:
    by, person, other = people.infection_control(), people.person(), people.person()
    log_in(by.name)

    page.goto(f"/persons/{person.uid}/contacts")
    page.get_by_text("Record a contact", exact=True).press("Enter")
    page.get_by_label("This person exposed the other").check()
    page.get_by_label("Other person (MRN)").fill(other.mrn)
    page.get_by_label("Agent").fill("nanites")
    page.get_by_role("button", name="Record", exact=True).press("Enter")

    expect(page.get_by_text("The contact is recorded.")).to_be_visible()
    assert Exposure.objects.get(person=other).source_person == person
    page.get_by_role("link", name="Cluster: nanites").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(person.display_name)


def test_a_chain_is_gone_through_by_keyboard(
    site: Site, context: BrowserContext, page: Page, log_in: LogIn
) -> None:
    accessible.prepare(context)
    first, second, third = chain(3)
    beside = people.person()
    exposed(beside, first, certainty="PROBABLE")
    log_in(people.infection_control().name)

    page.goto(f"/clusters/{first.uid}")
    nodes = page.locator(".chain-node")
    expect(nodes).to_have_count(4)
    port = page.get_by_role("group", name="Picture of the chains")
    port.focus()
    page.keyboard.press("Tab")
    expect(nodes.nth(0)).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(page.locator(":focus")).to_contain_text(beside.display_name)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    expect(page.locator(":focus")).to_contain_text(third.display_name)
    page.keyboard.press("ArrowLeft")
    expect(page.locator(":focus")).to_contain_text(second.display_name)

    width = page.locator("#chain").get_attribute("width")
    page.keyboard.press("+")
    assert page.locator("#chain").get_attribute("width") != width
    page.get_by_role("button", name="Whole picture").press("Enter")

    # The whole picture is one stop: the next one lies behind it.
    nodes.nth(0).focus()
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('.chain-port')")
    row = page.get_by_role("row").filter(has_text=third.mrn)
    expect(row).to_contain_text(f"{second.display_name} (confirmed)")
    assert list(accessible.faults(page)) == []
    nodes.filter(has_text=third.display_name).press("Enter")
    expect(page).to_have_url(f"{site.url}/persons/{third.uid}/contacts")
