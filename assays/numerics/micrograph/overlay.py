"""A drawing of a count to lay over its picture: SVG, a shape and a letter for each kind."""

from __future__ import annotations

from base64 import b64encode
from html import escape

from assays.numerics.micrograph.results import Body, Count
from assays.numerics.refusals import Unusable, made
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

# Colours of Okabe and Ito, told apart by most readers; dashes and letters for the others.
STYLES = (
    ("red_cells", "red cell", "#0072b2", "", ""),
    ("white_cells", "white cell", "#cc79a7", "", "W"),
    ("foreign_bodies", "foreign body", "#d55e00", "", "F"),
    ("platelets", "platelet", "#009e73", "2 2", ""),
    ("artefacts", "artefact", "#555555", "4 3", ""),
)
TYPES = ((b"\x89PNG", "image/png"), (b"\xff\xd8", "image/jpeg"))


def overlay(count: Count, *, picture: bytes | None = None, title: str = "") -> bytes:
    """Return an SVG drawing of the size of the picture, each body with a title of its own.

    ``picture``: bytes of the PNG or JPEG counted, drawn beneath; other formats, which browsers do
    not show, are left out. Circles that the border cuts are drawn dashed. Raises Unusable:
    NOT_MADE, PICTURE_NOT_BYTES, TITLE.
    """
    made(count, Count, name=_("count"), by="count")
    if picture is not None and not isinstance(picture, bytes):
        raise Unusable(
            "PICTURE_NOT_BYTES",
            _("The picture beneath is given as the bytes of its file, not as %(given)s."),
            given=cited(picture),
        )
    if not isinstance(title, str):
        raise Unusable("TITLE", _("A title is text, not %(given)s."), given=cited(title))
    scale = count.scale
    line = max(1.0, scale.red_cell_radius / 12)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {scale.width} {scale.height}" '
        f'width="{scale.width}" height="{scale.height}" role="img">'
    )
    said = ", ".join(f"{len(getattr(count, kind))} {name}" for kind, name, *_style in STYLES)
    parts = [head, f"<title>{escape(title + ': ' if title else '')}{said}</title>"]
    beneath = _beneath(picture, count)
    if beneath:
        parts.append(beneath)
    for kind, name, colour, dash, letter in STYLES:
        bodies = getattr(count, kind)
        style = f'fill="none" stroke="{colour}" stroke-width="{line:.1f}"'
        parts.append(f'<g data-kind="{kind}" {style}>')
        parts += [_drawn(one, place, name, dash, line) for place, one in enumerate(bodies, 1)]
        if letter:
            parts += [_lettered(one, letter, colour, scale.red_cell_radius) for one in bodies]
        parts.append("</g>")
    parts.append("</svg>")
    return "\n".join(parts).encode()


def _beneath(picture: bytes | None, count: Count) -> str:
    kinds = [kind for start, kind in TYPES if picture is not None and picture.startswith(start)]
    if picture is None or not kinds:
        return ""
    data = b64encode(picture).decode()
    return (
        f'<image width="{count.scale.width}" height="{count.scale.height}" '
        f'href="data:{kinds[0]};base64,{data}"/>'
    )


def _drawn(one: Body, place: int, name: str, dash: str, line: float) -> str:
    pattern = dash or (f"{3 * line:.1f} {2 * line:.1f}" if one.is_cut else "")
    dashed = f' stroke-dasharray="{pattern}"' if pattern else ""
    # Pixel centres are whole numbers: the drawing's corner is half a pixel before the first.
    return (
        f'<circle cx="{one.x + 0.5:.1f}" cy="{one.y + 0.5:.1f}" r="{one.radius:.1f}"{dashed}>'
        f"<title>{name} {place}</title></circle>"
    )


def _lettered(one: Body, letter: str, colour: str, size: float) -> str:
    return (
        f'<text x="{one.x + 0.5:.1f}" y="{one.y + 0.5:.1f}" font-size="{size:.0f}" '
        f'fill="{colour}" stroke="none" text-anchor="middle" dominant-baseline="central" '
        f'font-family="sans-serif">{letter}</text>'
    )
