"""Reports: a version for every change of what an order's requester has been told; documents; readers.

Locks are taken after those of results, items and their order: the order's row guards its report.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from assays import signals
from assays.documents import reports as documents
from assays.models import (
    Order,
    Report,
    ReportAccess,
    ReportDocument,
    ReportVersion,
    Result,
)
from assays.queries import report_contents
from assays.rules.reports import (
    Change,
    can_follow,
    changes,
    digest,
    is_same,
    preliminary_of,
    status_after,
    told_early,
    values_of,
)
from assays.rules.states import ReportStatus, ResultStatus
from labsys.accounts.models import Principal
from labsys.audit import reads
from labsys.audit.context import acting
from labsys.lib import bulk, policy
from labsys.lib.errors import Conflict
from labsys.lib.reasons import check_reason
from labsys.work import queue
from labsys.work.registry import Execution

REPORT = "report"
VERSIONS = "assays_reportversion"
# Rendering waits behind every value: whoever asks for a document sooner has it rendered then.
AFTER_VALUES = 4


class NothingEarly(Conflict):
    """There is no value that could be told before its release."""

    kind = "nothing-early"


class ReportMoved(Conflict):
    """The report is not in the state from which this version would follow."""

    kind = "report-moved"


def follow(*, order_id: int, by: Principal, at: datetime, reason: str = "") -> ReportVersion | None:
    """Make the next version of an order's report, if it has to say anything else than before.

    Called at the end of every action that releases or withdraws a value or ends an item, in its
    transaction. Returns the version made; None where nothing changed, or nothing was ever released.
    """
    with acting(by=by, at=at, action="assays.report.follow", reason=reason):
        order = Order.objects.select_for_update(no_key=True).get(pk=order_id)
        report = Report.objects.filter(order=order).first() or _registered(order, by=by, at=at)
        return None if report is None else _next(report, order, by=by, at=at, reason=reason)


def issue_interim(*, order: Order, by: Principal, at: datetime, reason: str = "") -> ReportVersion:
    """Make a preliminary version while tests are open: what is released, and what may be told early.

    Beside the released values it gives, marked as preliminary, what was technically verified and is
    not held, and critical values that nobody has verified; all else is named as awaited. From then
    on each version before the final one does.
    """
    policy.check(by, "assays.report.interim", order)
    with acting(by=by, at=at, action="assays.report.issue_interim", reason=reason):
        locked = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
        _content, standing = report_contents.snapshot(locked.pk, with_preliminary=True)
        if not standing.is_open or standing.is_in_error:
            raise Conflict(_("No test of this order is open: its report is not preliminary."))
        if not standing.has_preliminary:
            raise NothingEarly(
                _(
                    "No value may be told before its release: none that is open is technically "
                    "verified and free of holds, and none is critical."
                )
            )
        report = Report.objects.filter(order=locked).first() or _register(locked, by=by, at=at)
        made = _next(report, locked, by=by, at=at, reason=reason, is_interim=True)
        if made is None:
            raise Conflict(_("The interim report says already what there is to say."))
        return made


def follow_told(*, order_ids: Iterable[int], by: Principal, at: datetime) -> None:
    """Make the next version where an interim report gave an unreleased value that changed.

    It was rejected, or held, or its hold was cleared. Whoever makes an interim report at this moment
    is waited for, or waits and finds it so.
    """
    ids = list(order_ids)
    if not ids:
        return
    orders = Order.objects.select_for_update(no_key=True).filter(pk__in=ids)
    locked = list(orders.order_by("pk").values_list("pk", flat=True))
    told = Report.objects.filter(order__in=locked, status=ReportStatus.PRELIMINARY)
    for order_id in sorted(told.values_list("order_id", flat=True)):
        follow(order_id=order_id, by=by, at=at)


def catch_up(*, by: Principal, at: datetime) -> int:
    """Make the reports of orders whose values were released before there were reports.

    Returns how many were made. Each order is a transaction of its own, so that a large laboratory's
    upgrade can be broken off and gone on with.
    """
    released = Result.objects.filter(order_item__order=OuterRef("pk"), status=ResultStatus.RELEASED)
    orders = Order.objects.filter(Exists(released), report=None).order_by("pk")
    made = [
        follow(order_id=order_id, by=by, at=at)
        for order_id in list(orders.values_list("pk", flat=True))
    ]
    return sum(version is not None for version in made)


def issue_anew(*, report: Report, by: Principal, at: datetime, reason: str) -> ReportVersion:
    """Make a version where something changed that no value shows, such as the patient's name."""
    policy.check(by, "assays.report.issue", report)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.report.issue_anew", reason=reason):
        made = follow(order_id=report.order_id, by=by, at=at, reason=reason)
        if made is None:
            raise Conflict(_("The report says already what there is to say; nothing has changed."))
        return made


