"""Profiles of nanites: recorded of a specimen from a table, read, corrected and withdrawn."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assays.actions import nanite_profiles as actions
from assays.actions.analyses.runs import ASK
from assays.actions.nanite_profiles import ENTER
from assays.models import NaniteProfile, Specimen
from assays.pages.acts import attempt
from assays.queries import nanite_profiles as queries
from assays.rules.nanite_profiles import LONGEST_FILE, place_of, read_csv
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from labsys.lib.refusals import sentence
from labsys.lib.wording import Refused
from patients import queries as registry

VIEW = "assays.result.view"
LONGEST_REASON = 500


class ProfileForm(forms.Form):
    """What was found at the markers of a specimen, as a file or pasted."""

    accession = forms.CharField(
        label=gettext_lazy("Accession number"),
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    method = forms.CharField(label=gettext_lazy("Method"), max_length=80)
    observed_at = forms.DateTimeField(
        label=gettext_lazy("Read at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "CSV with a line per allele: marker, allele, intensity, quality (0 to 1). The first "
            "line names these columns; the last two may be left out."
        ),
    )
    content = forms.CharField(
        label=gettext_lazy("Or the same, pasted"),
        required=False,
        strip=False,
        max_length=LONGEST_FILE,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "code"}),
    )
    comment = forms.CharField(
        label=gettext_lazy("Comment"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, corrected: NaniteProfile | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        if corrected is not None:
            del self.fields["accession"]
            self.fields["reason"] = forms.CharField(
                label=_("Why it is corrected"), max_length=LONGEST_REASON
            )

    def clean(self) -> dict[str, Any]:
        """Read the table, and say in which line something is wrong."""
        cleaned = super().clean() or {}
        file, pasted = cleaned.pop("file", None), cleaned.get("content", "")
        if (file is None) == (not pasted.strip()):
            self.add_error("content", _("Give a file, or paste its lines: one of the two."))
            return cleaned
        raw = file.read(LONGEST_FILE + 1) if file is not None else pasted.encode()
        try:
            cleaned["content"] = read_csv(raw)
        except Refused as refused:
            self.add_error("content", sentence(refused))
        return cleaned


@require_safe
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List the profiles that stand, the newest first."""
    principal = request.principal  # type: ignore[attr-defined]
    below = number(request.GET.get("below"))
    found, following = queries.listed(principal, below=below)
    reads.record(
        by=principal,
        purpose="nanite profiles",
        objects=found,
        person_id=lambda row: row.specimen.person_id,
    )
    context = {
        "profiles": found,
        "following": following,
        "is_first": below is None,
        "may_enter": policy.can(principal, ENTER),
        "may_ask": policy.can(principal, ASK),
    }
    return render(request, "assays/nanite_profiles.html", context)


