"""Somebody withdraws, on their own page and before staff: at once, acknowledged, and at the gate."""

from __future__ import annotations

from collections.abc import Callable

import numpy
import pytest
import zxingcpp
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from consent.models import WaiverWithdrawal
from labsys.accounts.roles import Role
from tests import factories
from tests.browser import accessible
from tests.browser.conftest import Site
from tests.consent.programme import World

LogIn = Callable[..., None]
# What the browser makes of the symbol, four dots to a module, as a scanner's camera sees it.
_DRAWN = """symbol => {
    const side = symbol.viewBox.baseVal.width * 4;
    const canvas = Object.assign(document.createElement("canvas"), {width: side, height: side});
    const paper = canvas.getContext("2d");
    paper.fillStyle = "#fff";
    paper.fillRect(0, 0, side, side);
    paper.scale(4, 4);
    paper.fillStyle = "#000";
    paper.fill(new Path2D(symbol.querySelector("path").getAttribute("d")));
    const dots = paper.getImageData(0, 0, side, side).data;
    return {side, dots: Array.from({length: side * side}, (_, n) => dots[4 * n])};
}"""


@pytest.fixture(scope="module")
def world(site: Site) -> World:
    return World()


def scanned(symbol: Locator) -> str:
    """Return what a scanner reads in the symbol on a pass."""
    seen = symbol.evaluate(_DRAWN)
    image = numpy.array(seen["dots"], dtype=numpy.uint8).reshape(seen["side"], seen["side"])
    (found,) = zxingcpp.read_barcodes(image)
    return str(found.text)


def ask_at_the_gate(page: Page, text: str) -> Locator:
    page.get_by_label("Scan a pass").fill(text)
    page.keyboard.press("Enter")
    return page.locator(".gate-answer")


def test_a_participant_withdraws_and_the_pass_in_hand_opens_no_gate(
    page: Page, log_in: LogIn, world: World
) -> None:
    accessible.prepare(page.context)
    person = world.cleared()
    log_in(world.participant(person).name)
    page.goto(reverse("own-clearance"))
    expect(page.get_by_text("You are cleared")).to_be_visible()
    page.get_by_role("button", name="Show my pass").click()
    in_hand = scanned(page.locator(".pass-symbol svg"))
    assert list(accessible.faults(page)) == []
    page.get_by_role("link", name="Back").click()

    page.get_by_role("button", name=f"Withdraw from {world.programme.name}").click()

    expect(page.locator(".notice-success")).to_contain_text("Withdrawn, with effect from")
    expect(page.get_by_text("You are not cleared")).to_be_visible()
    expect(page.get_by_role("button", name="Show my pass")).to_have_count(0)
    made = WaiverWithdrawal.objects.get(person=person)
    assert (made.door, made.programme) == ("OWN_PAGE", world.programme)
    page.reload()
    acknowledged = page.get_by_role("region", name="Your withdrawals")
    page.emulate_media(media="print")  # what is kept of it on paper
    expect(acknowledged).to_contain_text(f"{world.programme.name}: withdrawn with effect from")
    expect(acknowledged).to_contain_text(person.mrn)
    expect(page.get_by_role("button", name="Withdraw")).to_have_count(0)
    page.emulate_media(media="screen")

    page.context.clear_cookies()
    log_in(factories.principal(Role.GATE_OFFICER).name)
    page.goto(reverse("gate"))
    expect(ask_at_the_gate(page, in_hand)).to_have_text("Revoked")
    expect(page.get_by_role("button", name="Leaves now")).to_have_count(0)


def test_staff_take_somebodys_word_by_the_keyboard_alone(
    page: Page, log_in: LogIn, world: World
) -> None:
    person = world.cleared()
    log_in(world.officer.name)
    page.goto(reverse("clearance", args=[person.uid, world.programme.code]))
    expect(page.locator("#answer ~ p")).to_contain_text("cleared until")
    page.get_by_role("link", name="Withdraw").press("Enter")

    # Nothing is asked: the first press of a button is the withdrawal.
    expect(page.locator("main input:visible, main textarea, main select")).to_have_count(0)
    button = page.get_by_role("button", name=f"Withdraw from {world.programme.name}")
    page.locator("main").focus()
    for _press in range(12):
        if button.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator(".notice-success")).to_contain_text("Nobody may ask why")
    expect(page.locator("#answer ~ p")).to_contain_text("not cleared")
    expect(page.locator("#answer ~ ul")).to_contain_text("withdrawn")
    page.get_by_role("link", name="Acknowledgement to print").click()
    acknowledged = page.get_by_role("region", name="Withdrawals")
    page.emulate_media(media="print")
    expect(acknowledged).to_contain_text(f"{world.programme.name}: withdrawn with effect from")
    expect(page.locator("form:visible")).to_have_count(0)
    assert WaiverWithdrawal.objects.get(person=person).door == "STAFF"
