"""Telling everybody who saw a value that it no longer stands, and what holds instead.

A notice per reader is written in the transaction that withdraws the value, and another when its
correction is released. Whoever's page was on its way at that moment is found by `catch_up`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from assays.actions.criticals import (
    Contact,
    Outcome,
    Said,
    check_expected,
    check_words,
    judged,
    write_attempt,
)
from assays.models import (
    ContactAttempt,
    CorrectionAcknowledgement,
    CorrectionNotice,
    Escalation,
    LookBackDecision,
    NoticeClosure,
    Result,
    ResultComment,
    ResultEvent,
    ResultHold,
    ResultHoldClear,
)
from assays.models.inbox import NOTICE_SUBJECTS
from assays.queries import communication
from assays.queries import corrections_chased as queries
from assays.queries.readers import (
    STILL_ON_THE_WAY,
    Reading,
    by_reader,
    is_told_early,
    noticed,
    readers,
)
from assays.rules.communication import NOTICE, NoticeState
from assays.rules.escalation import RANKS, Severity, Step
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import bulk, policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed, NotFound
from labsys.lib.reasons import check_reason

ACKNOWLEDGE = "assays.correction.acknowledge"
CHASE = "assays.correction.chase"
CLOSE = "assays.correction.close"
UNRELEASED = (ResultStatus.RESULTED, ResultStatus.TECHNICALLY_VERIFIED)
GONE = (ResultStatus.SUPERSEDED, ResultStatus.ENTERED_IN_ERROR, ResultStatus.CANCELLED)
# Pages on their way are looked for that long after a withdrawal, an amendment, a doubt or a hold.
CAUGHT_UP_FOR = STILL_ON_THE_WAY + timedelta(minutes=10)


_Event = ResultEvent | ResultComment | LookBackDecision | ResultHold | ResultHoldClear


class NoticeMoved(Conflict):
    """The notice is not open any more: acknowledged, told, or replaced by a later one."""

    kind = "notice-moved"


def follow_withdrawal(*, result: Result, by: Principal, at: datetime) -> int:
    """Give notice to everybody to whom this value came; returns to how many it is new.

    Called in the transaction that withdraws it; whoever withdraws it knows.
    """
    with acting(by=by, at=at, action="assays.correction.withdrawn"):
        event = result.events.filter(new__in=GONE).order_by("-id").first()
        reason = event.reason if event is not None else ""
        stale = CorrectionNotice.objects.filter(Q(replacement=result) | Q(withdrawn=result))
        expecting = [*noticed(stale.filter(state=NoticeState.OPEN))]
        found = [*readers(result, until=at), *expecting]
        others = [one for one in found if one.reader_id != by.pk]
        _move(stale, to=NoticeState.REPLACED)
        return _give(result, found=others, reason=reason, by=by, at=at)


def follow_release(*, result: Result, by: Principal, at: datetime) -> int:
    """Tell the readers of what this released value corrects what holds now.

    Their open notices of the withdrawal are replaced by these. Whoever typed the correction knows.
    """
    given = 0
    with acting(by=by, at=at, action="assays.correction.released"):
        for old in queries.corrected(result):
            before = CorrectionNotice.objects.filter(
                withdrawn=old, **dict.fromkeys(NOTICE_SUBJECTS)
            )
            others = [one for one in noticed(before) if one.reader_id != result.entered_by_id]
            reason = before.order_by("id").values_list("reason", flat=True).first() or ""
            _move(before, to=NoticeState.REPLACED)
            given += _give(old, found=others, replacement=result, reason=reason, by=by, at=at)
    return given


def follow_amendment(*, comment: ResultComment, by: Principal, at: datetime) -> int:
    """Tell everybody to whom a released value came what was amended, or added, beside it.

    Called in the transaction that does so; the value itself stands.
    """
    with acting(by=by, at=at, action="assays.correction.amended"):
        found = readers(comment.result, until=at)
        others = [one for one in found if one.reader_id != by.pk]
        return _give(comment.result, found=others, by=by, at=at, **_said(comment))


def follow_doubt(*, decision: LookBackDecision, by: Principal, at: datetime) -> int:
    """Tell everybody to whom a released value came, and its requester, that it may be wrong.

    Called in the transaction of the look-back that decides so; the value stands for now.
    """
    with acting(by=by, at=at, action="assays.correction.doubted"):
        result = decision.result
        found = [*readers(result, until=at), *_asked_for(result)]
        others = [one for one in found if one.reader_id != by.pk]
        return _give(result, found=others, by=by, at=at, **_said(decision))


def follow_hold(*, hold: ResultHold, by: Principal, at: datetime) -> int:
    """Tell everybody to whom a value came before its release that it is being checked.

    Called in the transaction that holds it; returns to how many it is new.
    """
    result = hold.result
    if not is_told_early(result):
        return 0
    with acting(by=by, at=at, action="assays.correction.held"):
        others = [one for one in readers(result, until=at) if one.reader_id != by.pk]
        return _give(result, found=others, by=by, at=at, **_said(hold))


def follow_clearing(*, cleared: ResultHoldClear, by: Principal, at: datetime) -> int:
    """Tell everybody who was told that a value is being checked that it stands.

    Called in the transaction that clears its last hold. Their open notices are replaced by these.
    """
    result = cleared.hold.result
    is_held = ResultHold.objects.filter(result=result, clear=None).exists()
    if is_held or result.status in GONE:
        return 0
    with acting(by=by, at=at, action="assays.correction.hold_cleared"):
        before = CorrectionNotice.objects.filter(withdrawn=result, hold__isnull=False)
        others = [one for one in noticed(before) if one.reader_id != by.pk]
        _move(before, to=NoticeState.REPLACED)
        return _give(result, found=others, by=by, at=at, **_said(cleared))


def _asked_for(result: Result) -> list[Reading]:
    """Return the requester as a reader: a released value stands in their inbox, looked at or not."""
    order = result.order_item.order if result.order_item else result.specimen.order
    if order is None or result.released_at is None:
        return []
    return [Reading(order.requester_id, None, "REQUESTED", result.released_at)]


def catch_up(*, by: Principal, at: datetime) -> int:
    """Give notice to those whose page was on its way when a value was withdrawn or amended.

    Or doubted, or held. What is said of a value that was withdrawn since is not said any more.
    """
    lately, given = {"recorded_at__gte": at - CAUGHT_UP_FOR}, 0
    gone = ResultEvent.objects.filter(new__in=GONE, **lately)
    stands = {"result__status": ResultStatus.RELEASED, **lately}
    comments = ResultComment.objects.filter(signature__isnull=False, **stands)
    doubts = LookBackDecision.objects.filter(decision=LookBackDecision.Decision.INFORM, **stands)
    holds = ResultHold.objects.filter(
        kind=ResultHold.Kind.MANUAL, clear=None, result__status__in=UNRELEASED, **lately
    )
    found = (rows.select_related("result") for rows in (gone, comments, doubts, holds))
    for event in chain(*found):
        new = _missed(event)
        if new:
            with acting(by=by, at=at, action="assays.correction.catch_up"):
                given += _give(event.result, found=new, by=by, at=at, **_said(event))
    return given


def _said(event: _Event) -> dict[str, Any]:
    """Return what a notice says because of this event."""
    if isinstance(event, ResultComment):
        return {"comment": event, "reason": event.reason or event.text}
    for name, sort in (
        ("doubt", LookBackDecision),
        ("hold", ResultHold),
        ("cleared", ResultHoldClear),
    ):
        if isinstance(event, sort):
            return {name: event, "reason": event.reason}
    return {"replacement": queries.released_correction(event.result), "reason": event.reason}


def _missed(event: _Event) -> list[Reading]:
    """Return the readings that the transaction of this event could not see."""
    result = event.result
    said = {**dict.fromkeys(NOTICE_SUBJECTS), **_said(event)}
    about = {name: said[name] for name in NOTICE_SUBJECTS if name != "replacement"}
    given = CorrectionNotice.objects.filter(withdrawn=result, **about)
    if isinstance(event, ResultHold) and not is_told_early(result):
        return []
    known = set(given.values_list("reader_id", "told_in_id"))
    return [
        one
        for one in readers(result, until=event.recorded_at)
        if (one.reader_id, one.told_in_id) not in known and one.reader_id != event.recorded_by_id
    ]


def acknowledge(
    *, notice: CorrectionNotice, by: Principal, at: datetime, note: str = ""
) -> CorrectionAcknowledgement:
    """Take note, in one's own name, that a value one saw no longer stands; nobody does for another."""
    policy.check(by, ACKNOWLEDGE)
    if notice.reader_id != by.pk:
        raise NotFound(_("There is no such record, or it is not in your reach."))
    with acting(by=by, at=at, action="assays.correction.acknowledge"):
        _move_one(notice, to=NoticeState.ACKNOWLEDGED)
        made: CorrectionAcknowledgement = CorrectionAcknowledgement.objects.create(
            notice=notice, note=note, by=by, at=at
        )
        return made


