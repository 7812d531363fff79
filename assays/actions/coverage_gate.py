"""The gate that an assay version passes before it comes into force: every patient covered once."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assays.models import AssayVersion
from assays.queries.catalogue_rows import interval_rows
from assays.rules.coverage import Coverage, check_coverage
from labsys.lib.errors import Refusal

SHOWN = 10


class NotCovered(Refusal):
    """The intervals leave a gap, or hold a point twice."""

    kind = "not-covered"


def check_covered(version: AssayVersion) -> None:
    """Raise NotCovered, with every gap and overlap, unless the intervals cover every patient once."""
    coverage = check_coverage(interval_rows([version.pk]).get(version.pk, ()))
    if not coverage.is_complete:
        raise NotCovered(
            _("%(version)s cannot come into force. %(why)s")
            % {"version": version, "why": describe(coverage)}
        )


def describe(coverage: Coverage) -> str:
    """Say in sentences what is covered by no row, and what by more than one."""
    gaps = [str(gap) for gap in coverage.gaps]
    doubled = [
        _("%(where)s (rows %(rows)s)") % {"where": found.box, "rows": ", ".join(found.row_ids)}
        for found in coverage.overlaps
    ]
    sentences = []
    if gaps:
        sentences.append(_("No row covers: %(gaps)s.") % {"gaps": _listed(gaps)})
    if doubled:
        sentences.append(_("More than one row covers: %(boxes)s.") % {"boxes": _listed(doubled)})
    return " ".join(sentences)


def _listed(parts: list[str]) -> str:
    shown = "; ".join(parts[:SHOWN])
    left = len(parts) - SHOWN
    return (
        shown if left <= 0 else _("%(shown)s; and %(left)d more") % {"shown": shown, "left": left}
    )
