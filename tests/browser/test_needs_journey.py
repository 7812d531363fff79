"""What an infant needs and who answers for it, recorded and ended by keyboard in a real browser."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Page, expect

from labsys.lib.clock import database_now
from patients.models import CareNeed, RelatedPerson
from tests.browser import accessible
from tests.browser.analysing import looked_at, press, reach, type_in, warmed_up
from tests.browser.conftest import Site
from tests.patients import people
from tests.patients.people import HOUR

LogIn = Callable[..., None]


def test_a_guardian_of_an_infant_is_recorded_known_and_ended(
    site: Site, page: Page, log_in: LogIn
) -> None:
    warmed_up(site)
    accessible.prepare(page.context)
    infant, parent = people.person(family="Okafor"), people.person(family="Okafor", given="Ruth")
    by = people.infection_control()
    log_in(by.name)

    page.goto(f"/persons/?q={infant.mrn}")
    press(page, page.get_by_role("link", name="Needs and kin").first)
    expect(page.get_by_text("No need is recorded.")).to_be_visible()
    expect(page.get_by_text("Nobody is recorded.")).to_be_visible()
    looked_at(page)

    press(page, page.get_by_role("link", name="Record a need"))
    expect(page.get_by_label("Patient (MRN)")).to_have_value(infant.mrn)
    page.get_by_label("Need", exact=True).select_option("FEEDING")
    looked_at(page)
    press(page, page.get_by_role("button", name="Save", exact=True))

    page.goto(f"/persons/{infant.uid}/needs/")
    press(page, page.get_by_role("link", name="Record somebody"))
    page.get_by_label("Is the patient's").select_option("PARENT")
    type_in(page, page.get_by_label("Known here as"), parent.mrn)
    for word in ("Next of kin", "Called first", "Guardian", "May consent to treatment"):
        reach(page, page.get_by_label(word))
        page.keyboard.press("Space")
    looked_at(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.get_by_text("what shows it").first).to_be_visible()
    assert not RelatedPerson.objects.exists()
    type_in(page, page.get_by_label("What shows it"), "birth certificate")
    press(page, page.get_by_role("button", name="Save", exact=True))

    page.goto(f"/persons/{infant.uid}/needs/")
    kin = page.get_by_role("region", name="Next of kin, contacts and guardians")
    for word in (
        "Ruth",
        parent.mrn,
        "called first",
        "guardian",
        "may consent",
        "birth certificate",
    ):
        expect(kin).to_contain_text(word)
    expect(page.get_by_role("region", name="Needs", exact=True)).to_contain_text(by.display_name)
    looked_at(page)

    press(page, kin.get_by_role("link", name="Ruth"))
    press(page, page.get_by_role("link", name="Correct", exact=True))
    ended = timezone.localtime(database_now() - HOUR / 60)
    page.get_by_label("Since").fill(f"{ended - HOUR:%Y-%m-%dT%H:%M:%S}")
    page.get_by_label("Until").fill(f"{ended:%Y-%m-%dT%H:%M:%S}")
    page.get_by_label("Reason").fill("court order")
    looked_at(page)
    press(page, page.get_by_role("button", name="Correct"))
    page.goto(f"/persons/{infant.uid}/needs/")
    expect(kin).to_contain_text("not now")
    assert CareNeed.objects.get().person == infant
    assert RelatedPerson.objects.standing().get().until is not None