def store(
    *,
    pdfs: Mapping[int, bytes],
    by: Principal,
    at: datetime,
    execution: Execution | None = None,
) -> None:
    """Keep the rendered documents of versions (by version id); one that is there stays as it is."""
    with acting(by=by, at=at, action="assays.report.render"):
        rows = [
            {
                "version_id": version,
                "pdf": pdf,
                "sha256": hashlib.sha256(pdf).hexdigest(),
                "template": documents.TEMPLATE_VERSION,
                "worker": execution.worker if execution else "",
                "task_id": execution.task_id if execution else "",
                "rendered_by_id": by.pk,
                "rendered_at": at,
            }
            for version, pdf in pdfs.items()
        ]
        bulk.insert(ReportDocument, rows, is_repeatable=True)


def document(*, version: ReportVersion, by: Principal, at: datetime) -> ReportDocument:
    """Return a version's document, rendered now if no worker has come to it yet."""
    found: ReportDocument | None = ReportDocument.objects.filter(version=version).first()
    if found is None:
        store(pdfs={version.pk: documents.pdf(version.content)}, by=by, at=at)
        found = ReportDocument.objects.get(version=version)
    return found


def record_access(
    *, version: ReportVersion, kind: ReportAccess.Kind, by: Principal, at: datetime
) -> ReportAccess:
    """Record that somebody is shown a version, or takes it with them; before it leaves the server."""
    policy.check(by, "assays.report.view", version)
    with acting(by=by, at=at, action="assays.report.access"):
        person_id = version.report.order.person_id
        reads.record(
            by=by, purpose=f"report {kind.value.lower()}", objects=[version], person_id=person_id
        )
        made: ReportAccess = ReportAccess.objects.create(version=version, kind=kind, by=by, at=at)
        return made


def _registered(order: Order, *, by: Principal, at: datetime) -> Report | None:
    """Register the report of an order whose first value is released; None before that."""
    if not Result.objects.filter(order_item__order=order, status=ResultStatus.RELEASED).exists():
        return None
    return _register(order, by=by, at=at)


def _register(order: Order, *, by: Principal, at: datetime) -> Report:
    made: Report = Report.objects.create(
        order=order, status=ReportStatus.REGISTERED, recorded_by=by, recorded_at=at
    )
    return made


def _next(
    report: Report,
    order: Order,
    *,
    by: Principal,
    at: datetime,
    reason: str,
    is_interim: bool = False,
) -> ReportVersion | None:
    before = report.versions.order_by("-number").first()
    old = ReportStatus(report.status)
    # Once somebody was told early, every version says how that stands, until the report is final.
    with_preliminary = is_interim or old is ReportStatus.PRELIMINARY
    told = frozenset() if before is None else told_early(before.content)
    content, standing = report_contents.snapshot(
        order.pk, with_preliminary=with_preliminary, told=told
    )
    found = () if before is None else changes(before.content, content)
    status = status_after(old, changed={one.sort for one in found}, standing=standing)
    if before is not None and is_same(before.content, content) and status is old:
        return None
    _move(report, old=old, to=status)
    number = 1 if before is None else before.number + 1
    own = _own(report, number, status, found, by=by, at=at, reason=reason)
    return _version(report, order, {**content, **own}, by=by, at=at)


def _own(
    report: Report,
    number: int,
    status: ReportStatus,
    found: tuple[Change, ...],
    *,
    by: Principal,
    at: datetime,
    reason: str,
) -> dict[str, Any]:
    """Return what a content says of the version itself."""
    return {
        "version": {
            "report": report.pk,
            "number": number,
            "status": status.value,
            "reason": reason,
            "made_by": report_contents.name_of(by),
            "made_at": at.isoformat(timespec="seconds"),
        },
        "changes": [change.to_json() for change in found],
    }


def _version(
    report: Report, order: Order, content: dict[str, Any], *, by: Principal, at: datetime
) -> ReportVersion:
    made: ReportVersion = ReportVersion.objects.create(
        report=report,
        number=content["version"]["number"],
        status=content["version"]["status"],
        content=content,
        result_ids=values_of(content),
        preliminary_ids=sorted(line["id"] for line in preliminary_of(content)),
        sha256=digest(content),
        reason=content["version"]["reason"],
        made_by=by,
        made_at=at,
    )
    signals.report_made.send(sender=ReportVersion, version=made, by=by, at=at)
    queue.enqueue(
        kind=REPORT, table=VERSIONS, subjects=[made.pk], priority=order.priority + AFTER_VALUES
    )
    return made


def _move(report: Report, *, old: ReportStatus, to: ReportStatus) -> None:
    """Move a report from the status its row was read in; the only place that sets it."""
    if not can_follow(old, to):
        raise ReportMoved(
            _("Report %(report)s is %(old)s; it cannot become %(new)s.")
            % {"report": report.pk, "old": old.value.lower(), "new": to.value.lower()}
        )
    if old is to:
        return
    if not Report.objects.filter(pk=report.pk, status=old).update(status=to):
        raise ReportMoved(_("The report changed meanwhile; look at it again."))
    report.status = to
