"""The call-back worklist: critical values with their clocks, attempts with read-back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from assays.actions import criticals
from assays.actions.criticals import Contact, Outcome, Said
from assays.models import ContactAttempt, Result
from assays.queries import communication, inbox
from assays.queries import criticals as queries
from assays.queries.criticals import Row
from labsys.accounts.models import Principal
from labsys.accounts.permissions import polled, requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse
from patients import queries as registry
from patients.forms import MomentField

VIEW = "assays.critical.view"
CALL = "assays.critical.call"


class AttemptForm(forms.Form):
    """Whom, when, what came of it, and the value as it was read back."""

    contact_name = forms.CharField(
        label=gettext_lazy("Whom you called"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "contacts"}),
    )
    contact_role = forms.CharField(
        label=gettext_lazy("What they are there"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    contact_details = forms.CharField(
        label=gettext_lazy("Telephone, pager or place"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    made_at = MomentField(label=gettext_lazy("Called at"))
    outcome = forms.ChoiceField(
        label=gettext_lazy("What came of it"),
        choices=ContactAttempt.Outcome.choices,
        widget=forms.RadioSelect,
    )
    read_back = forms.CharField(
        label=gettext_lazy("Value as it was read back"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Type what you hear, not what stands above; the two are compared."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    expected_attempts = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    @property
    def given(self) -> dict[str, Any]:
        """What the action takes, from a valid form."""
        data = self.cleaned_data
        return {
            "contact": Contact(data["contact_name"], data["contact_role"], data["contact_details"]),
            "said": Said(Outcome(data["outcome"]), data["read_back"], data["note"]),
            "made_at": data["made_at"],
            "expected_attempts": data["expected_attempts"],
        }


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show the open calls with their clocks, and what no worker has come to yet."""
    return render(request, "assays/criticals.html", _listed(request))


@polled
@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def table(request: HttpRequest) -> HttpResponse:
    """Return the open calls as the page asks for them by itself; never counts as use of a login."""
    return render(request, "assays/parts/critical_calls.html", _listed(request))


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def show(request: HttpRequest, criticalcall_id: int) -> HttpResponse:
    """Show one call: the value, whom to tell, every attempt, and the form for the next one."""
    row = _found(request, criticalcall_id)
    return _page(request, row)


@require_http_methods(["POST"])
@requires(CALL)
def attempt(request: HttpRequest, criticalcall_id: int) -> HttpResponse:
    """Write down an attempt."""
    row = _found(request, criticalcall_id)
    form = AttemptForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form=form, status=422)
    principal = request.principal  # type: ignore[attr-defined]
    try:
        made = criticals.record_attempt(
            call=row.call, by=principal, at=database_now(), **form.given
        )
    except Refusal as refusal:
        status = refusal.status
        row = _found(request, criticalcall_id)
        form = again(form, len(row.attempts), refusal)
        return _page(request, row, form=form, status=status)
    _say(request, made)
    return HttpResponseRedirect(reverse("critical", args=[criticalcall_id]))


@require_http_methods(["POST"])
@requires(CALL)
def start(request: HttpRequest, result_id: int) -> HttpResponse:
    """Open the call of a value beyond its critical limits whose evaluation has not come yet."""
    principal = request.principal  # type: ignore[attr-defined]
    result = policy.scope(principal, Result.objects.filter(pk=result_id)).first()
    if result is None:
        raise Http404
    call = criticals.start(result=result, by=principal, at=database_now())
    return HttpResponseRedirect(reverse("critical", args=[call.pk]))


def _listed(request: HttpRequest) -> dict[str, Any]:
    principal, at = request.principal, database_now()  # type: ignore[attr-defined]
    after = queries.Cursor.read(request.GET.get("after", ""))
    found = queries.listed(principal, at=at, after=after)
    may_call = policy.can(principal, CALL)
    shown = [*found.page.rows, *found.recent]
    _record_reads(principal, [row.result for row in shown])
    return {
        "page": found.page,
        "recent": found.recent,
        "late": queries.unevaluated(at=at) if may_call else None,
        "at": at,
        "is_later_page": after is not None,
        "next": "?" + urlencode({"after": str(found.page.after)}) if found.page.after else "",
        "target": found.target,
        "may_call": may_call,
        "may_see_figures": policy.can(principal, "assays.critical.compliance"),
    }


def _record_reads(principal: Principal, results: list[Result]) -> None:
    reads.record(
        by=principal,
        purpose="critical",
        objects=results,
        person_id=lambda result: result.person_id,
    )


def _found(request: HttpRequest, call_id: int) -> Row:
    principal, at = request.principal, database_now()  # type: ignore[attr-defined]
    row = queries.found(call_id, principal, at=at)
    if row is None:
        raise Http404
    return row


def _page(
    request: HttpRequest, row: Row, *, form: AttemptForm | None = None, status: int = 200
) -> HttpResponse:
    principal, at = request.principal, database_now()  # type: ignore[attr-defined]
    _record_reads(principal, [row.result])
    entry = inbox.open_entry(row.result.pk)
    context = {
        "banner": registry.banner(row.result.person, at=at),
        "row": row,
        "at": at,
        "staff": queries.staff_of(row.stay, at=at),
        "target": communication.policy_in_force().critical_target,
        "form": form or _blank(row, at),
        "may_call": policy.can(principal, CALL) and row.call.state != "WITHDRAWN",
        "entry": entry if entry and inbox.may_acknowledge(entry, principal) else None,
        "may_chase": policy.can(principal, "assays.correction.chase"),
        "notices": queries.notices_of(row.result.pk) if policy.can(principal, CALL) else [],
    }
    return render(request, "assays/critical.html", context, status=status)


def _blank(row: Row, at: datetime) -> AttemptForm:
    return AttemptForm(initial={"made_at": at, "expected_attempts": len(row.attempts)})


def again(form: AttemptForm, attempts: int, refusal: Refusal) -> AttemptForm:
    """Return the form as it was typed, now as its writer sees what was recorded meanwhile."""
    data = form.data.copy()
    data["expected_attempts"] = str(attempts)
    shown = AttemptForm(data)
    shown.is_valid()
    refuse(shown, refusal)
    return shown


def _say(request: HttpRequest, made: ContactAttempt) -> None:
    if made.outcome == ContactAttempt.Outcome.CONFIRMED:
        messages.success(request, _("Confirmed: the value was read back as it is."))
    elif made.read_back_agrees is False:
        messages.error(
            request,
            _("“%(said)s” is not the value. This confirms nothing: say the value again.")
            % {"said": made.read_back},
        )
    else:
        messages.warning(request, _("Written down. The call stays open."))
