"""Whether labsys is alive (/healthz) and ready for work (/readyz)."""

from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse

from labsys.accounts.permissions import open_to_anyone
from labsys.work import heartbeats


@open_to_anyone
def live(request: HttpRequest) -> HttpResponse:
    """Answer ok as long as this process serves requests; touches nothing else."""
    return JsonResponse({"status": "ok"})


@open_to_anyone
def ready(request: HttpRequest) -> HttpResponse:
    """Answer whether database, relay, worker and beat are there, and since when each was not heard.

    The listeners are named too, but pages work without them: `manage.py health instruments` tells.
    """
    try:
        ages = heartbeats.ages()
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "database": "no answer"}, status=503)
    late = [
        name
        for name in heartbeats.NEEDED
        if (age := ages[name]) is None or age > heartbeats.LIMITS[name]
    ]
    body = {"status": "late" if late else "ok", "database": "ok", "seconds_since": ages}
    return JsonResponse(body, status=503 if late else 200)
