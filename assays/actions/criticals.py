"""Critical values called back: opened by the evaluation, attempted, read back, escalated.

Locks: results, then entries of the inbox, then calls, so that a withdrawal waits for whoever
acknowledges or writes down an attempt and finds them among those who were told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions import call_moves, inbox
from assays.actions.inbox import Stage
from assays.models import ContactAttempt, CorrectionNotice, CriticalCall, Escalation, Result
from assays.queries import communication
from assays.queries import criticals as queries
from assays.queries.filing import reported_value
from assays.rules.communication import CallState
from assays.rules.escalation import due
from assays.rules.read_back import is_repeated
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import bulk, policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import Conflict, InvalidInput

CALL = "assays.critical.call"
STANDING = (ResultStatus.RESULTED, ResultStatus.TECHNICALLY_VERIFIED, ResultStatus.RELEASED)
LONGEST = 2000
Outcome = ContactAttempt.Outcome


class CallMoved(Conflict):
    """Somebody else wrote down an attempt, or the value moved, since the page was shown."""

    kind = "call-moved"


@dataclass(frozen=True, slots=True)
class Contact:
    """Who was called: a name, what they are there, and how they were reached."""

    name: str
    role: str = ""
    details: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What came of an attempt, with what was read back as it was typed."""

    outcome: Outcome
    read_back: str = ""
    note: str = ""


def open_calls(*, result_ids: Sequence[int], by: Principal, at: datetime) -> None:
    """Open a call for every critical value that stands; one that is there stays as it is.

    Called in the transaction of the evaluation that finds them critical. The clock is that of the
    recording, however late this is. Care staff see the value from here on, as preliminary.
    """
    if not result_ids:
        return
    with acting(by=by, at=at, action="assays.critical.open"):
        # Locked: a withdrawal at this moment is waited for, or waits and finds the call.
        rows_of = Result.objects.select_for_update(no_key=True).filter(pk__in=list(result_ids))
        results = [one for one in rows_of.order_by("pk") if one.status in STANDING]
        rows = [
            {
                "result_id": result.pk,
                "section": result.section,
                "priority": result.priority,
                "started_at": result.recorded_at,
                "state": CallState.OPEN.value,
                "ended_at": None,
                "recorded_by_id": by.pk,
                "recorded_at": at,
            }
            for result in results
        ]
        bulk.insert(CriticalCall, rows, is_repeatable=True)
        unreleased = [one.pk for one in results if one.status != ResultStatus.RELEASED]
        inbox.deliver(result_ids=unreleased, stage=Stage.PRELIMINARY, by=by, at=at)


def open_late(*, by: Principal, at: datetime) -> int:
    """Open the calls of values beyond their critical limits whose evaluation has not come yet.

    Returns how many were opened: critical values do not wait for a worker.
    """
    late = queries.unevaluated(at=at)
    ids = [result.pk for result in late.critical]
    open_calls(result_ids=ids, by=by, at=at)
    return len(ids)


def start(*, result: Result, by: Principal, at: datetime) -> CriticalCall:
    """Open the call of one value beyond its critical limits that is not evaluated yet."""
    policy.check(by, CALL)
    if not queries.is_beyond_limits(result):
        raise Conflict(_("%(result)s is not beyond its critical limits.") % {"result": result})
    open_calls(result_ids=[result.pk], by=by, at=at)
    found: CriticalCall | None = CriticalCall.objects.filter(result=result).first()
    if found is None:
        raise Conflict(_("%(result)s no longer stands.") % {"result": result})
    return found


def record_attempt(
    *,
    call: CriticalCall,
    contact: Contact,
    said: Said,
    made_at: datetime,
    expected_attempts: int,
    by: Principal,
    at: datetime,
) -> ContactAttempt:
    """Write down an attempt; a call ends by a value that was read back as it is, and not otherwise.

    A value read back differently is kept as reached, not read back. `expected_attempts` is how many
    the caller saw: of two who call at once the second is told of the first before they go on.
    """
    policy.check(by, CALL)
    check_words(contact, said)
    check_world_moment(made_at, at=at, field="made_at")
    with acting(by=by, at=at, action="assays.critical.attempt"):
        held = CriticalCall.objects.select_for_update(no_key=True, of=("self",)).select_related(
            "result"
        )
        locked = held.get(pk=call.pk)
        _check_current(locked, expected_attempts)
        if made_at < locked.started_at.replace(second=0, microsecond=0):
            raise InvalidInput(
                _("The value was recorded later than that; when was the call made?"),
                field="made_at",
            )
        made = _attempt(locked.result, contact, said, made_at, by=by, at=at, call=locked)
        if made.outcome == Outcome.CONFIRMED:
            ended = max(made_at, locked.started_at)
            call_moves.end(call_ids=[locked.pk], to=CallState.CONFIRMED, ended_at=ended)
        return made


