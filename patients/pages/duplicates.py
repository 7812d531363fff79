"""Entries that may be one person: the list, two side by side with what is decided, and the way back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients.actions import duplicates, links
from patients.models import Person, PersonLink
from patients.pages import duplicate_fields, duplicate_words
from patients.pages.duplicate_forms import MergeForm, PartForm, ReasonForm
from patients.pages.shown import acted, looked_at, person_or_404, principal_of
from patients.queries import brought, duplicate_lists, duplicate_pairs
from patients.queries.brought import Brought, Held
from patients.queries.duplicate_pairs import Pair
from patients.rules.duplicates import Grade

VIEW = duplicate_lists.VIEW
LINK = "patients.person.link"
SHOWN = {
    "": gettext_lazy("to decide"),
    "merged": gettext_lazy("read as one person"),
    "distinct": gettext_lazy("said to be two persons"),
}


@require_http_methods(["GET", "HEAD"])
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List pairs nobody has decided about, or what was decided; who was shown is recorded."""
    by = principal_of(request)
    show = request.GET.get("show", "")
    if show not in SHOWN:
        raise InvalidInput(_("There is no such list."), field="show")
    context: dict[str, Any] = {
        "show": show,
        "lists": SHOWN.items(),
        "first": "?" + urlencode({"show": show} if show else {}) if _is_later(request) else "",
    }
    listing = _decided if show else _open
    return render(request, "patients/duplicates.html", context | listing(request, by, show))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=duplicates.DECIDE)