def record_attempt(
    *,
    notice: CorrectionNotice,
    contact: Contact,
    said: Said,
    made_at: datetime,
    expected_attempts: int,
    by: Principal,
    at: datetime,
) -> ContactAttempt:
    """Write down an attempt to tell a reader by telephone.

    Where a value holds instead and the reader may know it, it is read back; otherwise they say in
    their words that the value no longer stands. Nobody is told a patient's value whom they left.
    """
    policy.check(by, CHASE)
    check_words(contact, said)
    check_world_moment(made_at, at=at, field="made_at")
    with acting(by=by, at=at, action="assays.correction.attempt"):
        held = CorrectionNotice.objects.select_for_update(no_key=True, of=("self",))
        locked = held.select_related("replacement", "reader").get(pk=notice.pk)
        attempts = locked.attempts.select_related("recorded_by__user").order_by("id")
        check_expected(len(attempts), expected_attempts, attempts.last())
        if locked.state != NoticeState.OPEN:
            raise NoticeMoved(_moved_words(locked))
        if made_at < locked.recorded_at.replace(second=0, microsecond=0):
            raise InvalidInput(
                _("The notice was given later than that; when was the call made?"), field="made_at"
            )
        outcome, agrees = _judged(locked, said)
        made = write_attempt(
            contact, said, outcome, agrees, made_at=made_at, by=by, at=at, about={"notice": locked}
        )
        if outcome == Outcome.CONFIRMED:
            _move_one(locked, to=NoticeState.TOLD)
        return made


