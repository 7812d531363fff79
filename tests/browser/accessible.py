"""What axe-core finds on the page that stands open in a browser, in words that lead to the place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, Page

GRAVE = ("serious", "critical")
LAPTOP = {"width": 1366, "height": 768}
TABLET = {"width": 768, "height": 1024}
# What another look, or less room, may change of a page.
COLOURS = ("color-contrast", "link-in-text-block")
ROOM = ("target-size", "scrollable-region-focusable")
QUICKLY = {"resultTypes": ["violations"], "preload": False}
# The size of what a finger touches (WCAG 2.2) is left out unless asked for.
EVERYTHING: dict[str, Any] = {**QUICKLY, "rules": {"target-size": {"enabled": True}}}
OFF = {name: {"enabled": False} for name in COLOURS}
COLOURLESS = {**EVERYTHING, "rules": {**EVERYTHING["rules"], **OFF}}


def prepare(context: BrowserContext) -> None:
    """Give every page of a browser axe-core, past the content policy: no page could load it."""
    context.add_init_script(AXE_SCRIPT)


def faults(page: Page, *, looks: bool = True, colours: bool = True) -> Iterator[str]:
    """Say what is serious or critical on the open page; `looks` adds dark, and a tablet's width.

    `colours` cost as much as all the rest: pages that share theirs with others may leave them out.
    """
    page.wait_for_load_state()  # a page on its way out has no document for axe-core to read
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
    yield from _found(page, "", EVERYTHING if colours else COLOURLESS)
    if not looks:
        return
    page.emulate_media(color_scheme="dark")
    yield from _found(page, " in the dark", _only(COLOURS))
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(TABLET)
    yield from _found(page, " on a tablet", _only(ROOM))
    page.set_viewport_size(LAPTOP)


def _only(rules: Sequence[str]) -> dict[str, Any]:
    return {**QUICKLY, "runOnly": {"type": "rule", "values": list(rules)}}


def _found(page: Page, where: str, options: dict[str, Any]) -> Iterator[str]:
    answer = page.evaluate("async options => (await axe.run(options)).violations", options)
    for violation in answer:
        for node in violation["nodes"]:
            if node["impact"] in GRAVE:
                named = f"{violation['id']} ({node['impact']}){where}"
                yield f"{named}: {violation['help']}: {node['target'][0]}: {node['html'][:160]}"
