"""Programmes and what they ask, in versions that a second person approves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assays.queries import catalogue
from consent.actions import programmes
from consent.admin.named import ByProgramme
from consent.models import Programme, ProgrammeVersion
from consent.models.programmes import weekly_questionnaires
from consent.queries.endings import Endings, away, changed, endings, enrolled, named, renamed
from consent.queries.programmes import version_at
from consent.rules.definitions import questionnaires
from consent.templatetags.clearance import reason_words
from labsys.accounts.models import Principal
from labsys.lib.admin import Move, ReasonForm, RecordAdmin, RecordForm, principal
from labsys.lib.clock import database_now
from labsys.lib.moments import stamp
from patients.forms import MomentField

MANAGE, APPROVE = "consent.programme.manage", "consent.programme.approve"
DRAFTED = ("drafted_by", "recorded_at", "approved_by", "approved_at", "discarded_at")


def words_of(found: Endings) -> str:
    """Return what a draft would end, in words."""
    moment = f"{stamp(found.at)}"
    if not found.ended:
        words = gettext("At %(moment)s it ends no clearance: %(cleared)d are cleared then.")
    else:
        words = gettext(
            "At %(moment)s it ends %(ended)d of %(cleared)d clearances: %(reasons)s. %(away)d of these "
            "people are away and would be recalled; %(passes)d passes end."
        )
    reasons = ", ".join(f"{reason_words(one)} ({number})" for one, number in found.reasons)
    said = words % {**asdict(found), "moment": moment, "reasons": reasons}
    if found.looked_at < found.enrolled:
        more = gettext("Only the first %(looked_at)d of %(enrolled)d enrolled were looked at.")
        said = f"{said} {more % asdict(found)}"
    return said


def words_of_people(people: Iterable[int], programme: Programme, *, by: Principal) -> list[str]:
    """Return who of these somebody may see, each with a link to their clearance, in one sentence."""
    shown, more = named(people, by=by)
    if not shown:
        return []
    rows = [
        (reverse("clearance", args=[one.uid, programme.code]), one.display_name, one.mrn)
        for one in shown
    ]
    links = format_html_join(", ", '<a href="{}">{} {}</a>', rows)
    if more:
        return [format_html(gettext("They are {links}, and {more} more."), links=links, more=more)]
    return [format_html(gettext("They are {links}."), links=links)]


def words_of_renaming(version: ProgrammeVersion, *, at: datetime) -> list[str]:
    """Return what a draft would call the programme, and its destination, otherwise than they are."""
    sentences = {
        "name": gettext("It renames the programme: “%(old)s” becomes “%(new)s”."),
        "destination": gettext("It changes the destination: “%(old)s” becomes “%(new)s”."),
    }
    found = renamed(version, at=at)
    return [sentences[name] % {"old": old, "new": new} for name, (old, new) in found.items()]


def words_of_changes(version: ProgrammeVersion, *, at: datetime) -> list[str]:
    """Return what a draft asks otherwise than the version in force by its beginning."""
    rows = [
        gettext("%(what)s: %(old)s → %(new)s")
        % {"what": field.verbose_name, "old": _shown(old), "new": _shown(new)}
        for field, old, new in changed(version, at=at)
    ]
    return [gettext("It changes: %(rows)s.") % {"rows": "; ".join(rows)}] if rows else []


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        value = ", ".join(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return gettext("none") if value in (None, "") else str(value)


def waits(version: Any) -> bool:
    """Return whether a draft was neither approved nor discarded."""
    return version.approved_at is None and version.discarded_at is None


def _approve(*, obj: ProgrammeVersion, by: Any, at: datetime) -> Any:
    return programmes.approve_version(version=obj, by=by, at=at)


def _rename(*, obj: ProgrammeVersion, by: Any, at: datetime, **changes: Any) -> Any:
    return programmes.redraft_version(version=obj, by=by, at=at, **changes)


def _discard(*, obj: ProgrammeVersion, by: Any, at: datetime) -> Any:
    return programmes.discard_version(version=obj, by=by, at=at)


def _close(*, obj: Programme, by: Any, at: datetime, reason: str) -> Any:
    return programmes.close(programme=obj, by=by, at=at, reason=reason)


class BeginningForm(RecordForm):
    """From when what is drafted acts: left empty, at once when it is approved."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "effective_from" in self.fields:
            self.fields["effective_from"].required = False
            self.fields["effective_from"].help_text = _("Left empty: now, once it is approved.")

    def _get_validation_exclusions(self) -> set[str]:
        return {*super()._get_validation_exclusions(), "effective_from"}


