"""Specimens as they stand, and what is done with them at the bench."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from assays.actions import specimens
from assays.actions.specimens.making import DIVISIBLE
from assays.models import Specimen, SpecimenIdentifier
from assays.rules.rejection import LABELS, RejectReason
from assays.rules.states import SPECIMEN, SpecimenStatus
from labsys.lib.admin import Move, ReasonForm, RecordAdmin

RECEIVE, REJECT = "assays.specimen.receive", "assays.specimen.reject"
IDENTIFY = "assays.specimen.identify"
MOST_ALIQUOTS = 12


class RejectForm(forms.Form):
    """Asks why a specimen is refused, by HL7 table 0490."""

    reason_code = forms.ChoiceField(
        label=_("Why"), choices=[(code.value, _(LABELS[code])) for code in RejectReason]
    )
    reason = forms.CharField(
        label=_("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class DivideForm(forms.Form):
    """Asks how many aliquots."""

    count = forms.IntegerField(label=_("Aliquots"), min_value=1, max_value=MOST_ALIQUOTS, initial=1)


class IdentifyForm(forms.Form):
    """Asks how another system calls the specimen."""

    system = forms.CharField(label=_("System"), max_length=120)
    value = forms.CharField(label=_("Identifier"), max_length=80)


def _act(action: Any) -> Any:
    def act(*, obj: Specimen, by: Any, at: datetime, **given: Any) -> Any:
        return action(specimen=obj, by=by, at=at, **given)

    return act


def _leads_to(target: SpecimenStatus) -> Any:
    return lambda specimen: SPECIMEN.can_move(SpecimenStatus(specimen.status), target)


@admin.register(Specimen)
class SpecimenAdmin(RecordAdmin):
    """Containers of material, known by their accession number."""

    fields = (
        "accession",
        "label",
        "person",
        "order",
        "specimen_type",
        "parent",
        "replaces",
        "priority",
        "status",
        "collected_at",
        "collected_by",
        "received_at",
        "custody",
    )
    readonly_fields = ("label", "custody")
    list_display = ("accession", "person", "specimen_type", "priority", "status", "recorded_at")
    list_filter = ("status", "priority")
    list_select_related = ("person", "specimen_type")
    search_fields = ("=accession", "=person__mrn", "=identifiers__value")
    ordering = ("-id",)
    moves = (
        Move(
            name="receive",
            label=_("Receive"),
            permission=RECEIVE,
            act=_act(specimens.receive),
            applies=_leads_to(SpecimenStatus.RECEIVED),
            done=_("Received."),
        ),
        Move(
            name="make-available",
            label=_("Make available"),
            permission=RECEIVE,
            act=_act(specimens.make_available),
            applies=_leads_to(SpecimenStatus.AVAILABLE),
            done=_("Available."),
        ),
        Move(
            name="divide",
            label=_("Pour off aliquots"),
            permission=RECEIVE,
            act=_act(specimens.divide),
            form=DivideForm,
            applies=lambda specimen: specimen.status in DIVISIBLE,
            done=_("The aliquots have accession numbers of their own; print their labels."),
        ),
        Move(
            name="identify",
            label=_("Register another identifier"),
            permission=IDENTIFY,
            act=_act(specimens.identify),
            form=IdentifyForm,
            done=_("Registered. Results held for want of it are read again."),
        ),
        Move(
            name="reject",
            label=_("Refuse"),
            permission=REJECT,
            act=_act(specimens.reject),
            form=RejectForm,
            applies=_leads_to(SpecimenStatus.UNSATISFACTORY),
            done=_("Refused. What is still open is asked for anew."),
            is_serious=True,
        ),
        Move(
            name="lose",
            label=_("Lost"),
            permission=REJECT,
            act=_act(specimens.lose),
            form=ReasonForm,
            applies=_leads_to(SpecimenStatus.LOST),
            done=_("Recorded as lost. What is still open is asked for anew."),
            is_serious=True,
        ),
        Move(
            name="entered-in-error",
            label=_("Entered in error"),
            permission=REJECT,
            act=_act(specimens.mark_entered_in_error),
            form=ReasonForm,
            applies=_leads_to(SpecimenStatus.ENTERED_IN_ERROR),
            done=_("Marked as entered in error. What is still open is asked for anew."),
            is_serious=True,
        ),
    )

    def _after_move(self, obj: Specimen) -> str:
        return reverse("specimen", args=[obj.accession])

    @admin.display(description=_("page"))
    def label(self, specimen: Specimen) -> SafeString:
        page = reverse("specimen", args=[specimen.accession])
        return format_html('<a href="{}">{}</a>', page, _("Everything about it"))

    @admin.display(description=_("what happened"))
    def custody(self, specimen: Specimen) -> SafeString:
        events = specimen.events.select_related("recorded_by").order_by("id")
        return format_html_join(
            mark_safe("<br>"),
            "{} {}: {} {} {} {}",
            (
                (
                    f"{localtime(event.happened_at):%Y-%m-%d %H:%M}",
                    event.recorded_by,
                    _(event.new.replace("_", " ").lower()),
                    event.reason_code,
                    event.reason,
                    ", ".join(event.identifiers_checked),
                )
                for event in events
            ),
        )


@admin.register(SpecimenIdentifier)
class SpecimenIdentifierAdmin(RecordAdmin):
    """How other systems call a specimen."""

    list_display = ("system", "value", "specimen", "recorded_by", "recorded_at")
    list_select_related = ("specimen", "recorded_by")
    search_fields = ("=value",)
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
