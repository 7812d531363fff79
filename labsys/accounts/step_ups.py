"""The piece of a form that asks for the password before an act is signed.

    form = MyForm(request.POST or None, request=request)   # class MyForm(StepUpForm): ...
    if form.is_valid():
        action(..., step_up=form.step_up)

    {% include "web/parts/form.html" with form=form %}
    {% include "accounts/parts/step_up.html" with form=form %}

A password given within five minutes in this login is not asked for again. Wrong ones count against
the lockout of logins.
"""

from __future__ import annotations

import copy
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from labsys.accounts.actions import step_ups
from labsys.accounts.lockout import one_at_a_time
from labsys.accounts.models import StepUp, User
from labsys.accounts.rules.sessions import STEP_UP_LASTS
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import sentence

LONGEST_PASSWORD = 256
WRONG = _("That is not your password.")


class StepUpForm(forms.Form):
    """Asks for the password, unless it was given in this login within the last five minutes."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        max_length=LONGEST_PASSWORD,
        error_messages={"required": _("Give your password: you sign this with your name.")},
        help_text=_("You sign with your name. The password holds for five minutes in this login."),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.step_up = standing(request)
        if self.step_up is not None:
            del self.fields["password"]

    @property
    def stands_until(self) -> Any:
        """Until when the password given before holds; None where it is asked for."""
        return self.step_up and self.step_up.confirmed_at + STEP_UP_LASTS

    def clean_password(self) -> str:
        """Check what was given; nothing of it stays in the form."""
        self.step_up = confirmed(self.request, self.cleaned_data["password"])
        return ""


def standing(request: HttpRequest) -> StepUp | None:
    """Return the step-up of the login of this request, while it holds.

    A page with several forms that are signed asks once.
    """
    if request.method not in ("GET", "HEAD"):
        return _standing(request)
    if not hasattr(request, "_step_up"):
        request._step_up = _standing(request)  # type: ignore[attr-defined]
    found: StepUp | None = request._step_up  # type: ignore[attr-defined]
    return found


def _standing(request: HttpRequest) -> StepUp | None:
    login = _login_of(request)
    return None if login is None else step_ups.standing(session=login.session, at=database_now())


def confirmed(request: HttpRequest, password: str) -> StepUp:
    """Check a password given again, as a login would, and record that it was right."""
    login = _login_of(request)
    if login is None or not is_right(request, login.session.user.username, password):
        raise forms.ValidationError(WRONG)
    try:
        return step_ups.confirm(
            session=login.session,
            password=password,
            by=login.session.user.principal,
            at=database_now(),
        )
    except Refusal as refusal:
        raise forms.ValidationError(sentence(refusal)) from refusal


def is_right(request: HttpRequest, username: str, password: str) -> bool:
    """Try a password through the door of logins, so that guessing is counted and locked out."""
    return known_by(request, username, password) is not None


def known_by(request: HttpRequest, username: str, password: str) -> User | None:
    """Return whose name and password these are; None where they do not go together.

    The lockout's table is not shown the rest of the form, which may say something clinical.
    """
    bare = copy.copy(request)
    bare.POST = QueryDict()  # type: ignore[assignment]
    with transaction.atomic():
        one_at_a_time(request, username)
        found = authenticate(bare, username=username, password=password)
    for name in ("axes_locked_out", "axes_credentials"):
        if hasattr(bare, name):
            setattr(request, name, getattr(bare, name))
    return found  # type: ignore[return-value]


def _login_of(request: HttpRequest) -> Any:
    # The login is read when somebody asks who it is; behind the API that was its authentication.
    getattr(request.user, "is_authenticated", None)
    return getattr(request, "labsys_login", None)
