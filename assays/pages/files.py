"""Files that a page hands over, once the action that wrote them has put them on record."""

from __future__ import annotations

from django.http import HttpResponse


def csv_answer(content: bytes, name: str) -> HttpResponse:
    """Answer with comma-separated values that the browser keeps as a file."""
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
