"""Postings: who is away now, letting somebody leave, and recording that they came back."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from assays.pages.acts import OK, attempt
from consent.actions import postings
from consent.actions.postings import LATE, RECORD, RETURN
from consent.models import Posting, PostingReturn, Programme
from consent.pages.forms import moment_field
from consent.pages.reach import person_in_reach, principal_of, programme_named
from consent.queries import postings as queries
from consent.queries.programmes import active
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from patients.models import Person

VIEW = "consent.posting.view"
SEE_RETURNED = "consent.return.view"


class PostForm(forms.Form):
    """Where to; and from when, for whoever may record a posting late."""

    destination = forms.CharField(label=_("Destination"), max_length=120, required=False)
    left_at = moment_field(_("Left at"))


class ReturnForm(forms.Form):
    """When somebody came back."""

    returned_at = moment_field(_("Returned at"))
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=500,
        help_text=_("Nothing clinical: whoever is on the gate reads it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def away(request: HttpRequest, code: str = "") -> HttpResponse:
    """Show who is away now on a programme, and whether they are still cleared."""
    principal = principal_of(request)
    programmes = active()
    programme = next((one for one in programmes if one.code == code), None)
    if code and programme is None:
        raise Http404
    programme = programme or (programmes[0] if programmes else None)
    now, after = database_now(), number(request.GET.get("after"))
    page = programme and queries.away_page(programme, principal=principal, at=now, after=after)
    if page:
        _look(principal, "away", *(row.posting for row in page.rows))
    context = {
        "programmes": programmes,
        "programme": programme,
        "page": page,
        "now": now,
        "first": "?" if after is not None else "",
        "next": f"?after={page.after}" if page and page.after else "",
        "may_return": policy.can(principal, RETURN),
        "may_open": policy.ANY in policy.reaches(principal, "consent.clearance.view"),
    }
    return render(request, "consent/away.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RECORD)
def post(request: HttpRequest, uid: uuid.UUID, code: str) -> HttpResponse:
    """Let somebody leave, if they are cleared in this instant."""
    principal = principal_of(request)
    person = person_in_reach(principal, uid, RECORD)
    programme = programme_named(code)
    first = {"destination": programme.destination}
    form = PostForm(request.POST or None, initial=first, label_suffix="")
    if not policy.can(principal, LATE):
        del form.fields["left_at"]
    status = OK
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = {"person": person, "programme": programme, **form.cleaned_data}
            tried = attempt(request, postings.post, beside=form, done=_("Posted."), **given)
            if tried.status == OK:
                return redirect("away", programme.code)
            status = tried.status
    _look(principal, "posting", person)
    context = _about(person, programme, form, _("Leaves now"))
    return render(request, "consent/posting.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RETURN)
def come_back(request: HttpRequest, posting_uid: uuid.UUID) -> HttpResponse:
    """Record that somebody came back."""
    principal = principal_of(request)
    rows = Posting.objects.filter(uid=posting_uid).select_related("programme", "person")
    posting = policy.scope(principal, rows, RETURN).first()
    if posting is None:
        raise Http404
    form = ReturnForm(request.POST or None, label_suffix="")
    status = OK
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = {**form.cleaned_data, "posting": posting}
            given["returned_at"] = given["returned_at"] or database_now()
            tried = attempt(request, postings.come_back, beside=form, **given)
            if tried.status == OK:
                messages.success(request, _what_comes_first(tried.made, by=principal))
                return redirect("away", posting.programme.code)
            status = tried.status
    _look(principal, "posting", posting)
    context = {
        **_about(posting.person, posting.programme, form, _("Came back")),
        "posting": posting,
    }
    return render(request, "consent/posting.html", context, status=status)


def _what_comes_first(made: PostingReturn, *, by: Principal) -> str:
    """Return that somebody came back, and for who may see it what comes before they are free."""
    if not policy.can(by, SEE_RETURNED, made):
        return gettext("Return recorded.")
    link = format_html(
        '<a href="{}">{}</a>',
        reverse("return", args=[made.pk]),
        gettext("medical evaluation and interview"),
    )
    return format_html(gettext("Return recorded. Before they are free to go: {link}."), link=link)


def _about(person: Person, programme: Programme, form: forms.Form, title: Any) -> dict[str, Any]:
    """Return what a form says of whom; the banner of a patient is not for the gate."""
    return {"person": person, "programme": programme, "form": form, "title": title}


def _look(principal: Any, purpose: str, *shown: Any) -> None:
    reads.record(
        by=principal,
        purpose=purpose,
        objects=shown,
        person_id=lambda one: one.pk if isinstance(one, Person) else one.person_id,
    )
