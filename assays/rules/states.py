"""The life cycles of the laboratory's rows.

Values are stored as they are named here. ``PENDING`` of a result is never stored: it is an
ordered analyte that has no result row yet, and a result row is born ``RESULTED``.
"""

from __future__ import annotations

from enum import StrEnum

from assays.rules.analyses.runs import RUN, RunStatus
from assays.rules.attempts import ATTEMPT_REQUEST, RequestStatus
from assays.rules.communication import CALL, INBOX, NOTICE, CallState, InboxState, NoticeState
from assays.rules.dispatching import DISPATCH, DispatchStatus
from assays.rules.disposals import DISPOSAL, DisposalStatus
from assays.rules.nonconformities import NONCONFORMITY, NonconformityStatus
from assays.rules.shipments import SHIPMENT, SHIPMENT_LINE, LineStatus, ShipmentStatus
from assays.rules.worklists import WORK, WorkStatus
from labsys.lib.states import StateTable


class SpecimenStatus(StrEnum):
    EXPECTED = "EXPECTED"
    COLLECTED = "COLLECTED"
    RECEIVED = "RECEIVED"
    AVAILABLE = "AVAILABLE"
    DISPOSED = "DISPOSED"
    UNSATISFACTORY = "UNSATISFACTORY"
    LOST = "LOST"
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR"


# Where the laboratory may measure a specimen.
IN_LABORATORY = (SpecimenStatus.RECEIVED, SpecimenStatus.AVAILABLE)


class OrderStatus(StrEnum):
    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    ON_HOLD = "ON_HOLD"
    COMPLETED = "COMPLETED"
    REVOKED = "REVOKED"
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR"


class OrderItemStatus(StrEnum):
    ORDERED = "ORDERED"
    IN_PROCESS = "IN_PROCESS"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"
    HELD = "HELD"


class ResultStatus(StrEnum):
    RESULTED = "RESULTED"
    TECHNICALLY_VERIFIED = "TECHNICALLY_VERIFIED"
    RELEASED = "RELEASED"
    CANCELLED = "CANCELLED"
    SUPERSEDED = "SUPERSEDED"
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR"


class ReportStatus(StrEnum):
    REGISTERED = "REGISTERED"
    PARTIAL = "PARTIAL"
    PRELIMINARY = "PRELIMINARY"
    FINAL = "FINAL"
    AMENDED = "AMENDED"
    CORRECTED = "CORRECTED"
    APPENDED = "APPENDED"
    CANCELLED = "CANCELLED"
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR"


class MessageStatus(StrEnum):
    RECEIVED = "RECEIVED"
    FILED = "FILED"
    PARTLY_HELD = "PARTLY_HELD"
    HELD = "HELD"
    DUPLICATE = "DUPLICATE"
    REJECTED = "REJECTED"
    INCOMPLETE = "INCOMPLETE"


class SessionState(StrEnum):
    """How a conversation with an instrument stands, or how it ended."""

    OPEN = "OPEN"
    ENDED = "ENDED"
    # Broken off: the connection was lost, a new bid came, or the listener died.
    LOST = "LOST"
    # Half a minute of silence inside a message.
    SILENT = "SILENT"
    # The address is no instrument's.
    REFUSED = "REFUSED"


class ItemStatus(StrEnum):
    RECORDED = "RECORDED"
    HELD = "HELD"
    DUPLICATE = "DUPLICATE"
    QC = "QC"
    NOT_A_RESULT = "NOT_A_RESULT"
    REJECTED = "REJECTED"


class VersionStatus(StrEnum):
    DRAFT = "DRAFT"
    APPROVED = "APPROVED"
    ACTIVE = "ACTIVE"
    RETIRED = "RETIRED"
    DISCARDED = "DISCARDED"


_V = VersionStatus
VERSION = StateTable(
    name="version",
    states=VersionStatus,
    initial=frozenset({_V.DRAFT}),
    moves={
        _V.DRAFT: frozenset({_V.APPROVED, _V.DISCARDED}),
        _V.APPROVED: frozenset({_V.ACTIVE, _V.DISCARDED}),
        # What was once in force is never in force again: going back is a new version.
        _V.ACTIVE: frozenset({_V.RETIRED}),
    },
)

