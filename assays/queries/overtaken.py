"""Which messages say what holds no more, since something newer was told of the same thing.

Sent after all, they would be the last that their receiver heard: a value after its correction, an
order after its cancellation.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from assays.models import Dispatch, ReportVersion, WorkOrder
from assays.rules.dispatching import OPEN, DispatchKind, DispatchStatus
from assays.rules.states import OrderItemStatus, OrderStatus, SpecimenStatus
from assays.rules.worklists import WorkStatus

# What its receiver has, or will have.
_TOLD = (*OPEN, DispatchStatus.ACCEPTED)
_TAKEN_BACK = (WorkStatus.CANCELLING, WorkStatus.CANCELLED, WorkStatus.KEPT)
_VOID = (
    Q(status__in=_TAKEN_BACK)
    | Q(order_item__status=OrderItemStatus.CANCELLED)
    | Q(order_item__order__status__in=[OrderStatus.REVOKED, OrderStatus.ENTERED_IN_ERROR])
    | Q(
        specimen__status__in=[
            SpecimenStatus.DISPOSED,
            SpecimenStatus.UNSATISFACTORY,
            SpecimenStatus.LOST,
            SpecimenStatus.ENTERED_IN_ERROR,
        ]
    )
)
_WANTED = (WorkStatus.TOLD, WorkStatus.TAKEN, WorkStatus.DONE)


def why(dispatch: Dispatch) -> str:
    """Return why a message must not be sent any more, as a sentence; empty where it may be."""
    match DispatchKind(dispatch.kind):
        case DispatchKind.RESULT_REPORT:
            return _report(dispatch)
        case DispatchKind.WORK_CANCEL:
            return _cancellation(dispatch)
        case DispatchKind.WORK_ORDER | DispatchKind.QUERY_ANSWER:
            return _work(dispatch)
    return ""


def _report(dispatch: Dispatch) -> str:
    version = ReportVersion.objects.filter(pk=dispatch.subject_id).only("report", "number").first()
    if version is None or dispatch.subject_table != ReportVersion._meta.db_table:
        return ""
    newer = ReportVersion.objects.filter(report=version.report_id, number__gt=version.number)
    told = Dispatch.objects.filter(
        instrument=dispatch.instrument_id,
        kind=DispatchKind.RESULT_REPORT,
        subject_table=dispatch.subject_table,
        subject_id__in=newer.values("pk"),
        status__in=_TOLD,
    )
    found = told.order_by("-pk").only("control_id").first()
    if found is None:
        return ""
    return _("Message %(newer)s tells a newer version of the same report; withdraw this one.") % {
        "newer": found
    }


def _work(dispatch: Dispatch) -> str:
    void = WorkOrder.objects.filter(_VOID, dispatch=dispatch).select_related("specimen")
    found = void.order_by("pk").first()
    if found is None:
        return ""
    return _(
        "%(code)s of specimen %(specimen)s, which it orders, was cancelled since; withdraw it, and "
        "order at the instrument what is still wanted."
    ) % {"code": found.code, "specimen": found.specimen.accession}


def _cancellation(dispatch: Dispatch) -> str:
    gone = WorkOrder.objects.filter(cancelled_by=dispatch)
    newer = WorkOrder.objects.filter(
        instrument=dispatch.instrument_id,
        specimen=dispatch.specimen_id,
        code__in=gone.values("code"),
        status__in=_WANTED,
        recorded_at__gte=dispatch.recorded_at,
    ).exclude(cancelled_by=dispatch)
    found = newer.select_related("specimen").order_by("pk").first()
    if found is None:
        return ""
    return _(
        "%(code)s of specimen %(specimen)s, which it cancels, was ordered anew since; withdraw it."
    ) % {"code": found.code, "specimen": found.specimen.accession}
