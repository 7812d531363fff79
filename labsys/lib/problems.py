"""Errors over HTTP as problem documents (RFC 9457): what happened, which value, what to do."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from labsys.lib.errors import InvalidInput, InvalidInputs, Refusal

CONTENT_TYPE = "application/problem+json"
TITLES = {
    400: "The request cannot be read",
    401: "Who you are is not known",
    403: "Not allowed",
    404: "Not found",
    405: "This address does not take that method",
    409: "The request conflicts with what is recorded",
    413: "The request is too large",
    415: "The body is of a type that is not taken here",
    422: "The request holds something that cannot be accepted",
    429: "Too many requests",
    500: "labsys failed",
    503: "A part of labsys is not available",
}


def document(status: int, detail: str, *, kind: str = "", errors: Any = None) -> dict[str, Any]:
    """Return the members of a problem document."""
    found: dict[str, Any] = {
        "type": f"urn:labsys:problem:{kind or status}",
        "title": TITLES.get(status, "The request failed"),
        "status": status,
        "detail": detail,
    }
    if errors:
        found["errors"] = errors
    return found


def of_refusal(refusal: Refusal) -> dict[str, Any]:
    """Return the problem document of a refused action."""
    faults: tuple[tuple[str, str], ...] = ()
    if isinstance(refusal, InvalidInputs):
        faults = refusal.errors
    elif isinstance(refusal, InvalidInput) and refusal.field:
        faults = ((refusal.field, str(refusal)),)
    errors = [{"pointer": pointer, "detail": detail} for pointer, detail in faults]
    return document(refusal.status, str(refusal), kind=refusal.kind, errors=errors)


def http_problem(status: int, detail: str, **more: Any) -> HttpResponse:
    """Return a problem document as a plain Django response."""
    return JsonResponse(document(status, detail, **more), status=status, content_type=CONTENT_TYPE)


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF exception handler: every expected error becomes a problem document."""
    headers: dict[str, str] = {}
    if isinstance(error, Refusal):
        body = of_refusal(error)
    elif isinstance(error, Http404):
        body = document(404, "There is no such address or record.")
    elif isinstance(error, PermissionDenied):
        body = document(403, "Your role does not allow this.", kind="not-allowed")
    elif isinstance(error, exceptions.APIException):
        body = document(error.status_code, _detail(error), kind=str(error.default_code))
        if getattr(error, "auth_header", None):
            headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
        if getattr(error, "wait", None):
            headers["Retry-After"] = str(int(error.wait))  # type: ignore[attr-defined]
    else:
        return None
    return Response(body, status=body["status"], headers=headers, content_type=CONTENT_TYPE)


def _detail(error: exceptions.APIException) -> str:
    detail = error.detail
    while isinstance(detail, (list, dict)) and detail:
        detail = next(iter(detail.values())) if isinstance(detail, dict) else detail[0]
    return str(detail)
