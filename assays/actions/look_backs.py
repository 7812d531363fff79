"""Look-backs: opened after a failed control or for a window of time, decided result by result, closed.

Each decision is a row of its own and does at once what it says: a held value is held, one to be
measured again is asked for, whoever has seen a doubted one is told, one that stands is let go. What
is decided about several at once is done for all of them or for none. A look-back opens a
nonconformity.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assays.actions import (
    attempt_requests,
    corrections_chased,
    nonconformities,
    result_checks,
    results,
)
from assays.models import (
    Assay,
    ControlHold,
    Instrument,
    LookBack,
    LookBackDecision,
    OrderItem,
    Result,
    ResultHold,
)
from assays.queries import look_backs as queries
from assays.rules.attempts import AttemptKind
from assays.rules.nonconformities import Kind
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import Conflict, InvalidInput, Refusal
from labsys.lib.reasons import check_reason

OPEN = "assays.lookback.open"
DECIDE = "assays.lookback.decide"
CLOSE = "assays.lookback.close"
Decision = LookBackDecision.Decision
_WAITING = (ResultStatus.RESULTED, ResultStatus.TECHNICALLY_VERIFIED)
MOST_AT_ONCE = 200


class NotDecided(Conflict):
    """A look-back was to be closed with results left that nobody has decided about."""

    kind = "look-back-not-decided"


def open_for_hold(*, hold: ControlHold, by: Principal, at: datetime, reason: str) -> LookBack:
    """Open the look-back of an instrument out of control: everything since its last good control."""
    policy.check(by, OPEN)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.lookback.open", reason=reason):
        if LookBack.objects.filter(hold=hold).exists():
            raise Conflict(_("There is a look-back of this hold already."))
        try:
            with transaction.atomic():
                made = LookBack.objects.create(
                    cause=LookBack.Cause.CONTROL,
                    instrument=hold.instrument,
                    assay=hold.assay,
                    since=queries.last_good_before(hold),
                    hold=hold,
                    reason=reason,
                    recorded_by=by,
                    recorded_at=at,
                )
        except IntegrityError as refused:
            raise Conflict(_("There is a look-back of this hold already.")) from refused
        _report(made, by=by, at=at)
    return made


def open_window(
    *,
    instrument: Instrument,
    assay: Assay,
    since: datetime,
    until: datetime,
    cause: str,
    by: Principal,
    at: datetime,
    reason: str,
) -> LookBack:
    """Open a look-back of a time in which something was wrong that no control showed."""
    policy.check(by, OPEN)
    check_reason(reason)
    if cause not in LookBack.Cause.values:
        raise InvalidInput(_("Say what was wrong."), field="cause")
    check_world_moment(since, at=at, field="since")
    if until.tzinfo is None or until > at + timedelta(days=1):
        raise InvalidInput(_("A look-back does not look ahead."), field="until")
    if since >= until:
        raise InvalidInput(_("It ends before it begins."), field="until")
    with acting(by=by, at=at, action="assays.lookback.open", reason=reason):
        made = LookBack.objects.create(
            cause=cause,
            instrument=instrument,
            assay=assay,
            since=since,
            until=until,
            reason=reason,
            recorded_by=by,
            recorded_at=at,
        )
        _report(made, by=by, at=at)
    return made


def decide(
    *,
    look_back: LookBack,
    chosen: Sequence[Result],
    decision: str,
    by: Principal,
    at: datetime,
    reason: str,
) -> dict[int, Refusal]:
    """Decide one thing about these results and do it: for all of them or, if one refuses, for none.

    Returns what was refused, by result; where anything was, nothing is done.
    """
    policy.check(by, DECIDE)
    check_reason(reason)
    if decision not in Decision.values:
        raise InvalidInput(_("Choose what to do."), field="decision")
    if len(chosen) > MOST_AT_ONCE:
        raise InvalidInput(_("Decide about fewer results at once."))
    refused: dict[int, Refusal] = {}
    try:
        with acting(by=by, at=at, action="assays.lookback.decide", reason=reason):
            _lock_open(look_back)
            ids = [one.pk for one in chosen]
            inside = set(queries.results(look_back).filter(pk__in=ids).values_list("pk", flat=True))
            result_checks.lock_for_withdrawal(chosen)
            for result in _by_order(chosen):
                try:
                    _decide(look_back, result, decision, inside, by=by, at=at, reason=reason)
                except Refusal as refusal:
                    refused[result.pk] = refusal
            if refused:
                raise _NotAll
    except _NotAll:
        pass
    return refused


class _NotAll(Exception):
    """Takes back what was done about the others where one result refuses."""


def _decide(
    look_back: LookBack,
    result: Result,
    decision: str,
    inside: Collection[int],
    *,
    by: Principal,
    at: datetime,
    reason: str,
) -> None:
    if result.pk not in inside:
        raise Conflict(_("This result does not belong to the look-back."))
    with acting(by=by, at=at, action=f"assays.lookback.{decision.lower()}", reason=reason):
        _DO[decision](result, by, at, reason)
        made = LookBackDecision.objects.create(
            look_back=look_back,
            result=result,
            decision=decision,
            reason=reason,
            recorded_by=by,
            recorded_at=at,
        )
        if decision == Decision.INFORM:
            corrections_chased.follow_doubt(decision=made, by=by, at=at)


def _by_order(chosen: Sequence[Result]) -> list[Result]:
    """Return results in the order in which their orders are locked."""
    asked = {one.order_item_id for one in chosen} - {None}
    items = OrderItem.objects.filter(pk__in=asked)
    orders = dict(items.values_list("pk", "order_id"))
    return sorted(chosen, key=lambda one: (orders.get(one.order_item_id, 0), one.pk))


def close(*, look_back: LookBack, by: Principal, at: datetime, conclusion: str) -> LookBack:
    """Close a look-back once every result of it is decided."""
    policy.check(by, CLOSE)
    if not conclusion.strip():
        raise InvalidInput(_("Say what came of it."), field="conclusion")
    with acting(by=by, at=at, action="assays.lookback.close"):
        locked = _lock_open(look_back)
        if queries.ends_at(locked) is None:
            raise NotDecided(_("The instrument is still out of control; results are added."))
        left = queries.left(locked)
        if left:
            raise NotDecided(
                _("%(count)d results are not decided yet, or are to be corrected.")
                % {"count": left}
            )
        changes = {"closed_at": at, "closed_by": by, "conclusion": conclusion}
        LookBack.objects.filter(pk=look_back.pk, closed_at=None).update(**changes)
    look_back.refresh_from_db()
    return look_back


def _lock_open(look_back: LookBack) -> LookBack:
    rows = LookBack.objects.select_for_update(of=("self",)).select_related("assay", "hold")
    found: LookBack | None = rows.filter(pk=look_back.pk, closed_at=None).first()
    if found is None:
        raise Conflict(_("This look-back is closed; nothing more is decided in it."))
    return found


def _hold(result: Result, by: Principal, at: datetime, reason: str) -> None:
    """Hold a value that is not out yet; what is held as out of control is held already."""
    policy.check(by, "assays.result.hold", result)
    if result.status == ResultStatus.RELEASED:
        raise Conflict(
            _("%(result)s is released: have it repeated, correct it, or inform the requester.")
            % {"result": result}
        )
    if not ResultHold.objects.filter(result=result, clear=None, kind=ResultHold.Kind.QC).exists():
        results.hold(result=result, by=by, at=at, reason=reason)


def _accept(result: Result, by: Principal, at: datetime, reason: str) -> None:
    """Let a value stand: what held it as out of control, or for this look-back, is cleared."""
    policy.check(by, "assays.result.correct", result)
    result_checks.check_other_person(result, by, verb="decide about")
    held = LookBackDecision.objects.filter(result=result, decision=Decision.HOLD)
    moments = set(held.values_list("recorded_at", flat=True))
    for hold in ResultHold.objects.filter(result=result, clear=None).select_related("result"):
        if hold.kind == ResultHold.Kind.QC or hold.recorded_at in moments:
            results.clear_hold(hold=hold, by=by, at=at, reason=reason)


def _repeat(result: Result, by: Principal, at: datetime, reason: str) -> None:
    """Have it measured again: the next value of its specimen answers the request.

    A value that is not out is rejected, which opens its assay again; a released one stands until
    somebody has compared the two.
    """
    policy.check(by, "assays.result.verify", result)
    attempt_requests.ask(result=result, kind=AttemptKind.REPEAT, by=by, at=at, reason=reason)
    if result.status in _WAITING:
        results.reject(result=result, by=by, at=at, reason=reason)


def _correct(result: Result, by: Principal, at: datetime, reason: str) -> None:
    """Note that a value has to be corrected; it counts as decided once somebody has."""
    policy.check(by, "assays.result.correct", result)


def _inform(result: Result, by: Principal, at: datetime, reason: str) -> None:
    """Tell whoever has seen a released value, and its requester, that it may be wrong.

    It comes into their inboxes, where they take note of it by name.
    """
    policy.check(by, "assays.result.correct", result)
    if result.status != ResultStatus.RELEASED:
        raise Conflict(
            _("%(result)s is not released: there is nobody to inform.") % {"result": result}
        )


_DO: dict[str, Callable[[Result, Principal, datetime, str], None]] = {
    Decision.HOLD: _hold,
    Decision.ACCEPT: _accept,
    Decision.REPEAT: _repeat,
    Decision.CORRECT: _correct,
    Decision.INFORM: _inform,
}


def _report(made: LookBack, *, by: Principal, at: datetime) -> None:
    summary = _("Look-back of %(assay)s on %(instrument)s: %(reason)s") % {
        "assay": made.assay,
        "instrument": made.instrument,
        "reason": made.reason,
    }
    nonconformities.report(
        kind=Kind.LOOK_BACK,
        summary=summary,
        by=by,
        at=at,
        instrument=made.instrument,
        source=made,
    )
