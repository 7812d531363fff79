"""Verifying, releasing, rejecting and holding results: the moves of a result, one gateway."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from assays import signals
from assays.actions import order_items, reports, signatures
from assays.actions.result_checks import (
    STATUS_WORDS,
    ResultMoveRefused,
    check_inputs,
    check_other_person,
    check_ready,
    check_state,
    guard,
    lock,
    lock_for_withdrawal,
    words,
)
from assays.actions.signatures import Signing
from assays.models import Result, ResultEvent, ResultHold, ResultHoldClear, Signature
from assays.queries import orders, releasable
from assays.rules.states import RESULT, ResultStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, Refusal
from labsys.lib.reasons import check_reason


def verify(
    *,
    result: Result,
    by: Principal,
    at: datetime,
    expected: ResultStatus = ResultStatus.RESULTED,
) -> Result:
    """Confirm that a value is technically sound; never by whoever entered it."""
    policy.check(by, "assays.result.verify", result)
    check_other_person(result, by, verb="verify")
    with acting(by=by, at=at, action="assays.result.verify"):
        guard([result.pk])
        check_ready(result)
        return _verified(result, expected=expected, by=by, at=at)


def release(
    *,
    result: Result,
    by: Principal,
    at: datetime,
    signing: Signing,
    expected: ResultStatus = ResultStatus.TECHNICALLY_VERIFIED,
) -> Result:
    """Sign a verified value and make it known to its requester and to whatever follows from it."""
    policy.check(by, "assays.result.release", result)
    check_other_person(result, by, verb="release")
    if expected is not ResultStatus.TECHNICALLY_VERIFIED:
        raise ResultMoveRefused(_("Only a technically verified result can be released."))
    with acting(by=by, at=at, action="assays.result.release"):
        check_state(result, guard([result.pk]).get(result.pk))
        check_ready(result)
        signatures.check_seen(result=result, signing=signing)
        return release_checked(results=[result], signing=signing, by=by, at=at)[0]


def release_together(
    *, results: Sequence[Result], by: Principal, at: datetime, signing: Signing
) -> dict[int, Refusal]:
    """Release verified values, those of one order in one transaction and one version of its report.

    Those of one order are under one signature. One that is refused keeps none of the others back;
    returns the refusals by result id.
    """
    signatures.check(signing=signing, by=by, at=at)
    refused: dict[int, Refusal] = {}
    for _order, ones in groupby(
        sorted(results, key=lambda one: (_by_order(one), one.pk)), key=_by_order
    ):
        with acting(by=by, at=at, action="assays.result.release_together"):
            fit = _fit_for_release(list(ones), refused, by=by)
            if fit:
                release_checked(results=fit, signing=signing, by=by, at=at)
    return refused


def auto_release(*, result_ids: Sequence[int], by: Principal, at: datetime) -> list[Result]:
    """Release values that live rule sets passed, each as far as the fixed laws allow it now.

    The laws are asked of the database again, under lock. What they forbid stays for a person; returns
    what was released.
    """
    policy.check(by, "assays.result.autorelease")
    with acting(by=by, at=at, action="assays.result.auto_release"):
        guard(result_ids)
        allowed = releasable.allowed(result_ids)
        signed = _signed_by_rules(allowed, by=by, at=at)
        moved = [
            _move(
                result,
                expected=ResultStatus.RESULTED,
                to=ResultStatus.RELEASED,
                by=by,
                at=at,
                reason=f"passed by {rules}",
                released_by=by,
                released_at=at,
                signature=signed[rules],
            )
            for result, rules in allowed
        ]
        _follow_release(moved, by=by, at=at)
    return moved


def reject(
    *,
    result: Result,
    by: Principal,
    at: datetime,
    reason: str,
    expected: ResultStatus | None = None,
) -> Result:
    """Refuse a value before its release: it is kept, never used, and the assay is open again."""
    policy.check(by, "assays.result.verify", result)
    check_reason(reason)
    now = expected or ResultStatus(result.status)
    with acting(by=by, at=at, action="assays.result.reject", reason=reason):
        lock_for_withdrawal([result])
        moved = _move(result, expected=now, to=ResultStatus.CANCELLED, by=by, at=at, reason=reason)
        signals.result_withdrawn.send(sender=Result, result=moved, by=by, at=at)
        reports.follow_told(order_ids=orders.of_items([moved.order_item_id]), by=by, at=at)
        return moved


def mark_entered_in_error(
    *,
    result: Result,
    by: Principal,
    at: datetime,
    reason: str,
    signing: Signing,
    expected: ResultStatus | None = None,
) -> Result:
    """Sign that a value should never have been recorded, released or not, and set it right."""
    policy.check(by, "assays.result.correct", result)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.result.mark_entered_in_error", reason=reason):
        lock_for_withdrawal([result])
        signatures.check_seen(result=result, signing=signing)
        signatures.sign(results=[result.pk], signing=signing, by=by, at=at)
        moved = _move(
            result,
            expected=expected or ResultStatus(result.status),
            to=ResultStatus.ENTERED_IN_ERROR,
            by=by,
            at=at,
            reason=reason,
        )
        _follow_withdrawal(moved, by=by, at=at, reason=reason)
        return moved


def take_back_calculated(*, result: Result, by: Principal, at: datetime, reason: str) -> Result:
    """Take back a calculated result whose input was taken back: rejected, or entered in error.

    Called in the transaction in which that happens; what was signed there stands for this too.
    """
    is_released = result.status == ResultStatus.RELEASED
    to = ResultStatus.ENTERED_IN_ERROR if is_released else ResultStatus.CANCELLED
    with acting(by=by, at=at, action="assays.result.take_back_calculated", reason=reason):
        expected = ResultStatus(result.status)
        moved = _move(result, expected=expected, to=to, by=by, at=at, reason=reason)
        if is_released:
            _follow_withdrawal(moved, by=by, at=at, reason=reason)
        else:
            signals.result_withdrawn.send(sender=Result, result=moved, by=by, at=at)
            reports.follow_told(order_ids=orders.of_items([moved.order_item_id]), by=by, at=at)
        return moved


def supersede(
    *,
    result: Result,
    by: Principal,
    at: datetime,
    reason: str,
    expected: ResultStatus | None = None,
) -> Result:
    """Mark a result as replaced by its correction; called by the action that records that."""
    now, to = expected or ResultStatus(result.status), ResultStatus.SUPERSEDED
    with acting(by=by, at=at, action="assays.result.supersede", reason=reason):
        moved = _move(result, expected=now, to=to, by=by, at=at, reason=reason)
        _follow_withdrawal(moved, by=by, at=at, reason=reason)
        return moved


def withdraw_received(*, result: Result, by: Principal, at: datetime, reason: str) -> Result:
    """Take back a value that whoever sent it took back; called by the filing that locked it."""
    now, to = ResultStatus(result.status), ResultStatus.ENTERED_IN_ERROR
    with acting(by=by, at=at, action="assays.result.withdraw_received", reason=reason):
        moved = _move(result, expected=now, to=to, by=by, at=at, reason=reason)
        _follow_withdrawal(moved, by=by, at=at, reason=reason)
        return moved


def keep_outdated(*, result: Result, by: Principal, at: datetime, reason: str) -> Result:
    """Keep a correction that came after a newer value: it never stood, so nothing follows."""
    now, to = ResultStatus.RESULTED, ResultStatus.CANCELLED
    with acting(by=by, at=at, action="assays.result.keep_outdated", reason=reason):
        return _move(result, expected=now, to=to, by=by, at=at, reason=reason)


def hold(*, result: Result, by: Principal, at: datetime, reason: str) -> ResultHold:
    """Stop a result from being verified or released until somebody clears the hold."""
    policy.check(by, "assays.result.hold", result)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.result.hold", reason=reason):
        # Under the lock that verifying and releasing take: either they see the hold, or it them.
        found = lock([result.pk]).get(result.pk)
        if found not in (ResultStatus.RESULTED, ResultStatus.TECHNICALLY_VERIFIED):
            result.refresh_from_db(fields=["status"])
            raise ResultMoveRefused(
                _("%(result)s is %(state)s; only a result that is not released can be held.")
                % {"result": result, "state": words(result)}
            )
        made: ResultHold = ResultHold.objects.create(
            result=result,
            kind=ResultHold.Kind.MANUAL,
            reason=reason,
            recorded_by=by,
            recorded_at=at,
        )
        result.status = found
        signals.result_held.send(sender=ResultHold, hold=made, by=by, at=at)
        reports.follow_told(order_ids=orders.of_items([result.order_item_id]), by=by, at=at)
        return made


def clear_hold(*, hold: ResultHold, by: Principal, at: datetime, reason: str) -> ResultHoldClear:
    """End a hold, saying what was found; never by whoever entered the value."""
    policy.check(by, "assays.result.hold", hold.result)
    check_other_person(hold.result, by, verb="clear the hold on")
    check_reason(reason)
    with acting(by=by, at=at, action="assays.result.clear_hold", reason=reason):
        # Of two who clear it the second finds it cleared.
        hold.result.status = lock([hold.result_id])[hold.result_id]
        if ResultHoldClear.objects.filter(hold=hold).exists():
            raise Conflict(_("This hold was cleared meanwhile."))
        made: ResultHoldClear = ResultHoldClear.objects.create(
            hold=hold, reason=reason, recorded_by=by, recorded_at=at
        )
        signals.result_hold_cleared.send(sender=ResultHoldClear, cleared=made, by=by, at=at)
        reports.follow_told(order_ids=orders.of_items([hold.result.order_item_id]), by=by, at=at)
        return made


def _signed_by_rules(
    allowed: Sequence[tuple[Result, str]], *, by: Principal, at: datetime
) -> dict[str, Signature]:
    """Sign results as the rule sets that passed them: one signature per set of these."""
    results: dict[str, list[int]] = {}
    for result, rules in allowed:
        results.setdefault(rules, []).append(result.pk)
    return {
        rules: signatures.sign_by_rules(results=ids, rule_set=rules, by=by, at=at)
        for rules, ids in results.items()
    }


def _by_order(result: Result) -> int:
    return result.order_item.order_id if result.order_item else 0


def _fit_for_release(
    ones: Sequence[Result], refused: dict[int, Refusal], *, by: Principal
) -> list[Result]:
    """Lock results and return those that may be released; notes why the others may not."""
    states = guard([one.pk for one in ones])
    fit = []
    for result in ones:
        try:
            policy.check(by, "assays.result.release", result)
            check_other_person(result, by, verb="release")
            check_state(result, states.get(result.pk))
            check_ready(result)
        except Refusal as refusal:
            refused[result.pk] = refusal
        else:
            fit.append(result)
    return _resting_on_released(fit, refused)


def _resting_on_released(fit: Sequence[Result], refused: dict[int, Refusal]) -> list[Result]:
    """Leave out calculated results that rest on what is not released now either."""
    together = {one.pk for one in fit}
    for result in fit:
        try:
            check_inputs(result, together=together)
        except Refusal as refusal:
            refused[result.pk] = refusal
            together.discard(result.pk)
    return [one for one in fit if one.pk in together]


def release_checked(
    *, results: Sequence[Result], signing: Signing, by: Principal, at: datetime
) -> list[Result]:
    """Sign results, move them and let everything follow: the end of every release by a person.

    Called in the transaction of an action that has guarded and checked them.
    """
    ids = [one.pk for one in results]
    for one in results:
        check_inputs(one, together=ids)
    signature = signatures.sign(results=ids, signing=signing, by=by, at=at)
    stamps = {"released_by": by, "released_at": at, "signature": signature}
    old, new = ResultStatus.TECHNICALLY_VERIFIED, ResultStatus.RELEASED
    moved = [_move(one, expected=old, to=new, by=by, at=at, **stamps) for one in results]
    _follow_release(moved, by=by, at=at)
    return moved


def verify_checked(*, results: Sequence[Result], by: Principal, at: datetime) -> list[Result]:
    """Move guarded and checked results past their technical verification."""
    return [_verified(one, expected=ResultStatus.RESULTED, by=by, at=at) for one in results]


def _verified(result: Result, *, expected: ResultStatus, by: Principal, at: datetime) -> Result:
    stamps = {"verified_by": by, "verified_at": at}
    to = ResultStatus.TECHNICALLY_VERIFIED
    return _move(result, expected=expected, to=to, by=by, at=at, **stamps)


def _follow_release(moved: Sequence[Result], *, by: Principal, at: datetime) -> None:
    """End the items of released values, announce these, and make their orders' reports say so.

    Items are locked after all results and orders after all items, however many are released.
    """
    items = [one.order_item_id for one in moved if one.order_item_id is not None]
    order_items.complete(item_ids=items, by=by, at=at)
    for result in moved:
        signals.result_released.send(sender=Result, result=result, by=by, at=at)
    for order_id in orders.of_items(items):
        reports.follow(order_id=order_id, by=by, at=at)


def _follow_withdrawal(moved: Result, *, by: Principal, at: datetime, reason: str) -> None:
    """Open what was ordered again, announce the withdrawal, and make the order's report say so."""
    _open_again(moved, by=by, at=at, reason=reason)
    signals.result_withdrawn.send(sender=Result, result=moved, by=by, at=at)
    for order_id in orders.of_items([moved.order_item_id]):
        reports.follow(order_id=order_id, by=by, at=at)


