"""Types of nanites: what they are called, what they are said to do, and on what that rests."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assays.actions import nanite_types as actions
from assays.actions.nanite_types import DESCRIBE, Statement
from assays.models import NaniteFunction, NaniteType
from assays.models.nanite_types import GRADES
from assays.pages.acts import attempt
from assays.queries import nanite_types as queries
from assays.rules.nanite_types import LONGEST_NAME, LONGEST_STATEMENT, MOST_SOURCES
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number

VIEW = "assays.catalogue.view"
LONGEST_REASON = 500
# The strongest evidence in the calmest colour; what nobody saw stands out.
TONES = {
    "ESTABLISHED": "good",
    "SUPPORTED": "info",
    "OBSERVED": "muted",
    "CONJECTURED": "unverified",
}
MEANINGS = {
    "ESTABLISHED": gettext_lazy("Compared with a control and found again independently."),
    "SUPPORTED": gettext_lazy("Found in several hosts, or in one against a control."),
    "OBSERVED": gettext_lazy("Seen, without anything to compare it with."),
    "CONJECTURED": gettext_lazy(
        "Concluded from likeness or from how it is built, and not seen. Needs no source."
    ),
}


class _Form(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class TypeForm(_Form):
    """A new type."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=16,
        help_text=gettext_lazy("It stays while the working name changes, as in NT-7."),
    )
    name = forms.CharField(label=gettext_lazy("Working name"), max_length=LONGEST_NAME)


class NameForm(_Form):
    """Another working name."""

    name = forms.CharField(label=gettext_lazy("New working name"), max_length=LONGEST_NAME)
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=LONGEST_REASON)


