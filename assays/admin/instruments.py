"""Instruments and what their codes mean."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_default_timezone_name
from django.utils.translation import gettext_lazy as _

from assays.actions import instruments
from assays.admin import setting_fields
from assays.admin.assay_choice import OfAssayAdmin
from assays.admin.moves import VERSION_MOVES
from assays.admin.setting_fields import SECTIONS, SettingFields
from assays.models import CodeMapping, Instrument, PanelMapping
from assays.queries import families
from labsys.lib import policy
from labsys.lib.admin import Move, ReasonForm, RecordAdmin, RecordForm, principal

MANAGE = "assays.instrument.manage"
VIEW = "assays.transmission.view"
DRAFT = "assays.catalogue.draft"


# What stands first in the forms: how it is reached, and the setting that is needed most.
REACHED = ("driver", "peer_networks", "time_zone", "setting_sender")


def _drivers() -> list[tuple[str, Any]]:
    return [("", _("none: it sends over HTTP")), *families.choices()]


class ConnectionFields(SettingFields):
    """How an instrument is reached and read."""

    driver = forms.ChoiceField(
        label=_("Driver"),
        choices=_drivers,
        required=False,
        help_text=_("How its messages are read; “by the book” for what is not listed."),
    )
    peer_networks = forms.CharField(
        label=_("Address ranges"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One per line, such as 10.1.0.0/16. It is heard from nowhere else."),
    )
    time_zone = forms.CharField(
        label=_("Time zone"),
        initial=get_default_timezone_name,
        help_text=_("Of its clock, such as Europe/Paris."),
    )

    def clean_peer_networks(self) -> list[str]:
        return str(self.cleaned_data["peer_networks"]).split()


class InstrumentForm(ConnectionFields, RecordForm):
    """A new instrument, what kind it is, and how it is reached."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=Instrument.Kind.choices,
        initial=Instrument.Kind.ANALYSER,
        required=False,
        help_text=_("It never changes. Only a hospital's system says who people are."),
    )

    def clean_kind(self) -> str:
        return str(self.cleaned_data["kind"] or Instrument.Kind.ANALYSER.value)


class ReconfigureForm(ConnectionFields, ReasonForm):
    """What changes in a connection, and why."""

    sections = ((None, REACHED), *SECTIONS, (None, ("reason",)))

    @property
    def parts(self) -> list[dict[str, Any]]:
        """Return the fields under their headings; what says nothing yet is folded away."""
        bound = [(title, [self[name] for name in names]) for title, names in self.sections]
        return [
            {
                "title": title,
                "fields": fields,
                "is_open": any(one.errors or one.value() for one in fields),
            }
            for title, fields in bound
        ]


def _reconfigure(*, obj: Instrument, by: Any, at: datetime, **given: Any) -> Any:
    return instruments.reconfigure(instrument=obj, by=by, at=at, **given)


def _switch_off(*, obj: Instrument, by: Any, at: datetime, reason: str) -> Any:
    return instruments.switch_off(instrument=obj, by=by, at=at, reason=reason)


def _switch_on(*, obj: Instrument, by: Any, at: datetime, reason: str) -> Any:
    return instruments.switch_on(instrument=obj, by=by, at=at, reason=reason)


