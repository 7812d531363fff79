"""How pages write what the laboratory says: flags, states, moments, charts.

    {% load lab %}
    {% flag "HH" %}  {% state specimen.status %}  {{ result.recorded_at|moment }}  {{ person.birth_date|day }}

Tone is never said by colour alone: every pill carries words and, where it matters, a sign.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from html import escape

from django import template
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from labsys.lib.moments import stamp, timed, written_day
from labsys.lib.navigation import Entry
from labsys.lib.pills import flag, pill

register = template.Library()

# state -> tone; what is not named here is shown muted
STATES = {
    "RELEASED": "good",
    "FILED": "good",
    "RECORDED": "good",
    "FINAL": "good",
    "COMPLETED": "good",
    "PASSED": "good",
    "CLEARED": "good",
    "AVAILABLE": "good",
    "TECHNICALLY_VERIFIED": "info",
    "ACTIVE": "info",
    "IN_PROCESS": "info",
    "RECEIVED": "info",
    "COLLECTED": "info",
    "APPROVED": "info",
    "RUNNING": "info",
    "RESULTED": "info",
    "QC": "info",
    "HELD": "held",
    "ON_HOLD": "held",
    "PARTLY_HELD": "held",
    "INCOMPLETE": "held",
    "DUPLICATE": "held",
    "REFERRED": "abnormal",
    "LAPSED": "abnormal",
    "CORRECTED": "abnormal",
    "AMENDED": "abnormal",
    "UNSATISFACTORY": "abnormal",
    "BLOCKED": "abnormal",
    "PARKED": "critical",
    "FAILED": "critical",
    "NOT_CLEARED": "critical",
    "REJECTED": "critical",
    "LOST": "critical",
    "QUEUED": "info",
    "SENDING": "info",
    "ACCEPTED": "good",
    "REFUSED": "critical",
    "DEAD": "critical",
}


register.filter("stamp", stamp)
register.simple_tag(pill)
register.simple_tag(flag)


@register.simple_tag
def state(code: object, label: object = "") -> SafeString:
    """Write the state of a row in words."""
    name = str(code)
    shown = label or gettext(name.replace("_", " ").lower())
    return pill(STATES.get(name, "muted"), shown)


@register.simple_tag
def unverified_range() -> SafeString:
    """Write the mark of a range that nobody here has signed."""
    return pill(
        "unverified",
        _("range unverified"),
        _("This range has not been verified for this laboratory."),
    )


@register.filter(is_safe=True)
def moment(value: datetime | None) -> SafeString | str:
    """Write a moment in the hospital's time zone: 21 Nov 2026 03:24."""
    return timed(value)


@register.filter(is_safe=True)
def day(value: date | None) -> SafeString | str:
    """Write a date: 21 Nov 2026."""
    if value is None:
        return "–"
    return SafeString(f'<time datetime="{value.isoformat()}">{escape(written_day(value))}</time>')


@register.simple_tag(takes_context=True)
def menu_lines(context: Context, entries: Iterable[Entry]) -> SafeString:
    """Write the lines of one menu; there are a hundred on every page, so not by the template."""
    request = context["request"]
    here = (request.get_full_path(), request.path)
    written = []
    for entry in entries:
        url = entry.url
        current = ' aria-current="page"' if url in here else ""
        written.append(f'<li><a href="{escape(url)}"{current}>{escape(str(entry.label))}</a></li>')
    return SafeString("".join(written))
