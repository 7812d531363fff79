"""The newest value of each analyte as rows of a table.

Written here, not by a template: a patient may have eighty analytes, and a template takes several times
as long for the same cells.
"""

from __future__ import annotations

from urllib.parse import quote

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assays.queries import words
from assays.queries.history import Series
from assays.queries.worklist import PreviousValue, Row
from assays.templatetags.laboratory import range_of
from assays.templatetags.states import flags_of, told_of
from labsys.lib import units
from labsys.lib.moments import stamp
from labsys.lib.pills import pill

_LINE = (
    '<tr{}><th scope="row"><a href="?analyte={}">{}</a></th><td class="{}">{}</td>'
    '<td class="unit">{}</td><td class="range">{}{}</td><td>{}</td><td>{}</td>'
    '<td class="when">{}</td><td>{}</td></tr>'
)
_BEFORE = '<span class="unit">{}</span> {} <span class="unit">{}</span>'


def line(series: Series, earlier: PreviousValue | None, spark: str = "") -> SafeString:
    """Write one analyte: its newest value, and the one before or the drawn course."""
    latest = series.latest
    result, evaluation = latest.result, latest.evaluation
    return format_html(
        _LINE,
        _tone(latest),
        quote(series.analyte.code),
        series.analyte.name,
        _value_classes(latest),
        words.value_text(result),
        units.shown(series.unit),
        range_of(result),
        _unsigned() if not result.range_signed else "",
        flags_of(evaluation),
        told_of(result, latest.holds, evaluation),
        stamp(result.collected_at),
        _before(earlier) if earlier is not None else spark,
    )


def _tone(latest: Row) -> SafeString:
    if latest.evaluation is not None and latest.evaluation.is_critical:
        return SafeString(' class="row-critical"')
    return SafeString(' class="row-held"' if latest.holds else "")


def _value_classes(latest: Row) -> str:
    is_critical = latest.evaluation is not None and latest.evaluation.is_critical
    said = " said" if latest.result.kind == latest.result.Kind.ABSENT else ""
    return f"num{' value-critical' if is_critical else ''}{said}"


def _unsigned() -> SafeString:
    return format_html(" {}", pill("unverified", _("unverified")))


def _before(earlier: PreviousValue) -> SafeString:
    if earlier.value is not None:
        value = words.number(earlier.value, earlier.comparator)
    else:
        value = words.answer_words(earlier.text)
    return format_html(_BEFORE, _("before:"), value, stamp(earlier.collected_at).rpartition(" ")[0])
