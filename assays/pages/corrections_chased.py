"""Who has not acknowledged that a value they saw was corrected, and telling them by telephone."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assays.actions import corrections_chased
from assays.models import Result
from assays.pages.criticals import AttemptForm, again
from assays.queries import corrections_chased as queries
from assays.queries.corrections_chased import Cursor, Line
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.admin import ReasonForm
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import sentence
from patients import queries as registry

CHASE = "assays.correction.chase"
CLOSE = "assays.correction.close"


@require_http_methods(["GET", "HEAD"])
@requires(CHASE)
def index(request: HttpRequest) -> HttpResponse:
    """Show every reader who has not acknowledged, the longest due first."""
    principal, at = request.principal, database_now()  # type: ignore[attr-defined]
    result = number(request.GET.get("result", ""))
    chosen = {"result": result or "", "overdue": request.GET.get("overdue", "")}
    page = queries.unacknowledged(
        principal,
        at=at,
        result=result,
        is_overdue=chosen["overdue"] == "1",
        after=Cursor.read(request.GET.get("after", "")),
    )
    _record_reads(principal, page.lines)
    context: dict[str, Any] = {"page": page, "at": at, "chosen": chosen}
    if page.after is not None:
        context["next"] = "?" + urlencode({**chosen, "after": str(page.after)})
    return render(request, "assays/corrections_chased.html", context)


@require_http_methods(["GET", "HEAD"])
@requires(CHASE)
def show(request: HttpRequest, correctionnotice_id: int) -> HttpResponse:
    """Show one notice: what was seen and how, what holds, and every attempt to tell."""
    return _page(request, _found(request, correctionnotice_id))


@require_http_methods(["POST"])
@requires(CHASE)
def attempt(request: HttpRequest, correctionnotice_id: int) -> HttpResponse:
    """Write down an attempt to tell the reader by telephone."""
    line = _found(request, correctionnotice_id)
    form = AttemptForm(request.POST)
    if not form.is_valid():
        return _page(request, line, form=form, status=422)
    principal = request.principal  # type: ignore[attr-defined]
    try:
        made = corrections_chased.record_attempt(
            notice=line.notice, by=principal, at=database_now(), **form.given
        )
    except Refusal as refusal:
        line = _found(request, correctionnotice_id)
        form = again(form, line.notice.attempts.count(), refusal)
        return _page(request, line, form=form, status=refusal.status)
    if made.outcome == "CONFIRMED":
        messages.success(request, _("Written down: the reader was told."))
    elif made.read_back_agrees is False:
        messages.error(
            request,
            _("“%(said)s” is not the value. This confirms nothing: say the value again.")
            % {"said": made.read_back},
        )
    else:
        messages.warning(request, _("Written down. The reader still has to be told."))
    return HttpResponseRedirect(reverse("correction-notice", args=[correctionnotice_id]))


@require_http_methods(["POST"])
@requires(CLOSE)
def close(request: HttpRequest, correctionnotice_id: int) -> HttpResponse:
    """Give up telling a reader, with the reason."""
    line = _found(request, correctionnotice_id)
    principal = request.principal  # type: ignore[attr-defined]
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, line, closing=form, status=422)
    try:
        corrections_chased.close(
            notice=line.notice,
            by=principal,
            at=database_now(),
            reason=form.cleaned_data["reason"],
        )
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        found = _found(request, correctionnotice_id)
        return _page(request, found, closing=form, status=refusal.status)
    messages.success(request, _("Closed. It stays on record that the reader was not told."))
    return HttpResponseRedirect(reverse("corrections-chased"))


def _found(request: HttpRequest, notice_id: int) -> Line:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    line = queries.found(notice_id, principal, at=database_now())
    if line is None:
        raise Http404
    return line


def _page(
    request: HttpRequest,
    line: Line,
    *,
    form: AttemptForm | None = None,
    closing: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    principal, at = request.principal, database_now()  # type: ignore[attr-defined]
    _record_reads(principal, [line])
    attempts = list(line.notice.attempts.all())
    initial = {
        "made_at": at,
        "expected_attempts": len(attempts),
        "contact_name": line.reader,
    }
    context = {
        "banner": registry.banner(line.notice.person, at=at),
        "line": line,
        "attempts": attempts,
        "is_open": line.notice.state == "OPEN",
        "is_own": line.notice.reader_id == principal.pk,
        "may_be_told": queries.may_be_told(line.notice),
        "may_close": policy.can(principal, CLOSE),
        "form": form or AttemptForm(initial=initial),
        "closing": closing or ReasonForm(),
    }
    return render(request, "assays/correction_notice.html", context, status=status)


def _record_reads(principal: Principal, lines: list[Line]) -> None:
    shown: list[Result] = []
    for line in lines:
        both = (line.notice.withdrawn, line.notice.replacement)
        shown += [one for one in both if one is not None]
    reads.record(
        by=principal,
        purpose="corrections",
        objects=shown,
        person_id=lambda result: result.person_id,
    )
