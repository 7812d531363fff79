"""How instruments are reached: one form for every way, and the buttons that change it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assays.actions import endpoints
from assays.models import Endpoint
from assays.models.endpoints import ROLES
from assays.rules.endpoints import Address, EndpointRole
from labsys.lib.admin import Move, ReasonForm, RecordAdmin, RecordForm

MANAGE = "assays.instrument.manage"
_AS_INSTRUMENT = ("", _("as the instrument does elsewhere"))
_FRAMING = (
    *("frameless", "checksum", "frame_numbers", "first_frame", "frame_limit"),
    *("text_limit", "joins_records"),
)
_YES_OR_NO = {"": None, "yes": True, "no": False}


def _number(label: Any, help_text: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, help_text=help_text)


def _choice(label: Any, *options: tuple[str, Any]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[_AS_INSTRUMENT, *options])


class AddressFields(forms.Form):
    """Where it is, how it frames, when it is idle or silent, and whether it is encrypted."""

    host = forms.CharField(
        label=_("Host"),
        required=False,
        help_text=_("Of an instrument that is called: its name or address, such as 10.1.4.17."),
    )
    port = _number(
        _("Port"), _("A port of its own here, or that on which the instrument is called.")
    )
    folder = forms.CharField(
        label=_("Folder"),
        required=False,
        help_text=_("Of a watched folder: its path below the folder of all instruments."),
    )
    pattern = forms.CharField(
        label=_("File names"), required=False, help_text=_("Such as *.hl7; empty: every file.")
    )
    stable_seconds = _number(
        _("Seconds unchanged"),
        _(
            "Of a watched folder: how long a file must not have changed before it is taken, such as 5."
        ),
    )
    frameless = _choice(_("Without frames"), ("yes", _("yes")), ("no", _("no")))
    checksum = _choice(_("Checksums"), ("yes", _("yes")), ("no", _("no")))
    frame_numbers = _choice(_("Frame numbers"), ("8", _("0 to 7")), ("10", _("0 to 9")))
    first_frame = _choice(_("First frame"), ("1", "1"), ("0", "0"))
    frame_limit = _number(_("Longest frame"), _("ASTM, in bytes; empty: as elsewhere."))
    text_limit = _number(
        _("Longest text sent"), _("ASTM, in bytes of each frame; empty: as elsewhere.")
    )
    joins_records = _choice(
        _("Records share the frames that are sent"), ("yes", _("yes")), ("no", _("no"))
    )
    idle_seconds = _number(
        _("Idle limit"),
        _("Seconds without a byte after which a connection is closed; empty: never."),
    )
    silence_minutes = _number(
        _("Silence limit"),
        _("Minutes without a message after which an alarm is raised; empty: one day."),
    )
    sends = forms.BooleanField(
        label=_("Sends"),
        required=False,
        help_text=_("What is sent to the instrument goes over this connection and no other."),
    )
    answer_seconds = _number(
        _("Answer limit"), _("Seconds for which an answer is awaited; empty: as the protocol says.")
    )
    tls = forms.BooleanField(label=_("Encrypted (TLS)"), required=False)
    fingerprints = forms.CharField(
        label=_("Certificates"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "SHA-256 fingerprints of the certificates that the other end may show, one per line; "
            "empty: of a caller none is asked for, who is called shows one of a known authority."
        ),
    )

    def clean_fingerprints(self) -> list[str]:
        return str(self.cleaned_data["fingerprints"]).splitlines()

    def clean_frameless(self) -> bool | None:
        return _YES_OR_NO[self.cleaned_data["frameless"]]

    def clean_checksum(self) -> bool | None:
        return _YES_OR_NO[self.cleaned_data["checksum"]]

    def clean_joins_records(self) -> bool | None:
        return _YES_OR_NO[self.cleaned_data["joins_records"]]

    def clean_frame_numbers(self) -> int | None:
        return _whole(self.cleaned_data["frame_numbers"])

    def clean_first_frame(self) -> int | None:
        return _whole(self.cleaned_data["first_frame"])


class EndpointForm(AddressFields, RecordForm):
    """A new connection."""

    role = forms.ChoiceField(
        label=_("Way"), choices=ROLES, help_text=_("Who calls whom, and by what.")
    )


class ChangeForm(AddressFields, ReasonForm):
    """What changes in a connection, and why."""


def _whole(text: str) -> int | None:
    return int(text) if text else None


def _address(role: str, given: dict[str, Any]) -> Address:
    """Return what a form says of a connection; takes it out of what was given."""
    framing = {name: found for name in _FRAMING if (found := given.pop(name)) is not None}
    fingerprints = tuple(given.pop("fingerprints"))
    named = {name: given.pop(name) for name in AddressFields.base_fields if name in given}
    return Address(role=EndpointRole(role), framing=framing, fingerprints=fingerprints, **named)


def _initial(endpoint: Endpoint) -> dict[str, Any]:
    framing = {
        name: {True: "yes", False: "no"}.get(found, found) if isinstance(found, bool) else found
        for name, found in endpoint.framing.items()
    }
    columns = {
        name: getattr(endpoint, name)
        for name in AddressFields.base_fields
        if name not in (*_FRAMING, "fingerprints")
    }
    return {**columns, **framing, "fingerprints": "\n".join(endpoint.fingerprints)}


def _change(*, obj: Endpoint, by: Any, at: datetime, reason: str, **given: Any) -> Any:
    address = _address(obj.role, given)
    return endpoints.change(endpoint=obj, address=address, by=by, at=at, reason=reason)


def _switch_off(*, obj: Endpoint, by: Any, at: datetime, reason: str) -> Any:
    return endpoints.switch_off(endpoint=obj, by=by, at=at, reason=reason)


def _switch_on(*, obj: Endpoint, by: Any, at: datetime, reason: str) -> Any:
    return endpoints.switch_on(endpoint=obj, by=by, at=at, reason=reason)


@admin.register(Endpoint)
class EndpointAdmin(RecordAdmin):
    """Ports, addresses to call, and folders of instruments."""

    form = EndpointForm
    add_permission = MANAGE
    sections = (
        (None, ("instrument", "role")),
        (_("Where it is"), ("host", "port", "folder", "pattern", "stable_seconds")),
        (
            _("Limits, and what is sent"),
            ("idle_seconds", "silence_minutes", "sends", "answer_seconds"),
        ),
        (_("Encryption"), ("tls", "fingerprints")),
        (_("How it frames (ASTM), where it differs"), _FRAMING),
    )
    add_fields = tuple(name for _title, names in sections for name in names)
    list_display = ("instrument", "role", "place", "tls", "is_active")
    list_filter = ("role", "is_active")
    list_select_related = ("instrument",)
    search_fields = ("=instrument__code", "=host", "=folder")
    ordering = ("instrument__code", "id")
    moves = (
        Move(
            name="change",
            label=_("Change the connection"),
            permission=MANAGE,
            act=_change,
            form=ChangeForm,
            done=_("Changed. The line is opened anew within seconds."),
        ),
        Move(
            name="switch-off",
            label=_("Switch off"),
            permission=MANAGE,
            act=_switch_off,
            form=ReasonForm,
            applies=lambda endpoint: endpoint.is_active,
            done=_("Switched off: the connection is used no more."),
            is_serious=True,
        ),
        Move(
            name="switch-on",
            label=_("Switch on"),
            permission=MANAGE,
            act=_switch_on,
            form=ReasonForm,
            applies=lambda endpoint: not endpoint.is_active,
            done=_("Switched on. The line is opened within seconds."),
        ),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None:
            return super().get_fieldsets(request, obj)
        return [(title, {"fields": names}) for title, names in self.sections]

    def add(self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest) -> Endpoint:
        given = dict(data)
        instrument, role = given.pop("instrument"), given.pop("role")
        return endpoints.add(instrument=instrument, address=_address(role, given), by=by, at=at)

    def move_form(self, request: HttpRequest, obj: Any, move: Move) -> forms.Form:
        if move.form is not ChangeForm or request.method == "POST":
            return super().move_form(request, obj, move)
        return ChangeForm(initial=_initial(obj))
