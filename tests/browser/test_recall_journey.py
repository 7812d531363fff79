"""Somebody who is away loses their clearance and is brought back, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from consent.models import ClearanceTransition, Recall
from patients.models import Person
from tests.browser.conftest import Site
from tests.consent.programme import World

LogIn = Callable[..., None]


@pytest.fixture(scope="module")
def world(site: Site) -> World:
    return World()


@pytest.fixture(scope="module")
def away(world: World) -> Person:
    """Somebody who was cleared, is away, and has just withdrawn."""
    person = world.cleared()
    world.post(person, destination="Outpost 4")
    world.withdraw(person)
    return person


def test_a_recall_from_the_lost_clearance_to_the_examination(
    page: Page, log_in: LogIn, world: World, away: Person
) -> None:
    log_in(world.officer.name)
    page.get_by_role("link", name="Clearances lost").first.click()
    lost = page.get_by_role("row").filter(has_text=away.mrn)
    expect(lost).to_contain_text("withdrawn")
    lost.get_by_role("button", name="I take note").click()
    expect(page.get_by_role("row").filter(has_text=away.mrn)).to_contain_text(
        world.officer.display_name
    )

    page.goto("/recalls/")
    row = page.get_by_role("row").filter(has_text=away.mrn)
    expect(row).to_contain_text("Outpost 4")
    expect(row).to_contain_text("47 h left")
    row.get_by_role("link").first.click()

    page.get_by_label("Located").check()
    page.get_by_label("Note").fill("Radio contact with the outpost.")
    page.get_by_role("button", name="Write down").click()
    expect(page.locator("#steps + ol")).to_contain_text("Radio contact")

    # What happened earlier is written down late; what cannot have been is refused with a sentence.
    page.get_by_label("Informed").check()
    page.get_by_label("When it happened").fill("2020-01-01T08:00:00")
    page.get_by_role("button", name="Write down").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_text("An earlier step happened later than that")).to_be_visible()
    page.get_by_label("When it happened").fill("")
    page.get_by_role("button", name="Write down").click()
    expect(page.locator("#steps + ol")).to_contain_text("informed")

    page.get_by_label("Returned").check()
    page.get_by_role("button", name="Write down").click()
    expect(page.get_by_text("to be examined").first).to_be_visible()

    world.medical(away)
    page.reload()
    expect(page.locator("#steps + ol")).to_contain_text("examined")
    assert Recall.objects.get(person=away).state == "EXAMINED"
    assert ClearanceTransition.objects.get(person=away, change="REVOKED").seen
