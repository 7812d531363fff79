"""The table beside a drawn cluster: every person and event, with their possible sources.

Written here, not by a template: a template takes several times as long for hundreds of lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from labsys.lib.addresses import address
from labsys.lib.moments import stamps
from labsys.lib.pills import pill
from patients.cases import Status
from patients.models import Exposure
from patients.queries.chains import AT_LEAST, Member
from patients.rules.chains import Chains, Link, Node

_LINE = (
    '<tr{}><th scope="row"><a href="{}">{}</a>{}</th>{}<td class="num">{}</td><td>{}</td>'
    '<td class="when">{}</td><td class="num">{}</td></tr>'
)


@dataclass(frozen=True)
class Line:
    """One person or event of a cluster; `steps` lead to it from its possible sources."""

    node: Node
    name: str
    person: Member | None
    address: str
    generation: int
    sources: tuple[str, ...]
    steps: tuple[Link, ...]
    exposed: int
    # None where nothing may be said of it, and of events.
    status: Status | None = None

    @property
    def first_at(self) -> datetime | None:
        return self.steps[0].first_at if self.steps else None


def lines(
    chains: Chains,
    people: Mapping[int, Member],
    names: Mapping[Node, str],
    order: Sequence[Node],
    statuses: Mapping[Any, Status],
) -> list[Line]:
    """Return a line for every node, in the order given."""
    steps: dict[Node, list[Link]] = {}
    for step in chains.steps:
        steps.setdefault(step.person, []).append(step)
    exposed: dict[Node, int] = {}
    for step in (*chains.steps, *chains.circular):
        exposed[step.origin] = exposed.get(step.origin, 0) + 1
    events = reverse("exposure-event")

    def found_at(node: Node) -> str:
        if isinstance(node, int):
            return address("person-contacts", people[node].uid)
        return f"{events}?{urlencode({'name': node})}"

    return [
        Line(
            node=node,
            name=names[node],
            person=people[node] if isinstance(node, int) else None,
            address=found_at(node),
            generation=chains.generation[node],
            sources=tuple(names[step.origin] for step in steps.get(node, ())),
            steps=tuple(steps.get(node, ())),
            exposed=exposed.get(node, 0),
            status=statuses.get(node),
        )
        for node in order
    ]


def status_words() -> dict[Status, str]:
    """Return how the status of a person is called."""
    return {
        Status.CASE: _("confirmed case"),
        Status.CONTACT: _("contact"),
        Status.UNKNOWN: _("status unknown"),
    }


def rows(found: Sequence[Line], chosen: Node, *, has_status: bool) -> SafeString:
    """Write the lines as rows of a table; the chosen person's is marked."""
    kinds = {Status.CASE: "critical", Status.CONTACT: "info", Status.UNKNOWN: "muted"}
    pills = {one: pill(kinds[one], words) for one, words in status_words().items()}
    pills[None] = "–"
    certainties = [escape(str(Exposure.Certainty(one).label)) for one in AT_LEAST]
    event = " " + pill("info", _("event"))
    written = []
    for line, first_at in zip(found, stamps(line.first_at for line in found), strict=True):
        sources = "; ".join(
            f'{escape(name)} <span class="unit">({certainties[step.certainty]})</span>'
            for name, step in zip(line.sources, line.steps, strict=True)
        )
        written.append(
            _LINE.format(
                ' class="row-chosen"' if line.node == chosen else "",
                escape(line.address),
                escape(line.name),
                event if line.person is None else f' <span class="code">{line.person.mrn}</span>',
                f"<td>{pills[line.status]}</td>" if has_status else "",
                line.generation,
                sources or "–",
                first_at,
                line.exposed,
            )
        )
    return SafeString("\n".join(written))
