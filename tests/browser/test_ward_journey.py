"""A ward fills up on its board: somebody is admitted, the board sees it, and says when it is old."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.actions import locations
from patients.models import Encounter, Injury
from tests.browser.accessible import faults, prepare
from tests.browser.conftest import Site
from tests.patients import people

LogIn = Callable[..., None]


def test_somebody_is_admitted_to_a_bed_by_keyboard_and_the_board_shows_it(
    site: Site, page: Page, log_in: LogIn
) -> None:
    prepare(page.context)
    ward, someone = people.ward(), people.person(family="Okafor", given="Ngozi")
    beds = [people.ward(parent=ward, kind="BED") for _number in range(2)]
    by = people.infection_control()
    locations.deactivate(by=by, at=database_now(), location=beds[1], reason="cleaning")
    log_in(people.doctor_of(ward, Role.NURSE).name)

    page.goto(f"/stays/admit/?place={beds[0].code}")
    page.get_by_label("Patient (MRN").focus()
    page.keyboard.type(someone.mrn)
    page.get_by_label("Triage", exact=True).select_option("MTS:RED")
    page.get_by_text("Injury 1").press("Enter")
    page.get_by_label("Site of the body").first.fill("forearm")
    page.get_by_label("Kind").first.select_option("BURN")
    page.get_by_label("Severity").first.select_option("3")
    assert not list(faults(page))
    with page.expect_navigation():
        page.get_by_label("Patient (MRN").press("Enter")

    expect(page.locator("main")).to_contain_text("was admitted")
    assert Encounter.objects.open().get().location == beds[0]
    assert Injury.objects.get().person == someone
    assert not list(faults(page))
    with page.expect_navigation():
        page.get_by_role("link", name="Board", exact=True).click()
    board = page.get_by_role("list", name="Beds")
    expect(board.get_by_role("listitem").first).to_contain_text("MTS red")
    expect(board.get_by_role("listitem").last).to_contain_text("closed")
    expect(page.locator("main")).not_to_contain_text("Okafor")
    with page.expect_navigation():
        page.get_by_role("link", name="Initials").click()
    expect(board.get_by_role("listitem").first).to_contain_text("O.N.")
    assert not list(faults(page))
    page.goto("/wards-board/")
    expect(page.get_by_role("list", name="Wards")).to_contain_text(ward.name)
    assert not list(faults(page))


def test_an_overflow_place_is_opened_takes_somebody_and_is_closed_when_empty(
    site: Site, page: Page, log_in: LogIn
) -> None:
    prepare(page.context)
    ward, tent = people.ward(), people.ward(kind="OVERFLOW")
    bed = people.ward(parent=ward, kind="BED")
    stay = people.admitted(people.person(family="Okafor"), bed)
    log_in(people.infection_control().name)

    def press(name: str) -> None:
        with page.expect_navigation():
            page.get_by_role("button", name=name, exact=True).click()

    def follow(name: str) -> None:
        with page.expect_navigation():
            page.get_by_role("link", name=name, exact=True).click()

    page.goto("/wards/")
    follow(f"Open: {tent.name}")
    page.get_by_label("Reason").fill("surge")
    page.get_by_label("How many people it holds").fill("4")
    page.get_by_label("When").fill(earlier(minutes=30))
    assert not list(faults(page))
    press("Open")
    expect(page.get_by_role("row", name=tent.name)).to_contain_text("overflow, open")

    page.goto(f"/wards/{ward.code}/")
    follow(f"Move: {stay.person.mrn}")
    page.get_by_label("To").select_option(tent.code)
    assert not list(faults(page))
    press("Move")
    expect(page.locator("main")).to_contain_text("1 people, 4 places open, 3 free.")
    page.goto(f"/wards/{tent.code}/board/?show=initials")
    expect(page.get_by_role("list", name="Beds")).to_contain_text("O.A.")
    page.goto(f"/wards/{ward.code}/board/")
    expect(page.locator(".board-figures")).to_contain_text(f"{tent.name}: 3 free")

    page.goto(f"/wards/{tent.code}/")
    follow("Close this place")
    page.get_by_label("Reason").fill("over")
    press("Close")
    expect(page.locator("main")).to_contain_text("There are still people in this place")
    assert not list(faults(page))
    page.goto(f"/wards/{tent.code}/")
    follow(f"Discharge: {stay.person.mrn}")
    press("End the stay")
    follow("Close this place")
    page.get_by_label("Reason").fill("over")
    press("Close")

    expect(page.get_by_role("row", name=tent.name)).to_contain_text("overflow, closed")
    assert [one.is_open for one in tent.openings.order_by("happened_at")] == [True, False]
    assert not list(faults(page))
    page.goto("/census/")
    expect(page.get_by_role("row", name=ward.name)).to_contain_text(ward.name)
    assert not list(faults(page))


def earlier(*, minutes: int) -> str:
    moment = timezone.localtime(database_now() - timedelta(minutes=minutes))
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def test_the_board_sees_what_changes_and_says_when_it_is_old(
    site: Site, page: Page, log_in: LogIn
) -> None:
    ward = people.ward()
    people.ward(parent=ward, kind="BED")
    log_in(people.doctor_of(ward, Role.NURSE).name)
    page.clock.install()
    page.goto(f"/wards/{ward.code}/board/")
    figures = page.locator(".board-figures")
    expect(figures).to_contain_text("0 people")
    people.admitted(people.person(), ward)

    page.clock.run_for(31_000)

    expect(figures).to_contain_text("1 people")
    # A server that answers nothing at all: no request fails, the age alone tells.
    page.evaluate("window.reach = window.fetch; window.fetch = () => new Promise(() => {}); 0")
    page.clock.run_for(100_000)
    expect(page.locator("#board-age")).to_contain_text("OLD")
    expect(page.locator("#board-stale")).to_contain_text("OLD")
    page.evaluate("window.fetch = () => Promise.reject(new Error('away')); 0")
    page.clock.run_for(31_000)
    expect(page.get_by_text("The server cannot be reached")).to_be_visible()
    page.evaluate("window.fetch = window.reach; 0")
    page.clock.run_for(31_000)
    expect(page.locator("#board-age")).to_contain_text("Seen")
    expect(page.get_by_text("The server cannot be reached")).to_have_count(0)
