"""A set-point from its draft to an alarm that is closed; a kill code that is opened and used."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from labsys.accounts.models import Principal
from labsys.audit.models import ReadEvent
from patients.models import ControllerAlarm, Intervention
from tests.browser.accessible import faults, prepare
from tests.browser.conftest import Site
from tests.factories import PASSWORD
from tests.patients import controls, people

LogIn = Callable[..., None]


@pytest.fixture
def become(page: Page, log_in: LogIn) -> Callable[[Principal], None]:
    """Log out whoever was there, and somebody else in."""
    prepare(page.context)

    def somebody(who: Principal) -> None:
        page.context.clear_cookies()
        log_in(who.name)

    return somebody


def pressed(page: Page, what: Locator) -> None:
    with page.expect_navigation():
        what.click()


def test_a_set_point_is_signed_by_two_and_its_alarm_is_closed(
    site: Site, page: Page, become: Callable[[Principal], None]
) -> None:
    what, assignment = controls.quantity(), controls.assigned(people.person(family="Okafor"))
    device, course = assignment.controller, f"/persons/{assignment.person.uid}/controllers/"
    author = controls.physician()
    become(author)
    page.goto(course)
    expect(page.locator("main")).to_contain_text("sends nothing to one")
    pressed(page, page.get_by_role("link", name="Draft a set-point"))
    page.get_by_label("Quantity").select_option(str(what.pk))
    for field, value in (("Value", "2.0"), ("Alarm below", "1.0"), ("Alarm above", "3.0")):
        page.get_by_label(field, exact=field != "Value").fill(value)
    page.get_by_label("Reason").fill("load rises")
    pressed(page, page.get_by_role("button", name="Draft"))
    expect(page.locator("main")).to_contain_text("2 signatures are missing")
    expect(page.locator("main")).to_contain_text("two other people sign it")
    address = page.url

    for _signature in range(2):
        become(controls.physician())
        page.goto(address)
        page.get_by_label("Your password").fill(PASSWORD)
        with page.expect_navigation():
            page.get_by_label("Your password").press("Enter")
        expect(page.locator("main")).to_contain_text("Signed.")
    expect(page.locator("main")).to_contain_text("in force")
    assert not list(faults(page))

    page.goto(f"/controllers/{device.uid}/")
    for form, value in (("Record what was set", "2.4"), ("Record a reading", "3.4")):
        panel = page.locator("form", has=page.get_by_role("heading", name=form))
        panel.get_by_label("Quantity").select_option(str(what.pk))
        panel.get_by_label("Value").fill(value)
        pressed(page, panel.get_by_role("button"))
    assert not list(faults(page))
    page.goto(course)
    expect(page.get_by_role("alert").first).to_contain_text("nobody looks after it")
    expect(page.get_by_role("alert").last).to_contain_text("Two people signed 2.0")
    assert not list(faults(page))

    pressed(page, page.get_by_role("link", name="3.4"))
    page.get_by_role("button", name="I look after it").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_label("What was done").fill("electrode replaced")
    assert not list(faults(page))
    pressed(page, page.get_by_role("button", name="Close the alarm"))
    expect(page.locator("main")).to_contain_text("electrode replaced")
    assert not ControllerAlarm.objects.open().exists()
    page.goto("/controller-alarms/")
    assert not list(faults(page))


def test_a_kill_code_is_opened_on_record_and_its_use_written_down(
    site: Site, page: Page, become: Callable[[Principal], None]
) -> None:
    someone, code = people.person(), controls.kill_code()
    controls.sign(code)
    controls.sign(code)
    reader = controls.physician()
    become(reader)
    page.goto("/control-documents/")
    assert not list(faults(page))
    pressed(page, page.get_by_role("link", name=code.document.code))
    pressed(page, page.get_by_role("link", name="v1"))
    expect(page.locator("main")).not_to_contain_text(controls.CODE.decode())
    assert not list(faults(page))

    pressed(page, page.get_by_role("button", name="Open the kill code"))
    expect(page.locator("main")).to_contain_text(controls.CODE.decode())
    assert ReadEvent.objects.get(purpose="kill code").actor == reader.pk
    assert not list(faults(page))
    pressed(page, page.get_by_role("link", name="Close"))
    page.get_by_label("Patient (MRN").fill(someone.mrn)
    pressed(page, page.get_by_role("button", name="Record its use"))

    expect(page.locator("main")).to_contain_text("recorded as an intervention")
    assert Intervention.objects.get(person=someone).detail == f"{code.document.code} v1"