class StatementForm(_Form):
    """What a type is said to do."""

    statement = forms.CharField(
        label=gettext_lazy("What it does"),
        max_length=LONGEST_STATEMENT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One sentence; it names no patient."),
    )
    grade = forms.ChoiceField(label=gettext_lazy("Evidence"), choices=GRADES)
    basis = forms.CharField(
        label=gettext_lazy("What it rests on"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What was compared with what, or what was seen."),
    )
    sources = forms.CharField(
        label=gettext_lazy("Released results"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("Numbers of results, separated by blanks."),
    )
    profiles = forms.CharField(
        label=gettext_lazy("Nanite profiles"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("Numbers of profiles that stand, separated by blanks."),
    )

    def __init__(self, *args: Any, is_correction: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_correction:
            self.fields["reason"] = forms.CharField(
                label=_("Why it is corrected"), max_length=LONGEST_REASON
            )

    def clean_sources(self) -> list[int]:
        """Return the numbers of results that were written."""
        return self._numbers(
            "sources", _("Write the numbers of at most %(most)d results, as in 1204 1377.")
        )

    def clean_profiles(self) -> list[int]:
        """Return the numbers of profiles that were written."""
        return self._numbers(
            "profiles", _("Write the numbers of at most %(most)d profiles, as in 12 40.")
        )

    def said(self) -> Statement:
        data = self.cleaned_data
        return Statement(
            data["statement"], data["grade"], data["basis"], data["sources"], data["profiles"]
        )

    def _numbers(self, field: str, refusal: str) -> list[int]:
        words = self.cleaned_data[field].replace(",", " ").split()
        found = [number(word) for word in words]
        if None in found or len(found) > MOST_SOURCES:
            raise forms.ValidationError(refusal, params={"most": MOST_SOURCES})
        return [one for one in found if one is not None]


@require_safe
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List the types with what they are called and said to do."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = queries.with_functions(policy.scope(principal, queries.listed()))
    context = {
        "types": [(one, [_shown(said) for said in one.stated]) for one in rows],
        "scale": _scale(),
        "may_describe": policy.can(principal, DESCRIBE),
    }
    return render(request, "assays/nanite_types.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(DESCRIBE)
def new(request: HttpRequest) -> HttpResponse:
    """Begin a type."""
    form = TypeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        tried = attempt(request, actions.describe, beside=form, **form.cleaned_data)
        if tried.made is not None:
            return HttpResponseRedirect(reverse("nanite-type", args=[tried.made.pk]))
    context = {"form": form, "title": _("Describe a type"), "back": reverse("nanite-types")}
    return _asked(request, context)


@require_safe
@requires(VIEW)
def show(request: HttpRequest, nanitetype_id: int) -> HttpResponse:
    """Show one type: its names, the statements that stand with their sources, and earlier ones."""
    principal = request.principal  # type: ignore[attr-defined]
    one = _find(principal, nanitetype_id)
    said = queries.history(one)
    standing = [row for row in said if not row.is_withdrawal and not hasattr(row, "corrected_by")]
    sources, beyond = queries.sources(principal, standing)
    profiles, further = queries.profiles(principal, standing)
    shown = [source.result for rows in sources.values() for source in rows]
    seen = [source.profile for rows in profiles.values() for source in rows]
    for objects, person_id in (
        (shown, lambda row: row.person_id),
        (seen, lambda row: row.specimen.person_id),
    ):
        reads.record(by=principal, purpose="nanite type", objects=objects, person_id=person_id)
    context = {
        "type": one,
        "names": one.names.select_related("recorded_by__user").order_by("-id"),
        "functions": [
            {
                **_shown(row),
                "sources": [(s, queries.is_gone(s)) for s in sources.get(row.pk, ())],
                "profiles": [(s, queries.stands_no_longer(s)) for s in profiles.get(row.pk, ())],
                "beyond": beyond[row.pk] + further[row.pk],
            }
            for row in standing
        ],
        "earlier": [_shown(row) for row in said if row not in standing],
        "scale": _scale(),
        "name_form": NameForm(),
        "may_describe": policy.can(principal, DESCRIBE),
    }
    return render(request, "assays/nanite_type.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(DESCRIBE)
def rename(request: HttpRequest, nanitetype_id: int) -> HttpResponse:
    """Give a type another working name."""
    one = _find(request.principal, nanitetype_id)  # type: ignore[attr-defined]
    back = reverse("nanite-type", args=[one.pk])
    form = NameForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        tried = attempt(request, actions.rename, beside=form, type=one, **form.cleaned_data)
        if tried.made is not None:
            return HttpResponseRedirect(back)
    title = _("Name %(type)s anew") % {"type": one.code}
    return _asked(request, {"form": form, "title": title, "back": back})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(DESCRIBE)
def state(request: HttpRequest, nanitetype_id: int) -> HttpResponse:
    """Say what a type does, or correct the statement that `?corrects=` names."""
    principal = request.principal  # type: ignore[attr-defined]
    one = _find(principal, nanitetype_id)
    before = _corrected(principal, one, request.GET.get("corrects"))
    back = reverse("nanite-type", args=[one.pk])
    form = StatementForm(
        request.POST if request.method == "POST" else None,
        is_correction=before is not None,
        initial=_initial(before),
    )
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data.get("reason", "")
        given = {"type": one, "said": form.said(), "corrects": before, "reason": reason}
        tried = attempt(
            request, actions.state, beside=form, done=_("The statement is recorded."), **given
        )
        if tried.made is not None:
            return HttpResponseRedirect(back)
    title = _("Correct a statement about %(type)s") if before else _("What %(type)s does")
    title = title % {"type": one.name}
    return _asked(request, {"form": form, "title": title, "back": back, "scale": _scale()})


@require_POST
@requires(DESCRIBE)
def withdraw(request: HttpRequest, nanitefunction_id: int) -> HttpResponse:
    """Take a statement back."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = NaniteFunction.objects.filter(pk=nanitefunction_id).select_related("type")
    found = policy.scope(principal, rows).first()
    if found is None:
        raise Http404
    reason = request.POST.get("reason", "").replace("\x00", "").strip()[:LONGEST_REASON]
    tried = attempt(request, actions.withdraw, function=found, reason=reason)
    if tried.made is not None:
        notices.success(request, _("The statement is withdrawn; it stays below with the reason."))
    return HttpResponseRedirect(reverse("nanite-type", args=[found.type_id]))


def _asked(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, "assays/nanite_form.html", context, status=status)


def _shown(said: NaniteFunction) -> dict[str, Any]:
    return {"said": said, "tone": TONES.get(said.grade, "muted")}


def _scale() -> list[tuple[Any, str, Any]]:
    return [(label, TONES[grade], MEANINGS[grade]) for grade, label in GRADES]


def _initial(before: NaniteFunction | None) -> dict[str, Any]:
    if before is None:
        return {}
    sources = before.sources.order_by("id").values_list("result_id", flat=True)
    profiles = before.profiles.order_by("id").values_list("profile__position", flat=True)
    return {
        "statement": before.statement,
        "grade": before.grade,
        "basis": before.basis,
        "sources": " ".join(map(str, sources)),
        "profiles": " ".join(map(str, profiles)),
    }


def _corrected(principal: Principal, one: NaniteType, given: Any) -> NaniteFunction | None:
    wanted = number(given)
    if wanted is None:
        return None
    rows = NaniteFunction.objects.filter(pk=wanted, type=one, is_withdrawal=False)
    found: NaniteFunction | None = policy.scope(principal, rows).first()
    if found is None:
        raise Http404
    return found


def _find(principal: Principal, id_: int) -> Any:
    found = policy.scope(principal, queries.listed().filter(pk=id_)).first()
    if found is None:
        raise Http404
    return found
