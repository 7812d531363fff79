"""The workflow buttons of everything versioned, and the forms that several admins ask."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assays.actions import versions
from assays.rules.states import VERSION, VersionStatus
from labsys.lib.admin import Move, ReasonForm


class OptionalReasonForm(forms.Form):
    """Asks why, where the move speaks for itself."""

    reason = forms.CharField(
        label=_("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ActivateForm(forms.Form):
    """Asks from when on."""

    active_from = forms.DateTimeField(
        label=_("In force from"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Empty: from now on."),
    )


def _approve(*, obj: Any, by: Any, at: datetime, reason: str) -> None:
    versions.approve(version=obj, by=by, at=at, reason=reason)


def _activate(*, obj: Any, by: Any, at: datetime, active_from: datetime | None) -> None:
    versions.activate(version=obj, by=by, at=at, active_from=active_from)


def _retire(*, obj: Any, by: Any, at: datetime, reason: str) -> None:
    versions.retire(version=obj, by=by, at=at, reason=reason)


def _discard(*, obj: Any, by: Any, at: datetime, reason: str) -> None:
    versions.discard(version=obj, by=by, at=at, reason=reason)


def _leads_to(target: VersionStatus) -> Any:
    return lambda row: VERSION.can_move(VersionStatus(row.status), target)


VERSION_MOVES = (
    Move(
        name="approve",
        label=_("Approve"),
        permission="assays.catalogue.approve",
        act=_approve,
        form=OptionalReasonForm,
        applies=_leads_to(VersionStatus.APPROVED),
        done=_("Approved. It is not in force yet."),
    ),
    Move(
        name="activate",
        label=_("Bring into force"),
        permission="assays.catalogue.approve",
        act=_activate,
        form=ActivateForm,
        applies=_leads_to(VersionStatus.ACTIVE),
        done=_("Done. The version before, if any, is retired when this one is in force."),
    ),
    Move(
        name="retire",
        label=_("Retire"),
        permission="assays.catalogue.approve",
        act=_retire,
        form=ReasonForm,
        applies=_leads_to(VersionStatus.RETIRED),
        done=_("Retired."),
        is_serious=True,
    ),
    Move(
        name="discard",
        label=_("Discard"),
        permission="assays.catalogue.draft",
        act=_discard,
        form=ReasonForm,
        applies=_leads_to(VersionStatus.DISCARDED),
        done=_("Discarded."),
        is_serious=True,
    ),
)
