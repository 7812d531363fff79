"""Disposals: a batch proposed by one person, destroyed when another confirms to have been there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assays.actions import specimens
from assays.models import Disposal, DisposalLine, Specimen
from assays.queries import disposals
from assays.rules.disposals import DISPOSAL, DisposalStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.reasons import check_reason

PROPOSE, CONFIRM = "assays.disposal.propose", "assays.disposal.confirm"
MOST = 500


class SameWitness(Conflict):
    """Whoever took the specimens out cannot be the witness as well."""

    kind = "same-witness"


class DisposalMoved(Conflict):
    """The batch was confirmed or withdrawn meanwhile."""

    kind = "disposal-moved"


def propose(*, specimen_ids: Sequence[int], method: str, by: Principal, at: datetime) -> Disposal:
    """Put specimens that may be destroyed into a batch; refused as a whole if one may not."""
    policy.check(by, PROPOSE)
    ids = sorted(set(specimen_ids))
    if not ids or len(ids) > MOST:
        raise InvalidInput(
            _("Choose from 1 to %(most)d specimens.") % {"most": MOST}, field="specimens"
        )
    if not method.strip():
        raise InvalidInput(_("Say how they are destroyed."), field="method")
    with acting(by=by, at=at, action="assays.disposal.propose"):
        _check_free(ids, at)
        made: Disposal = Disposal.objects.create(
            status=DisposalStatus.PROPOSED,
            method=method.strip()[:120],
            recorded_by=by,
            recorded_at=at,
        )
        try:
            with transaction.atomic():
                DisposalLine.objects.bulk_create(
                    DisposalLine(disposal=made, specimen_id=pk) for pk in ids
                )
        except IntegrityError as taken:
            raise Conflict(
                _("One of these specimens is in another batch; open the list again.")
            ) from taken
    return made


def confirm(*, disposal: Disposal, by: Principal, at: datetime) -> Disposal:
    """Confirm, as the second person, that the batch was destroyed.

    Each specimen is looked at again: one that may no longer be destroyed is left out, with why.
    """
    policy.check(by, CONFIRM)
    with acting(by=by, at=at, action="assays.disposal.confirm"):
        ids = list(disposal.lines.values_list("specimen_id", flat=True))
        held = Specimen.objects.select_for_update(no_key=True).filter(pk__in=ids)
        rows = {specimen.pk: specimen for specimen in held.order_by("pk")}
        row = _locked(disposal)
        if row.recorded_by_id == by.pk:
            raise SameWitness(
                _("You took these specimens out yourself; the second person confirms.")
            )
        against = disposals.reasons_against(ids, at=at)
        reason = _("batch %(batch)s, %(method)s") % {"batch": row, "method": row.method}
        for line in row.lines.order_by("specimen_id"):
            why = "; ".join(against[line.specimen_id])
            if not why:
                specimens.dispose(specimen=rows[line.specimen_id], by=by, at=at, reason=reason)
            DisposalLine.objects.filter(pk=line.pk).update(is_open=False, left_out=why[:300])
        _move(row, to=DisposalStatus.CONFIRMED, by=by, at=at)
    return row


def withdraw(*, disposal: Disposal, by: Principal, at: datetime, reason: str) -> Disposal:
    """Give a batch up before it is confirmed; its specimens stay."""
    policy.check(by, PROPOSE)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.disposal.withdraw", reason=reason):
        row = _locked(disposal)
        DisposalLine.objects.filter(disposal=row).update(is_open=False)
        _move(row, to=DisposalStatus.WITHDRAWN, by=by, at=at, reason=reason.strip()[:500])
    return row


def _check_free(ids: Sequence[int], at: datetime) -> None:
    list(Specimen.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    against = disposals.reasons_against(ids, at=at)
    if len(against) < len(ids):
        raise InvalidInput(_("One of these specimens does not exist."), field="specimens")
    for pk, reasons in against.items():
        if reasons:
            specimen = Specimen.objects.get(pk=pk)
            raise Conflict(
                _("%(specimen)s may not be destroyed: %(why)s.")
                % {"specimen": specimen, "why": "; ".join(reasons)}
            )


def _locked(disposal: Disposal) -> Disposal:
    row: Disposal = Disposal.objects.select_for_update(no_key=True).get(pk=disposal.pk)
    if row.status != DisposalStatus.PROPOSED:
        raise DisposalMoved(
            _("%(batch)s is %(status)s already.")
            % {"batch": row, "status": row.get_status_display()}
        )
    return row


def _move(
    row: Disposal, *, to: DisposalStatus, by: Principal, at: datetime, reason: str = ""
) -> None:
    """Move a batch from the state its row was read in; the only place that sets the status."""
    old = DisposalStatus(row.status)
    rows = Disposal.objects.filter(pk=row.pk, status=old)
    changes = {"status": to, "decided_by": by, "decided_at": at, "reason": reason}
    if not DISPOSAL.can_move(old, to) or not rows.update(**changes):
        raise DisposalMoved(_("%(batch)s has changed; look at it again.") % {"batch": row})
    for name, value in changes.items():
        setattr(row, name, value)