def withdraw(*, result: Result, by: Principal, at: datetime) -> None:
    """End the call of a value that no longer stands; called in the transaction that withdraws it."""
    calls = list(CriticalCall.objects.select_for_update(no_key=True).filter(result=result))
    if calls:
        with acting(by=by, at=at, action="assays.critical.withdraw"):
            ids = [call.pk for call in calls]
            call_moves.end(call_ids=ids, to=CallState.WITHDRAWN, ended_at=at)


def escalate_due(*, by: Principal, at: datetime) -> int:
    """Record every escalation of open calls that is due; returns how many were new.

    Pages work out the same from the moments alone, so that nobody depends on this having run.
    """
    limits = communication.policy_in_force()
    first = min(limits.critical_steps(at), key=lambda one: one.at).at - at
    waiting = CriticalCall.objects.filter(state=CallState.OPEN, started_at__lte=at - first)
    known = set(Escalation.objects.filter(call__in=waiting).values_list("call_id", "step"))
    rows = [
        {
            "call_id": call.pk,
            "entry_id": None,
            "notice_id": None,
            "step": step.step.value,
            "due_at": step.at,
            "recorded_by_id": by.pk,
            "recorded_at": at,
        }
        for call in waiting.order_by("pk")
        for step in due(limits.critical_steps(call.started_at), at=at)
        if (call.pk, step.step.value) not in known
    ]
    if rows:
        with acting(by=by, at=at, action="assays.critical.escalate"):
            bulk.insert(Escalation, rows, is_repeatable=True)
    return len(rows)


def check_expected(found: int, expected: int, latest: ContactAttempt | None) -> None:
    """Raise CallMoved where another attempt was written down since the page was shown."""
    if found == expected:
        return
    who = queries.name_of(latest.recorded_by) if latest else ""
    what = latest.get_outcome_display() if latest else ""
    raise CallMoved(
        _("%(who)s wrote down an attempt meanwhile (%(what)s). Look at it before you add yours.")
        % {"who": who, "what": what}
    )


def _check_current(call: CriticalCall, expected: int) -> None:
    if call.state == CallState.WITHDRAWN:
        raise CallMoved(
            _("This value no longer stands; whoever was told of it is to be told that instead.")
        )
    attempts = call.attempts.select_related("recorded_by__user").order_by("id")
    check_expected(len(attempts), expected, attempts.last())


def check_words(contact: Contact, said: Said) -> None:
    """Raise InvalidInput unless an attempt says who was called, and nothing that cannot be."""
    if not contact.name.strip():
        raise InvalidInput(_("Whom did you call, or try to? Give a name."), field="contact_name")
    if said.outcome == Outcome.UNABLE_TO_REACH and said.read_back.strip():
        raise InvalidInput(
            _("Nobody was reached, so nobody read anything back."), field="read_back"
        )
    if len(said.note) > LONGEST:
        raise InvalidInput(
            _("At most %(most)d characters, please.") % {"most": LONGEST}, field="note"
        )


def _attempt(
    result: Result,
    contact: Contact,
    said: Said,
    made_at: datetime,
    *,
    by: Principal,
    at: datetime,
    call: CriticalCall,
) -> ContactAttempt:
    outcome, agrees = judged(said, result)
    return write_attempt(
        contact, said, outcome, agrees, made_at=made_at, by=by, at=at, about={"call": call}
    )


def write_attempt(
    contact: Contact,
    said: Said,
    outcome: Outcome,
    agrees: bool | None,
    *,
    made_at: datetime,
    by: Principal,
    at: datetime,
    about: dict[str, CriticalCall | CorrectionNotice],
) -> ContactAttempt:
    """Write down whom somebody tried to reach about a call or a notice, and what came of it."""
    made: ContactAttempt = ContactAttempt.objects.create(
        **about,
        made_at=made_at,
        contact_name=contact.name.strip(),
        contact_role=contact.role.strip(),
        contact_details=contact.details.strip(),
        outcome=outcome,
        read_back=said.read_back.strip(),
        read_back_agrees=agrees,
        note=said.note,
        recorded_by=by,
        recorded_at=at,
    )
    return made


def judged(said: Said, result: Result) -> tuple[Outcome, bool | None]:
    """Return what an attempt comes to, and whether what was read back is the value.

    Raises InvalidInput where nothing readable was read back although it is said to be.
    """
    if said.outcome == Outcome.UNABLE_TO_REACH:
        return Outcome.UNABLE_TO_REACH, None
    if said.outcome == Outcome.REACHED_NO_READBACK and not said.read_back.strip():
        return Outcome.REACHED_NO_READBACK, None
    value = reported_value(
        *(result.kind, result.comparator, result.value, result.unit),
        *(result.value_code, result.value_text, result.absent_reason),
    )
    try:
        agrees = is_repeated(said.read_back, value)
    except InvalidInput as refused:
        raise InvalidInput(str(refused), field="read_back") from refused
    is_confirmed = agrees and said.outcome == Outcome.CONFIRMED
    return (Outcome.CONFIRMED if is_confirmed else Outcome.REACHED_NO_READBACK), agrees
