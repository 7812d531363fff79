"""The laboratory's interpretation comments: drafted, tried on the newest values, brought into force."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from assays.actions import catalogue
from assays.models import Analyte, CodedCommentVersion
from assays.pages import version_moves
from assays.pages.catalogue_new import drafted
from assays.pages.what_if import LAST
from assays.queries import coded_comments as queries
from assays.rules.coded_comments import LANGUAGES, LONGEST_CONDITION, NAMES
from assays.rules.flags import Flag
from assays.rules.result_comments import LONGEST
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.addresses import number, one_of

VIEW, DRAFT = "assays.catalogue.view", "assays.catalogue.draft"
SHOWN = 20


class CommentDraftForm(forms.Form):
    """A comment as it is drafted."""

    code = forms.CharField(
        label=_("Code"),
        max_length=32,
        help_text=_("A code that exists gets its next version."),
    )
    name = forms.CharField(label=_("Name"), max_length=80)
    analyte = forms.ModelChoiceField(
        label=_("Said of"),
        queryset=Analyte.objects.none(),
        required=False,
        empty_label=_("any analyte, chosen by whoever verifies"),
    )
    flags = forms.MultipleChoiceField(
        label=_("By itself, of a value with one of these flags"),
        choices=[(one.value, one.value) for one in Flag],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    condition = forms.CharField(
        label=_("By itself, while this holds"),
        required=False,
        max_length=LONGEST_CONDITION,
        help_text=_("For example: value > 10 and age >= 65. The names stand below."),
    )
    note = forms.CharField(
        label=_("Why this version is made"), widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ("code", "name", "text_en", "text_fr", "analyte", "flags", "condition", "note")

    def __init__(self, *args: Any, principal: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        rows = policy.scope(principal, Analyte.objects.order_by("code"))
        self.fields["analyte"].queryset = rows  # type: ignore[attr-defined]
        names = {"en": _("Wording in English"), "fr": _("Wording in French")}
        for language in LANGUAGES:
            self.fields[f"text_{language}"] = forms.CharField(
                label=names[language],
                required=False,
                max_length=LONGEST,
                widget=forms.Textarea(attrs={"rows": 3, "lang": language}),
            )
        self.order_fields(self.field_order)

    def given(self) -> dict[str, Any]:
        """Return what was filled in as the action takes it."""
        data = dict(self.cleaned_data)
        texts = {one: data.pop(f"text_{one}").replace("\x00", "") for one in LANGUAGES}
        return {**data, "texts": texts}


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List the comments: what each says, of what, and how often it was said."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = policy.scope(principal, CodedCommentVersion.objects.all())
    context = {
        "versions": [_shown(one) for one in queries.listed(rows)],
        "may_draft": policy.can(principal, DRAFT),
    }
    return render(request, "assays/coded_comments.html", context)


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def show(request: HttpRequest, codedcommentversion_id: int) -> HttpResponse:
    """Show one version: its wordings, its rule, and of which newest values it would be said."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = policy.scope(principal, CodedCommentVersion.objects.filter(pk=codedcommentversion_id))
    version = queries.listed(rows).first()
    if version is None:
        raise Http404
    last = one_of(request.GET, "last", LAST, usual=LAST[0])
    effect = queries.effect(version, last=last)
    may_open = policy.can(principal, "assays.result.verify")
    context = {
        **_shown(version),
        "effect": effect,
        "met": effect.met[:SHOWN] if effect and may_open else (),
        "last": last,
        "choices": LAST,
        "buttons": version_moves.buttons(principal, version),
        "events": version.events.select_related("recorded_by__user").order_by("id"),
        "may_draft": policy.can(principal, DRAFT),
    }
    return render(request, "assays/coded_comment.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(DRAFT)
def new(request: HttpRequest) -> HttpResponse:
    """Draft a comment, or the next version of the one that `?from=` names."""
    principal = request.principal  # type: ignore[attr-defined]
    is_post = request.method == "POST"
    form = CommentDraftForm(
        request.POST if is_post else None, principal=principal, initial=_initial(request)
    )
    if is_post and form.is_valid():
        made = drafted(request, form, lambda who: catalogue.draft_comment(**form.given(), **who))
        if made is not None:
            return HttpResponseRedirect(reverse("coded-comment", args=[made.pk]))
    context = {"form": form, "names": NAMES.items()}
    return render(request, "assays/coded_comment_new.html", context, status=422 if is_post else 200)


def _shown(version: CodedCommentVersion) -> dict[str, Any]:
    texts = [(one, version.texts[one]) for one in LANGUAGES if version.texts.get(one)]
    return {"version": version, "texts": texts}


def _initial(request: HttpRequest) -> dict[str, Any]:
    principal = request.principal  # type: ignore[attr-defined]
    chosen = CodedCommentVersion.objects.filter(pk=number(request.GET.get("from")))
    rows = policy.scope(principal, chosen)
    found = rows.select_related("comment").first()
    if found is None:
        return {}
    return {
        "code": found.comment.code,
        "name": found.called,
        "analyte": found.analyte_id,
        "flags": found.flags,
        "condition": found.condition,
        **{f"text_{one}": text for one, text in found.texts.items()},
    }


move = version_moves.of(
    CodedCommentVersion,
    "codedcommentversion_id",
    lambda version: reverse("coded-comment", args=[version.pk]),
)
