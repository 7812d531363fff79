"""Waiver texts, signatures and withdrawals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from consent.actions import waivers
from consent.admin.named import ByProgramme
from consent.admin.programmes import APPROVE, DRAFTED, MANAGE, BeginningForm, waits
from consent.admin.texts import TextsField
from consent.models import WaiverSignature, WaiverText, WaiverWithdrawal
from labsys.lib.admin import Move, ReasonForm, RecordAdmin
from patients.admin.base import PatientAdmin, RegistryForm


def _approve(*, obj: WaiverText, by: Any, at: datetime) -> Any:
    return waivers.approve_text(text=obj, by=by, at=at)


def _discard(*, obj: WaiverText, by: Any, at: datetime) -> Any:
    return waivers.discard_text(text=obj, by=by, at=at)


def _annul(*, obj: WaiverSignature, by: Any, at: datetime, reason: str) -> Any:
    return waivers.annul_signature(signature=obj, by=by, at=at, reason=reason)


class WithdrawalForm(RegistryForm):
    """From which programme somebody withdraws; left empty, from every one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "programme" in self.fields:
            self.fields["programme"].required = False

    def _get_validation_exclusions(self) -> set[str]:
        return {*super()._get_validation_exclusions(), "programme"}


class TextForm(BeginningForm):
    """A text in its languages, and from when it acts."""

    body = TextsField(
        label=_("Text"), help_text=_("In each language in which it is offered for signing.")
    )


@admin.register(WaiverText)
class WaiverTextAdmin(ByProgramme, RecordAdmin):
    """Versions of the waivers, fixed by their hash."""

    form = TextForm
    add_permission = MANAGE
    add_fields = ("programme", "title", "body", "effective_from", "predecessor_until")
    fields = (
        *("programme", "number", "title", "texts", "sha256"),
        *("effective_from", "predecessor_until", *DRAFTED),
    )
    readonly_fields = ("texts",)
    list_display = ("__str__", "programme", "effective_from", "approved_by", "discarded_at")
    list_filter = ("programme",)
    list_select_related = ("programme", "approved_by")
    ordering = ("-id",)
    moves = (
        Move("approve", _("Approve"), APPROVE, _approve, applies=waits, done=_("Approved.")),
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

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> WaiverText:
        given = {**data, "effective_from": data["effective_from"] or at}
        return waivers.draft_text(by=by, at=at, **given)

    @admin.display(description=_("texts"))
    def texts(self, text: WaiverText) -> Any:
        """Show each text in its language."""
        rows = sorted(text.body.items())
        return format_html_join("", '<p lang="{0}"><strong>{0}</strong> {1}</p>', rows)


@admin.register(WaiverSignature)
class WaiverSignatureAdmin(PatientAdmin):
    """Who signed which text before whom; signing is a page, which shows the text."""

    fields = (
        *("patient", "text", "text_sha256", "language", "identity_checked"),
        *("signer", "guardian_name", "guardian_relation", "witness"),
        *("proof", "drawn", "drawing_sha256", "account", "sha256"),
        *("informed_at", "signed_at", "annulled", "recorded_at", "recorded_by"),
    )
    readonly_fields = ("patient", "drawn", "annulled")
    list_display = ("patient", "text", "signed_at", "witness", "proof", "annulled")
    list_filter = ("text__programme", "proof")
    moves = (
        Move(
            "annul",
            _("Recorded in error"),
            "consent.waiver.sign",
            _annul,
            ReasonForm,
            applies=lambda row: getattr(row, "annulment", None) is None,
            done=_("The signature is annulled."),
            is_serious=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        rows = rows.select_related("text", "witness", "account", "annulment", "recorded_by")
        return rows.defer("drawing")

    @admin.display(description=_("drawn signature"))
    def drawn(self, row: WaiverSignature) -> str:
        """Lead to the page that opens it, and records that it was opened."""
        if row.proof != WaiverSignature.Proof.DRAWN:
            return "–"
        address = reverse("waiver-signature", args=[row.pk])
        return format_html('<a href="{}">{}</a>', address, _("Open"))

    @admin.display(description=_("recorded in error"))
    def annulled(self, row: WaiverSignature) -> str:
        void = getattr(row, "annulment", None)
        return void.reason if void else ""


@admin.register(WaiverWithdrawal)
class WaiverWithdrawalAdmin(ByProgramme, PatientAdmin):
    """Who withdrew; an empty programme means every one. Nothing undoes it but a new signature."""

    form = WithdrawalForm
    add_permission = "consent.waiver.withdraw"
    add_fields = ("person", "programme")
    fields = ("patient", "programme", "door", "effective_at", "recorded_by")
    readonly_fields = ("patient",)
    list_display = ("patient", "programme", "effective_at", "door")
    list_filter = ("programme", "door")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("programme", "recorded_by")

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> WaiverWithdrawal:
        return waivers.withdraw(door=WaiverWithdrawal.Door.STAFF, by=by, at=at, **data)
