"""Refusals become pages (or problem documents) that say what happened and what to do."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from labsys.lib import uploads
from labsys.lib.errors import Refusal
from labsys.lib.problems import document, of_refusal
from labsys.web.refusals import answer

logger = logging.getLogger(__name__)
TAKES_OTHERS = _(
    "Nothing was done: this address takes {methods} and is no page to look at. Go back to the page "
    "with the form, and load that again."
)


class UploadMiddleware:
    """Keeps files off every disk where a view says so; stands before whatever reads a form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        try:
            uploads.prepare(request, view)
        except Refusal as refusal:
            return answer(request, of_refusal(refusal))
        return None


class RefusalMiddleware:
    """Turns an action's refusal, a database that is away, or a wrong method into a clear answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            page = answer(request, document(405, TAKES_OTHERS.format(methods=response["Allow"])))
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refusal):
            body = of_refusal(error)
        elif isinstance(error, OperationalError):
            logger.error("database not available: %s", type(error).__name__)
            body = document(
                503, "The database does not answer; nothing was changed. Try again soon."
            )
        else:
            return None
        return answer(request, body)
