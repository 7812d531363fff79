"""The words of drawings in the reader's language (`labsys.lib.charts` itself knows no Django)."""

from __future__ import annotations

from django.utils.dates import MONTHS_3
from django.utils.translation import gettext, pgettext

from labsys.lib.charts import Words


def words() -> Words:
    """Return the words for the language of this request."""
    return Words(
        months=tuple(str(MONTHS_3[number]).capitalize() for number in range(1, 13)),
        critical=pgettext("limit", "critical"),
        reference=pgettext("range", "reference"),
        normal=gettext("in range"),
        abnormal=gettext("outside the range"),
        critical_value=gettext("critical value"),
        uncertain=gettext("not judged"),
        censored=gettext("beyond the limit of measurement"),
        provisional=gettext("not released"),
        when=gettext("Time"),
        value=gettext("Value"),
        remark=gettext("Remark"),
        no_values=gettext("No values."),
        key=gettext("What the marks mean"),
        sd=pgettext("standard deviation", "SD"),
        verdict=gettext("Verdict"),
        in_control=gettext("in control"),
        warning=pgettext("control", "warning"),
        rejected=pgettext("control", "rejected"),
        excluded=pgettext("control", "excluded"),
        beyond_scale=gettext("beyond the scale"),
        control_summary=gettext(
            "%(count)s control measurements from %(first)s to %(last)s; the last is %(shown)s. "
            "%(rejected)s rejected, %(warnings)s with a warning."
        ),
        summary=gettext(
            "%(count)s values from %(first)s to %(last)s; the last is %(shown)s. "
            "%(abnormal)s outside the reference range, %(critical)s of them critical."
        ),
    )
