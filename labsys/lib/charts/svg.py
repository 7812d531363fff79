"""Writing SVG: elements with escaped attributes and text, and how wide a text will be."""

from __future__ import annotations

from functools import cache, lru_cache
from html import escape

TEXT_SIZE = 12.0


class Markup(str):
    """Finished markup; templates print it as it stands."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def number(value: float) -> str:
    """Write a coordinate to a tenth of a unit, without a needless ".0"."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def element(name: str, *children: str, **attributes: str | float | None) -> Markup:
    """Return one element. `class_` and `stroke_width` become `class` and `stroke-width`.

    Children are markup already (see `text_of` for plain text); an attribute that is None is left out.
    """
    written = "".join(
        [
            f' {_name(key)}="{_value(value)}"'
            for key, value in attributes.items()
            if value is not None
        ]
    )
    inner = "".join(children)
    return Markup(f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>")


def text_of(plain: str) -> Markup:
    """Escape plain text for use as a child."""
    return Markup(escape(plain, quote=False))


def label(
    plain: str, x: float, y: float, *, anchor: str = "start", class_: str | None = None
) -> Markup:
    """Return a text whose baseline starts (or is centred, or ends) at a place."""
    return element(
        "text",
        text_of(plain),
        x=x,
        y=y,
        text_anchor=None if anchor == "start" else anchor,
        font_size=TEXT_SIZE,
        class_=class_,
    )


def drawing(
    *children: str, name: str, title: str, description: str, width: float, height: float, style: str
) -> Markup:
    """Return the whole picture: scaled to its place, named and described for those who hear it.

    `name` makes the ids unique within a page; `style` is empty unless the picture stands alone.
    """
    return element(
        "svg",
        element("title", text_of(title), id=f"{name}-title"),
        element("desc", text_of(description), id=f"{name}-desc"),
        element("style", style) if style else "",
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=None if not style else width,
        height=None if not style else height,
        role="img",
        aria_labelledby=f"{name}-title",
        aria_describedby=f"{name}-desc",
        class_="chart",
    )


def line(
    x1: float, y1: float, x2: float, y2: float, *, class_: str, **more: str | float | None
) -> Markup:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_, **more)


def width_of(plain: str, size: float = TEXT_SIZE) -> float:
    """Estimate a text's width, on the wide side of usual sans-serif faces."""
    return size * sum(map(_em, plain))


@lru_cache(maxsize=1024)
def _em(character: str) -> float:
    if character in "iljtfr.,:;|!'()[] \u202f":
        return 0.4
    if character in "mwMW@%":
        return 0.95
    return 0.72 if character.isupper() else 0.63


@cache
def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-") if key != "viewBox" else key


def _value(value: str | float) -> str:
    return escape(value) if isinstance(value, str) else number(value)
