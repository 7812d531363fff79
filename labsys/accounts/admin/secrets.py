"""Showing a password or a key once: in the answer itself, never in a message or a cookie."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


def shown_once(
    request: HttpRequest,
    site: Any,
    *,
    what: Any,
    secret: str,
    obj: Any,
    back: str,
    use: Any = "",
    example: str = "",
) -> HttpResponse:
    """Return the page that shows a secret this one time, and how it is used where that is not plain."""
    context = {
        **site.each_context(request),
        "title": what,
        "what": what,
        "secret": secret,
        "object": obj,
        "back": back,
        "use": use,
        "example": example,
    }
    answer = TemplateResponse(request, "accounts/shown_once.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
