"""The buttons of everything versioned: approve, bring into force, retire, discard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from assays.actions import versions
from assays.actions.versions import Versioned
from assays.pages.acts import OK, attempt
from assays.rules.states import VERSION, VersionStatus
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires_by
from labsys.lib import policy

APPROVE, DRAFT = "assays.catalogue.approve", "assays.catalogue.draft"
# name: label, permission, the state it leads to
MOVES: dict[str, tuple[Any, str, VersionStatus]] = {
    "approve": (_("Approve"), APPROVE, VersionStatus.APPROVED),
    "activate": (_("Bring into force"), APPROVE, VersionStatus.ACTIVE),
    "retire": (_("Retire"), APPROVE, VersionStatus.RETIRED),
    "discard": (_("Discard"), DRAFT, VersionStatus.DISCARDED),
}
SERIOUS = frozenset({"retire", "discard"})
# Nothing typed is lost by it: its refusal is said on the page that it was pressed on.
ASKS_NOTHING = "approve"
LONGEST_REASON = 500
ACTS: dict[str, Callable[..., None]] = {
    "approve": versions.approve,
    "activate": versions.activate,
    "retire": versions.retire,
    "discard": versions.discard,
}


class MoveForm(forms.Form):
    """From when on a version holds, or why it is moved; what has to be said, the action asks for."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    active_from = forms.DateTimeField(
        label=_("In force from"),
        required=False,
        help_text=_("Empty: from now on."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, move: str, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        taken = "active_from" if move == "activate" else "reason"
        self.fields = {taken: self.fields[taken]}


def buttons(principal: Principal, version: Versioned) -> list[dict[str, Any]]:
    """Return the moves of a version that its state and this person allow."""
    return [
        {
            "name": name,
            "label": label,
            "asks_date": name == "activate",
            "asks_reason": name in SERIOUS,
            "is_serious": name in SERIOUS,
        }
        for name, (label, permission, target) in MOVES.items()
        if VERSION.can_move(VersionStatus(version.status), target)
        and policy.can(principal, permission)
        and not (name == "approve" and version.drafted_by_id == principal.pk)
    ]


def of(model: type[Any], parameter: str, address: Callable[[Any], str]) -> Any:
    """Return the view that moves versions of one table, and goes back to `address(version)`."""

    @require_http_methods(["POST"])
    @requires_by("move", {name: permission for name, (_label, permission, _to) in MOVES.items()})
    def view(request: HttpRequest, move: str, **given: int) -> HttpResponse:
        principal = request.principal  # type: ignore[attr-defined]
        rows = policy.scope(principal, model.objects.filter(pk=given[parameter]))
        version = rows.first()
        if version is None:
            raise Http404
        form = MoveForm(request.POST, move=move)
        back, status = address(version), 422
        if form.is_valid():
            given = {"version": version, **form.cleaned_data}
            done = _("%(label)s: done.") % {"label": MOVES[move][0]}
            status = attempt(request, ACTS[move], beside=form, done=done, **given).status
        if status != OK and move == ASKS_NOTHING:
            messages.error(request, " ".join(form.non_field_errors()))
        if status == OK or move == ASKS_NOTHING:
            return HttpResponseRedirect(back)
        return _asked_again(request, version, move, form, back=back, status=status)

    return view


def _asked_again(
    request: HttpRequest,
    version: Versioned,
    move: str,
    form: MoveForm,
    *,
    back: str,
    status: int,
) -> HttpResponse:
    """Say why the move was refused, with what was typed and the button to try it again."""
    context = {
        "version": version,
        "label": MOVES[move][0],
        "is_serious": move in SERIOUS,
        "form": form,
        "back": back,
    }
    return render(request, "assays/version_move.html", context, status=status)
