"""The catalogue as files: taken out for a spreadsheet, tried on the way back, and applied."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assays.actions import catalogue
from assays.models import CatalogueImport
from assays.queries import catalogue_files, catalogue_trial
from assays.queries.catalogue_trial import Plan
from assays.rules.catalogue_files import MOST_BYTES, TABLES, Problem, Sort, decode
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.addresses import text
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, Refusal
from labsys.lib.refusals import sentence

VIEW, DRAFT = "assays.catalogue.view", "assays.catalogue.draft"
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
MOST_FILES = 10
SHOWN = 500


@require_safe
@requires(VIEW)
def export(request: HttpRequest, table: str) -> HttpResponse:
    """Give one table of what is in force as a file."""
    separator = SEPARATORS.get(request.GET.get("separator", ""), ",")
    text = catalogue_files.text_of(table, delimiter=separator)
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{table}.csv"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=DRAFT)
def show(request: HttpRequest) -> HttpResponse:
    """Offer the tables to take out; take edited ones in and show what is wrong with them."""
    principal = request.principal  # type: ignore[attr-defined]
    status, problems = 200, []
    if request.method == "POST":
        try:
            return _hand_in(request)
        except catalogue.BadFiles as refusal:
            status, problems = refusal.status, list(refusal.problems)
            messages.error(request, sentence(refusal))
        except Refusal as refusal:
            status = refusal.status
            messages.error(request, sentence(refusal))
    rows = policy.scope(principal, CatalogueImport.objects.all())
    context = {
        "tables": list(TABLES),
        "separators": list(SEPARATORS),
        "problems": [said(one) for one in problems[:SHOWN]],
        "problem_count": len(problems),
        "imports": rows.select_related("recorded_by__user", "applied")
        .defer("tables")
        .order_by("-id")[:20],
        "given": {name: request.POST.get(name, "") for name in ("note", "hole_reason", "complete")},
        "may_draft": policy.can(principal, DRAFT),
    }
    return render(request, "assays/catalogue_files.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=DRAFT)
def trial(request: HttpRequest, catalogueimport_id: int) -> HttpResponse:
    """Show exactly what one import would change; apply it."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = policy.scope(principal, CatalogueImport.objects.filter(pk=catalogueimport_id))
    source = rows.select_related("recorded_by__user", "applied__recorded_by__user").first()
    if source is None:
        raise Http404
    status = 200
    if request.method == "POST":
        try:
            made = catalogue.apply_import(source=source, by=principal, at=database_now())
        except Refusal as refusal:
            status = refusal.status
            messages.error(request, sentence(refusal))
        else:
            messages.success(
                request,
                _("Applied: %(count)d changes. Somebody else approves the drafts.")
                % {"count": len(made.made)},
            )
            return HttpResponseRedirect(reverse("catalogue-import", args=[source.pk]))
    return render(request, "assays/catalogue_import.html", _context(request, source), status=status)


def said(problem: Problem) -> dict[str, Any]:
    """Return a problem with its sentence in the reader's language."""
    return {"problem": problem, "words": _(problem.message) % problem.params}


def _hand_in(request: HttpRequest) -> HttpResponse:
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    files = request.FILES.getlist("files")
    if len(files) > MOST_FILES:
        raise InvalidInput(_("Hand in at most %(most)d files at once.") % {"most": MOST_FILES})
    for file in files:
        name = (file.name or "file")[:80]
        content, wrong = decode(file.read(MOST_BYTES + 1), name=name)
        problems += wrong
        texts[name if name not in texts else f"{name} ({len(texts) + 1})"] = content
    if problems:
        raise catalogue.BadFiles(problems)
    source = catalogue.hand_in(
        texts=texts,
        note=text(request.POST, "note"),
        hole_reason=text(request.POST, "hole_reason", most=200),
        is_complete=request.POST.get("complete") == "on",
        by=request.principal,  # type: ignore[attr-defined]
        at=database_now(),
    )
    return HttpResponseRedirect(reverse("catalogue-import", args=[source.pk]))


def _context(request: HttpRequest, source: CatalogueImport) -> dict[str, Any]:
    principal = request.principal  # type: ignore[attr-defined]
    applied = getattr(source, "applied", None)
    plan = Plan()
    if applied is None:
        plan = catalogue_trial.read(
            source.tables, is_complete=source.is_complete, hole_reason=source.hole_reason
        )
    is_stale = applied is None and plan.catalogue_sha256 != source.catalogue_sha256
    return {
        "source": source,
        "applied": applied,
        "is_stale": is_stale,
        "changes": [] if is_stale else plan.changes[:SHOWN],
        "count": len(plan.changes),
        "counts": [(sort, sum(one.sort is sort for one in plan.changes)) for sort in Sort],
        "drafts": len(plan.assays),
        "read": {name: len(rows) for name, rows in plan.rows.items()},
        "may_apply": bool(plan.changes) and not is_stale and policy.can(principal, DRAFT),
    }
