"""Instruments' keys: issue and revoke."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from labsys.accounts.actions import keys
from labsys.accounts.admin.secrets import shown_once
from labsys.accounts.models import AccessKey, Principal, PrincipalKind
from labsys.lib.admin import Move, ReasonForm, RecordAdmin, RecordForm


class KeyForm(RecordForm):
    """A new key."""

    networks = forms.CharField(
        label=_("Address ranges"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One per line, such as 10.1.0.0/16; empty: from anywhere."),
    )
    days = forms.IntegerField(
        label=_("Valid for days"), min_value=1, max_value=keys.LONGEST.days, initial=90
    )

    def _get_validation_exclusions(self) -> set[str]:
        # None is an answer of its own here: from anywhere.
        return super()._get_validation_exclusions() | {"networks"}


def _revoke(*, obj: AccessKey, by: Any, at: datetime, reason: str) -> Any:
    return keys.revoke(key=obj, by=by, at=at, reason=reason)


@admin.register(AccessKey)
class AccessKeyAdmin(RecordAdmin):
    """Keys by which instruments send."""

    form = KeyForm
    add_permission = "accounts.key.manage"
    add_fields = ("principal", "networks", "days")
    fields = (
        "principal",
        "hint",
        "networks",
        "created_by",
        "recorded_at",
        "expires_at",
        "revoked_at",
    )
    list_display = ("principal", "hint", "expires_at", "revoked_at")
    list_select_related = ("principal",)
    ordering = ("-id",)
    moves = (
        Move(
            name="revoke",
            label=_("Revoke this key"),
            permission="accounts.key.manage",
            act=_revoke,
            form=ReasonForm,
            applies=lambda key: key.revoked_at is None,
            done=_("The key opens nothing any more."),
            is_serious=True,
        ),
    )

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "principal":
            kwargs["queryset"] = Principal.objects.filter(kind=PrincipalKind.INSTRUMENT)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def add(
        self, *, by: Any, at: datetime, data: dict[str, Any], request: HttpRequest
    ) -> AccessKey:
        made = keys.issue(
            principal=data["principal"],
            networks=data["networks"].split(),
            valid_for=timedelta(days=data["days"]),
            by=by,
            at=at,
        )
        request.labsys_secret = made.token  # type: ignore[attr-defined]
        return made.key

    def response_add(self, request: HttpRequest, obj: AccessKey, *args: Any) -> HttpResponse:
        return shown_once(
            request,
            self.admin_site,
            what=_("Key of the instrument"),
            secret=request.labsys_secret,  # type: ignore[attr-defined]
            obj=obj,
            back=reverse("admin:accounts_accesskey_change", args=[obj.pk]),
            use=_("It goes into the header of each request:"),
            example=f"Authorization: Instrument {request.labsys_secret}",  # type: ignore[attr-defined]
        )
