"""Notices of corrections: a reader's own, and all of those that nobody has acknowledged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assays.models import ContactAttempt, CorrectionNotice, Evaluation, Result
from assays.queries.report_contents import name_of
from assays.rules.communication import NoticeState
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import Person

WAYS = {
    "PAGE:result": gettext_lazy("on the page of the result"),
    "PAGE:results": gettext_lazy("on the patient's page"),
    "PAGE:inbox": gettext_lazy("in the inbox"),
    "PAGE:critical": gettext_lazy("among the critical values"),
    "PAGE:corrections": gettext_lazy("as the correction of another value"),
    "PAGE:requested": gettext_lazy("among their orders"),
    "REPORT:VIEWED": gettext_lazy("on a report"),
    "REPORT:PRINTED": gettext_lazy("on a printed report"),
    "REPORT:DOWNLOADED": gettext_lazy("in a downloaded report"),
    "ACKNOWLEDGED": gettext_lazy("acknowledged it"),
    "CORRECTION": gettext_lazy("as the correction of another value"),
    "REQUESTED": gettext_lazy("as what they ordered"),
    "TOLD": gettext_lazy("by telephone"),
}
RESULT = "assays.result.view"
CHASE = "assays.correction.chase"
PAGE = 50
OWN = 100


@dataclass(frozen=True)
class Cursor:
    """Where a page ends."""

    due_at: datetime
    id: int

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """Return the cursor a link carried, or None where it is not one."""
        try:
            moment, number = text.split("~")
            at = datetime.fromisoformat(moment)
            return cls(at, int(number)) if at.tzinfo and 0 < int(number) < 2**63 else None
        except (ValueError, OverflowError):
            return None

    def __str__(self) -> str:
        return f"{self.due_at.isoformat()}~{self.id}"


@dataclass
class Line:
    """One notice; whether its reader may still see the patient's values."""

    notice: CorrectionNotice
    is_in_reach: bool
    at: datetime

    @property
    def age(self) -> timedelta:
        return self.at - self.notice.recorded_at

    @property
    def minutes(self) -> int:
        return max(0, int(self.age.total_seconds() // 60))

    @property
    def is_overdue(self) -> bool:
        return self.notice.state == NoticeState.OPEN and self.notice.due_at <= self.at

    @property
    def reader(self) -> str:
        """The name of whoever has to hear of it, with a login or without."""
        if self.notice.reader is not None:
            return name_of(self.notice.reader)
        return str(self.notice.told_in.contact_name)

    @property
    def has_login(self) -> bool:
        return self.notice.reader is not None

    @property
    def was_printed(self) -> bool:
        """Whether paper or a file with the old value may be about."""
        return bool({"REPORT:PRINTED", "REPORT:DOWNLOADED"} & set(self.notice.ways))

    @property
    def ways(self) -> list[str]:
        known = (str(WAYS.get(way, _("on another page"))) for way in self.notice.ways)
        return list(dict.fromkeys(known))

    @property
    def pending(self) -> Result | None:
        """The correction that is recorded and not released yet."""
        notice = self.notice
        if notice.replacement_id or notice.stands:
            return None
        return getattr(self.notice.withdrawn, "corrected_by", None)


@dataclass(frozen=True)
class Page:
    lines: list[Line]
    after: Cursor | None


def of_reader(principal: Principal, *, at: datetime) -> list[Line]:
    """Return the open notices of a reader; those about patients out of reach without their values."""
    rows = CorrectionNotice.objects.filter(reader=principal, state=NoticeState.OPEN)
    found = list(_with_all(rows).order_by("severity", "id")[:OWN])
    return _lines_of(found, principal, at)


def one_of_reader(notice_id: int, principal: Principal) -> CorrectionNotice | None:
    """Return a notice of this reader, whether or not the patient is in reach."""
    found: CorrectionNotice | None = CorrectionNotice.objects.filter(
        pk=notice_id, reader=principal
    ).first()
    return found


def count_of_reader(principal: Principal) -> QuerySet[CorrectionNotice]:
    """Return a reader's open notices, to be counted."""
    rows: QuerySet[CorrectionNotice] = CorrectionNotice.objects.filter(
        reader=principal, state=NoticeState.OPEN
    )
    return rows


def unacknowledged(
    principal: Principal,
    *,
    at: datetime,
    result: int | None = None,
    is_overdue: bool = False,
    after: Cursor | None = None,
    limit: int = PAGE,
) -> Page:
    """Return the open notices within reach, the longest due first."""
    rows = policy.scope(principal, CorrectionNotice.objects.filter(state=NoticeState.OPEN))
    if result is not None:
        rows = rows.filter(withdrawn=result)
    if is_overdue:
        rows = rows.filter(due_at__lte=at)
    if after is not None:
        rows = rows.filter(Q(due_at__gt=after.due_at) | Q(due_at=after.due_at, id__gt=after.id))
    found = list(_with_all(rows).order_by("due_at", "id")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return Page(
        lines=[Line(one, True, at) for one in found[:limit]],
        after=Cursor(last.due_at, last.pk) if last else None,
    )


def found(notice_id: int, principal: Principal, *, at: datetime) -> Line | None:
    """Return one notice within reach of those who chase."""
    rows = policy.scope(principal, CorrectionNotice.objects.filter(pk=notice_id))
    attempts = ContactAttempt.objects.select_related("recorded_by__user").order_by("id")
    row = _with_all(rows).prefetch_related(Prefetch("attempts", attempts)).first()
    return Line(row, True, at) if row is not None else None


def may_be_told(notice: CorrectionNotice) -> bool:
    """Return whether the reader may be told the value: they still have access, or have no login."""
    if notice.reader is None:
        return True
    return policy.can(notice.reader, RESULT, notice.replacement or notice.withdrawn)


def corrected(result: Result) -> Sequence[Result]:
    """Return what this value corrects: the value before, and those before it that it replaced too."""
    found: list[Result] = []
    old = result.corrects
    while old is not None:
        found.append(old)
        # A correction that was itself released had readers of its own, who were told of it then.
        old = old.corrects if old.released_at is None else None
    return found


def released_correction(result: Result) -> Result | None:
    """Return the correction of a value that is released, by whichever others in between."""
    found: Result | None = Result.objects.filter(corrects=result).first()
    while found is not None and found.status != ResultStatus.RELEASED:
        found = Result.objects.filter(corrects=found).first()
    return found


def _lines_of(found: Sequence[CorrectionNotice], reader: Principal, at: datetime) -> list[Line]:
    values = Result.objects.filter(pk__in=[one.withdrawn_id for one in found])
    reachable = set(policy.scope(reader, values).values_list("pk", flat=True))
    return [Line(one, one.withdrawn_id in reachable, at) for one in found]


def _with_all(notices: QuerySet[CorrectionNotice]) -> QuerySet[Any]:
    newest = Prefetch("evaluations", Evaluation.objects.order_by("-method_version"))
    results = Result.objects.select_related(
        "analyte", "specimen", "corrected_by", "assay_version"
    ).prefetch_related(newest)
    return notices.select_related("reader__user", "told_in", "comment").prefetch_related(
        Prefetch("person", Person.objects.listed()),
        Prefetch("withdrawn", results),
        Prefetch("replacement", results.all()),
    )
