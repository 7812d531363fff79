"""A look is entered by keyboard, and a scan is entered, accepted and drawn, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from labsys.accounts.roles import Role
from patients.models import PregnancyEstimate, SignObservation
from tests import factories
from tests.browser.accessible import faults, prepare
from tests.browser.conftest import Site
from tests.patients import people
from tests.patients.signs import sign

LogIn = Callable[..., None]


def test_a_scan_is_entered_and_accepted(site: Site, page: Page, log_in: LogIn) -> None:
    prepare(page.context)
    someone = people.person(family="Okafor")
    log_in(factories.principal(Role.EXAMINING_PHYSICIAN).name)

    page.goto(f"/persons/?q={someone.mrn}")
    page.get_by_role("link", name=f"Pregnancies: {someone.mrn}").click()
    page.get_by_label("Route").select_option(label="transvaginal")
    page.get_by_label("crown-rump length (CRL) in mm").fill("24.0")
    page.get_by_role("button", name="Record the scan").click()
    assert not PregnancyEstimate.objects.filter(person=someone).exists()
    page.get_by_role("button", name="INTERGROWTH-21st 2014").click()

    expect(page.get_by_text("The estimate is recorded")).to_be_visible()
    expect(page.get_by_role("img", name="Gestation on")).to_be_visible()
    assert PregnancyEstimate.objects.get(person=someone).gestation_days == 65
    assert list(faults(page)) == []


def test_a_look_is_entered_by_keyboard(site: Site, page: Page, log_in: LogIn) -> None:
    prepare(page.context)
    someone, skin = people.person(family="Okafor"), sign("skin")
    heat = sign("temperature", "MEASURED")
    log_in(people.infection_control().name)

    page.goto(f"/persons/{someone.uid}/signs/")
    page.get_by_label("Skin", exact=True).focus()
    page.keyboard.press("2")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("39.5")
    page.keyboard.press("Enter")

    expect(page.get_by_text("2 signs recorded")).to_be_visible()
    rows = SignObservation.objects.filter(person=someone)
    assert {row.sign_id for row in rows} == {skin.pk, heat.pk}
    assert list(faults(page)) == []
