"""One micrograph: its picture with what was found in it, and its bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.contrib import messages as notices
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assays.actions import micrograph_readings as actions_of_readings
from assays.actions import micrographs as actions
from assays.actions.micrograph_readings import READ
from assays.actions.micrographs import ADD
from assays.models import Micrograph, StoredContent
from assays.pages.acts import attempt
from assays.queries.analyses import fields
from assays.queries.analyses.fields import Field
from assays.rules import micrograph_readings
from assays.rules.micrograph_readings import Seen
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import contents, policy
from labsys.lib.addresses import text
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, Refusal
from labsys.lib.refusals import sentence
from patients.queries import banners

VIEW = "assays.analysis.view"
# What is counted: its name in a count, its singular, its key.
KINDS = (
    ("red_cells", gettext_lazy("red cell"), "1"),
    ("white_cells", gettext_lazy("white cell"), "2"),
    ("foreign_bodies", gettext_lazy("foreign body"), "3"),
    ("platelets", gettext_lazy("platelet"), "4"),
    ("artefacts", gettext_lazy("artefact"), "5"),
)
LETTERS = {"white_cells": "W", "foreign_bodies": "F"}


class ContentGone(Refusal):
    """The storage does not hold what it was given."""

    status = 503
    kind = "content-damaged"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=READ)
def show(request: HttpRequest, micrograph_id: int) -> HttpResponse:
    """Show one field with what was found in it or read; keep what a reader confirms or corrects."""
    principal = request.principal  # type: ignore[attr-defined]
    one = _found(principal, micrograph_id)
    (field,) = fields.shown(principal, [one])
    if request.method == "POST" and _read(request, field):
        return HttpResponseRedirect(reverse("micrograph", args=[one.pk]))
    reads.record(
        by=principal, purpose="micrograph", objects=[one], person_id=one.specimen.person_id
    )
    beside = list(fields.standing(principal, one.specimen).values_list("pk", flat=True))
    outcome = field.part.outcome if field.part is not None else None
    is_reading = field.reading is not None and "count" not in request.GET
    context = {
        "micrograph": one,
        "specimen": one.specimen,
        "banner": banners.banner(one.specimen.person, at=database_now()),
        "view": getattr(one, "view", None),
        "field": field,
        "outcome": outcome,
        "layers": layers(_drawn(field, is_reading=is_reading)),
        "is_reading": is_reading,
        "readings": [
            (reading, micrograph_readings.counts(reading.findings))
            for reading in fields.readings(principal, one)
        ],
        "kinds": KINDS,
        "may_add": policy.can(principal, ADD, one),
        **_neighbours(one.pk, beside),
    }
    return render(request, "assays/analyses/micrographs/field.html", context)


@require_safe
@requires(VIEW)
def picture(request: HttpRequest, drawn_id: int) -> HttpResponse:
    """Answer with what is shown of a micrograph."""
    return _bytes(_view(request, drawn_id).picture)


@require_safe
@requires(VIEW)
def thumbnail(request: HttpRequest, drawn_id: int) -> HttpResponse:
    """Answer with a small picture of a micrograph."""
    return _bytes(_view(request, drawn_id).thumbnail)


@require_safe
@requires(VIEW)
def original(request: HttpRequest, micrograph_id: int) -> StreamingHttpResponse:
    """Hand over the file as it was given."""
    principal = request.principal  # type: ignore[attr-defined]
    one = _found(principal, micrograph_id)
    reads.record(
        by=principal, purpose="micrograph.file", objects=[one], person_id=one.specimen.person_id
    )
    return _file(one.content, one.name)


@require_POST
@requires(ADD)
def withdraw(request: HttpRequest, micrograph_id: int) -> HttpResponse:
    """Take a micrograph out of use."""
    one = _found(request.principal, micrograph_id)  # type: ignore[attr-defined]
    done = _("%(name)s is withdrawn; it is counted no more.") % {"name": one.name}
    reason = text(request.POST, "reason")
    tried = attempt(request, actions.withdraw, micrograph=one, reason=reason, done=done)
    where = ("micrographs", one.specimen.accession) if tried.made else ("micrograph", one.pk)
    return HttpResponseRedirect(reverse(where[0], args=where[1:]))


def _drawn(field: Field, *, is_reading: bool) -> Mapping[str, Any]:
    """Return what is drawn, by kind: the newest reading, or else the newest count."""
    if is_reading and field.reading is not None:
        return micrograph_readings.by_kind(field.reading.findings)
    if field.part is not None and field.part.outcome is not None:
        return field.part.outcome  # type: ignore[no-any-return]
    return micrograph_readings.by_kind([])


def _read(request: HttpRequest, field: Field) -> bool:
    """Keep a reading: the objects that the page's script sends, or all as they were shown."""
    one, view = field.micrograph, getattr(field.micrograph, "view", None)
    try:
        if view is None or view.picture is None:
            raise InvalidInput(_("There is no picture to read."))
        if sent := request.POST.get("findings", ""):
            seen = micrograph_readings.written(sent, width=view.width, height=view.height)
        elif request.POST.get("shown") == "reading" and field.reading is not None:
            seen = tuple(Seen(**seen) for seen in field.reading.findings)
        elif field.counts is not None and field.part is not None:
            seen = micrograph_readings.found(field.part.outcome)
        else:
            raise InvalidInput(_("Nothing was counted that could be confirmed."))
    except Refusal as refusal:
        notices.error(request, sentence(refusal))
        return False
    part = field.part if field.counts is not None else None
    remark, done = text(request.POST, "remark"), _("The reading is kept.")
    given = {"micrograph": one, "seen": seen, "part": part, "remark": remark}
    return attempt(request, actions_of_readings.record, done=done, **given).made is not None