_S = SpecimenStatus
SPECIMEN = StateTable(
    name="specimen",
    states=SpecimenStatus,
    # An aliquot is there the moment it is poured off its parent.
    initial=frozenset({_S.EXPECTED, _S.AVAILABLE}),
    moves={
        _S.EXPECTED: frozenset({_S.COLLECTED, _S.ENTERED_IN_ERROR}),
        _S.COLLECTED: frozenset({_S.RECEIVED, _S.UNSATISFACTORY, _S.LOST, _S.ENTERED_IN_ERROR}),
        # Disposed of without having been prepared: what it was ordered for was cancelled.
        _S.RECEIVED: frozenset(
            {_S.AVAILABLE, _S.DISPOSED, _S.UNSATISFACTORY, _S.LOST, _S.ENTERED_IN_ERROR}
        ),
        _S.AVAILABLE: frozenset({_S.DISPOSED, _S.UNSATISFACTORY, _S.LOST, _S.ENTERED_IN_ERROR}),
        _S.UNSATISFACTORY: frozenset({_S.DISPOSED, _S.ENTERED_IN_ERROR}),
        _S.DISPOSED: frozenset({_S.ENTERED_IN_ERROR}),
        _S.LOST: frozenset({_S.ENTERED_IN_ERROR}),
    },
)

_O = OrderStatus
ORDER = StateTable(
    name="order",
    states=OrderStatus,
    initial=frozenset({_O.DRAFT, _O.ACTIVE}),
    moves={
        _O.DRAFT: frozenset({_O.ACTIVE, _O.REVOKED, _O.ENTERED_IN_ERROR}),
        _O.ACTIVE: frozenset({_O.ON_HOLD, _O.COMPLETED, _O.REVOKED, _O.ENTERED_IN_ERROR}),
        _O.ON_HOLD: frozenset({_O.ACTIVE, _O.REVOKED, _O.ENTERED_IN_ERROR}),
        # A withdrawn result reopens its item, and with it the order.
        _O.COMPLETED: frozenset({_O.ACTIVE, _O.ENTERED_IN_ERROR}),
        _O.REVOKED: frozenset({_O.ENTERED_IN_ERROR}),
    },
)

_I = OrderItemStatus
ORDER_ITEM = StateTable(
    name="order item",
    states=OrderItemStatus,
    initial=frozenset({_I.ORDERED}),
    moves={
        _I.ORDERED: frozenset({_I.IN_PROCESS, _I.HELD, _I.CANCELLED}),
        # Back to ordered when its specimen is unsatisfactory and a new one is asked for.
        _I.IN_PROCESS: frozenset({_I.ORDERED, _I.COMPLETED, _I.HELD, _I.CANCELLED}),
        _I.HELD: frozenset({_I.ORDERED, _I.IN_PROCESS, _I.CANCELLED}),
        # Back to work when its released result is entered in error: no item is left without one.
        _I.COMPLETED: frozenset({_I.IN_PROCESS}),
    },
)

_R = ResultStatus
RESULT = StateTable(
    name="result",
    states=ResultStatus,
    initial=frozenset({_R.RESULTED}),
    moves={
        _R.RESULTED: frozenset(
            {
                _R.TECHNICALLY_VERIFIED,
                _R.RELEASED,
                _R.CANCELLED,
                _R.SUPERSEDED,
                _R.ENTERED_IN_ERROR,
            }
        ),
        _R.TECHNICALLY_VERIFIED: frozenset(
            {_R.RELEASED, _R.CANCELLED, _R.SUPERSEDED, _R.ENTERED_IN_ERROR}
        ),
        _R.RELEASED: frozenset({_R.SUPERSEDED, _R.ENTERED_IN_ERROR}),
    },
)
# Past the technical verification only an approved autoverification rule set may jump.
AUTOVERIFICATION_MOVE = (ResultStatus.RESULTED, ResultStatus.RELEASED)

