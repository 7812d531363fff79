"""What every page shows around its content."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    return {"hospital_name": settings.HOSPITAL_NAME, "is_demo": settings.DEMO}
