"""A cluster drawn: persons and events by generation, every line a possible transmission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labsys.lib.charts.svg import Markup, element, label, number, text_of, width_of
from patients.cases import Status
from patients.pages.chain_table import Line, status_words
from patients.rules.chain_layout import Layout, Placed
from patients.rules.chains import Chains, Link, Node

COLUMN, ROW = 210.0, 24.0
LEFT, TOP = 24.0, 44.0
SHAPE = 7.0
LETTERS = 18  # of a name beside its shape


def draw(chains: Chains, layout: Layout, lines: Sequence[Line]) -> Markup:
    """Return the picture; each node is a link, in the order in which chains are followed."""
    width = LEFT * 2 + layout.columns * COLUMN
    height = TOP + layout.rows * ROW + ROW
    where = {one.node: _place(one) for one in layout.nodes}
    words = _Words()
    # A line begins behind the name of its source.
    behind = {one.node: SHAPE + 9 + width_of(_short(one.name)) for one in lines}
    drawn = [
        _line(step, where, behind[step.origin], is_main=step in layout.main)
        for step in chains.steps
    ]
    drawn += [_line(link, where, behind[link.origin], is_circular=True) for link in chains.circular]
    return element(
        "svg",
        element("title", text_of(_("Chains of exposures")), id="chain-title"),
        element("g", *_heads(layout), class_="chain-heads", aria_hidden="true"),
        element("g", *drawn, class_="chain-lines", aria_hidden="true"),
        element("g", *(_node(one, *where[one.node], words) for one in lines), class_="chain-nodes"),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        role="group",
        aria_labelledby="chain-title",
        class_="chart chain",
        id="chain",
    )


def _place(one: Placed) -> tuple[float, float]:
    return LEFT + SHAPE + one.column * COLUMN, TOP + one.row * ROW


def _heads(layout: Layout) -> list[str]:
    return [
        label(_generation(column), LEFT + column * COLUMN, 18, class_="c-muted")
        for column in range(layout.columns)
    ]


def _generation(column: int) -> str:
    if column == 0:
        return _("Index cases and events")
    return _("Generation %(n)d") % {"n": column}


def _line(
    link: Link,
    where: Mapping[Node, tuple[float, float]],
    behind: float,
    *,
    is_main: bool = False,
    is_circular: bool = False,
) -> str:
    (x1, y1), (x2, y2) = where[link.origin], where[link.person]
    start, end = x1 + behind, x2 - SHAPE - 3
    bend = (max(start, x2 - 60) + end) / 2
    if x2 <= x1:  # within a generation, or back: round the left side
        start, bend = x1 - SHAPE - 2, min(x1, x2) - 22
    kind = "chain-circular" if is_circular else f"chain-certain-{link.certainty}"
    across = "" if is_main or is_circular else " chain-across"
    straight = f"H{x2 - 60:.1f}" if start < x2 - 60 and x2 > x1 else ""
    curve = f"C{bend:.1f} {y1:.1f} {bend:.1f} {y2:.1f} {end:.1f} {y2:.1f}"
    return f'<path d="M{start:.1f} {y1:.1f}{straight}{curve}" class="{kind}{across}"/>'


def _short(name: str) -> str:
    return name if len(name) <= LETTERS else name[: LETTERS - 1] + "…"


def _node(one: Line, x: float, y: float, words: _Words) -> str:
    """Draw a person or event with its name. Hundreds are drawn at once: plain text, escaped here."""
    is_deceased = one.person is not None and one.person.is_deceased
    return (
        f'<a href="{escape(one.address)}" class="chain-node" data-column="{one.generation}">'
        f"<title>{escape(words.of(one))}</title>{_shape(one, x, y)}"
        + (f'<path d="M{x - 5:.1f} {y:.1f}h10" class="chain-deceased"/>' if is_deceased else "")
        + f'<text x="{x + SHAPE + 5:.1f}" y="{y + 4:.1f}" font-size="12">{escape(_short(one.name))}</text></a>'
    )


def _shape(one: Line, x: float, y: float) -> str:
    """An event is a diamond, a person a disc: filled who exposed others, ringed an index case.

    A confirmed case is a square, whose status is unknown a triangle.
    """
    if one.person is None:
        half = SHAPE + 1.5
        corners = f"M{x:.1f} {y - half:.1f}l{half} {half}l-{half} {half}l-{half} -{half}Z"
        return f'<path d="{corners}" class="chain-event"/>'
    kind = "chain-on" if one.exposed else "chain-end"
    if one.status is Status.CASE:
        drawn = f'<path d="M{x - 6:.1f} {y - 6:.1f}h12v12h-12Z" class="{kind} chain-case"/>'
    elif one.status is Status.UNKNOWN:
        drawn = f'<path d="M{x:.1f} {y - 7:.1f}l7 12h-14Z" class="{kind} chain-unknown"/>'
    else:
        drawn = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{SHAPE - 1}" class="{kind}"/>'
    if one.generation:
        return drawn
    ring = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{SHAPE + 3}" class="chain-index"/>'
    return ring + drawn


class _Words:
    """What is said of nodes, each word looked up once: hundreds are drawn at once."""

    def __init__(self) -> None:
        self.event, self.index = _("event"), _("index case")
        self.generation, self.sources = _("generation %(n)d"), _("exposed by %(sources)s")
        self._exposed: dict[int, str] = {}
        self.statuses = status_words()

    def exposed(self, n: int) -> str:
        if n not in self._exposed:
            told = ngettext("exposed %(n)d person", "exposed %(n)d persons", n)
            self._exposed[n] = told % {"n": n}
        return self._exposed[n]

    def of(self, one: Line) -> str:
        """Say of a node what the picture shows."""
        if one.person is None:
            parts = [one.name, self.event]
        else:
            known = self.generation % {"n": one.generation} if one.generation else self.index
            parts = [f"{one.name} ({one.person.mrn})", known]
            if one.status is not None:
                parts.append(self.statuses[one.status])
        if one.sources:
            parts.append(self.sources % {"sources": ", ".join(one.sources)})
        if one.exposed:
            parts.append(self.exposed(one.exposed))
        return "; ".join(parts)
