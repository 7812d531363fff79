"""Refusals become pages (or problem documents) that say what happened and what to do."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from labsys.lib.errors import Refusal
from labsys.lib.problems import document, of_refusal
from labsys.web.refusals import answer

logger = logging.getLogger(__name__)


class RefusalMiddleware:
    """Turns an action's refusal, or a database that is away, into a clear answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

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
