"""The colours of the pages can be read by everybody: WCAG 2 AA, in light and in dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import labsys.web

WEB = Path(labsys.web.__file__).parent
CSS = WEB / "static/labsys/css"
TEXT = 4.5
SIGN = 3.0

# colour, what it lies on, contrast that WCAG asks
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "ink-2", "accent", "accent-strong", "critical")
      for ground in ("ground", "surface", "surface-2", "surface-3")),
    *((ink, "surface", TEXT) for ink in ("abnormal", "held", "good", "info", "chart-mark", "chart-limit")),
    *((tone, f"{tone}-soft", TEXT) for tone in ("critical", "abnormal", "good", "held", "info", "accent")),
    *(("ink", f"{tone}-soft", TEXT) for tone in ("critical", "abnormal", "good", "held", "info")),
    ("accent-strong", "accent-soft", TEXT),
    ("button-ink", "button", TEXT),
    ("button-ink", "accent-strong", TEXT),
    ("critical-fill-ink", "critical-fill", TEXT),
    ("masthead-ink", "masthead", TEXT),
    ("masthead-ink", "masthead-2", TEXT),
    ("ink", "chart-band", TEXT),
    *((sign, "surface", SIGN) for sign in ("line-strong", "focus", "chart-line", "chart-limit")),
    *(("focus", ground, SIGN) for ground in ("ground", "surface-2", "surface-3")),
    *((sign, "chart-band", SIGN) for sign in ("chart-line", "abnormal", "critical")),
]  # fmt: skip


def blocks() -> dict[str, dict[str, str]]:
    """Return the three sets of colours: light, dark by the device, dark by choice."""
    text = (CSS / "tokens.css").read_text()
    found = re.findall(r"(:root[^{]*)\{([^{}]*)\}", text)
    sets = [dict(re.findall(r"--([\w-]+):\s*(#\w{6})", body)) for _name, body in found]
    light, device, chosen = (colours for colours in sets if colours)
    return {"light": light, "dark": device, "chosen": chosen}


def luminance(colour: str) -> float:
    def part(position: int) -> float:
        share = int(colour[position : position + 2], 16) / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_colours_can_be_read_on_what_they_lie_on() -> None:
    sets = blocks()
    found = {
        f"{ink} on {ground}, {look}: {contrast(sets[look][ink], sets[look][ground]):.2f}, not {least}"
        for look in ("light", "dark")
        for ink, ground, least in PAIRS
        if contrast(sets[look][ink], sets[look][ground]) < least
    }

    assert not found, "\n".join(sorted(found))


def test_dark_is_the_same_by_device_and_by_choice() -> None:
    found = blocks()

    assert found["dark"] == found["chosen"]
    assert found["dark"].keys() == found["light"].keys()


def test_the_measure_of_contrast_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_every_colour_used_is_a_token() -> None:
    known = set(re.findall(r"--([\w-]+):", "".join(p.read_text() for p in CSS.glob("*.css"))))

    for sheet in CSS.glob("*.css"):
        used = set(re.findall(r"var\(--([\w-]+)", sheet.read_text()))
        assert used <= known, sheet.name


TEMPLATES = sorted(
    path
    for app in ("labsys", "patients", "assays", "consent")
    for path in (WEB.parents[1] / app).rglob("templates/**/*.html")
)


REFUSED = re.compile(
    r"\sstyle\s*=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=\s*[\"']"
    r"|(?:src|href)=[\"'](?:https?:)?//"
)


def test_no_template_needs_what_the_content_security_policy_refuses() -> None:
    found = [
        f"{path.name}: {match.group(0)}"
        for path in TEMPLATES
        for match in REFUSED.finditer(path.read_text())
    ]

    assert TEMPLATES
    assert not found, "\n".join(found)
