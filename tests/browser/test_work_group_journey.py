"""A work group's day: the lead closes a gap of the rota, one shift hands over, the next takes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils.timezone import get_default_timezone
from playwright.sync_api import Page, expect

from assays.actions.hand_overs import Item
from assays.models import HandOver, HandOverItemEnd, Shift
from assays.pages import rota_weeks
from labsys.accounts.roles import Role
from labsys.lib.clock import bounds_of_day, database_now
from tests.assays.analyses import loads
from tests.assays.groups import making
from tests.browser.accessible import faults, prepare
from tests.browser.conftest import Site
from tests.patients import people

LogIn = Callable[..., None]
HOUR = timedelta(hours=1)


def test_a_lead_closes_a_gap_and_sees_who_rests_too_little(
    site: Site, page: Page, log_in: LogIn
) -> None:
    prepare(page.context)
    group = making.group(name="Removal")
    lead, nurse = making.member(group, is_lead=True), making.member(group)
    monday = rota_weeks.monday_of("", at=database_now()) + timedelta(days=7)
    midnight, _end = bounds_of_day(monday)
    making.on_duty(lead, group, midnight, midnight + 12 * HOUR)
    making.on_duty(nurse, group, midnight + 20 * HOUR, midnight + 32 * HOUR)
    log_in(lead.name)

    page.goto(f"/work-groups/{group.code}/rota/?week={rota_weeks.code_of(monday)}")
    expect(page.locator(".rota")).to_contain_text("gap 12:00–20:00")
    assert not list(faults(page))
    page.get_by_role("link", name="Put somebody on duty").first.click()
    expect(page.locator("#id_starts_at")).to_have_value(
        (midnight + 12 * HOUR).astimezone(get_default_timezone()).strftime("%Y-%m-%dT%H:%M")
    )
    page.locator("#id_principal").select_option(label=lead.display_name)
    with page.expect_navigation():
        page.get_by_role("button", name="Put the shift").press("Enter")

    expect(page.locator("main")).to_contain_text("The shift stands in the rota.")
    expect(page.locator(".rota")).not_to_contain_text("gap 12:00–20:00")
    assert Shift.objects.filter(group=group).count() == 3
    with page.expect_navigation():
        page.get_by_role("link", name="Plan next week as this one").click()
    assert not list(faults(page))
    with page.expect_navigation():
        page.get_by_role("button", name="Put all these shifts").click()
    expect(page.locator("main")).to_contain_text("The next week is planned as this one.")
    assert Shift.objects.filter(group=group).count() == 6


def test_what_one_shift_hands_over_the_next_takes_and_works_off(
    site: Site, page: Page, log_in: LogIn
) -> None:
    prepare(page.context)
    group, someone = making.group(name="Elimination"), people.person(family="Okafor")
    making.looks_after(group, someone)
    giver, taker = making.member(group), making.member(group, Role.WARD_DOCTOR)
    people.admitted(someone)
    loads.measured(someone, ("900", "700", "400"), loads.assay())
    item = Item("Load rising: draw again at noon.", "1_NOW", someone)
    making.handed(giver, group, item, note="Quiet otherwise.")
    log_in(taker.name)

    page.goto(f"/work-groups/{group.code}/")
    assert not list(faults(page))
    with page.expect_navigation():
        page.get_by_role("link", name="Hand-overs", exact=True).click()
    assert not list(faults(page))
    with page.expect_navigation():
        page.get_by_role("button", name="I take this over").press("Enter")
    expect(page.locator("main")).to_contain_text(f"Taken by {taker.display_name}")
    with page.expect_navigation():
        page.get_by_role("link", name="Worklist", exact=True).click()
    patients = page.get_by_role("region", name="Patients of the group")
    expect(patients).to_contain_text("to be done now")
    expect(patients).to_contain_text("400")
    assert not list(faults(page))
    page.goto(f"/work-groups/{group.code}/hand-overs/")
    page.locator("summary", has_text="Finish").focus()
    page.keyboard.press("Enter")
    page.get_by_label("What was done").fill("Drawn, sent.")
    with page.expect_navigation():
        page.get_by_label("What was done").press("Enter")

    expect(page.locator("main")).to_contain_text("Nothing is open.")
    assert HandOverItemEnd.objects.get().done == "Drawn, sent."
    page.locator("#id_note").fill("Nothing left.")
    with page.expect_navigation():
        page.get_by_role("button", name="Hand over now").click()
    assert HandOver.objects.filter(group=group).count() == 2
