"""Families of instruments declared here: drafted by a form, tried, approved by somebody else."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from assays.actions import driver_families
from assays.admin import family_form
from assays.admin.family_form import FamilyForm
from assays.admin.moves import VERSION_MOVES
from assays.models import DriverFamily
from assays.queries.families import DRAFT
from assays.rules.states import VersionStatus
from labsys.lib.addresses import number
from labsys.lib.admin import RecordAdmin
from labsys.lib.errors import InvalidInputs

# Where what a fault names has its own field in the form, and where it has another one.
_FIELDS = {
    "padding": "filled_up",
    "patient": "names_patient",
    "status": "result_status",
    "decimal_comma": "comma",
    "thousands_comma": "comma",
}


@admin.register(DriverFamily)
class DriverFamilyAdmin(RecordAdmin):
    """How families of instruments write that no driver ships for."""

    form = FamilyForm
    add_permission = "assays.catalogue.draft"
    fields = (
        "name",
        "label",
        "number",
        "status",
        "base",
        "declared",
        "tried",
        "note",
        "drafted_by",
        "drafted_at",
        "approved_by",
        "approved_at",
        "active_from",
        "active_until",
    )
    readonly_fields = ("declared", "tried")
    list_display = ("name", "label", "number", "status", "base", "active_from", "drafted_by")
    list_filter = ("status",)
    list_select_related = ("drafted_by",)
    search_fields = ("=name",)
    ordering = ("-id",)
    moves = VERSION_MOVES
    sections = (
        (None, ("name", "label", "base", "dialect", "names")),
        (
            _("Of a result"),
            (
                *("specimen", "specimen_suffixes", "filled_up", "code", "code_ends_at", "ordered"),
                *("value", "comma", "words", "unit", "units", "units_of"),
                *("flags", "result_status", "statuses", "observed_at"),
            ),
        ),
        (
            _("What is no patient's result"),
            ("control", "control_names", "supplement", "questionable"),
        ),
        (_("Of the message"), ("charset", "names_patient")),
        (
            _("How it frames (ASTM)"),
            (
                *("frameless", "checksum", "frame_numbers", "first_frame", "frame_limit"),
                *("text_limit", "joins_records"),
            ),
        ),
        (None, ("further", "note")),
    )
    add_fields = tuple(name for _title, names in sections for name in names)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None:
            return super().get_fieldsets(request, obj)
        return [(title, {"fields": names}) for title, names in self.sections]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        labels = {"name": _("Name"), "label": _("What people call it")}
        helps = {
            "name": _(
                "Small letters, digits, hyphens, such as acme-chem. One that exists gets its next version."
            ),
            "label": _("Such as Acme Chem 3."),
        }
        given = {"labels": labels, "help_texts": helps, **kwargs}
        return super().get_form(request, obj, change, **given)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Start from the version that `?from=` names."""
        found = self.get_queryset(request).filter(pk=number(request.GET.get("from"))).first()
        if found is None:
            return {}
        start = {"name": found.name, "label": found.label, "base": found.base}
        return {**start, **family_form.initial(found.declaration)}

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> DriverFamily:
        names = ("name", "label", "base", "declaration", "note")
        try:
            return driver_families.draft(by=by, at=at, **{name: data[name] for name in names})
        except InvalidInputs as refused:
            dialect = str(data["dialect"]).lower()
            errors = [(_field(name, dialect), why) for name, why in refused.errors]
            raise InvalidInputs(errors) from refused

    @admin.display(description=_("declared"))
    def declared(self, family: DriverFamily) -> SafeString:
        rows = (
            (part, json.dumps(said, ensure_ascii=False, indent=1))
            for part, said in family.declaration.items()
        )
        return format_html(
            '<table class="data"><tbody>{}</tbody></table>',
            format_html_join(
                "",
                '<tr><th scope="row" class="nowrap">{}</th><td><pre>{}</pre></td></tr>',
                rows,
            ),
        )

    @admin.display(description=_("try it"))
    def tried(self, family: DriverFamily) -> SafeString:
        """Lead to what is asked of a version before it is approved, and to its next version."""
        links = [
            (f"{reverse('dry-run')}?driver={DRAFT}{family.pk}", _("Try a message with it")),
            (
                reverse("family-what-if", args=[family.pk]),
                _("What it would change of what came in"),
            ),
            (
                f"{reverse('admin:assays_driverfamily_add')}?from={family.pk}",
                _("Draft a change of it"),
            ),
            (reverse("family-export", args=[family.pk]), _("Export as JSON")),
        ]
        if family.status == VersionStatus.ACTIVE:
            again = f"{reverse('reading-runs')}?driver={family.name}"
            links.append((again, _("Read again what came before")))
        return format_html_join(" · ", '<a href="{}">{}</a>', links)


def _field(pointer: str, dialect: str) -> str:
    """Return the form's field of what a fault names, such as astm.code.

    What is said of the other dialect, of orders, or of a value in its order stands in the JSON alone.
    """
    *above, name = pointer.split(".")
    name = _FIELDS.get(name, name)
    has_field = above in ([], [dialect], ["link"]) and name in DriverFamilyAdmin.add_fields
    return name if has_field else "further"
