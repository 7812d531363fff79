"""Asking for a value again: repeated, run anew or diluted; and what answers it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from assays.actions import result_checks
from assays.models import Attempt, AttemptRequest, OrderItem, Result, Specimen
from assays.rules.attempts import (
    LARGEST_FACTOR,
    AppliedBy,
    AttemptKind,
    RequestStatus,
)
from assays.rules.filing import ItemFacts
from assays.rules.states import ResultStatus, SpecimenStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.reasons import check_reason

REQUEST = "assays.attempt.request"
USABLE = (SpecimenStatus.COLLECTED, SpecimenStatus.RECEIVED, SpecimenStatus.AVAILABLE)
STANDING = (ResultStatus.RESULTED, ResultStatus.TECHNICALLY_VERIFIED, ResultStatus.RELEASED)


def ask(
    *,
    result: Result,
    kind: AttemptKind,
    by: Principal,
    at: datetime,
    reason: str,
    factor: Decimal | None = None,
    applied_by: AppliedBy | None = None,
) -> AttemptRequest:
    """Ask for a value to be measured again on the same specimen, by hand or by an instrument.

    Until the new value came, or the request is withdrawn, one that waits is not verified or released;
    then one of the two is chosen. A released value stands until it is corrected, and the new one is
    rejected where the released one is right. A dilution says its `factor` and who multiplies by it,
    the instrument or the laboratory here: it happens once.
    """
    policy.check(by, REQUEST, result)
    check_reason(reason)
    _check_factor(kind, factor, applied_by)
    with acting(by=by, at=at, action="assays.attempt.request", reason=reason):
        specimen, item = _locked(result)
        if result.status not in STANDING:
            raise Conflict(_("%(result)s is no longer in use.") % {"result": result})
        _check_possible(result, specimen, item)
        return AttemptRequest.objects.create(
            order_item=item,
            specimen=specimen,
            result=result,
            kind=kind,
            factor=factor,
            applied_by=applied_by or "",
            reason=reason.strip(),
            status=RequestStatus.OPEN,
            requested_by=by,
            requested_at=at,
        )


def _locked(result: Result) -> tuple[Specimen, OrderItem]:
    """Lock what a request is about, and read the state of its value under the lock."""
    if result.order_item_id is None:
        raise Conflict(_("%(result)s was not ordered; order it anew.") % {"result": result})
    specimen = Specimen.objects.select_for_update(no_key=True).get(pk=result.specimen_id)
    result.status = result_checks.lock([result.pk])[result.pk]
    item = OrderItem.objects.select_for_update(no_key=True).get(pk=result.order_item_id)
    return specimen, item


def withdraw(
    *, request: AttemptRequest, by: Principal, at: datetime, reason: str
) -> AttemptRequest:
    """Take back a request that nothing has answered yet."""
    policy.check(by, REQUEST, request)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.attempt.withdraw", reason=reason):
        # A recording that answers it holds the specimen: of the two the second finds it ended.
        Specimen.objects.select_for_update(no_key=True).get(pk=request.specimen_id)
        _end([request.pk], to=RequestStatus.WITHDRAWN, by=by, at=at)
    request.refresh_from_db()
    return request


def answer(*, recorded: Sequence[tuple[ItemFacts, int]], by: Principal, at: datetime) -> None:
    """Note which results answer requests; called in the transaction that records them.

    Of several values of one batch the first answers.
    """
    first: dict[int, tuple[ItemFacts, int]] = {}
    for item, result_id in recorded:
        if item.asked is not None:
            first.setdefault(item.asked.request_id, (item, result_id))
    if not first:
        return
    with acting(by=by, at=at, action="assays.attempt.answer"):
        _end(sorted(first), to=RequestStatus.DONE, by=by, at=at)
        Attempt.objects.bulk_create(
            Attempt(
                result_id=result_id,
                request_id=request_id,
                kind=item.asked.kind,  # type: ignore[union-attr]
                factor=item.asked.factor,  # type: ignore[union-attr]
                recorded_by=by,
                recorded_at=at,
            )
            for request_id, (item, result_id) in first.items()
        )


def _end(ids: Sequence[int], *, to: RequestStatus, by: Principal, at: datetime) -> None:
    """Move requests from open; the filter decides between racing callers."""
    rows = AttemptRequest.objects.filter(pk__in=ids, status=RequestStatus.OPEN)
    if rows.update(status=to, ended_by=by, ended_at=at) != len(ids):
        raise Conflict(_("This request was answered or withdrawn meanwhile; look at it again."))


def _check_factor(kind: AttemptKind, factor: Decimal | None, applied_by: AppliedBy | None) -> None:
    if kind is not AttemptKind.DILUTION:
        if factor is not None or applied_by is not None:
            raise InvalidInput(_("Only a dilution has a factor."), field="factor")
        return
    if factor is None or not factor.is_finite() or not 1 < factor <= LARGEST_FACTOR:
        raise InvalidInput(
            _("The factor of a dilution lies above 1 and up to %(most)d.")
            % {"most": LARGEST_FACTOR},
            field="factor",
        )
    if applied_by is None:
        raise InvalidInput(_("Say who multiplies by the factor."), field="applied_by")


def _check_possible(result: Result, specimen: Specimen, item: OrderItem) -> None:
    if "suppliers" in result.as_sent:
        raise Conflict(_("A calculated value is not measured; ask for one of its inputs."))
    if specimen.status not in USABLE:
        raise Conflict(_("Specimen %(specimen)s cannot be used any more.") % {"specimen": specimen})
    open_ones = AttemptRequest.objects.filter(
        order_item=item, specimen=specimen, status=RequestStatus.OPEN
    )
    if open_ones.exists():
        raise Conflict(_("This value is asked for again already."))
