"""How long a browser takes for the graph, from the start of the navigation until it is painted."""

from __future__ import annotations

import shutil

from bench.site import Site, percentile, say

TIMES = 7
GOAL = 1000.0  # ms
CHROMIUM = ("chromium", "chromium-headless-shell", "chromium-browser", "google-chrome")
# Two frames after everything was loaded and every script has run, the last one has been painted.
PAINTED = """
() => new Promise((tell) => requestAnimationFrame(() => requestAnimationFrame(() => tell({
  painted: performance.now(),
  answered: performance.getEntriesByType('navigation')[0].responseEnd,
  contentful: (performance.getEntriesByName('first-contentful-paint')[0] ?? {}).startTime ?? 0,
}))))
"""


def measure(site: Site, username: str, password: str, address: str) -> None:
    """Draw one page in Chromium; say so where there is none."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        found = None
    if found is None:
        return say("graph in a browser", "not measured: there is no Chromium here")
    site.start("web")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_page(base_url=site.url, viewport={"width": 1366, "height": 768})
        page.goto("/login")
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password").fill(password)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        told = []
        for _number in range(TIMES):
            page.goto(address, wait_until="load")
            told.append(page.evaluate(PAINTED))
        nodes = page.locator(".chain-node").count()
        browser.close()
    later = told[2:]  # each worker of the server reads the contacts once
    parts = {name: percentile([one[name] for one in later], 0.5) for name in later[0]}
    worst = max(one["painted"] for one in later)
    mark = "" if worst < GOAL else "  <-- slower than the goal"
    say(
        "graph in a browser",
        f"{nodes} nodes painted after {parts['painted']:.0f} ms at the median, at worst {worst:.0f}; "
        f"answered after {parts['answered']:.0f}, first content {parts['contentful']:.0f}; "
        f"the first {told[0]['painted']:.0f}{mark}",
    )
    return None
