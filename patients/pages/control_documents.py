"""Schematics and kill codes: versions, their signatures and differences, and what they hold."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from labsys.accounts.permissions import requires
from labsys.accounts.step_ups import StepUpForm
from labsys.lib import contents, policy
from labsys.lib.clock import database_now
from labsys.lib.errors import NotAllowed, Refusal
from labsys.lib.uploads import held_in_memory
from patients.actions import control_documents as documents
from patients.actions.control_documents import DRAFT, READ_SECRET, SIGN, USE
from patients.forms import MomentField, PersonField, fill_in, now
from patients.models import ControlDocument, ControlDocumentVersion
from patients.pages.acts import OK, UNFIT, attempt, principal_of
from patients.queries import control_documents as queries
from patients.queries.control_signatures import digest_of, is_intact
from patients.rules.control_documents import ENDINGS, MOST_BYTES, TEXT, VersionState

VIEW = "patients.document.view"


class ContentGone(Refusal):
    """What the storage holds is not what was put there."""

    status = 410
    kind = "content-gone"


class VersionForm(forms.Form):
    """A file or a typed text, and what is new about it."""

    text = forms.CharField(
        label=gettext_lazy("Text"),
        required=False,
        strip=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file"),
        required=False,
        help_text=gettext_lazy("PDF, PNG, JPEG or plain text; a kill code up to 256 KB."),
    )
    note = forms.CharField(
        label=gettext_lazy("What is new, and why"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if bool(said.get("text")) == bool(said.get("file")):
            self.add_error("text", _("Type a text or choose a file, one of the two."))
        return said

    @property
    def content(self) -> bytes:
        file = self.cleaned_data.get("file")
        return file.read() if file else self.cleaned_data["text"].replace("\r\n", "\n").encode()

    def forget_text(self) -> None:
        """Show what was sent without its text: what a kill code says is in no answer to a form."""
        self.data = {**self.data, "text": ""}


class DocumentForm(VersionForm):
    """A new document with its first version."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ControlDocument.Kind.choices)
    code = forms.SlugField(label=gettext_lazy("Code"), max_length=32)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    field_order = ("kind", "code", "title", "text", "file", "note")


