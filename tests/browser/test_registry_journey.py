"""A patient is registered, admitted, found, quarantined and released from it, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from labsys.accounts.roles import Role
from patients.models import Encounter, Person, QuarantineOrder
from tests import factories
from tests.browser.conftest import Site
from tests.patients import people

LogIn = Callable[..., None]


def test_a_nurse_registers_and_admits(site: Site, page: Page, log_in: LogIn) -> None:
    nurse, ward = factories.principal(Role.NURSE), people.ward()
    log_in(nurse.name)

    page.goto("/persons/new")
    page.get_by_label("Family name").fill("Okafor")
    page.get_by_label("Given names").fill("Ngozi")
    page.get_by_label("Birth date").fill("1990-05-17")
    page.get_by_role("button", name="Register", exact=True).click()

    someone = Person.objects.order_by("-id").first()
    assert someone is not None
    expect(page.get_by_text(f"Registered under MRN {someone.mrn}")).to_be_visible()
    expect(page.get_by_label("Patient (MRN)")).to_have_value(someone.mrn)
    page.get_by_label("Location").select_option(label=ward.name)
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator("main")).to_contain_text("added successfully")
    assert Encounter.objects.open().get(person=someone).location == ward


def test_a_slip_in_a_number_is_said_beside_the_field(site: Site, page: Page, log_in: LogIn) -> None:
    someone = people.person()
    log_in(factories.principal(Role.INFECTION_CONTROL).name)
    wrong = someone.mrn[:-1] + str((int(someone.mrn[-1]) + 1) % 10)

    page.goto("/admin/patients/quarantineorder/add/")
    page.get_by_label("Patient (MRN)").fill(wrong)
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator(".field-person, .record-field").first).to_contain_text("does not check")
    assert not QuarantineOrder.objects.filter(person=someone).exists()


def test_a_quarantine_is_found_and_lifted(site: Site, page: Page, log_in: LogIn) -> None:
    by, someone = people.infection_control(), people.person(family="Lindqvist")
    log_in(by.name)

    page.goto("/persons/")
    page.get_by_label("MRN, another identifier").fill("lindq")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row", name="Lindqvist")).to_contain_text(someone.mrn)

    page.goto(f"/admin/patients/quarantineorder/add/?person={someone.mrn}")
    page.get_by_label("Kind").select_option("HOSPITAL")
    page.get_by_label("Reason").fill("Contact with a carrier")
    page.get_by_label("Starts at").fill("2026-01-01T08:00:00")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name=someone.mrn).first.click()
    page.get_by_role("link", name="Lift").click()
    page.get_by_label("Reason").fill("Two negative results")
    page.get_by_role("button", name="Lift").click()

    expect(page.get_by_text("The quarantine is lifted.")).to_be_visible()
    assert QuarantineOrder.objects.get(person=someone).lift.reason == "Two negative results"
