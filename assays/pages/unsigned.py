"""Rows of limits that nobody here has answered for: seen with their source, signed or declined."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from assays.actions import catalogue
from assays.models import RangeSignature
from assays.queries import range_rows
from assays.queries.range_rows import Declined, LimitRow
from assays.rules.range_rows import EFFECTS, WORDS, RowKind, RowRef, limits_text, read_ref
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.accounts.step_ups import StepUpForm
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, Refusal
from labsys.lib.refusals import sentence

SIGN = "assays.range.sign"
ON_A_PAGE = 50
FILTERS = ("analyte", "kind", "species", "show")
LONGEST_NOTE = 500


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@requires("assays.catalogue.view", post=SIGN)
def show(request: HttpRequest) -> HttpResponse:
    """List what waits for a signature; sign or decline the rows that were ticked."""
    status, form = 200, StepUpForm(None, request=request, label_suffix="")
    if request.method == "POST":
        is_signing = request.POST.get("act") != "refuse"
        if is_signing:
            form = StepUpForm(request.POST, request=request, label_suffix="")
        if is_signing and not form.is_valid():
            status = 422
        else:
            try:
                return _decide(request, form)
            except Refusal as refusal:
                status = refusal.status
                messages.error(request, sentence(refusal))
    context = {**_context(request), "form": form}
    return render(request, "assays/unsigned.html", context, status=status)


def _decide(request: HttpRequest, form: StepUpForm) -> HttpResponse:
    """Decline the ticked rows, or sign them with the password of the valid form."""
    principal = request.principal  # type: ignore[attr-defined]
    refs = [read_ref(text) for text in request.POST.getlist("rows")]
    if None in refs:
        raise InvalidInput(_now("A row that was ticked is not one of this list."), field="rows")
    note = request.POST.get("note", "").replace("\x00", "").strip()[:LONGEST_NOTE]
    given: dict[str, Any] = {
        "refs": [ref for ref in refs if ref is not None],
        "by": principal,
        "at": database_now(),
    }
    if request.POST.get("act") == "refuse":
        done = len(catalogue.refuse_rows(reason=note, **given))
        said = ngettext("%(n)d row declined.", "%(n)d rows declined.", done)
    else:
        done = len(catalogue.sign_rows(note=note, step_up=form.step_up, **given))
        said = ngettext("%(n)d row signed.", "%(n)d rows signed.", done)
    messages.success(request, said % {"n": done})
    kept = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    return HttpResponseRedirect(f"{reverse('unsigned')}?{urlencode(kept)}")


def _context(request: HttpRequest) -> dict[str, Any]:
    principal = request.principal  # type: ignore[attr-defined]
    rows = range_rows.in_force()
    waiting = [row for row in rows if not row.is_signed]
    declined = range_rows.declined([row.ref for row in waiting])
    chosen = _filtered(request, waiting, declined)
    first = _first(request.GET.get("from", ""), len(chosen))
    on_page = chosen[first : first + ON_A_PAGE]
    ticked = set(request.POST.getlist("rows")) if request.method == "POST" else set()
    kept = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    return {
        "rows": _lines(on_page, declined, principal, ticked),
        "progress": _progress(rows),
        "species": sorted({row.species for row in waiting}),
        "kinds": [(kind.value, _now(WORDS[kind])) for kind in RowKind],
        "effects": [(_now(WORDS[kind]), _now(EFFECTS[kind])) for kind in RowKind],
        "chosen": {name: request.GET.get(name, "") for name in FILTERS},
        "count": len(chosen),
        "declined_count": len(declined),
        "note": request.POST.get("note", ""),
        "may_sign": policy.can(principal, SIGN),
        "previous_url": _address(kept, first - ON_A_PAGE) if first else "",
        "next_url": _address(kept, first + ON_A_PAGE) if first + ON_A_PAGE < len(chosen) else "",
        "newest": RangeSignature.objects.select_related("signed_by__user").order_by("-id").first(),
    }


def _filtered(
    request: HttpRequest, rows: list[LimitRow], declined: dict[RowRef, Declined]
) -> list[LimitRow]:
    analyte = request.GET.get("analyte", "").strip().lower()
    kind, species = request.GET.get("kind", ""), request.GET.get("species", "")
    show = request.GET.get("show", "")
    return [
        row
        for row in rows
        if (not analyte or analyte in row.code.lower() or analyte in _name(row).lower())
        and (not kind or row.kind == kind)
        and (not species or row.species == species)
        and (show != "declined" or row.ref in declined)
        and (show != "open" or row.ref not in declined)
    ]


def _name(row: LimitRow) -> str:
    return str(row.version.assay.analyte.name)


def _lines(
    rows: list[LimitRow],
    declined: dict[RowRef, Declined],
    principal: Principal,
    ticked: set[str],
) -> list[dict[str, Any]]:
    writers = range_rows.writers(rows)
    return [
        {
            "row": row,
            "ref": str(row.ref),
            "kind": _now(WORDS[row.kind]),
            "limits": limits_text(row.low, row.high),
            "declined": declined.get(row.ref),
            "is_own": writers.get(row.ref) == principal.pk,
            "is_ticked": str(row.ref) in ticked,
        }
        for row in rows
    ]


def _progress(rows: list[LimitRow]) -> list[dict[str, Any]]:
    """Return, per kind and of all, how many rows in force are signed."""
    found = []
    for kind in RowKind:
        mine = [row for row in rows if row.kind is kind]
        signed = sum(row.is_signed for row in mine)
        if mine:
            found.append({"words": _now(WORDS[kind]), "signed": signed, "all": len(mine)})
    return found


def _first(text: str, count: int) -> int:
    return min(number(text) or 0, max(count - 1, 0)) // ON_A_PAGE * ON_A_PAGE


def _address(kept: dict[str, str], first: int) -> str:
    return "?" + urlencode({**kept, "from": max(first, 0)})
