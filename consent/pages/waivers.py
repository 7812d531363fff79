"""Signing the waiver: the exact text in the signer's language, in front of a witness."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consent.actions import waivers
from consent.models import WaiverSignature, WaiverText
from consent.pages.forms import moment_field
from consent.pages.reach import person_in_reach, principal_of, programme_named
from consent.queries.capacities import latest
from consent.queries.clearances import entries_of
from consent.queries.programmes import programme_of
from consent.queries.texts import in_force
from consent.queries.waiver_proofs import VIEW, drawing_of
from consent.rules import drawings
from labsys.accounts import step_ups
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.accounts.rules.usernames import normalize
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, Refusal
from labsys.lib.refusals import refuse
from patients import queries as registry

SIGN = "consent.waiver.sign"
LONGEST_DRAWING = 80_000
# What a signature is drawn in, and how much of it is kept; the page's script asks for no more.
PAPER = {
    "width": drawings.WIDTH,
    "height": drawings.HEIGHT,
    "most_strokes": drawings.MOST_STROKES,
    "most_points": drawings.MOST_POINTS,
}


class SignForm(forms.Form):
    """What the witness states: how the signer was identified, when, and that they signed."""

    identity_checked = forms.CharField(
        label=_("How the signer's identity was checked"),
        max_length=200,
        help_text=_("What was checked (passport, face, wristband), not its number."),
    )
    guardian_name = forms.CharField(
        label=_("Guardian who signs"),
        max_length=200,
        required=False,
        help_text=_(
            "For a minor alone; who is of age signs for themselves. Left empty where the guardian "
            "gives the password of the login that is recorded as theirs."
        ),
    )
    guardian_relation = forms.CharField(
        label=_("What the guardian is to the person"),
        max_length=80,
        required=False,
        help_text=_("Such as mother, or guardian appointed by a court."),
    )
    informed_at = moment_field(
        _("Informed at"),
        if_empty=_(
            "When the person was given this text and told what it means. Left empty: not known, and "
            "the interviewer rates the time to reflect."
        ),
    )
    signed_at = moment_field(_("Signed at"))
    has_signed = forms.BooleanField(
        label=_("Who signs read or heard this text, had time to ask, and signed it before me.")
    )
    text_sha256 = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, admits_minors: bool, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        if not admits_minors:
            del self.fields["guardian_name"], self.fields["guardian_relation"]


class ProofForm(forms.Form):
    """The signer's own proof: what they draw, or their own password given again."""

    drawing = forms.CharField(required=False, max_length=LONGEST_DRAWING, widget=forms.HiddenInput)
    account = forms.CharField(
        label=_("Who signs: own user name"),
        required=False,
        help_text=_("Instead of a drawing, for whoever has a login of their own."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    password = forms.CharField(
        label=_("Who signs: own password"),
        required=False,
        strip=False,
        max_length=step_ups.LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, data: Any = None, *, request: HttpRequest) -> None:
        super().__init__(data, label_suffix="")
        self.request = request

    def strokes(self) -> object:
        """Return what was drawn, None where nothing was; the action judges it."""
        said = self.cleaned_data["drawing"]
        try:
            return json.loads(said) if said else None
        except (ValueError, RecursionError):
            return said

    def signer(self) -> Principal | None:
        """Return whose user name and password were given, None where none were."""
        username, password = self.cleaned_data["account"], self.cleaned_data["password"]
        if not username and not password:
            return None
        user = step_ups.known_by(self.request, normalize(username), password)
        if user is None:
            raise InvalidInput(
                gettext("The user name and password of who signs do not fit."), field="password"
            )
        found: Principal = user.principal
        return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(SIGN)
def sign(request: HttpRequest, uid: uuid.UUID, code: str) -> HttpResponse:
    """Show the text in force in the chosen language, and record the signature under it."""
    principal = principal_of(request)
    person = person_in_reach(principal, uid, SIGN)
    programme = programme_named(code)
    now = database_now()
    text = in_force(programme, now)
    language = _language(request, text)
    first = {"text_sha256": text.sha256 if text else ""}
    version = programme_of(programme).version_at(now, known_at=now)
    admits_minors = version is not None and version.admits_minors
    form = SignForm(request.POST or None, initial=first, admits_minors=admits_minors)
    proof = ProofForm(request.POST or None, request=request)
    if text is not None and form.is_valid() and proof.is_valid():
        given = form.cleaned_data
        try:
            waivers.sign(
                person=person,
                text=text,
                text_sha256=given["text_sha256"],
                language=language,
                identity_checked=given["identity_checked"],
                guardian_name=given.get("guardian_name", ""),
                guardian_relation=given.get("guardian_relation", ""),
                informed_at=given["informed_at"],
                signed_at=given["signed_at"] or now,
                drawing=proof.strokes(),
                account=proof.signer(),
                by=principal,
                at=now,
            )
        except Refusal as refusal:
            is_of_proof = getattr(refusal, "field", "") in proof.fields
            refuse(proof if is_of_proof else form, refusal)
        else:
            messages.success(request, _("The signature is recorded; you are its witness."))
            return redirect("clearance", uid, code)
    context: dict[str, Any] = {
        "banner": registry.banner(person, at=now),
        "person": person,
        "programme": programme,
        "text": text,
        "language": language,
        "languages": [(one, _name(one)) for one in sorted(text.body)] if text else [],
        "body": text.body[language] if text else "",
        "form": form,
        "proof": proof,
        "paper": PAPER,
        "capacity": latest(entries_of([person.pk], known_at=now)[person.pk], at=now),
    }
    wrong = form.errors or proof.errors
    return render(request, "consent/sign.html", context, status=422 if wrong else 200)


@never_cache
@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def show(request: HttpRequest, waiversignature_id: int) -> HttpResponse:
    """Show one signature with its proof; that it was opened is recorded."""
    principal = principal_of(request)
    rows = WaiverSignature.objects.filter(pk=waiversignature_id).select_related(
        "person", "text__programme", "witness__user", "account__user", "annulment"
    )
    found = policy.scope(principal, rows, VIEW).first()
    if found is None:
        raise Http404
    drawn = drawing_of(found, by=principal, purpose="waiver")
    may_see_banner = policy.can(principal, "patients.person.view", found.person)
    context = {
        "banner": registry.banner(found.person, at=database_now()) if may_see_banner else None,
        "person": found.person,
        "signature": found,
        "drawing": drawn,
        "paper": PAPER,
        "body": found.text.body.get(found.language, ""),
    }
    return render(request, "consent/waiver_signature.html", context)


def _language(request: HttpRequest, text: WaiverText | None) -> str:
    """Return the language asked for, or the one the page is shown in, or any there is."""
    asked = request.GET.get("language", "")
    known = sorted(text.body) if text else []
    for wanted in (asked, getattr(request, "LANGUAGE_CODE", "")[:2]):
        if wanted in known:
            return wanted
    return known[0] if known else ""


def _name(language: str) -> str:
    try:
        return str(get_language_info(language)["name_local"])
    except KeyError:
        return language