@admin.register(Instrument)
class InstrumentAdmin(RecordAdmin):
    """Analysers and other systems that send results."""

    form = InstrumentForm
    add_permission = MANAGE
    sections = (
        (None, ("code", "name", "manufacturer", "model", "kind", "protocol", *REACHED)),
        *SECTIONS,
    )
    add_fields = tuple(name for _title, names in sections for name in names)
    fields = (
        *("next_steps", "code", "name", "kind", "manufacturer", "model", "protocol", "driver"),
        *("addresses", "time_zone", "set_to", "is_active", "recorded_at", "recorded_by"),
    )
    readonly_fields = ("next_steps", "addresses", "set_to")
    list_display = ("code", "name", "kind", "protocol", "is_active")
    list_filter = ("kind", "protocol", "is_active")
    search_fields = ("code", "name")
    ordering = ("code",)
    moves = (
        Move(
            name="reconfigure",
            label=_("Change its settings"),
            permission=MANAGE,
            act=_reconfigure,
            form=ReconfigureForm,
            done=_("Changed. What it sent before is read so when it is read again."),
        ),
        Move(
            name="switch-off",
            label=_("Switch off"),
            permission=MANAGE,
            act=_switch_off,
            form=ReasonForm,
            applies=lambda instrument: instrument.is_active,
            done=_("Switched off: nothing is taken from it any more."),
            is_serious=True,
        ),
        Move(
            name="switch-on",
            label=_("Switch on"),
            permission=MANAGE,
            act=_switch_on,
            form=ReasonForm,
            applies=lambda instrument: not instrument.is_active,
            done=_("Switched on."),
        ),
    )

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> Instrument:
        return instruments.register(by=by, at=at, **data)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None:
            return super().get_fieldsets(request, obj)
        return [
            (title, {"fields": names, "classes": ("collapse",) if title else ()})
            for title, names in self.sections
        ]

    @admin.display(description=_("address ranges"))
    def addresses(self, instrument: Instrument) -> str:
        return ", ".join(instrument.peer_networks) or "–"

    @admin.display(description=_("settings"))
    def set_to(self, instrument: Instrument) -> SafeString:
        """Show what it does otherwise than its driver, each by the name of its field."""
        rows = setting_fields.said(instrument.settings)
        return format_html_join(mark_safe("<br>"), "{}: {}", rows) or format_html(
            "{}", _("none: as its driver has it")
        )

    @admin.display(description=_("next steps"))
    def next_steps(self, instrument: Instrument) -> SafeString:
        """Lead to what makes a registered instrument one whose values are filed."""
        named = f"?instrument={instrument.pk}"
        holder = f"?principal={instrument.principal_id}"
        show, key = reverse("connection", args=[instrument.pk]), "accounts.key.manage"
        links = [
            (VIEW, show, _("How its connection stands")),
            (MANAGE, reverse("admin:assays_endpoint_add") + named, _("Add a connection")),
            (VIEW, reverse("dry-run") + named, _("Try a message")),
            (DRAFT, reverse("admin:assays_codemapping_add") + named, _("Map a code")),
            # One that speaks HL7 or ASTM may post its messages as well.
            (key, reverse("admin:accounts_accesskey_add") + holder, _("Issue a key")),
        ]
        reader = getattr(instrument, "read_by", None)
        shown = [(at, words) for right, at, words in links if policy.can(reader, right)]
        return format_html_join(" · ", '<a href="{}">{}</a>', shown) or format_html("–")

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            found.read_by = principal(request)
        return found

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        helps = {"code": _("Small letters, digits and hyphens, such as chem-1; it never changes.")}
        return super().get_form(request, obj, change, **{"help_texts": helps, **kwargs})

    def move_form(self, request: HttpRequest, obj: Any, move: Move) -> forms.Form:
        if move.form is not ReconfigureForm or request.method == "POST":
            return super().move_form(request, obj, move)
        return ReconfigureForm(
            initial={
                "driver": obj.driver,
                "peer_networks": "\n".join(obj.peer_networks),
                "time_zone": obj.time_zone,
                **setting_fields.initial(obj.settings),
            }
        )


@admin.register(CodeMapping)
class CodeMappingAdmin(OfAssayAdmin):
    """What a code of an instrument means here."""

    add_permission = "assays.catalogue.draft"
    add_fields = ("instrument", "code", "assay")
    list_display = ("instrument", "code", "assay", "number", "status", "active_from")
    list_filter = ("status", "instrument")
    list_select_related = ("instrument", "assay__analyte")
    search_fields = ("=code",)
    ordering = ("-id",)
    moves = VERSION_MOVES

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> CodeMapping:
        return instruments.draft_mapping(by=by, at=at, **data)


@admin.register(PanelMapping)
class PanelMappingAdmin(RecordAdmin):
    """What a hospital's code of a panel means here."""

    add_permission = "assays.catalogue.draft"
    add_fields = ("instrument", "code", "panel")
    list_display = ("instrument", "code", "panel", "number", "status", "active_from")
    list_filter = ("status", "instrument")
    list_select_related = ("instrument", "panel")
    search_fields = ("=code",)
    ordering = ("-id",)
    moves = VERSION_MOVES

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> PanelMapping:
        return instruments.draft_panel_mapping(by=by, at=at, **data)
