"""Somebody signs the waiver on the witness's screen: drawn, cleared, drawn again; and by the keyboard."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from consent.models import WaiverSignature
from consent.queries.waiver_proofs import drawing_of
from patients.models import Person
from tests.browser import accessible
from tests.browser.conftest import Site
from tests.consent.programme import World
from tests.factories import PASSWORD

LogIn = Callable[..., None]
PAD = ".signature-pad"


@pytest.fixture(scope="module")
def world(site: Site) -> World:
    return World()


def begin(page: Page, log_in: LogIn, world: World, person: Person) -> Locator:
    """Open the waiver as the witness, and state what the witness states."""
    log_in(world.officer.name)
    page.goto(reverse("waiver-sign", args=[person.uid, world.programme.code]))
    page.get_by_label("How the signer's identity was checked").fill("passport")
    page.get_by_label("Who signs read or heard this text").check()
    return page.locator(PAD)


def draw(page: Page, pad: Locator, *strokes: list[tuple[float, float]]) -> None:
    """Draw with the mouse; places are parts of the field's width and height."""
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    for (x, y), *rest in strokes:
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        page.mouse.down()
        for x, y in rest:
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=6)
        page.mouse.up()


def record(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Record the signature").click()


def kept(page: Page) -> list[list[list[int]]]:
    return json.loads(page.locator("input[name=drawing]").input_value() or "[]")


def test_a_signature_is_drawn_with_the_mouse_and_read_back(
    page: Page, log_in: LogIn, world: World
) -> None:
    accessible.prepare(page.context)
    person = world.person()
    pad = begin(page, log_in, world, person)
    assert list(accessible.faults(page)) == []

    draw(page, pad, [(0.5, 0.5), (0.51, 0.5)])
    record(page)
    expect(page.get_by_text("too small to be a signature")).to_be_visible()
    assert len(kept(page)) == 1, "what was drawn is still there"
    page.get_by_role("button", name="Clear the drawing").click()
    assert kept(page) == []
    pad = page.locator(PAD)
    draw(page, pad, [(0.1, 0.8), (0.3, 0.2), (0.5, 0.8)], [(0.2, 0.6), (0.6, 0.5)])
    drawn = kept(page)
    assert pad.locator("path").get_attribute("d")
    record(page)

    expect(page.locator(".notice-success")).to_contain_text("you are its witness")
    row = WaiverSignature.objects.get(person=person)
    assert row.proof == "DRAWN"
    opened = drawing_of(row, by=world.officer, purpose="test")
    assert opened is not None
    assert [[list(point) for point in stroke] for stroke in opened.strokes] == drawn
    assert len(drawn) == 2
    xs = [x for stroke in drawn for x, _y in stroke]
    ys = [y for stroke in drawn for _x, y in stroke]
    assert (min(xs), max(xs)) == (pytest.approx(60, abs=3), pytest.approx(360, abs=3))
    assert (min(ys), max(ys)) == (pytest.approx(40, abs=3), pytest.approx(160, abs=3))
    page.get_by_role("link", name="drawn by hand").click()
    image = page.get_by_role("img", name="What the signer drew")
    assert image.locator("path").get_attribute("d") == opened.path()
    assert list(accessible.faults(page)) == []


def test_a_finger_draws_and_does_not_move_the_page(page: Page, log_in: LogIn, world: World) -> None:
    person = world.person()
    pad = begin(page, log_in, world, person)
    pad.scroll_into_view_if_needed()
    box, before = pad.bounding_box(), page.evaluate("scrollY")
    assert box is not None
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *places: tuple[float, float]) -> None:
        points = [
            {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]} for x, y in places
        ]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", (0.2, 0.1))
    for step in range(1, 8):
        touch("touchMove", (0.2 + 0.05 * step, 0.1 + 0.1 * step))
    touch("touchEnd")

    (stroke,) = kept(page)
    assert len(stroke) > 5
    assert page.evaluate("scrollY") == before
    record(page)
    assert WaiverSignature.objects.get(person=person).proof == "DRAWN"


def test_whoever_uses_the_keyboard_gives_their_own_password(
    page: Page, log_in: LogIn, world: World
) -> None:
    person = world.person()
    own = world.participant(person)
    begin(page, log_in, world, person)

    page.get_by_label("Who signs: own user name").fill(own.name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.locator(".notice-success")).to_contain_text("you are its witness")
    row = WaiverSignature.objects.get(person=person)
    assert (row.proof, row.account) == ("PASSWORD", own)
