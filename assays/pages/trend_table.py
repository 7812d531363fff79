"""A person's trends as one table: a row for each moment, a column for each analyte.

Written here, not by a template: there may be thousands of cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from functools import lru_cache
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assays.pages.trend_observed import Observed
from assays.pages.trend_panels import Course, shown
from assays.queries.trends import Value
from assays.queries.words import MARKS, flag_words, number
from labsys.lib import units
from labsys.lib.charts import Words
from patients.models import Intervention

MOST_ROWS = 1000


def table(
    courses: Sequence[Course | Observed],
    done: Sequence[tuple[int, Intervention]],
    *,
    zone: tzinfo,
    words: Words,
    caption: str,
) -> SafeString:
    """Return all values, the newest first, with what was done in a column of its own."""
    rows: dict[datetime, list[list[str]]] = {}
    for place, course in enumerate(courses):
        for at, cell in _cells(course):
            cells = rows.setdefault(at, [[] for _course in courses])
            cells[place].append(cell)
    acts: dict[datetime, list[str]] = {}
    for place, one in done:
        said = f"{place} {one.get_kind_display()} {one.detail}".strip()
        acts.setdefault(one.started_at, []).append(escape(said))
    moments = sorted({*rows, *acts}, reverse=True)[:MOST_ROWS]
    none = [[] for _course in courses]  # type: list[list[str]]
    body = "".join(
        _row(words.moment(at, zone), rows.get(at, none), acts.get(at, []), has_done=bool(acts))
        for at in moments
    )
    return SafeString(
        f'<table class="data trend-table"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{_heads(courses, words, has_done=bool(acts))}</tr></thead><tbody>{body}</tbody></table>"
    )


def _cells(course: Course | Observed) -> list[tuple[datetime, str]]:
    if isinstance(course, Observed):
        return course.cells
    return [(value.collected_at, _cell(value)) for value in course.values]


def _heads(courses: Sequence[Course | Observed], words: Words, *, has_done: bool) -> str:
    is_mixed = any(isinstance(one, Observed) for one in courses)
    heads = [f'<th scope="col">{escape(words.when if is_mixed else _("Collected"))}</th>']
    heads += [
        f'<th scope="col" class="num">{escape(one.name)} '
        f'<span class="unit">{escape(units.shown(one.unit))}</span></th>'
        for one in courses
    ]
    if has_done:
        heads.append(f'<th scope="col">{escape(_("Done"))}</th>')
    return "".join(heads)


def _row(when: str, cells: Sequence[Sequence[str]], done: Sequence[str], *, has_done: bool) -> str:
    found = "".join(f'<td class="num">{"<br>".join(one) or "&nbsp;"}</td>' for one in cells)
    last = f"<td>{'<br>'.join(done) or '&nbsp;'}</td>" if has_done else ""
    return f'<tr><th scope="row" class="when">{escape(when)}</th>{found}{last}</tr>'


def _cell(value: Value) -> str:
    """Write a value with its comparator, its flags by sign and in words, and that it is provisional."""
    text = number(value.value, value.comparator) if value.value is not None else shown(value)
    said = [escape(text)]
    for flag in value.flags or []:
        if flag != "N":
            sign = escape(MARKS.get(flag, ""))
            said.append(f'{sign} <span class="unit">{escape(flag_words(flag))}</span>')
    if value.is_provisional:
        said.append(f'<span class="unit">{escape(_("not released"))}</span>')
    # The address of a result is written thousands of times: looked up once, for 0.
    link = f'<a href="{_address().replace("0", str(value.result_id))}">{said[0]}</a>'
    return " ".join([link, *said[1:]])


@lru_cache
def _address() -> str:
    return reverse("result", args=[0])
