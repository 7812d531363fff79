"""Keeping the figures of the house as they were counted, and issuing reports to the council from them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from assays.documents import council as documents
from assays.models import CouncilReport, FigureSnapshot
from assays.queries.report_contents import name_of
from assays.rules.reports import digest
from labsys.accounts.models import Principal
from labsys.audit import reads
from labsys.audit.context import acting
from labsys.lib import locks, policy
from labsys.lib.errors import Conflict
from labsys.lib.reasons import check_reason
from labsys.work import queue
from labsys.work.models import WorkItem, WorkState

VIEW = "assays.dashboard.view"
ISSUE = "assays.council.issue"
COUNT = "dashboard"
# Behind every result and report; a person who asks is served before what comes by itself.
URGENT, USUAL = 6, 9
KEPT_FOR = timedelta(days=3)


def ask(*, by: Principal, at: datetime, is_urgent: bool = False) -> None:
    """Have the figures counted by a worker; a wish that waits already is enough."""
    with acting(by=by, at=at, action="assays.dashboard.ask"):
        locks.hold("dashboard count")
        if WorkItem.objects.filter(kind=COUNT, state=WorkState.PENDING).exists():
            return
        queue.enqueue(
            kind=COUNT,
            table="assays_figuresnapshot",
            subjects=[int(at.timestamp())],
            priority=URGENT if is_urgent else USUAL,
        )


def keep(*, content: Mapping[str, Any], milliseconds: int, by: Principal, at: datetime) -> None:
    """Keep the figures counted at the moment that they say, and let old ones go."""
    with acting(by=by, at=at, action="assays.dashboard.keep"):
        FigureSnapshot.objects.get_or_create(
            counted_at=datetime.fromisoformat(content["as_of"]),
            defaults={"content": content, "milliseconds": milliseconds},
        )
        FigureSnapshot.objects.filter(counted_at__lt=at - KEPT_FOR).delete()


def issue(
    *,
    content: Mapping[str, Any],
    agent: str,
    since: date,
    until: date,
    figures_at: datetime,
    reason: str = "",
    corrects: CouncilReport | None = None,
    by: Principal,
    at: datetime,
) -> CouncilReport:
    """Issue what was said as a report of its own, or in place of one that was wrong, with the reason."""
    policy.check(by, ISSUE)
    if corrects is not None:
        check_reason(reason)
    with acting(by=by, at=at, action="assays.council.issue", reason=reason):
        locks.hold("council reports")
        if corrects is not None and CouncilReport.objects.filter(corrects=corrects).exists():
            raise Conflict(_("This version was corrected already: correct the newest one."))
        number, version = _numbered(corrects)
        whole = {
            **content,
            "version": {
                "number": number,
                "version": version,
                "reason": reason.strip(),
                "issued_by": name_of(by),
                "issued_at": at.isoformat(timespec="seconds"),
            },
        }
        pdf = documents.pdf(whole)
        made: CouncilReport = CouncilReport.objects.create(
            number=number,
            version=version,
            corrects=corrects,
            reason=reason.strip(),
            agent=agent,
            since=since,
            until=until,
            content=whole,
            content_sha256=digest(whole),
            pdf=pdf,
            sha256=hashlib.sha256(pdf).hexdigest(),
            template=documents.TEMPLATE_VERSION,
            figures_at=figures_at,
            issued_by=by,
            issued_at=at,
        )
        return made


def record_access(*, report: CouncilReport, by: Principal, at: datetime) -> None:
    """Record that somebody takes a report with them; before it leaves the server."""
    policy.check(by, VIEW)
    with acting(by=by, at=at, action="assays.council.access"):
        reads.record(by=by, purpose="council report", objects=[report], person_id=None)


def _numbered(corrects: CouncilReport | None) -> tuple[int, int]:
    if corrects is not None:
        return corrects.number, corrects.version + 1
    last = CouncilReport.objects.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1, 1
