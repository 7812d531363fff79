"""People are exposed at an event, which is then found with everybody who was there, by keyboard."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from patients.models import Exposure
from tests.browser import accessible
from tests.browser.analysing import TABLET, looked_at, press, reach, type_in, warmed_up
from tests.browser.conftest import Site
from tests.patients import following, people

LogIn = Callable[..., None]
EVENT = "breach of the containment at dock 4, lower deck"


def shown_whole(page: Page, table: Locator) -> None:
    """Check that nothing of a table has to be scrolled to on a tablet."""
    page.set_viewport_size(TABLET)
    hidden = table.evaluate("one => one.scrollWidth - one.clientWidth")
    assert hidden <= 0, f"{hidden} pixels of the table stand outside the page"


def test_an_event_is_named_and_found_with_who_was_there(
    site: Site, page: Page, log_in: LogIn
) -> None:
    warmed_up(site)
    accessible.prepare(page.context)
    someone, other = people.person(family="Okafor"), people.person(family="Lindqvist")
    log_in(people.infection_control().name)
    page.goto("/exposure-events/")
    expect(page.get_by_text("No exposure names an event.")).to_be_visible()
    following.exposed(other, "nanites", event=EVENT)

    page.goto(f"/persons/{someone.uid}/contacts")
    reach(page, page.get_by_text("Record a contact", exact=True))
    page.keyboard.press("Enter")
    type_in(page, page.get_by_label("Event"), EVENT)
    type_in(page, page.get_by_label("Agent"), "nanites")
    looked_at(page)
    press(page, page.get_by_role("button", name="Record", exact=True))
    expect(page.get_by_text("The contact is recorded.")).to_be_visible()
    assert Exposure.objects.get(person=someone).source_person is None
    shown_whole(page, page.get_by_role("group", name="By whom"))
    looked_at(page)

    page.goto("/exposure-events/")
    looked_at(page)
    row = page.get_by_role("row").filter(has_text=EVENT)
    expect(row.get_by_role("cell").first).to_have_text("2")
    press(page, row.get_by_role("link"))
    expect(page.locator("main")).to_contain_text("nanites")
    there = page.get_by_role("group", name="Person exposed")
    for name in ("Okafor", "Lindqvist"):
        expect(there).to_contain_text(name)
    shown_whole(page, there)
    looked_at(page)
    press(page, there.get_by_role("link", name="Okafor"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Contacts")
