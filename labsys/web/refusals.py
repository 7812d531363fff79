"""The pages of errors: what happened and what to do, never a trace or somebody's data.

Under /api/ and /fhir/ the same is said as a problem document. The page of a failure asks nothing
of the database, which may be what failed.
"""

from __future__ import annotations

import sys
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from labsys.lib.problems import CONTENT_TYPE, document

MACHINE_PATHS = ("/api/", "/fhir/")


def answer(request: HttpRequest, problem: dict[str, Any]) -> HttpResponse:
    """Return a problem as a page, or as a document to a machine."""
    if request.path.startswith(MACHINE_PATHS):
        return JsonResponse(problem, status=problem["status"], content_type=CONTENT_TYPE)
    # A failure's page must not ask the database who is logged in: it may be away.
    template = "web/failure.html" if problem["status"] >= 500 else "web/refusal.html"
    return render(request, template, {"problem": problem}, status=problem["status"])


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    detail = _("The request cannot be read. Go back and try again.")
    if isinstance(exception, RequestDataTooBig):
        detail = _(
            "More text was sent than is taken at once (1 MiB); nothing was done with it. Go back, and "
            "hand it in as a file where there is a field for one, or in parts."
        )
    return answer(request, document(400, detail))


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, document(403, _("Your role does not allow this.")))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(
        request,
        document(404, _("There is no such page or record, or it is not in your reach.")),
    )


def failed(request: HttpRequest) -> HttpResponse:
    if isinstance(sys.exc_info()[1], OperationalError):
        detail = _("The database does not answer; nothing was changed. Try again soon.")
        return answer(request, document(503, detail))
    detail = _(
        "labsys failed while it prepared this page. What was being recorded was either recorded "
        "completely or not at all: look before you enter it again."
    )
    return answer(request, document(500, detail))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose proof of origin is missing: mostly a page left open over a new login."""
    detail = _(
        "This form was opened before you last logged in, or your browser keeps no cookies. "
        "Nothing was changed. Load the page again and repeat the entry."
    )
    return answer(request, document(403, detail))