class DraftForm(forms.Form):
    """From when a draft acts, what it calls the programme, and its note; the rest is drafted anew."""

    effective_from = MomentField(
        label=_("Effective from"),
        required=False,
        help_text=_("Empty = as drafted, or now where that is past."),
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    destination = forms.CharField(
        label=_("Destination"),
        max_length=120,
        required=False,
        help_text=_("Empty = as the version before."),
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea)


@admin.register(Programme)
class ProgrammeAdmin(RecordAdmin):
    """Programmes that post people away."""

    add_permission = MANAGE
    add_fields = ("code", "founding_name", "founding_destination")
    fields = (
        *("code", "name", "destination", "asks", "is_active", "closed"),
        *("founding_name", "founding_destination", "recorded_at", "recorded_by"),
    )
    readonly_fields = ("closed", "name", "destination", "asks")
    list_display = ("name", "code", "destination", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("closing",)
    ordering = ("code",)
    moves = (
        Move(
            "close",
            _("Close the programme"),
            APPROVE,
            _close,
            ReasonForm,
            applies=lambda row: row.is_active,
            done=_("The programme is closed: nobody is cleared for it any more."),
            is_serious=True,
        ),
    )

    def move_notes(self, request: HttpRequest, obj: Programme, move: Move) -> Sequence[str]:
        now = database_now()
        gone = list(away(obj).values_list("person_id", flat=True))
        return [
            gettext(
                "%(enrolled)d are enrolled: nobody of them is cleared for it from then on. "
                "%(away)d are away, and are recalled."
            )
            % {"enrolled": len(enrolled(obj, now)), "away": len(gone)},
            *words_of_people(gone, obj, by=principal(request)),
        ]

    @admin.display(description=_("name now"))
    def name(self, row: Programme) -> str:
        return row.name

    @admin.display(description=_("destination now"))
    def destination(self, row: Programme) -> str:
        return row.destination

    @admin.display(description=_("what it asks"))
    def asks(self, row: Programme) -> str:
        """Lead to its versions, and to the next one."""
        listed = reverse("admin:consent_programmeversion_changelist")
        add = reverse("admin:consent_programmeversion_add")
        links = [(f"{listed}?programme__id__exact={row.pk}", gettext("Versions"))]
        if row.is_active:
            links.append((f"{add}?next={row.code}", gettext("Draft the next version")))
        return format_html_join(" · ", '<a href="{}">{}</a>', links)

    @admin.display(description=_("closed"))
    def closed(self, row: Programme) -> str:
        closing = getattr(row, "closing", None)
        return (
            "" if closing is None else f"{closing.closed_at:%Y-%m-%d %H:%M} UTC: {closing.reason}"
        )

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> Programme:
        called = {"name": data["founding_name"], "destination": data["founding_destination"]}
        return programmes.create(code=data["code"], **called, by=by, at=at)


@admin.register(ProgrammeVersion)
class ProgrammeVersionAdmin(ByProgramme, RecordAdmin):
    """What a programme asks from a moment on."""

    form = BeginningForm
    add_permission = MANAGE
    add_fields = (
        *("programme", "effective_from", "name", "destination"),
        *("minimum_age_years", "admits_minors", "majority_age_years"),
        *("requires_medical", "requires_psychological"),
        *("check_validity_hours", "psychological_validity_hours"),
        *("check_opens_hours", "check_grace_hours"),
        *("nanite_analyte", "nanite_maximum", "nanite_validity_hours"),
        *("nanite_types", "nanite_control_counts", "nanite_drift_factor"),
        *("quarantine_clear_hours", "questionnaires", "cooling_off_hours", "panels"),
        *("news2_refer_from", "news2_urgent_from", "recall_within_hours", "note"),
    )
    fields = ("programme", "number", *add_fields[1:], *DRAFTED)
    list_display = ("__str__", "effective_from", "approved_by", "approved_at", "discarded_at")
    list_filter = ("programme",)
    list_select_related = ("programme", "approved_by")
    ordering = ("-id",)
    moves = (
        Move("approve", _("Approve"), APPROVE, _approve, applies=waits, done=_("Approved.")),
        Move(
            "rename",
            _("Change the draft"),
            MANAGE,
            _rename,
            DraftForm,
            applies=waits,
            done=_("The draft is replaced by the changed one."),
        ),
        Move(
            "discard",
            _("Discard"),
            MANAGE,
            _discard,
            applies=waits,
            done=_("The draft is discarded."),
            is_serious=True,
        ),
    )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin the next version of a programme with all that it asks now."""
        initial = super().get_changeform_initial_data(request)
        code = request.GET.get("next", "").replace("\x00", "")
        found = Programme.objects.filter(code=code).first()
        if found is None:
            return initial
        now = version_at(found, database_now())
        asks = {} if now is None else {name: getattr(now, name) for name in ProgrammeVersion.asks()}
        return {**initial, **asks, "programme": found.pk, "note": ""}

    def move_form(self, request: HttpRequest, obj: Any, move: Move) -> forms.Form:
        if move.name == "rename" and request.method != "POST":
            initial = {name: getattr(obj, name) for name in DraftForm.base_fields}
            if obj.effective_from <= database_now():
                del initial["effective_from"]
            return DraftForm(initial=initial)
        return super().move_form(request, obj, move)

    def move_notes(self, request: HttpRequest, obj: ProgrammeVersion, move: Move) -> Sequence[str]:
        if move.name != "approve":
            return ()
        now = database_now()
        found = endings(obj, at=now)
        return [
            *words_of_renaming(obj, at=now),
            *words_of_changes(obj, at=now),
            words_of(found),
            *words_of_people(found.people, obj.programme, by=principal(request)),
        ]

    def moved(self, request: HttpRequest, obj: Any, move: Move, result: Any) -> HttpResponse:
        return super().moved(request, result, move, result)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "questionnaires":
            return forms.MultipleChoiceField(
                label=_("Questionnaires"),
                help_text=db_field.help_text,
                choices=[(name, name) for name in questionnaires()],
                initial=weekly_questionnaires,
                widget=forms.CheckboxSelectMultiple,
            )
        if db_field.name == "panels":
            offered = sorted(catalogue.current().panels.values(), key=lambda panel: panel.code)
            return forms.MultipleChoiceField(
                label=_("Panels"),
                help_text=db_field.help_text,
                choices=[(panel.code, f"{panel.name} ({panel.code})") for panel in offered],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> ProgrammeVersion:
        given = {**data, "effective_from": data["effective_from"] or at}
        return programmes.draft_version(by=by, at=at, **given)
