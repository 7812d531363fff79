"""The entry grid: choose what to type, type it cell by cell, see what was recorded and what was not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from assays.actions import recordings
from assays.pages import entry_table
from assays.pages.entry_form import Kept, MomentForm, Sheet, read_token
from assays.queries import catalogue, entry, to_type
from assays.queries.entry import Grid, Selection
from assays.queries.specimens import Cursor
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import sentence

ENTER = "assays.result.enter"
Cells = Mapping[int, Mapping[int, Kept]]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(ENTER)
def show(request: HttpRequest) -> HttpResponse:
    """Choose what to type; show its grid; add a scanned specimen to it, or save what was typed."""
    if request.method == "POST":
        return _posted(request)
    principal = request.principal  # type: ignore[attr-defined]
    selection = Selection(
        section=request.GET.get("section", "")[:16], panel=number(request.GET.get("panel", ""))
    )
    scans = [text for text in request.GET.getlist("scan") if text.strip()][: entry.ROWS]
    selection = replace(selection, specimens=tuple(_scanned(request, scans)))
    saved = read_token(request.GET["saved"]) if request.GET.get("saved") else None
    if not selection and "all" not in request.GET:
        return _choose(request, principal, saved)
    after = Cursor.read(request.GET.get("after", ""))
    found = entry.grid(principal, selection, at=database_now(), after=after)
    return _page(
        request, found, selection, saved=saved, is_later=after is not None, is_listed=bool(scans)
    )


def _choose(request: HttpRequest, principal: Principal, saved: UUID | None) -> HttpResponse:
    panels = sorted(catalogue.current().panels.values(), key=lambda one: one.name)
    again = entry.asked_again(principal)
    context = {
        "waiting": to_type.sections(principal),
        "panels": panels,
        "again": again,
        "again_query": urlencode({"scan": [one.accession for one in again]}, doseq=True),
        **_saved(principal, saved),
    }
    return render(request, "assays/entry_choose.html", context)


def _posted(request: HttpRequest) -> HttpResponse:
    sheet = Sheet.read(request.POST.dict(), request.POST.getlist("row")[: entry.ROWS])
    selection = sheet.selection(request.POST)
    if request.POST.get("move") == "save":
        return _save(request, sheet, selection)
    scans = request.POST.get("scan", "").split()
    added = _scanned(request, scans[: entry.ROWS])
    wanted = tuple(dict.fromkeys([*selection.specimens, *added]))
    selection = replace(selection, specimens=wanted)
    if len(wanted) > entry.ROWS:
        messages.error(
            request, _("A page holds %(most)d specimens; save these first.") % {"most": entry.ROWS}
        )
    if not selection:
        return HttpResponseRedirect(reverse("entry"))
    principal = request.principal  # type: ignore[attr-defined]
    found = entry.grid(principal, selection, at=database_now())
    return _page(request, found, selection, kept=sheet.cells, token=sheet.token, is_listed=True)


def _save(request: HttpRequest, sheet: Sheet, selection: Selection) -> HttpResponse:
    principal = request.principal  # type: ignore[attr-defined]
    at = database_now()
    moment = MomentForm(request.POST)
    if not moment.is_valid():
        found = entry.grid(principal, selection, at=at)
        return _page(
            request,
            found,
            selection,
            kept=sheet.cells,
            moment=moment,
            status=422,
            token=sheet.token,
        )
    given = any(any(sheet.given(pk)) for pk in sheet.identities)
    if given:
        _record(sheet, selection, moment.cleaned_data["observed_at"] or at, by=principal, at=at)
    kept = {pk: {a: one for a, one in row.items() if one} for pk, row in sheet.cells.items()}
    if given and not any(kept.values()):
        return HttpResponseRedirect(_back(request, sheet.token))
    if not given:
        messages.warning(request, _("Type at least one value, then save."))
    found = entry.grid(principal, selection, at=at)
    return _page(request, found, selection, kept=kept, moment=moment, status=422, saved=sheet.token)


def _record(
    sheet: Sheet, selection: Selection, observed_at: datetime, *, by: Principal, at: datetime
) -> None:
    """Record row by row, each in its own transaction; what is recorded leaves its cell."""
    held = catalogue.current()
    shown = entry.specimens(by, selection.specimens)
    for pk in sheet.identities:
        if pk not in shown:
            for _assay, kept in sheet.given(pk):
                kept.said = _("There is no such specimen within your reach.")
            continue
        typed = sheet.typed(pk, held.assays)
        if not typed:
            continue
        try:
            outcomes = recordings.record_row(
                specimen=shown[pk],
                values=typed,
                observed_at=observed_at,
                identity=sheet.identities[pk],
                token=sheet.token,
                by=by,
                at=at,
            )
        except Refusal as refusal:
            for one in typed:
                sheet.cells[pk][one.assay_id].said = sentence(refusal)
            continue
        for outcome in outcomes:
            kept = sheet.cells[pk][outcome.typed.assay_id]
            kept.said, kept.is_implausible = outcome.said, outcome.is_implausible
            if outcome.result is not None:
                sheet.clear(pk, outcome.typed.assay_id)


def _page(
    request: HttpRequest,
    found: Grid,
    selection: Selection,
    *,
    kept: Cells | None = None,
    moment: MomentForm | None = None,
    token: UUID | None = None,
    saved: UUID | None = None,
    is_later: bool = False,
    is_listed: bool = False,
    status: int = 200,
) -> HttpResponse:
    principal = request.principal  # type: ignore[attr-defined]
    specimens = [row.specimen for row in found.rows]
    reads.record(
        by=principal, purpose="enter", objects=specimens, person_id=lambda one: one.person_id
    )
    may_override = policy.can(principal, recordings.OVERRIDE)
    rows = entry_table.rows(found, kept or {}, may_override=may_override)
    context = {
        "columns": entry_table.columns(found),
        "rows": rows,
        "left": found.left,
        "lost": entry_table.without_a_row(found, kept or {}),
        "refused": sum(bool(cell.said) for row in rows for cell in row.cells if cell),
        "selection": selection,
        "panel": catalogue.current().panels.get(selection.panel) if selection.panel else None,
        "moment": moment or MomentForm(),
        # A page that saved nothing keeps its token: its next saving is its first.
        "token": token or uuid4(),
        "next": _next(selection, found),
        "is_later": is_later,
        "is_listed": is_listed or bool(request.POST.get("listed")),
        **_saved(principal, saved),
    }
    return render(request, "assays/entry.html", context, status=status)


def _saved(principal: Principal, token: UUID | None) -> dict[str, Any]:
    """What a page load has recorded, and which of it is critical and has to be called."""
    results = entry.saved(principal, token) if token is not None else []
    lines = entry_table.recorded(results)
    return {
        "recorded": lines,
        "criticals": [one for one in lines if one.is_critical],
        "criticals_url": _url("criticals"),
        "recorded_words": ngettext("%(n)d value recorded.", "%(n)d values recorded.", len(lines))
        % {"n": len(lines)},
    }


def _scanned(request: HttpRequest, scans: list[str]) -> list[int]:
    """Find each scanned number within reach; what is not found is said and left out."""
    principal = request.principal  # type: ignore[attr-defined]
    found = []
    for text in scans:
        try:
            found.append(entry.scanned(text, principal).pk)
        except Refusal as refusal:
            messages.error(request, sentence(refusal))
    return found


def _back(request: HttpRequest, token: UUID) -> str:
    """Return the address that shows what was saved, and goes on where the page was."""
    query: dict[str, Any] = {
        name: request.POST[name] for name in ("section", "panel") if request.POST.get(name)
    }
    if request.POST.get("listed"):
        query["scan"] = [
            one.accession
            for one in entry.specimens(
                request.principal,  # type: ignore[attr-defined]
                Sheet.read({}, request.POST.getlist("row")[: entry.ROWS]).identities,
            ).values()
        ]
    elif not query:
        query["all"] = "1"
    return reverse("entry") + "?" + urlencode({**query, "saved": str(token)}, doseq=True)


def _next(selection: Selection, found: Grid) -> str:
    if found.after is None:
        return ""
    query: dict[str, object] = {"after": str(found.after)}
    if selection.section:
        query["section"] = selection.section
    if selection.panel is not None:
        query["panel"] = selection.panel
    return "?" + urlencode(query if len(query) > 1 else {**query, "all": 1})


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
