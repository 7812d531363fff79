"""Critical values that wait for somebody to be told, with everything a caller needs beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects

from assays.models import (
    ContactAttempt,
    CorrectionNotice,
    CriticalCall,
    Evaluation,
    Result,
    ResultAcknowledgement,
    ResultHold,
)
from assays.queries import communication
from assays.queries.filing import reported_value
from assays.queries.report_contents import name_of
from assays.rules.communication import CallState
from assays.rules.escalation import CommunicationPolicy, Due, Step, due, following
from assays.rules.flags import flag
from assays.rules.reference_intervals import Resolution
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal
from labsys.lib import policy
from patients.models import CareAssignment, Encounter, Person

__all__ = ["name_of"]

PAGE = 15
RECENT = 10
LOOKED_AT = 500
WAITING = (ResultStatus.RESULTED, ResultStatus.TECHNICALLY_VERIFIED)
STANDING = frozenset({*WAITING, ResultStatus.RELEASED})


@dataclass(frozen=True)
class Cursor:
    """Where a page of the worklist ends."""

    started_at: datetime
    id: int

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """Return the cursor a link carried, or None where it is not one."""
        try:
            moment, number = text.split("~")
            at = datetime.fromisoformat(moment)
            return cls(at, int(number)) if at.tzinfo and int(number) < 2**63 else None
        except (ValueError, OverflowError):
            return None

    def __str__(self) -> str:
        return f"{self.started_at.isoformat()}~{self.id}"


@dataclass
class Row:
    """One call with its clock as it stands at the moment asked of."""

    call: CriticalCall
    evaluation: Evaluation | None
    holds: list[ResultHold]
    attempts: list[ContactAttempt]
    waited: timedelta
    due: tuple[Due, ...]
    next: Due | None
    stay: Encounter | None = None
    acknowledgements: list[ResultAcknowledgement] = field(default_factory=list)

    @property
    def result(self) -> Result:
        found: Result = self.call.result
        return found

    @property
    def step(self) -> Step | None:
        """The last step that is due, whether or not a job has recorded it."""
        return self.due[-1].step if self.due and self.call.state == CallState.OPEN else None

    @property
    def minutes(self) -> int:
        return max(0, int(self.waited.total_seconds() // 60))

    @property
    def stands(self) -> bool:
        return self.result.status in STANDING

    @property
    def is_unverified(self) -> bool:
        return self.result.status == ResultStatus.RESULTED

    @property
    def requester(self) -> str:
        """The name of whoever ordered it."""
        item = self.result.order_item
        order = item.order if item is not None else self.result.specimen.order
        return name_of(order.requester) if order is not None else ""

    @property
    def confirmation(self) -> ContactAttempt | None:
        """The attempt in which the value was read back."""
        done = [one for one in self.attempts if one.outcome == ContactAttempt.Outcome.CONFIRMED]
        return done[0] if done else None

    @property
    def was_told(self) -> bool:
        """Whether somebody heard the value, read back or not."""
        unable = ContactAttempt.Outcome.UNABLE_TO_REACH
        return any(one.outcome != unable for one in self.attempts)


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    after: Cursor | None


@dataclass(frozen=True)
class Listed:
    """What the call-back list shows; within `target` minutes a value should be told."""

    page: Page
    recent: list[Row]
    target: int


@dataclass(frozen=True)
class Late:
    """Values that no evaluation has reached: how many were looked at, and the critical ones."""

    waiting: int
    is_capped: bool
    critical: list[Result]


def listed(principal: Principal, *, at: datetime, after: Cursor | None = None) -> Listed:
    """Return a page of the open calls, the longest waiting first; with the first, what ended last.

    Everything beside both is fetched together, in a constant number of queries.
    """
    waiting = list(_open(principal, after)[: PAGE + 1])
    ended = [] if after is not None else list(_ended(principal, at)[:RECENT])
    last = waiting[PAGE - 1] if len(waiting) > PAGE else None
    limits = communication.policy_in_force()
    shown = rows([*waiting[:PAGE], *ended], at=at, limits=limits)
    count = len(waiting[:PAGE])
    return Listed(
        page=Page(shown[:count], Cursor(last.started_at, last.pk) if last else None),
        recent=shown[count:],
        target=limits.critical_target,
    )


def worklist(
    principal: Principal, *, at: datetime, after: Cursor | None = None, limit: int = PAGE
) -> Page:
    """Return the open calls within reach, the longest waiting first, in a constant number of queries."""
    calls = list(_open(principal, after)[: limit + 1])
    last = calls[limit - 1] if len(calls) > limit else None
    return Page(
        rows=rows(calls[:limit], at=at),
        after=Cursor(last.started_at, last.pk) if last else None,
    )


def _open(principal: Principal, after: Cursor | None) -> QuerySet[CriticalCall]:
    calls = policy.scope(principal, CriticalCall.objects.filter(state=CallState.OPEN))
    if after is not None:
        calls = calls.filter(
            Q(started_at__gt=after.started_at) | Q(started_at=after.started_at, id__gt=after.id)
        )
    return calls.order_by("started_at", "id")


def _ended(principal: Principal, at: datetime) -> QuerySet[CriticalCall]:
    calls = policy.scope(principal, CriticalCall.objects.exclude(state=CallState.OPEN))
    newest = calls.filter(started_at__gte=at - timedelta(days=3))
    return newest.order_by("-started_at", "-id")


def found(call_id: int, principal: Principal, *, at: datetime) -> Row | None:
    """Return one call within reach, or None."""
    calls = policy.scope(principal, CriticalCall.objects.filter(pk=call_id))
    return next(iter(rows(list(calls), at=at)), None)


def of_result(result_id: int, *, at: datetime) -> Row | None:
    """Return the call about a result, if there is one; the caller has asked whose it is."""
    calls = CriticalCall.objects.filter(result=result_id)
    return next(iter(rows(list(calls), at=at)), None)


def _fetch_beside(calls: Sequence[CriticalCall]) -> None:
    """Fetch with each call its result with everything a caller needs, attempts and escalations."""
    results = Result.objects.select_related(
        *("specimen", "analyte", "assay_version", "order_item__order__requester__user"),
        "specimen__order__requester__user",
    ).prefetch_related(
        Prefetch("person", Person.objects.listed()),
        Prefetch("evaluations", Evaluation.objects.order_by("-method_version")),
        Prefetch("holds", ResultHold.objects.filter(clear=None), to_attr="open_holds"),
        Prefetch("acknowledgements", ResultAcknowledgement.objects.select_related("by__user")),
    )
    attempts = ContactAttempt.objects.select_related("recorded_by__user").order_by("id")
    prefetch_related_objects(
        calls, Prefetch("result", results), Prefetch("attempts", attempts), "escalations"
    )


def rows(
    calls: Sequence[CriticalCall], *, at: datetime, limits: CommunicationPolicy | None = None
) -> list[Row]:
    """Return calls with their clocks as they stand at this moment, and what is shown beside them."""
    if not calls:
        return []
    _fetch_beside(calls)
    held = limits or communication.policy_in_force()
    stays = _stays(calls)
    return [_row(call, held.critical_steps(call.started_at), stays, at) for call in calls]


def _row(
    call: CriticalCall, steps: tuple[Due, ...], stays: dict[int, Encounter], at: datetime
) -> Row:
    until = at if call.ended_at is None else call.ended_at
    return Row(
        call=call,
        evaluation=next(iter(call.result.evaluations.all()), None),
        holds=call.result.open_holds,
        attempts=list(call.attempts.all()),
        waited=until - call.started_at,
        due=due(steps, at=until),
        next=following(steps, at=until) if call.ended_at is None else None,
        stay=stays.get(call.result.person_id),
        acknowledgements=list(call.result.acknowledgements.all()),
    )


def _stays(calls: Sequence[CriticalCall]) -> dict[int, Encounter]:
    """Return where the patients are now: the ward is called when the requester is not reached."""
    persons = {call.result.person_id for call in calls}
    stays = Encounter.objects.open().filter(person__in=persons).select_related("location")
    return {stay.person_id: stay for stay in stays}


def unevaluated(*, at: datetime) -> Late:
    """Judge by their frozen limits the values that no evaluation has reached yet.

    The oldest first, and no more than a fixed number: whether that were all is said as well.
    """
    # No outer join: of the many that wait, those without an evaluation are few.
    analysed = Evaluation.objects.filter(result=OuterRef("pk"))
    rung = CriticalCall.objects.filter(result=OuterRef("pk"))
    waiting = Result.objects.filter(
        ~Exists(analysed), ~Exists(rung), status__in=WAITING, recorded_at__lt=at
    )
    looked_at = list(
        waiting.select_related("specimen", "analyte")
        .prefetch_related(Prefetch("person", Person.objects.listed()))
        .order_by("priority", "recorded_at", "id")[: LOOKED_AT + 1]
    )
    critical = [one for one in looked_at[:LOOKED_AT] if is_beyond_limits(one)]
    return Late(
        waiting=len(looked_at[:LOOKED_AT]),
        is_capped=len(looked_at) > LOOKED_AT,
        critical=critical,
    )


def is_beyond_limits(result: Result) -> bool:
    """Return whether a value is critical by the limits frozen with it, evaluated or not."""
    if result.kind != Result.Kind.NUMERIC:
        return False
    value = reported_value(result.kind, result.comparator, result.value, result.unit, "", "", "")
    return flag(value, Resolution.from_json(result.reference)).is_critical


def staff_of(stay: Encounter | None, *, at: datetime) -> list[str]:
    """Return the names of those who work now where the patient is."""
    if stay is None:
        return []
    now = CareAssignment.objects.filter(location=stay.location, since__lte=at)
    working = now.filter(Q(until=None) | Q(until__gt=at)).select_related("principal__user")
    return sorted({name_of(one.principal) for one in working})


def notices_of(result_id: int) -> list[CorrectionNotice]:
    """Return who has to hear that this value no longer stands."""
    rows = CorrectionNotice.objects.filter(withdrawn=result_id)
    return list(rows.select_related("reader__user", "told_in").order_by("id"))