def _open_again(result: Result, *, by: Principal, at: datetime, reason: str) -> None:
    """Open what was ordered again, unless another released value answers it."""
    item_id = result.order_item_id
    if item_id is None:
        return
    if not Result.objects.filter(order_item=item_id, status=ResultStatus.RELEASED).exists():
        order_items.reopen(item_ids=[item_id], by=by, at=at, reason=reason)


def _move(
    result: Result,
    *,
    expected: ResultStatus,
    to: ResultStatus,
    by: Principal,
    at: datetime,
    reason: str = "",
    **stamps: Any,
) -> Result:
    """Move one result: the filter on the expected status decides between racing callers."""
    if not RESULT.can_move(expected, to):
        raise ResultMoveRefused(
            _("%(result)s is %(state)s; it cannot become %(to)s.")
            % {"result": result, "state": STATUS_WORDS[expected], "to": STATUS_WORDS[to]}
        )
    moving = Result.objects.filter(Q(pk=result.pk, status=expected))
    if not moving.update(status=to, **stamps):
        result.refresh_from_db(fields=["status"])
        raise ResultMoveRefused(
            _("%(result)s is %(state)s meanwhile; look at it again before you decide.")
            % {"result": result, "state": words(result)}
        )
    ResultEvent.objects.create(
        result=result, old=expected, new=to, reason=reason, recorded_by=by, recorded_at=at
    )
    for name, value in {"status": to, **stamps}.items():
        setattr(result, name, value)
    return result
