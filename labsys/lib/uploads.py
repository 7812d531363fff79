"""Uploads that no disk may see: held in memory, and refused before they are read where they are too large.

Django writes a large file of a form to a temporary one as soon as anything asks for the form, which the
check of its token does before any view: so a view only says it, and a middleware sees to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest
from django.utils.translation import gettext as _

from labsys.lib.errors import Refusal

FIELDS = 1024 * 1024  # what a form may say beside its file
MARK = "most_in_memory"

View = TypeVar("View", bound=Callable[..., Any])


class TooLarge(Refusal):
    """More was sent than is taken; none of it was read."""

    status = 413
    kind = "too-large"


class InMemory(MemoryFileUploadHandler):
    """Holds every file in memory, however large."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        super().handle_raw_input(*args, **kwargs)
        self.activated = True


def held_in_memory(most: int) -> Callable[[View], View]:
    """Let a view take a file of at most `most` bytes, which no temporary file ever holds."""

    def marked(view: View) -> View:
        setattr(view, MARK, most)
        return view

    return marked


def prepare(request: HttpRequest, view: Callable[..., Any]) -> None:
    """See to what a view says of its files, before anything reads the form; TooLarge refuses it."""
    most: int | None = getattr(view, MARK, None)
    if most is None or request.method != "POST":
        return
    if int(request.META.get("CONTENT_LENGTH") or 0) > most + FIELDS:
        raise TooLarge(_("The file is larger than %(most)d KB.") % {"most": most // 1024})
    request.upload_handlers = [InMemory(request)]