def close(*, notice: CorrectionNotice, by: Principal, at: datetime, reason: str) -> NoticeClosure:
    """Give up telling a reader who cannot be reached any more, and say why; acknowledges nothing."""
    policy.check(by, CLOSE)
    check_reason(reason)
    if notice.reader_id == by.pk:
        raise NotAllowed(_("This notice is your own: acknowledge it."))
    with acting(by=by, at=at, action="assays.correction.close", reason=reason):
        _move_one(notice, to=NoticeState.CLOSED)
        made: NoticeClosure = NoticeClosure.objects.create(
            notice=notice, reason=reason, by=by, at=at
        )
        return made


def escalate_due(*, by: Principal, at: datetime) -> int:
    """Record that notices were not acknowledged in time; pages work out the same by themselves."""
    late = CorrectionNotice.objects.filter(state=NoticeState.OPEN, due_at__lte=at)
    rows = [
        {
            "call_id": None,
            "entry_id": None,
            "notice_id": notice.pk,
            "step": Step.LABORATORY.value,
            "due_at": notice.due_at,
            "recorded_by_id": by.pk,
            "recorded_at": at,
        }
        for notice in late.filter(escalations=None).order_by("due_at", "id")[:1000]
    ]
    if rows:
        with acting(by=by, at=at, action="assays.correction.escalate"):
            bulk.insert(Escalation, rows, is_repeatable=True)
    return len(rows)


def _judged(notice: CorrectionNotice, said: Said) -> tuple[Outcome, bool | None]:
    is_told_value = notice.replacement is not None and (
        notice.reader is None or policy.can(notice.reader, "assays.result.view", notice.replacement)
    )
    if is_told_value:
        return judged(said, notice.replacement)
    if said.outcome == Outcome.CONFIRMED:
        if not said.read_back.strip():
            raise InvalidInput(
                _("What did they say back? For example “does not stand”."), field="read_back"
            )
        return Outcome.CONFIRMED, True
    return Outcome(said.outcome), None


def _give(
    old: Result,
    *,
    found: Iterable[Reading],
    reason: str,
    by: Principal,
    at: datetime,
    **about: Any,
) -> int:
    """Write a notice for each of these readers; one that is there stays as it is.

    `about` is what happened to the value, by the name of its column (`NOTICE_SUBJECTS`).
    """
    severity = _severity(old, about.get("replacement"))
    subjects = {
        f"{name}_id": about[name].pk if about.get(name) else None for name in NOTICE_SUBJECTS
    }
    due = at + communication.policy_in_force().correction_limit(severity)
    rows = [
        {
            "withdrawn_id": old.pk,
            **subjects,
            "person_id": old.person_id,
            "reader_id": reader,
            "told_in_id": told_in,
            "ways": sorted({one.way for one in ways}),
            "seen_at": max(one.at for one in ways),
            "reason": reason,
            "severity": RANKS[severity],
            "due_at": due,
            "state": NoticeState.OPEN.value,
            "recorded_by_id": by.pk,
            "recorded_at": at,
        }
        for (reader, told_in), ways in by_reader(found)
    ]
    bulk.insert(CorrectionNotice, rows, is_repeatable=True)
    return len(rows)


def _severity(old: Result, replacement: Result | None) -> Severity:
    ids = [old.pk, *([replacement.pk] if replacement else [])]
    found = communication.severities(ids).values()
    return min(found, key=RANKS.__getitem__, default=Severity.OTHER)


def _move(notices: Any, *, to: NoticeState) -> int:
    if not NOTICE.can_move(NoticeState.OPEN, to):
        raise NoticeMoved(f"A notice cannot become {to.value.lower()}.")
    return int(notices.filter(state=NoticeState.OPEN).update(state=to))


def _move_one(notice: CorrectionNotice, *, to: NoticeState) -> None:
    if not _move(CorrectionNotice.objects.filter(pk=notice.pk), to=to):
        notice.refresh_from_db(fields=["state"])
        raise NoticeMoved(_moved_words(notice))
    notice.state = to


def _moved_words(notice: CorrectionNotice) -> str:
    said = {
        NoticeState.ACKNOWLEDGED: _("It was acknowledged already."),
        NoticeState.TOLD: _("The reader was told by telephone meanwhile."),
        NoticeState.REPLACED: _("There is a later notice that says more; look at that one."),
        NoticeState.CLOSED: _("A laboratory doctor closed it meanwhile."),
    }
    return said.get(NoticeState(notice.state), "")
