"""What a person sees after too many wrong passwords."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def locked_out(
    request: HttpRequest, credentials: Any = None, *args: Any, **kwargs: Any
) -> HttpResponse:
    """Answer 429 with the time after which the login opens again."""
    return render(request, "web/locked_out.html", {"minutes": 15}, status=429)
