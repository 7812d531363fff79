"""Somebody is given a time by keyboard, a clinician is not booked twice, and both see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils.timezone import get_default_timezone
from playwright.sync_api import Page, expect

from consent.models import Appointment, RoundSlot
from labsys.lib.clock import bounds_of_day, database_now, hospital_day
from patients.models import Person
from tests.browser.conftest import Site
from tests.consent.programme import World
from tests.consent.rules.test_calendars import read

LogIn = Callable[..., None]


@pytest.fixture(scope="module")
def world(site: Site) -> World:
    return World()


@pytest.fixture(scope="module")
def due(world: World) -> list[Person]:
    """Two people who were never examined."""
    found = [world.person(family=family) for family in ("AMBER", "BIRCH")]
    for person in found:
        world.enrol(person)
    return found


def tomorrow_at_nine() -> datetime:
    start, _end = bounds_of_day(hospital_day(database_now()) + timedelta(days=1))
    return start + timedelta(hours=9)


def book(page: Page, world: World, person: Person, starts_at: datetime) -> None:
    """Book beside a name on the board, touching nothing but keys."""
    due_at = RoundSlot.objects.get(person=person, state="OPEN").due_at
    page.goto(f"/round/{world.programme.code}/?day={hospital_day(due_at)}")
    page.get_by_role("link", name=f"Book {person.mrn}").press("Enter")
    page.locator("#id_kind").press("m")
    begins = page.get_by_label("Begins")
    begins.fill(starts_at.astimezone(get_default_timezone()).strftime("%Y-%m-%dT%H:%M"))
    begins.press("Tab")
    page.get_by_label("With").select_option(label=world.examiner.display_name)
    page.get_by_label("Minutes").press("Enter")


def test_a_time_is_booked_once_moved_and_taken_along(
    page: Page, log_in: LogIn, world: World, due: list[Person]
) -> None:
    first, second = due
    nine = tomorrow_at_nine()
    log_in(world.officer.name)

    book(page, world, first, nine)
    row = page.get_by_role("row").filter(has_text=first.mrn)
    expect(row).to_contain_text("09:00–09:30")
    expect(row).to_contain_text("booked")

    book(page, world, second, nine + timedelta(minutes=15))
    refused = page.get_by_role("alert").first
    held = Appointment.objects.get(person=first)
    expect(refused).to_contain_text(f"{world.examiner.display_name} is booked then already")
    expect(refused).to_contain_text(f"appointment {held.pk}")

    begins = page.get_by_label("Begins")
    later = (nine + timedelta(minutes=30)).astimezone(get_default_timezone())
    begins.fill(later.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_label("Minutes").press("Enter")
    row = page.get_by_role("row").filter(has_text=second.mrn)
    expect(row).to_contain_text("09:30–10:00")
    row.get_by_role("link", name="Move").press("Enter")
    page.get_by_label("Minutes").fill("45")
    page.get_by_role("button", name="Move the appointment").press("Enter")
    expect(page.get_by_role("row").filter(has_text=second.mrn)).to_contain_text("09:30–10:15")


def test_participants_take_their_own_along(
    page: Page, log_in: LogIn, world: World, due: list[Person], tmp_path: Path
) -> None:
    mine = world.participant(due[0])
    log_in(mine.name)
    page.goto("/my-clearance/")
    expect(page.get_by_role("listitem").filter(has_text="09:00")).to_contain_text("medical check")

    with page.expect_download() as taken:
        page.get_by_role("link", name="Take them into your calendar").click()
    taken.value.save_as(tmp_path / "mine.ics")

    [event] = read((tmp_path / "mine.ics").read_bytes().decode())
    assert event["DTSTART"] == tomorrow_at_nine().strftime("%Y%m%dT%H%M%SZ")