def layers(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what is drawn over the picture, kind by kind; the largest last would hide the others."""
    return [
        {"kind": kind, "word": word, "letter": LETTERS.get(kind, ""), "bodies": found[kind]}
        for kind, word, _key in KINDS
    ]


def _neighbours(pk: int, all_: list[int]) -> dict[str, int | None]:
    place = all_.index(pk) if pk in all_ else -1
    return {
        "number": place + 1,
        "of": len(all_),
        "before": all_[place - 1] if place > 0 else None,
        "after": all_[place + 1] if 0 <= place < len(all_) - 1 else None,
    }


def _found(principal: Principal, id_: int) -> Micrograph:
    rows = Micrograph.objects.filter(pk=id_).select_related(
        "content", "view", "specimen__person", "recorded_by__user", "withdrawn_by__user"
    )
    found: Micrograph | None = policy.scope(principal, rows).first()
    if found is None:
        raise Http404
    return found


def _view(request: HttpRequest, id_: int) -> Any:
    view = getattr(_found(request.principal, id_), "view", None)  # type: ignore[attr-defined]
    if view is None or view.picture is None:
        raise Http404
    return view


def _bytes(content: StoredContent) -> HttpResponse:
    with _held():
        answer = HttpResponse(contents.read(content.sha256), content_type=content.media_type)
    # It is somebody's: kept by nobody on the way.
    answer["Cache-Control"] = "private, max-age=3600"
    return answer


def _file(content: StoredContent, name: str) -> StreamingHttpResponse:
    with _held():
        pieces = contents.stream(content.sha256)
    answer = StreamingHttpResponse(pieces, content_type=content.media_type)
    answer["Content-Disposition"] = content_disposition_header(True, name)
    answer["Content-Length"] = content.size
    answer["Cache-Control"] = "no-store"
    return answer


@contextmanager
def _held() -> Iterator[None]:
    try:
        yield
    except contents.ContentDamaged as damaged:
        raise ContentGone(
            _("The storage does not hold this picture as it was given. Tell who runs it.")
        ) from damaged
