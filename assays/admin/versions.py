"""Assay versions: drafted from the one in force, approved, brought into force."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from assays.actions import catalogue
from assays.actions.catalogue.drafts import VALUES
from assays.actions.coverage_gate import describe
from assays.admin.assay_choice import OfAssayAdmin
from assays.admin.moves import VERSION_MOVES
from assays.models import AssayVersion
from assays.pages import range_lines
from assays.queries.catalogue_rows import interval_rows
from assays.rules.coverage import check_coverage
from assays.rules.states import VersionStatus
from labsys.lib.addresses import number
from labsys.lib.admin import RecordForm
from labsys.lib.quantities import plain

LINES = {"rows": 10, "cols": 110, "spellcheck": "false"}
WORDS = {
    "kind": _("Kind of value"),
    "unit": _("Unit (UCUM)"),
    "answers": _("Coded answers"),
    "decimals": _("Decimals"),
    "amr_low": _("Measuring range from"),
    "amr_high": _("Measuring range to"),
    "lob": _("Limit of blank"),
    "lod": _("Limit of detection"),
    "loq": _("Limit of quantitation"),
    "plausible_low": _("Implausible below"),
    "plausible_high": _("Implausible above"),
    "method_cv_percent": _("CV of the method, %"),
    "within_person_cv_percent": _("CV within a person, %"),
    "delta_percent": _("Delta check: change of more than, %"),
    "delta_absolute": _("Delta check: change of more than"),
    "delta_per_day": _("Delta check: change per day of more than"),
    "delta_window_hours": _("Delta check: within hours"),
    "tea_percent": _("Total allowable error, %"),
    "tea_source": _("Where the allowable error is from"),
    "measuring_source": _("Where measuring range and limits are from"),
}


class VersionForm(RecordForm):
    """A new version: what differs from the version in force."""

    answers = forms.CharField(
        label=WORDS["answers"],
        required=False,
        help_text=_(
            "Codes, separated by blanks: those that may stand for a number, or all that a coded "
            "assay may have."
        ),
    )
    intervals = forms.CharField(
        label=_("Reference intervals"),
        required=False,
        widget=forms.Textarea(attrs=LINES),
        help_text=_("One row per line. Left empty: those of the version in force."),
    )
    critical = forms.CharField(
        label=_("Critical limits"),
        required=False,
        widget=forms.Textarea(attrs=LINES),
        help_text=_("One row per line. Left empty: those of the version in force."),
    )
    hole_reason = forms.CharField(
        label=_("What no interval covers is not established, because"),
        required=False,
        max_length=200,
        help_text=_("Left empty: the version is refused while anything is uncovered."),
    )
    note = forms.CharField(
        label=_("Why this version is made"), widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean_answers(self) -> list[str]:
        return str(self.cleaned_data["answers"]).split()


@admin.register(AssayVersion)
class AssayVersionAdmin(OfAssayAdmin):
    """Everything results of an assay rest on, version by version."""

    form = VersionForm
    add_permission = "assays.catalogue.draft"
    add_fields = ("assay", *VALUES, "intervals", "critical", "hole_reason", "note")
    fields = (
        "assay",
        "number",
        "status",
        "next_version",
        "value_table",
        "coverage",
        "interval_table",
        "limit_table",
        "note",
        "drafted_by",
        "drafted_at",
        "approved_by",
        "approved_at",
        "active_from",
        "active_until",
    )
    readonly_fields = ("next_version", "value_table", "coverage", "interval_table", "limit_table")
    list_display = ("assay", "number", "status", "unit", "active_from", "drafted_by")
    list_filter = ("status",)
    list_select_related = ("assay__analyte", "drafted_by")
    search_fields = ("=assay__analyte__code",)
    ordering = ("-id",)
    moves = VERSION_MOVES
    allowed_lookups = frozenset({"assay"})

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        return super().get_form(request, obj, change, **{"labels": WORDS, **kwargs})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Start from the version in force of `?assay=`."""
        rows = AssayVersion.objects.filter(status=VersionStatus.ACTIVE)
        base = rows.filter(assay=number(request.GET.get("assay"))).first()
        if base is None:
            return {}
        return {
            "assay": base.assay_id,
            **{name: getattr(base, name) for name in VALUES},
            "answers": " ".join(base.answers),
            "intervals": range_lines.written(base.intervals.order_by("id")),
            "critical": range_lines.written(base.critical_limits.order_by("id")),
        }

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> AssayVersion:
        lines = {name: data[name] for name in ("intervals", "critical")}
        given = {
            name: range_lines.read(text, field=name) if text.strip() else None
            for name, text in lines.items()
        }
        return catalogue.draft_assay_version(
            assay=data["assay"],
            by=by,
            at=at,
            note=data["note"],
            values={name: data[name] for name in VALUES},
            hole_reason=data["hole_reason"],
            **given,
        )

    @admin.display(description=_("next version"))
    def next_version(self, version: AssayVersion) -> SafeString:
        address = reverse("admin:assays_assayversion_add") + f"?assay={version.assay_id}"
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a>',
            address,
            _("Draft a change of this assay"),
            reverse("what-if", args=[version.pk]),
            _("What this version would change"),
        )

    @admin.display(description=_("values"))
    def value_table(self, version: AssayVersion) -> SafeString:
        stated = [(WORDS[name], _shown(getattr(version, name))) for name in VALUES]
        lines = format_html_join(
            "", '<tr><th scope="row">{}</th><td>{}</td></tr>', (row for row in stated if row[1])
        )
        return format_html('<table class="data"><tbody>{}</tbody></table>', lines)

    @admin.display(description=_("coverage"))
    def coverage(self, version: AssayVersion) -> str:
        found = check_coverage(interval_rows([version.pk]).get(version.pk, ()))
        return describe(found) or _now("Every patient is covered exactly once.")

    @admin.display(description=_("reference intervals"))
    def interval_table(self, version: AssayVersion) -> SafeString:
        rows = version.intervals.select_related("signature", "copied_from__signature")
        return _table(rows.order_by("id"))

    @admin.display(description=_("critical limits"))
    def limit_table(self, version: AssayVersion) -> SafeString:
        return _table(version.critical_limits.order_by("id"))


def _shown(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, list):
        return ", ".join(value)
    return plain(value) if isinstance(value, Decimal) else str(value)


def _table(rows: Any) -> SafeString:
    heading = (
        _("species"),
        _("sex"),
        _("age in days"),
        _("state"),
        _("low"),
        _("high"),
        _("source"),
    )
    lines = [
        (
            row.species,
            row.sex,
            f"{row.age_low_days}–{_shown(row.age_high_days)}",
            row.state,
            _shown(row.low),
            _shown(row.high),
            row.source if getattr(row, "established", True) else row.reason,
        )
        for row in rows
    ]
    if not lines:
        return format_html("{}", _now("none"))
    tight, number = '<td class="tight">{}</td>', '<td class="num">{}</td>'
    line = f"<tr>{tight * 4}{number * 2}<td>{{}}</td></tr>"
    return format_html(
        '<table class="data"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
        format_html_join("", '<th scope="col">{}</th>', ((name,) for name in heading)),
        format_html_join("", line, lines),
    )
