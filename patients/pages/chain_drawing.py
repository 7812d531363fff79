"""A cluster drawn: persons and events by generation, every line a possible transmission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labsys.lib.charts.svg import Markup, element, label, number, text_of
from patients.rules.chain_layout import Layout, Placed
from patients.rules.chains import Chains, Link, Node

COLUMN, ROW = 190.0, 24.0
LEFT, TOP = 24.0, 44.0
SHAPE = 7.0
LETTERS = 21  # of a name beside its shape


@dataclass(frozen=True)
class Shown:
    """What is said of a node: its name, what is said of it in a sentence, and where it leads."""

    name: str
    says: str
    address: str
    is_deceased: bool = False


def draw(chains: Chains, layout: Layout, shown: Mapping[Node, Shown]) -> Markup:
    """Return the picture; each node is a link, in the order in which chains are followed."""
    width = LEFT * 2 + layout.columns * COLUMN
    height = TOP + layout.rows * ROW + ROW
    where = {one.node: _place(one) for one in layout.nodes}
    lines = [_line(step, where, step in layout.main) for step in chains.steps]
    lines += [_line(link, where, False, is_circular=True) for link in chains.circular]
    offspring = chains.offspring
    nodes = [
        _node(one, where[one.node], shown[one.node], offspring.get(one.node, 0))  # type: ignore[arg-type]
        for one in layout.nodes
    ]
    return element(
        "svg",
        element("title", text_of(_("Chains of exposures")), id="chain-title"),
        element("g", *_heads(layout), class_="chain-heads", aria_hidden="true"),
        element("g", *lines, class_="chain-lines", aria_hidden="true"),
        element("g", *nodes, class_="chain-nodes"),
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
    is_main: bool,
    *,
    is_circular: bool = False,
) -> Markup:
    (x1, y1), (x2, y2) = where[link.origin], where[link.person]
    start, end = x1 + SHAPE + 2, x2 - SHAPE - 3
    # Along the rows first the names stand; the line bends in the gap before the next column.
    bend = x2 - 26
    path = f"M{number(start)} {number(y1)}C{number(bend)} {number(y1)} {number(bend)} {number(y2)} {number(end)} {number(y2)}"
    if x2 <= x1:  # within a generation, or back: round the left side
        out = min(x1, x2) - 22
        path = f"M{number(x1 - SHAPE - 2)} {number(y1)}C{number(out)} {number(y1)} {number(out)} {number(y2)} {number(end)} {number(y2)}"
    kind = "chain-circular" if is_circular else f"chain-certain-{link.certainty}"
    return element(
        "path", d=path, class_=kind if is_main or is_circular else f"{kind} chain-across"
    )


def _node(one: Placed, place: tuple[float, float], shown: Shown, exposed: int) -> Markup:
    x, y = place
    name = shown.name if len(shown.name) <= LETTERS else shown.name[: LETTERS - 1] + "…"
    return element(
        "a",
        element("title", text_of(shown.says)),
        _shape(one.node, x, y, is_source=exposed > 0, is_index=one.column == 0),
        element("path", d=f"M{number(x - 5)} {number(y)}h10", class_="chain-deceased")
        if shown.is_deceased
        else "",
        label(name, x + SHAPE + 5, y + 4),
        href=shown.address,
        class_="chain-node",
        aria_label=shown.says,
        data_column=str(one.column),
    )


def _shape(node: Node, x: float, y: float, *, is_source: bool, is_index: bool) -> Markup:
    """An event is a diamond, a person a disc: filled who exposed others, doubled an index case."""
    if isinstance(node, str):
        half = SHAPE + 1.5
        corners = f"M{number(x)} {number(y - half)}l{half} {half}l-{half} {half}l-{half} -{half}Z"
        return element("path", d=corners, class_="chain-event")
    disc = element(
        "circle", cx=x, cy=y, r=SHAPE - 1, class_="chain-on" if is_source else "chain-end"
    )
    if not is_index:
        return disc
    return Markup(element("circle", cx=x, cy=y, r=SHAPE + 2, class_="chain-index") + disc)


def sentence(
    name: str, mrn: str, generation: int, sources: tuple[str, ...], exposed: int, *, is_event: bool
) -> str:
    """Say of a node what the picture shows."""
    parts = [name if not mrn else f"{name} ({mrn})"]
    parts.append(_("event") if is_event else _generation_of(generation))
    if sources:
        parts.append(_("exposed by %(sources)s") % {"sources": ", ".join(sources)})
    if exposed:
        told = ngettext("exposed %(n)d person", "exposed %(n)d persons", exposed)
        parts.append(told % {"n": exposed})
    return "; ".join(parts)


def _generation_of(generation: int) -> str:
    return _("index case") if generation == 0 else _("generation %(n)d") % {"n": generation}
