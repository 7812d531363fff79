"""The same values as a table, for readers who do not see the drawing and for checking it."""

from __future__ import annotations

from datetime import tzinfo

from labsys.lib.charts.series import Point, Series
from labsys.lib.charts.svg import Markup, element, text_of
from labsys.lib.charts.words import ENGLISH, Words


def series_table(series: Series, *, zone: tzinfo, words: Words = ENGLISH) -> Markup:
    """Return an HTML table of a series' values and marks, the newest first."""
    rows = [(point.at, _point_row(point, zone, words)) for point in series.points]
    rows += [
        (
            mark.at,
            _row(words.moment(mark.at, zone), "", " ".join((mark.label, mark.detail)).strip()),
        )
        for mark in series.marks
    ]
    rows.sort(key=lambda row: row[0], reverse=True)
    heads = "".join(
        element("th", text_of(text), scope="col", class_=class_)
        for text, class_ in ((words.when, None), (words.value, "num"), (words.remark, None))
    )
    return element(
        "table",
        element("caption", text_of(series.title)),
        element("thead", element("tr", heads)),
        element("tbody", *(row for _at, row in rows)),
        class_="data",
    )


def _point_row(point: Point, zone: tzinfo, words: Words) -> Markup:
    remarks = [point.note, words.provisional if point.is_provisional else ""]
    return _row(words.moment(point.at, zone), point.shown, " · ".join(filter(None, remarks)))


def _row(when: str, value: str, remark: str) -> Markup:
    # An empty cell must not be written as <td/>: HTML reads that as an opening tag.
    shown, said = (text_of(text or "\u00a0") for text in (value, remark))
    return Markup(
        f'<tr><td class="when">{text_of(when)}</td><td class="num">{shown}</td><td>{said}</td></tr>'
    )
