"""Logging in and out, and choosing a new password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from labsys.accounts import logins
from labsys.accounts.actions import users
from labsys.accounts.lockout import one_at_a_time
from labsys.accounts.permissions import ANYONE, OWN_ACCOUNT, requires
from labsys.accounts.rules.sessions import EndReason
from labsys.accounts.rules.usernames import normalize
from labsys.accounts.step_ups import is_right
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from labsys.lib.refusals import sentence

LONGEST_USERNAME = 150
LONGEST_PASSWORD = 256  # hashing a megabyte is work that anybody could ask for
WRONG = _(
    "This username and password do not go together. Check both; if they are right, an "
    "administrator can say whether the login is open."
)


class LoginForm(AuthenticationForm):
    """Username and password; every failure reads the same."""

    error_messages = {"invalid_login": WRONG, "inactive": WRONG}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].max_length = LONGEST_PASSWORD
        self.fields["password"].widget.attrs["maxlength"] = LONGEST_PASSWORD

    def clean_username(self) -> str:
        username = normalize(self.cleaned_data["username"])
        if len(username) > LONGEST_USERNAME:
            raise forms.ValidationError(WRONG)
        return username

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if len(password) > LONGEST_PASSWORD:
            raise forms.ValidationError(WRONG)
        return password


class LoginPage(LoginView):
    """The login page."""

    template_name = "accounts/login.html"
    authentication_form = LoginForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            one_at_a_time(request, normalize(request.POST.get("username", "")))
            return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        if self.request.user.is_authenticated:
            logins.finish(self.request, reason=EndReason.REPLACED)
        return super().form_valid(form)


login = requires(ANYONE)(LoginPage.as_view())


@requires(OWN_ACCOUNT)
@never_cache
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End this login."""
    logins.finish(request, reason=EndReason.LOGOUT)
    logout(request)
    return redirect("login")


class PasswordForm(forms.Form):
    """The old password, and the new one twice."""

    old = forms.CharField(
        label=_("Present password"),
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=LONGEST_PASSWORD,
        help_text=_("At least 15 characters; a few words are easier to keep than a riddle."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password again"),
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        if not is_right(self.request, self.request.user.get_username(), old):
            raise forms.ValidationError(_("That is not your present password."))
        return old

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if "new" in given and "again" in given and given["new"] != given["again"]:
            self.add_error("again", _("The two entries of the new password differ."))
        return given


@sensitive_post_parameters()
@requires(OWN_ACCOUNT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Choose a new password; every login of this person ends, this one too."""
    form = PasswordForm(request.POST or None, request=request)
    with transaction.atomic():
        if form.is_valid():
            answer = _store(request, form)
            if answer is not None:
                return answer
    status = 422 if form.is_bound else 200
    return render(request, "accounts/change_password.html", {"form": form}, status=status)


def _store(request: HttpRequest, form: PasswordForm) -> HttpResponseRedirect | None:
    user: Any = request.user
    try:
        users.change_password(
            user=user, new=form.cleaned_data["new"], by=user.principal, at=database_now()
        )
    except InvalidInput as refusal:
        form.add_error("new", sentence(refusal))
        return None
    logout(request)
    messages.success(request, _("Your password was changed. Log in with the new one."))
    return redirect("login")
