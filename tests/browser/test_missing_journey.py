"""Those exposed are counted, looked for and found, and visited, in a real browser, by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from patients.models import FollowUpVisit, Person, Sighting
from tests.browser import accessible
from tests.browser.conftest import Site
from tests.patients import following, people

LogIn = Callable[..., None]
EVENT = "breach at dock 4"


@pytest.fixture(scope="module")
def lost(site: Site) -> Person:
    """An unnamed person among three exposed; the others are in a ward."""
    agent = following.agent(code="dust", name="Dock dust")
    ward = people.ward()
    unnamed = people.unnamed("woman with a green bag")
    for _each in range(2):
        inside = people.person()
        people.admitted(inside, ward)
        following.exposed(inside, agent, event=EVENT)
    following.exposed(unnamed, agent, event=EVENT)
    following.exposed(inside, "Grey sand")
    return unnamed


def test_a_missing_person_is_looked_for_and_found(
    site: Site, page: Page, log_in: LogIn, lost: Person
) -> None:
    accessible.prepare(page.context)
    log_in(people.infection_control().name)
    page.get_by_role("link", name="Exposed people not located").click()
    expect(page.get_by_text("until one is approved")).to_be_visible()
    page.get_by_label("Agent").fill("Dock dust")
    page.get_by_label("Event").fill(EVENT)
    page.keyboard.press("Enter")

    figures = page.get_by_role("list", name="Where those exposed are")
    expect(figures).to_contain_text("3\nexposed", use_inner_text=True)
    expect(figures).to_contain_text("1\nnot located", use_inner_text=True)
    expect(figures).to_contain_text("2\nadmitted", use_inner_text=True)
    row = page.get_by_role("row").filter(has_text=lost.mrn)
    expect(row).to_contain_text("woman with a green bag")
    expect(row).to_contain_text("not seen since the exposure")
    assert not list(accessible.faults(page))
    page.reload()  # all that folds away was opened to be looked at

    row.locator("summary").press("Enter")
    row.get_by_label("What happened").select_option("SEARCHED_NOT_FOUND")
    row.get_by_label("Where").fill("gate B")
    row.get_by_label("Where").press("Enter")
    row = page.get_by_role("row").filter(has_text=lost.mrn)
    expect(row).to_contain_text("not found: gate B")

    row.locator("summary").press("Enter")
    row.get_by_label("Where").fill("infirmary")
    row.get_by_role("button", name="Record").click()
    expect(figures).to_contain_text("0\nnot located", use_inner_text=True)
    figures.get_by_role("link", name="located elsewhere").click()
    expect(page.get_by_role("row").filter(has_text=lost.mrn)).to_contain_text("infirmary")
    assert Sighting.objects.filter(person=lost).count() == 2


def test_visits_are_recorded_in_their_lines_by_keyboard(
    site: Site, page: Page, log_in: LogIn, lost: Person
) -> None:
    accessible.prepare(page.context)
    log_in(people.infection_control().name)
    page.goto("/follow-ups/?agent=dust&duty=DUE")
    assert not list(accessible.faults(page))
    page.goto("/follow-ups/?agent=dust&duty=DUE")

    # The first line is where one types; Enter records it, and the next one is the first.
    for temperature in ("36.9", "38.4"):
        page.keyboard.press("Tab")
        page.keyboard.type(temperature)
        page.keyboard.press("Enter")
        expect(page.get_by_text("Visit recorded")).to_be_visible()

    expect(page.get_by_role("link", name="Done today 2")).to_be_visible()
    found = FollowUpVisit.objects.order_by("id").values_list("temperature", flat=True)
    assert [str(one) for one in found] == ["36.9", "38.4"]

    page.get_by_label("Temperature").first.fill("384")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_label("Temperature")).to_have_value("384")


def test_a_person_is_decided_about_on_their_own_page(
    site: Site, page: Page, log_in: LogIn, lost: Person
) -> None:
    accessible.prepare(page.context)
    log_in(people.infection_control().name)
    page.goto(f"/persons/?q={lost.mrn}")
    with page.expect_navigation():
        page.get_by_role("link", name=f"Follow-up: {lost.mrn}").click()
    assert not list(accessible.faults(page))

    page.get_by_role("link", name="Cancel, lost, resume or extend").click()
    page.get_by_label("lost to follow-up").check()
    page.get_by_label("Reason").fill("left the station")
    page.get_by_role("button", name="Record").click()

    expect(page.get_by_text("lost to follow-up").first).to_be_visible()
    expect(page.get_by_text("left the station")).to_be_visible()
