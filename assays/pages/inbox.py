"""The inbox: values to acknowledge by name, and what one saw that no longer stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from assays.actions import corrections_chased, inbox
from assays.models import Result
from assays.queries import corrections_chased as chased
from assays.queries import inbox as queries
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import sentence

READER = "assays.correction.acknowledge"
MOST = 500  # entries of one form


@require_http_methods(["GET", "HEAD"])
@requires(READER)
def index(request: HttpRequest) -> HttpResponse:
    """Show what waits for this reader: corrected values they saw, then values to acknowledge."""
    return _page(request)


@require_http_methods(["GET", "HEAD"])
@requires(queries.VIEW)
def acknowledged(request: HttpRequest) -> HttpResponse:
    """Show what this reader acknowledged, and what others did of their orders."""
    principal = request.principal  # type: ignore[attr-defined]
    before = number(request.GET.get("before", ""))
    rows = queries.acknowledged(principal, before=before)
    shown = rows[: queries.LONGEST]
    _record_reads(principal, [row.result for row in shown])
    context: dict[str, Any] = {"rows": shown, "is_later_page": before is not None}
    if len(rows) > queries.LONGEST:
        context["next"] = "?" + urlencode({"before": shown[-1].pk})
    return render(request, "assays/inbox_acknowledged.html", context)


@require_http_methods(["POST"])
@requires(queries.ACKNOWLEDGE)
def acknowledge(request: HttpRequest) -> HttpResponse:
    """Acknowledge exactly the values that the page showed, in the reader's own name."""
    principal = request.principal  # type: ignore[attr-defined]
    ids = [one for text in request.POST.getlist("entry")[:MOST] if (one := number(text))]
    given = {name: request.POST.get(name, "").strip() for name in ("note", "plan")}
    try:
        made = inbox.acknowledge(
            entry_ids=ids, by=principal, at=database_now(), seen_at=_moment(request), **given
        )
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        return _page(request, typed={**given, "ids": ids}, status=refusal.status)
    said = ngettext("%(n)d value acknowledged.", "%(n)d values acknowledged.", len(made))
    messages.success(request, said % {"n": len(made)})
    return HttpResponseRedirect(_back(request))


@require_http_methods(["POST"])
@requires(READER)
def acknowledge_correction(request: HttpRequest) -> HttpResponse:
    """Take note that a value one saw no longer stands."""
    principal = request.principal  # type: ignore[attr-defined]
    chosen = number(request.POST.get("notice"))
    notice = chased.one_of_reader(chosen, principal) if chosen is not None else None
    if notice is None:
        messages.error(request, _("This notice is not in your inbox."))
        return _page(request, status=422)
    note = request.POST.get("note", "").strip()[: inbox.LONGEST]
    try:
        corrections_chased.acknowledge(notice=notice, by=principal, at=database_now(), note=note)
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        return _page(request, status=refusal.status)
    messages.success(request, _("You took note of the correction."))
    return HttpResponseRedirect(reverse("inbox"))


@require_http_methods(["GET", "HEAD"])
@requires(queries.OVERSEE)
def overdue(request: HttpRequest) -> HttpResponse:
    """Show the laboratory which released values nobody acknowledged in time."""
    principal, at = request.principal, database_now()  # type: ignore[attr-defined]
    after = chased.Cursor.read(request.GET.get("after", ""))
    rows = queries.overdue(principal, at=at, after=(after.due_at, after.id) if after else None)
    shown = rows[: queries.LONGEST]
    _record_reads(principal, [row.result for row in shown])
    context: dict[str, Any] = {"rows": shown, "at": at, "is_later_page": after is not None}
    if len(rows) > queries.LONGEST:
        last = shown[-1]
        context["next"] = "?" + urlencode({"after": str(chased.Cursor(last.due_at, last.pk))})
    return render(request, "assays/inbox_overdue.html", context)


def _page(
    request: HttpRequest, *, typed: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    principal, at = request.principal, database_now()  # type: ignore[attr-defined]
    whose = request.GET.get("whose", "")
    after = queries.Cursor.read(request.GET.get("after", ""))
    corrections = chased.of_reader(principal, at=at) if after is None else []
    page = _entries(principal, at, whose, after)
    groups = page.groups if page is not None else []
    shown = [entry.result for group in groups for entry in group.entries]
    for line in corrections:
        if line.is_in_reach:
            both = (line.notice.withdrawn, line.notice.replacement)
            shown += [one for one in both if one is not None]
    _record_reads(principal, shown)
    context: dict[str, Any] = {
        "corrections": corrections,
        "page": page,
        "at": at,
        "whose": whose,
        "typed": typed or {},
        "may_acknowledge": policy.can(principal, queries.ACKNOWLEDGE),
        "is_later_page": after is not None,
    }
    if page is not None and page.after is not None:
        context["next"] = "?" + urlencode({"whose": whose, "after": str(page.after)})
    return render(request, "assays/inbox.html", context, status=status)


def _entries(
    principal: Principal, at: datetime, whose: str, after: queries.Cursor | None
) -> queries.Page | None:
    if not policy.can(principal, queries.VIEW):
        return None
    return queries.page(principal, at=at, whose=whose, after=after)


def _record_reads(principal: Principal, results: list[Result]) -> None:
    reads.record(
        by=principal,
        purpose="inbox",
        objects=results,
        person_id=lambda result: result.person_id,
    )


def _back(request: HttpRequest) -> str:
    """Return to the critical call that asked, or to the inbox."""
    kind, _colon, given = request.POST.get("next", "").partition(":")
    call = number(given)
    if kind == "critical" and call is not None:
        return reverse("critical", args=[call])
    return reverse("inbox")


def _moment(request: HttpRequest) -> datetime | None:
    """Return when the page was made whose values are acknowledged."""
    try:
        found = datetime.fromisoformat(request.POST.get("seen_at", ""))
    except ValueError:
        return None
    return found if found.tzinfo else None