def pair(request: HttpRequest, uid: uuid.UUID, other: uuid.UUID) -> HttpResponse:
    """Show two entries side by side; read them as one, or record that they are two persons."""
    by, at = principal_of(request), database_now()
    first, second = person_or_404(by, uid, VIEW), person_or_404(by, other, VIEW)
    if first.pk == second.pk:
        raise Http404
    looked_at(by, "duplicates", [first, second])
    found = duplicate_pairs.pair(first, second, at=at)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    merge = MergeForm(
        request.POST if act == "merge" else None, pair=found, prefix="merge", label_suffix=""
    )
    apart = ReasonForm(request.POST if act == "apart" else None, prefix="apart", label_suffix="")
    back = ReasonForm(request.POST if act == "back" else None, prefix="back", label_suffix="")
    status = 200
    if request.method == "POST":
        status = _decide(request, found, act, merge=merge, apart=apart, back=back)
        if status == 200:
            return HttpResponseRedirect(reverse("duplicate-pair", args=[uid, other]))
    held = brought.brought(by, [first.pk, second.pk])
    context = {
        "pair": found,
        "fields": duplicate_fields.rows(found),
        "verdict": duplicate_words.verdict(found.match),
        "conflicts": duplicate_words.conflicts(found.contradictions),
        "is_stopped": any(c.stands_in_the_way for c in found.contradictions),
        "rows": _rows(held, [first.pk, second.pk]),
        "merge": merge,
        "apart": apart,
        "back": back,
        "may_link": policy.can(by, LINK),
        "may_decide": policy.can(by, duplicates.DECIDE),
        "failed": act,
    }
    return render(request, "patients/duplicate_pair.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=LINK)
def link(request: HttpRequest, personlink_id: int) -> HttpResponse:
    """Show what each entry brought and what was recorded since they were joined; part them again."""
    by = principal_of(request)
    rows = policy.scope(by, PersonLink.objects.filter(pk=personlink_id), VIEW)
    rows = rows.select_related("recorded_by__user", "unlink__recorded_by__user")
    found = rows.prefetch_related("duplicate__species", "survivor__species").first()
    if found is None:
        raise Http404
    form = PartForm(request.POST if request.method == "POST" else None, label_suffix="")
    status = 422 if form.is_bound else 200
    if form.is_valid():
        status = acted(request, form, _part, link=found, **form.cleaned_data)
        if status == 200:
            messages.success(request, _("The entries stand apart again."))
            return HttpResponseRedirect(reverse("duplicate-link", args=[found.pk]))
    ids = [found.survivor_id, found.duplicate_id]
    people = Person.objects.listed().in_bulk(ids)
    looked_at(by, "duplicates", people.values())
    since = {one.model: one for one in brought.brought(by, ids, since=found.recorded_at)}
    everything = brought.brought(by, ids)
    unlink = getattr(found, "unlink", None)
    context = {
        "link": found,
        "unlink": unlink,
        "sides": [people[id_] for id_ in ids],
        "rows": _rows(everything, ids, since),
        "since": _rows(list(since.values()), ids),
        "form": form,
        "may_part": unlink is None and policy.can(by, LINK),
    }
    return render(request, "patients/duplicate_link.html", context, status=status)


def _decide(
    request: HttpRequest, found: Pair, act: str, *, merge: Any, apart: Any, back: Any
) -> int:
    """Do what the form sent asks for; return 200, or the status of what was wrong."""
    one, other = (side.person for side in found.sides)
    if act == "merge" and not found.are_one and merge.is_valid():
        ends = {side.head.mrn: side.head for side in found.sides}
        survivor = ends.pop(merge.cleaned_data["survivor"])
        (duplicate,) = ends.values()
        given = {"duplicate": duplicate, "survivor": survivor}
        status = acted(request, merge, links.link, reason=merge.cleaned_data["reason"], **given)
        said = _("%(duplicate)s is read as %(survivor)s from now on.")
        return _done(request, status, said % {name: one.mrn for name, one in given.items()})
    if act == "apart" and apart.is_valid():
        status = acted(
            request, apart, duplicates.distinguish, first=one, second=other, **apart.cleaned_data
        )
        return _done(request, status, _("Recorded: they are two persons."))
    if act == "back" and back.is_valid() and found.distinction is not None:
        given = {"distinction": found.distinction}
        status = acted(request, back, duplicates.withdraw, **given, **back.cleaned_data)
        return _done(request, status, _("Taken back: they may be one person."))
    return 422


def _done(request: HttpRequest, status: int, said: str) -> int:
    if status == 200:
        messages.success(request, said)
    return status


def _part(*, by: Principal, at: Any, link: PersonLink, reason: str, distinct: bool) -> None:
    with transaction.atomic():
        links.unlink(by=by, at=at, link=link, reason=reason)
        if distinct:
            duplicates.distinguish(
                by=by, at=at, first=link.duplicate, second=link.survivor, reason=reason
            )


def _open(request: HttpRequest, by: Principal, _show: str) -> dict[str, Any]:
    grade = _grade(request)
    found = duplicate_lists.listed(by, grade=grade, after=_after(request))
    shown = [one for row in found.rows for one in (row.candidate.first, row.candidate.second)]
    looked_at(by, "duplicates", shown)
    counts = duplicate_lists.counts(by)
    narrowed = {"grade": grade.value} if grade else {}
    return {
        "rows": [(row.candidate, duplicate_words.verdict(row.match)) for row in found.rows],
        "grade": grade,
        "grades": [(one, words, counts[one]) for one, words in duplicate_words.GRADES.items()],
        "all": sum(counts.values()),
        "next": found.next and "?" + urlencode({**narrowed, "after": found.next}),
    }


def _decided(request: HttpRequest, by: Principal, show: str) -> dict[str, Any]:
    listing = duplicate_lists.merged if show == "merged" else duplicate_lists.distinctions
    rows, more = listing(by, before=number(request.GET.get("before", "")))
    looked_at(by, "duplicates", [one for row in rows for one in _ends(row)])
    following = "?" + urlencode({"show": show, "before": rows[-1].pk}) if more else None
    return {"decided": [(row, *_ends(row)) for row in rows], "next": following}


def _ends(row: Any) -> tuple[Person, Person]:
    if isinstance(row, PersonLink):
        return row.survivor, row.duplicate
    return row.first, row.second


def _rows(
    found: Sequence[Brought], ids: Sequence[int], since: dict[Any, Brought] | None = None
) -> list[dict[str, Any]]:
    """Return by table what each entry has, and how much of it came since a moment."""
    nothing = Held()
    return [
        {
            "name": one.model._meta.verbose_name_plural,
            "cells": [
                (
                    one.by_entry.get(id_, nothing),
                    since[one.model].by_entry.get(id_, nothing).many
                    if since and one.model in since
                    else 0,
                )
                for id_ in ids
            ],
            "address": _address(one),
        }
        for one in found
    ]


def _address(found: Brought) -> str:
    """Return where rows of a table are listed in the admin; "" where they are not."""
    try:
        return reverse(f"admin:{found.model._meta.label_lower.replace('.', '_')}_changelist")
    except NoReverseMatch:
        return ""


def _grade(request: HttpRequest) -> Grade | None:
    given = request.GET.get("grade", "")
    if not given:
        return None
    try:
        return Grade(given)
    except ValueError:
        raise InvalidInput(_("There is no such list."), field="grade") from None


def _is_later(request: HttpRequest) -> bool:
    return "after" in request.GET or "before" in request.GET


def _after(request: HttpRequest) -> tuple[int, int] | None:
    """Return where the page before ended, as its address says: two whole numbers."""
    if "after" not in request.GET:
        return None
    bits, _line, id_ = request.GET["after"].partition("_")
    parts = number(bits), number(id_)
    if parts[0] is None or parts[1] is None or max(parts[0], parts[1]) >= 2**31:
        raise InvalidInput(_("This address names no page of the list."), field="after")
    return parts[0], parts[1]