@require_safe
@requires(VIEW)
def show(request: HttpRequest, profile_uid: uuid.UUID) -> HttpResponse:
    """Show one profile: its markers, how it was read, and the rows before and after it."""
    principal = request.principal  # type: ignore[attr-defined]
    profile = find(principal, profile_uid)
    person = profile.specimen.person
    reads.record(by=principal, purpose="nanite profile", objects=[profile], person_id=person.pk)
    line = queries.history(profile)
    context = {
        "banner": registry.banner(person, at=database_now()),
        "person": person,
        "profile": profile,
        "rows": _rows(profile.content),
        "line": line,
        "is_standing": line[0].pk == profile.pk and not profile.is_withdrawal,
        "may_enter": policy.can(principal, ENTER, profile),
        "may_ask": policy.can(principal, ASK),
    }
    return render(request, "assays/nanite_profile.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(ENTER)
def new(request: HttpRequest) -> HttpResponse:
    """Record a profile of a specimen."""
    principal = request.principal  # type: ignore[attr-defined]
    form = _form(request, {"accession": request.GET.get("accession", "")[:10]})
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        specimen = _specimen(principal, data.pop("accession"))
        if specimen is None:
            form.add_error("accession", _("There is no such specimen within your reach."))
        else:
            tried = attempt(request, actions.record, beside=form, specimen=specimen, **data)
            if tried.made is not None:
                return HttpResponseRedirect(reverse("nanite-profile", args=[tried.made.uid]))
    context = {"form": form, "title": _("Record a profile"), "back": reverse("nanite-profiles")}
    status = 422 if request.method == "POST" else 200
    return render(request, "assays/nanite_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(ENTER)
def correct(request: HttpRequest, profile_uid: uuid.UUID) -> HttpResponse:
    """Record a profile in place of an earlier one of the same specimen."""
    principal = request.principal  # type: ignore[attr-defined]
    before = find(principal, profile_uid, ENTER)
    person = before.specimen.person
    reads.record(by=principal, purpose="nanite profile", objects=[before], person_id=person.pk)
    initial = {
        "method": before.method,
        "observed_at": before.observed_at,
        "comment": before.comment,
        "content": _written(before.content),
    }
    form = _form(request, initial, before)
    if request.method == "POST" and form.is_valid():
        given = {"specimen": before.specimen, "corrects": before, **form.cleaned_data}
        tried = attempt(request, actions.record, beside=form, **given)
        if tried.made is not None:
            return HttpResponseRedirect(reverse("nanite-profile", args=[tried.made.uid]))
    context = {
        "form": form,
        "title": _("Correct a profile"),
        "back": reverse("nanite-profile", args=[profile_uid]),
        "banner": registry.banner(person, at=database_now()),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "assays/nanite_form.html", context, status=status)


@require_POST
@requires(ENTER)
def withdraw(request: HttpRequest, profile_uid: uuid.UUID) -> HttpResponse:
    """Take a profile back."""
    profile = find(request.principal, profile_uid, ENTER)  # type: ignore[attr-defined]
    reason = request.POST.get("reason", "").replace("\x00", "").strip()[:LONGEST_REASON]
    tried = attempt(request, actions.withdraw, profile=profile, reason=reason)
    if tried.made is not None:
        notices.success(request, _("The profile is withdrawn; it stays on record."))
    return HttpResponseRedirect(reverse("nanite-profile", args=[profile_uid]))


def find(principal: Principal, uid: uuid.UUID, permission: str = VIEW) -> NaniteProfile:
    """Return a profile within reach, or answer that there is none."""
    rows = NaniteProfile.objects.filter(uid=uid).select_related(
        "specimen__person", "recorded_by__user", "corrects", "corrected_by"
    )
    found: NaniteProfile | None = policy.scope(principal, rows, permission).first()
    if found is None:
        raise Http404
    return found


def _form(
    request: HttpRequest, initial: dict[str, Any], corrected: NaniteProfile | None = None
) -> ProfileForm:
    if request.method == "POST":
        return ProfileForm(request.POST, request.FILES, corrected=corrected)
    return ProfileForm(initial={"observed_at": database_now(), **initial}, corrected=corrected)


def _specimen(principal: Principal, accession: str) -> Specimen | None:
    rows = policy.scope(principal, Specimen.objects.filter(accession=accession.strip()), ENTER)
    found: Specimen | None = rows.first()
    return found


def _rows(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a line per marker: its alleles with their intensities, and its quality."""
    if not content:
        return []
    return [
        {
            "marker": marker,
            "alleles": [
                (one, content["intensities"].get(marker, {}).get(one))
                for one in sorted(alleles, key=place_of)
            ],
            "quality": content["quality"].get(marker),
        }
        for marker, alleles in sorted(content["markers"].items())
    ]


def _written(content: dict[str, Any]) -> str:
    """Return a profile as the lines that it is read from."""
    lines = ["marker,allele,intensity,quality"]
    for row in _rows(content):
        quality = "" if row["quality"] is None else f"{row['quality']:g}"
        lines += [
            f"{row['marker']},{allele},{'' if signal is None else f'{signal:g}'},{quality}"
            for allele, signal in row["alleles"]
        ]
    return "\n".join(lines)
