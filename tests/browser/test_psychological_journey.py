"""A psychological check that leaves doubts, taken up by another psychologist, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from consent.models import Check
from consent.rules.voluntariness import domains
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from patients.models import Person
from tests import factories
from tests.browser import accessible
from tests.browser.conftest import Site
from tests.consent.programme import World
from tests.consent.wordings import entered

LogIn = Callable[..., None]


@pytest.fixture(scope="module")
def world(site: Site) -> World:
    """A programme that also asks a questionnaire whose words the hospital entered."""
    made = World(asks={"questionnaires": ["PHQ-9", "WHO-5"]})
    entered("WHO-5")
    return made


@pytest.fixture(scope="module")
def person(world: World) -> Person:
    found = world.person()
    world.enrol(found)
    world.sign(found)
    world.medical(found)
    return found


def answer(page: Page, *, doubts: bool) -> None:
    """Choose the best answer to every question, and two possible signs where there are doubts."""
    for select in page.locator("main select").all():
        name = select.get_attribute("name") or ""
        if name.startswith("WHO-5"):
            select.select_option("5")
        elif ":" in name:
            select.select_option("1" if doubts and name.endswith((":offers", ":threats")) else "0")


def open_as(page: Page, log_in: LogIn, who: Principal, name: str, *args: object) -> None:
    page.context.clear_cookies()
    log_in(who.name)
    page.goto(reverse(name, args=args))


def conclude(page: Page, outcome: str) -> None:
    page.get_by_label("Outcome", exact=True).select_option(outcome)
    with page.expect_navigation():
        page.get_by_role("button", name="Record the check").click()


def test_a_doubt_is_taken_up_by_another_and_the_person_is_cleared(
    page: Page, log_in: LogIn, world: World, person: Person
) -> None:
    accessible.prepare(page.context)
    other = factories.principal(Role.PSYCHOLOGIST)
    whose = (person.uid, world.programme.code)

    open_as(page, log_in, world.psychologist, "check-psychological", *whose)
    expect(page.get_by_label("1. Invented item 1 of WHO-5, en")).to_be_visible()
    answer(page, doubts=True)
    with page.expect_navigation():
        page.get_by_role("button", name="Score and propose").click()
    expect(page.get_by_text("a second, independent interviewer is needed")).to_be_visible()
    assert list(accessible.faults(page)) == []
    conclude(page, "REFERRED")
    expect(page.get_by_text("second interview needed").first).to_be_visible()
    expect(page.get_by_role("link", name="Second interview")).to_have_count(0)  # by another

    first = Check.objects.filter(person=person, kind="PSYCHOLOGICAL").latest("id")
    open_as(page, log_in, other, "clearance", *whose)
    page.get_by_role("link", name="Second interview").click()
    expect(page.locator("main select")).to_have_count(len(domains()))
    answer(page, doubts=False)
    with page.expect_navigation():
        page.get_by_role("button", name="Weigh both interviews").click()
    assert list(accessible.faults(page)) == []
    conclude(page, "PASSED")
    expect(page.get_by_role("heading", name="Second interview")).to_be_visible()

    assert Check.objects.latest("id").lifts.get().lifted == first
    open_as(page, log_in, world.officer, "clearance", *whose)
    expect(page.locator("#answer ~ p .pill-good")).to_be_visible()


def test_capacity_is_assessed_and_said_before_signing(
    page: Page, log_in: LogIn, world: World
) -> None:
    accessible.prepare(page.context)
    person = world.person()
    whose = (person.uid, world.programme.code)

    open_as(page, log_in, world.psychologist, "capacity", *whose)
    page.get_by_label("This person").select_option("LACKS")
    assert list(accessible.faults(page)) == []
    page.get_by_role("button", name="Record the assessment").click()
    expect(page.get_by_text("The assessment is recorded.")).to_be_visible()

    open_as(page, log_in, world.officer, "waiver-sign", *whose)
    expect(page.get_by_text("cannot decide about taking part")).to_be_visible()
    assert list(accessible.faults(page)) == []