_P = ReportStatus
_ISSUED = frozenset({_P.AMENDED, _P.CORRECTED, _P.APPENDED})
_AFTER_FINAL = _ISSUED | {_P.FINAL, _P.ENTERED_IN_ERROR}
_BEFORE_FINAL = frozenset({_P.FINAL, _P.CANCELLED, _P.ENTERED_IN_ERROR})
REPORT = StateTable(
    name="report",
    states=ReportStatus,
    initial=frozenset({_P.REGISTERED}),
    moves={
        _P.REGISTERED: _BEFORE_FINAL | {_P.PARTIAL, _P.PRELIMINARY},
        _P.PARTIAL: _BEFORE_FINAL | {_P.PRELIMINARY},
        _P.PRELIMINARY: _BEFORE_FINAL | {_P.PARTIAL},
        _P.FINAL: _AFTER_FINAL - {_P.FINAL},
        # A report may be amended, corrected or appended to more than once.
        _P.AMENDED: _AFTER_FINAL,
        _P.CORRECTED: _AFTER_FINAL,
        _P.APPENDED: _AFTER_FINAL,
        _P.CANCELLED: frozenset({_P.ENTERED_IN_ERROR}),
    },
)

_M = MessageStatus
MESSAGE = StateTable(
    name="message",
    states=MessageStatus,
    # A duplicate, an incomplete transmission and a message refused for its syntax are known as such
    # when they are stored; a structured message is filed, or held, in the transaction that stores it.
    initial=frozenset(
        {
            _M.RECEIVED,
            _M.FILED,
            _M.PARTLY_HELD,
            _M.HELD,
            _M.DUPLICATE,
            _M.REJECTED,
            _M.INCOMPLETE,
        }
    ),
    moves={
        _M.RECEIVED: frozenset(
            {_M.FILED, _M.PARTLY_HELD, _M.HELD, _M.DUPLICATE, _M.REJECTED, _M.INCOMPLETE}
        ),
        _M.HELD: frozenset({_M.FILED, _M.PARTLY_HELD, _M.DUPLICATE, _M.REJECTED}),
        # A message is what its items are: the last held one may leave duplicates or rejections. Read
        # anew, as a whole, it may bring values that were not read before, and those may be held.
        _M.PARTLY_HELD: frozenset({_M.FILED, _M.HELD, _M.DUPLICATE, _M.REJECTED}),
        _M.FILED: frozenset({_M.HELD, _M.PARTLY_HELD}),
        _M.INCOMPLETE: frozenset({_M.REJECTED}),
    },
)

_T = ItemStatus
ITEM = StateTable(
    name="message item",
    states=ItemStatus,
    initial=frozenset(ItemStatus),
    moves={
        _T.HELD: frozenset({_T.RECORDED, _T.DUPLICATE, _T.QC, _T.NOT_A_RESULT, _T.REJECTED}),
        # Read anew by another driver, what was a picture or a signal may be a value.
        _T.NOT_A_RESULT: frozenset({_T.HELD}),
    },
)

TABLES: tuple[
    StateTable[VersionStatus]
    | StateTable[SpecimenStatus]
    | StateTable[OrderStatus]
    | StateTable[OrderItemStatus]
    | StateTable[ResultStatus]
    | StateTable[ReportStatus]
    | StateTable[MessageStatus]
    | StateTable[ItemStatus]
    | StateTable[NonconformityStatus]
    | StateTable[ShipmentStatus]
    | StateTable[LineStatus]
    | StateTable[DisposalStatus]
    | StateTable[CallState]
    | StateTable[InboxState]
    | StateTable[NoticeState]
    | StateTable[RequestStatus]
    | StateTable[DispatchStatus]
    | StateTable[WorkStatus]
    | StateTable[RunStatus],
    ...,
] = (
    VERSION,
    SPECIMEN,
    ORDER,
    ORDER_ITEM,
    RESULT,
    REPORT,
    MESSAGE,
    ITEM,
    NONCONFORMITY,
    SHIPMENT,
    SHIPMENT_LINE,
    DISPOSAL,
    CALL,
    INBOX,
    NOTICE,
    ATTEMPT_REQUEST,
    DISPATCH,
    WORK,
    RUN,
)
