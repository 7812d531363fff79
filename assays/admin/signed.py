"""Workflow buttons that are signed: the password is asked for again, as on pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from assays.pages.signing import SigningForm
from labsys.accounts.step_ups import StepUpForm
from labsys.lib.admin import Move, RecordAdmin

# What the form of a signature asks beside what the act itself asks.
_SIGNING = ("password", "meaning", "remark")


class SignedMovesAdmin(RecordAdmin):
    """Admin some of whose moves have a `StepUpForm`, and take `step_up`, or `signing`."""

    @method_decorator(sensitive_post_parameters("password"))
    def move_view(self, request: HttpRequest, object_id: str, move: str) -> HttpResponse:
        return super().move_view(request, object_id, move)

    def move_form(self, request: HttpRequest, obj: Any, move: Move) -> forms.Form:
        form = self.form_of(obj, move)
        if not issubclass(form, StepUpForm):
            return super().move_form(request, obj, move)
        data = request.POST if request.method == "POST" else None
        return form(data, request=request, label_suffix="")

    def form_of(self, obj: Any, move: Move) -> type[forms.Form]:
        """Return which form a move has for this object."""
        return move.form

    def move_given(self, form: forms.Form) -> dict[str, Any]:
        given = {name: one for name, one in form.cleaned_data.items() if name not in _SIGNING}
        if isinstance(form, SigningForm):
            return {**given, "signing": form.signing}
        return {**given, "step_up": form.step_up} if isinstance(form, StepUpForm) else given
