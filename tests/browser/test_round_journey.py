"""One week of somebody in a programme, from the board of the day to the clearance, in a browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from playwright.sync_api import Locator, Page, expect

from consent.actions import rounds
from consent.models import Check, ClinicalAlert, RoundSlot
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now, hospital_day
from patients.models import Person
from tests import laboratory
from tests.browser import accessible
from tests.browser.conftest import Site
from tests.consent import nanites
from tests.consent.programme import World

LogIn = Callable[..., None]
WEEK = timedelta(days=7)
CALM = {
    "Respiration rate (per minute)": "14",
    "Oxygen saturation (%)": "98",
    "Breathing oxygen": "no",
    "Systolic blood pressure (mmHg)": "124",
    "Pulse (per minute)": "68",
    "Consciousness": "A",
    "Temperature (°C)": "36.7",
}
# Scored by the published table: 2 + 1 + 0 + 1 + 2 + 0 + 1.
UNWELL = CALM | {
    "Respiration rate (per minute)": "22",
    "Oxygen saturation (%)": "94",
    "Systolic blood pressure (mmHg)": "104",
    "Pulse (per minute)": "112",
    "Temperature (°C)": "38.6",
}
SIGNS = ("Change of skin tone", "Aggression", "Fever")


@pytest.fixture(scope="module")
def world(site: Site) -> World:
    """A programme that asks for both checks and for few nanites."""
    laboratory.load_catalogue()
    return World(asks={"nanite_analyte": "NANITE-LOAD", "nanite_maximum": Decimal(100_000)})


def enrolled(world: World) -> Person:
    """Register somebody who signed and was never examined; a man, whom nobody asks for pregnancy."""
    person = world.person(sex="M")
    world.enrol(person)
    world.sign(person)
    return person


def open_board(page: Page, log_in: LogIn, who: Principal, person: Person) -> Locator:
    """Log in, open the board of the day in which somebody's round ends, and return their row."""
    page.context.clear_cookies()
    log_in(who.name)
    page.goto(reverse("board-first"))
    slot = RoundSlot.objects.filter(person=person).earliest("pk")
    day = hospital_day(slot.closed_at or slot.due_at)
    page.get_by_role("textbox", name="Day").fill(day.isoformat())
    with page.expect_navigation():
        page.get_by_role("button", name="Show").click()
    return page.get_by_role("row").filter(has_text=person.mrn)


def measure(page: Page, vitals: dict[str, str]) -> None:
    for label, value in vitals.items():
        field = page.get_by_label(label, exact=True)
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    for sign in SIGNS:
        page.get_by_label(sign, exact=True).select_option("no")
    with page.expect_navigation():
        page.get_by_role("button", name="Score and propose").click()


def conclude(page: Page, outcome: str) -> None:
    page.get_by_label("Outcome", exact=True).select_option(outcome)
    with page.expect_navigation():
        page.get_by_role("button", name="Record the check").click()


def proposal(page: Page) -> Locator:
    return page.get_by_role("region", name="Proposal")


def test_a_weekly_check_from_the_board_to_the_clearance(
    page: Page, log_in: LogIn, world: World
) -> None:
    accessible.prepare(page.context)
    person = enrolled(world)

    row = open_board(page, log_in, world.examiner, person)
    expect(row).to_contain_text("medical: none yet")
    assert list(accessible.faults(page)) == []
    row.get_by_role("link", name=f"Medical {person.mrn}").click()
    measure(page, CALM)
    expect(proposal(page)).to_contain_text("passed")
    expect(proposal(page).locator("tfoot td")).to_have_text("0")
    conclude(page, "PASSED")
    expect(page.locator(".notice-success")).to_contain_text("The medical check is recorded")
    expect(page.locator("#answer ~ ul")).to_contain_text("no psychological check passed")
    expect(page.locator("#answer ~ ul")).to_contain_text("no released nanite result")

    row = open_board(page, log_in, world.psychologist, person)
    row.get_by_role("link", name=f"Psychological {person.mrn}").click()
    expect(page.get_by_role("heading", name="Psychological check")).to_be_visible()
    for select in page.locator("main select").all():
        if ":" in (select.get_attribute("name") or ""):
            select.select_option("0")
    with page.expect_navigation():
        page.get_by_role("button", name="Score and propose").click()
    expect(proposal(page)).to_contain_text("passed")
    conclude(page, "PASSED")

    load = nanites.released(person, 20_000)
    rounds.catch_up(by=Principal.objects.system("sweep"), at=database_now())  # as the beat does
    row = open_board(page, log_in, world.officer, person)
    expect(row).to_have_count(0)
    page.get_by_role("link", name="done").click()
    expect(row).to_contain_text("cleared")
    row.locator("th a").click()
    assert load.collected_at is not None
    moments = [check.performed_at for check in Check.objects.filter(person=person)]
    until = min(*moments, load.collected_at) + WEEK
    shown = date_format(localtime(until), "l d M Y H:i")
    expect(page.locator("#answer ~ p")).to_contain_text(f"cleared until {shown}")
    assert RoundSlot.objects.filter(person=person).earliest("pk").state == "DONE"

    # It holds up to its last moment and not for one more.
    for moment, word in (
        (until - timedelta(microseconds=1), "cleared until"),
        (until, "not cleared"),
    ):
        page.goto(f"{page.url.partition('?')[0]}?{urlencode({'at': moment.isoformat()})}")
        expect(page.locator("#answer ~ p")).to_contain_text(word)


def test_who_is_unwell_is_referred_and_passes_by_a_check_that_names_it(
    page: Page, log_in: LogIn, world: World
) -> None:
    person = enrolled(world)

    row = open_board(page, log_in, world.examiner, person)
    row.get_by_role("link", name=f"Medical {person.mrn}").click()
    measure(page, UNWELL)
    expect(proposal(page)).to_contain_text("referred")
    expect(proposal(page)).to_contain_text("urgent: call a clinician now")
    expect(proposal(page).locator("tfoot td")).to_have_text("7")
    assert ClinicalAlert.objects.get().person == person  # before anything is concluded
    conclude(page, "REFERRED")
    expect(page.locator("#answer ~ p")).to_contain_text("not cleared")
    expect(page.locator("#answer ~ ul")).to_contain_text("medical check referred")

    # Better the next day: the check that passes says which refusal it lifts.
    page.get_by_role("link", name="Medical check").click()
    measure(page, CALM)
    page.get_by_role("checkbox", name="referred").check()
    conclude(page, "PASSED")
    expect(page.get_by_role("region", name="Checks")).to_contain_text("passed")
    reasons = page.locator("#answer ~ ul")
    expect(reasons).to_contain_text("no psychological check passed")
    expect(reasons).not_to_contain_text("medical check referred")