class UseForm(forms.Form):
    """On whom a kill code was used, and when."""

    person = PersonField(permission=USE)
    started_at = MomentField(label=gettext_lazy("When"), initial=now)
    intended_effect = forms.CharField(
        label=gettext_lazy("Intended effect"), max_length=200, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List the documents."""
    by = principal_of(request)
    rows = policy.scope(by, ControlDocument.objects.all()).order_by("kind", "code")
    found = [(one, queries.newest_state(one)) for one in rows.prefetch_related(*queries.NAMES)]
    context = {"rows": found, "may_draft": policy.can(by, DRAFT)}
    return render(request, "patients/control_documents.html", context)


@held_in_memory(MOST_BYTES)
@never_cache
@sensitive_post_parameters("text")
@require_http_methods(["GET", "HEAD", "POST"])
@requires(DRAFT)
def new(request: HttpRequest) -> HttpResponse:
    """Begin a document."""
    form = DocumentForm(*_given(request))
    status = OK
    if request.method == "POST":
        status = UNFIT
        if form.is_valid():
            given = {name: form.cleaned_data[name] for name in ("kind", "code", "title", "note")}
            given["content"] = form.content
            status, made = attempt(request, documents.begin, form=form, **given)
            if status == OK:
                return redirect("control-document-version", made.uid)
        if form.data.get("kind") != ControlDocument.Kind.SCHEMATIC:
            form.forget_text()
    return render(request, "patients/control_document_new.html", {"form": form}, status=status)


@held_in_memory(MOST_BYTES)
@never_cache
@sensitive_post_parameters("text")
@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=DRAFT)
def show(request: HttpRequest, document_uid: uuid.UUID) -> HttpResponse:
    """Show a document with its versions, and draft the next one."""
    by = principal_of(request)
    document = ControlDocument.objects.filter(uid=document_uid).first()
    if document is None:
        raise Http404
    form = VersionForm(*_given(request))
    status = OK
    if request.method == "POST":
        status = UNFIT
        if form.is_valid():
            given = {"content": form.content, "note": form.cleaned_data["note"]}
            status, made = attempt(request, documents.draft, form=form, document=document, **given)
            if status == OK:
                return redirect("control-document-version", made.uid)
        if queries.is_secret(document):
            form.forget_text()
    context = {
        "document": document,
        "versions": queries.versions_of(document),
        "form": form if policy.can(by, DRAFT) else None,
    }
    return render(request, "patients/control_document.html", context, status=status)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=SIGN)
def version(request: HttpRequest, version_uid: uuid.UUID) -> HttpResponse:
    """Show one version; sign it, withdraw it, or record that it was used."""
    row = _found(version_uid)
    form, use_form, status = StepUpForm(None, request=request, label_suffix=""), UseForm(), OK
    if request.method == "POST":
        status, form, use_form = _act(request, row, form, use_form)
        if status == OK:
            return redirect("control-document-version", version_uid)
        row = _found(version_uid)
    context = {**_shown(principal_of(request), row), "form": form, "use_form": use_form}
    return render(request, "patients/control_document_version.html", context, status=status)


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def content(request: HttpRequest, version_uid: uuid.UUID) -> StreamingHttpResponse:
    """Hand out a schematic as a file: saved, never opened by the browser."""
    row = _found(version_uid)
    if queries.is_secret(row.document):
        raise Http404
    try:
        pieces = contents.stream(row.sha256)
    except contents.ContentDamaged as damaged:
        raise ContentGone(
            _("The storage does not hold this file as it was given. Tell who runs it.")
        ) from damaged
    answer = StreamingHttpResponse(pieces, content_type=row.media_type)
    name = f"{row.document.code}-v{row.number}.{ENDINGS[row.media_type]}"
    answer["Content-Disposition"] = content_disposition_header(True, name)
    answer["Content-Length"] = str(row.size)
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
@requires(READ_SECRET)
def secret(request: HttpRequest, killcode_uid: uuid.UUID) -> HttpResponse:
    """Open a kill code, once for each time it is asked for; that somebody looked is recorded."""
    row = _found(killcode_uid)
    if not queries.is_secret(row.document):
        raise Http404
    found = documents.open_secret(version=row, by=principal_of(request), at=database_now())
    if row.media_type != TEXT:
        answer = HttpResponse(found, content_type=row.media_type)
        name = f"{row.document.code}-v{row.number}.{ENDINGS[row.media_type]}"
        answer["Content-Disposition"] = content_disposition_header(True, name)
        answer["X-Content-Type-Options"] = "nosniff"
    else:
        context = {"row": row, "text": found.decode(), "changes": _secret_changes(request, row)}
        answer = render(request, "patients/kill_code.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _secret_changes(
    request: HttpRequest, row: ControlDocumentVersion
) -> list[tuple[str, str]] | None:
    """Compare a kill code with the version before it, whose opening is a look of its own."""
    before = queries.comparable_before(row)
    if before is None:
        return None
    return queries.compared(
        *(
            documents.open_secret(version=one, by=principal_of(request), at=database_now())
            for one in (before, row)
        )
    )


def _given(request: HttpRequest) -> tuple[Any, ...]:
    return (request.POST, request.FILES) if request.method == "POST" else ()


def _found(uid: uuid.UUID) -> ControlDocumentVersion:
    rows = ControlDocumentVersion.objects.filter(uid=uid)
    seen = ("document", "recorded_by__user", "withdrawn_by__user")
    found: ControlDocumentVersion | None = rows.select_related(*seen).first()
    if found is None:
        raise Http404
    return found


def _act(
    request: HttpRequest, row: ControlDocumentVersion, form: StepUpForm, use_form: UseForm
) -> tuple[int, StepUpForm, UseForm]:
    by, asked = principal_of(request), request.POST.get("act", "")
    if not policy.can(by, USE if asked == "use" else SIGN):
        raise NotAllowed(_("Your role does not do this."))
    if asked == "withdraw":
        given: dict[str, Any] = {"version": row, "reason": request.POST.get("reason", "")[:500]}
        done = _("The version is withdrawn.")
        return attempt(request, documents.withdraw, done=done, **given)[0], form, use_form
    if asked == "use":
        use_form = UseForm(request.POST)
        fill_in(use_form, by=by, permission=USE)
        if not use_form.is_valid():
            return UNFIT, form, use_form
        given = {"version": row, **use_form.cleaned_data}
        done = _("Its use is recorded as an intervention.")
        return attempt(request, documents.use, form=use_form, done=done, **given)[0], form, use_form
    form = StepUpForm(request.POST, request=request, label_suffix="")
    if not form.is_valid():
        return UNFIT, form, use_form
    given = {"version": row, "seen": request.POST.get("seen", ""), "step_up": form.step_up}
    status, _made = attempt(request, documents.sign, form=form, done=_("Signed."), **given)
    return status, form, use_form


def _changes(row: ControlDocumentVersion) -> tuple[list[tuple[str, str]] | None, bool]:
    """Return how a schematic differs from the version before, and whether the storage gave both."""
    try:
        return queries.changes_since(row), True
    except (contents.ContentDamaged, contents.ContentsAway):
        return None, False


def _shown(by: Any, row: ControlDocumentVersion) -> dict[str, Any]:
    state, is_secret = queries.state_of(row), queries.is_secret(row.document)
    names = list(row.signatures.order_by("position"))
    signed = sum(one.position > 0 for one in names)
    may_read = not is_secret or policy.can(by, READ_SECRET)
    changes, is_readable = (None, True) if is_secret else _changes(row)
    return {
        "row": row,
        "state": state.value,
        "names": names,
        "missing": max(0, 2 - signed),
        "is_secret": is_secret,
        "is_intact": is_intact(row),
        "seen": digest_of(row),
        "is_own": any(one.signed_by_id == by.pk for one in names),
        # What a kill code says is shown, and compared, where its look is recorded.
        "changes": changes,
        "is_readable": is_readable,
        "may_read": may_read,
        "may_sign": state is VersionState.DRAFT and may_read and policy.can(by, SIGN),
        "may_withdraw": state is not VersionState.WITHDRAWN and policy.can(by, SIGN),
        "may_use": is_secret and state is VersionState.IN_FORCE and policy.can(by, USE),
    }
