"""What stands around the panels of a person's trends, written at once: a template takes several times as long."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assays.pages import trend_observed as observed
from assays.pages.trend_observed import Observed
from assays.pages.trend_panels import Course, shown
from assays.rules.trends import Offered
from labsys.lib import units
from labsys.lib.moments import stamp
from labsys.lib.pills import flag


def boxes(offered: Iterable[Offered], chosen: Collection[str]) -> SafeString:
    """Write a box to tick for each analyte, sign or quantity, with how many values it has."""
    flagged = " · " + escape(_("flagged"))
    written = []
    for one in offered:
        count = ngettext("%(n)d value", "%(n)d values", one.values) % {"n": one.values}
        written.append(
            f'<label><input type="checkbox" name="analyte" value="{escape(one.code)}"'
            f"{' checked' if one.code in chosen else ''}> {escape(one.name)} "
            f'<span class="unit">{"" if one.is_more else escape(count)}'
            f"{flagged if one.is_flagged else ''}</span></label>\n"
        )
    return SafeString("".join(written))


def opened(
    place: int, course: Course | Observed, picture: str, *, latest: str, fit: str
) -> SafeString:
    """Write a panel with its name and last value; the figure is open for what is said below it."""
    fitted = f' data-fit="{escape(fit)}"' if fit else ""
    return SafeString(
        f'<figure class="trend-figure" data-trend-panel aria-labelledby="trend-name-{place}"{fitted}>'
        f'<figcaption><span class="trend-name" id="trend-name-{place}">{escape(course.name)} '
        f'<span class="unit">{escape(units.shown(course.unit))}</span></span>'
        f'<span class="trend-latest unit">{latest}</span>'
        f'<span class="trend-read" data-trend-read></span></figcaption>{picture}'
    )


def latest(course: Course | Observed, *, has_period: bool) -> str:
    """Write the last value of a panel with its flags, its moment, and what is in doubt of it."""
    said = escape(_("last in this period") if has_period else _("last"))
    if isinstance(course, Observed):
        point = observed.latest(course)
        note = f" · {escape(point.note)}" if point.note else ""
        return f"{said} {escape(point.shown)} · {escape(stamp(point.at))}{note}"
    value = course.values[-1]
    flags = " ".join(flag(one) for one in value.flags or [] if one != "N")
    doubts = [_("not released")] if value.is_provisional else []
    doubts += [] if value.range_signed else [_("range unverified")]
    told = "".join(f" · {escape(one)}" for one in doubts)
    return f"{said} {escape(shown(value))} {flags} · {escape(stamp(value.collected_at))}{told}"
