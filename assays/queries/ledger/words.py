"""How the ledger names its levels, buckets, sums and faults; what each bucket means."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assays.rules.holds import WORDS as HOLDS
from assays.rules.holds import Hold


class Fate(StrEnum):
    """The five ends that anything sent, ordered or queued can have."""

    POSTED = "POSTED"
    HELD = "HELD"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"
    PENDING = "PENDING"


FATES = {
    Fate.POSTED: _("posted"),
    Fate.HELD: _("held"),
    Fate.REJECTED: _("rejected"),
    Fate.CANCELLED: _("cancelled"),
    Fate.PENDING: _("pending"),
}

LEVELS = {
    "session": _("Conversations"),
    "frame": _("Frames"),
    "message": _("Messages"),
    "item": _("Message items"),
    "control_item": _("Control values sent"),
    "recording": _("Recordings"),
    "result": _("Results"),
    "order_item": _("Order items"),
    "order": _("Orders"),
    "report": _("Reports"),
    "report_version": _("Versions of reports"),
    "downtime_box": _("Boxes of paper forms"),
    "attempt_request": _("Values asked for again"),
    "dispatch": _("Messages to send"),
    "analysis": _("Analyses"),
    "analysis_part": _("Parts of analyses"),
    "work": _("Work items"),
}

_WORK = {
    "PENDING": (Fate.PENDING, _("waiting for a worker")),
    "BLOCKED": (Fate.PENDING, _("waiting for an earlier one")),
    "RUNNING": (Fate.PENDING, _("running")),
    "DONE": (Fate.POSTED, _("done")),
    "PARKED": (Fate.HELD, _("parked after repeated failure")),
    "REJECTED": (Fate.REJECTED, _("rejected by a person")),
}

BUCKETS = {
    "session": {
        "OPEN": (Fate.PENDING, _("open")),
        "ENDED": (Fate.POSTED, _("ended")),
        "LOST": (Fate.POSTED, _("broken off")),
        "SILENT": (Fate.POSTED, _("ended after a silence")),
        "REFUSED": (Fate.REJECTED, _("refused: no instrument's address")),
    },
    "frame": {
        "STORED": (Fate.POSTED, _("part of a stored message")),
        "APART": (Fate.POSTED, _("outside any message")),
        "BEGUN": (Fate.PENDING, _("part of a message that is not complete yet")),
        "SENT": (Fate.POSTED, _("sent by us")),
    },
    "message": {
        "RECEIVED": (Fate.PENDING, _("received, not read yet")),
        "UNREAD PARKED": (Fate.HELD, _("could not be read, waits for a decision")),
        "UNREAD REJECTED": (Fate.REJECTED, _("never read, by a person's decision")),
        "FILED": (Fate.POSTED, _("filed")),
        "PARTLY_HELD": (Fate.HELD, _("partly held")),
        "HELD": (Fate.HELD, _("held")),
        "DUPLICATE": (Fate.POSTED, _("repetition of an earlier message")),
        "REJECTED": (Fate.REJECTED, _("rejected")),
        "INCOMPLETE": (Fate.HELD, _("broken off")),
    },
    "item": {
        "RECORDED": (Fate.POSTED, _("recorded as a result")),
        "DUPLICATE": (Fate.POSTED, _("repetition of a recorded value")),
        "QC": (Fate.POSTED, _("quality control")),
        "NOT_A_RESULT": (Fate.POSTED, _("not a result")),
        "REJECTED": (Fate.REJECTED, _("rejected by a person")),
    },
    "recording": {**_WORK, "UNQUEUED": (Fate.PENDING, _("not queued for analysis"))},
    "control_item": {
        "RECORDED": (Fate.POSTED, _("recorded as a control measurement")),
        "REPEATED": (Fate.POSTED, _("repetition of a control measurement")),
        "WAITING": (Fate.HELD, _("not matched to a control yet")),
        "DISMISSED": (Fate.REJECTED, _("dismissed by a person")),
    },
    "result": {
        "NOT_EVALUATED": (Fate.PENDING, _("not analysed yet")),
        "HELD": (Fate.HELD, _("held")),
        "RESULTED": (Fate.PENDING, _("waiting for verification")),
        "TECHNICALLY_VERIFIED": (Fate.PENDING, _("waiting for release")),
        "RELEASED": (Fate.POSTED, _("released")),
        "SUPERSEDED": (Fate.POSTED, _("superseded by a correction")),
        "CANCELLED": (Fate.REJECTED, _("rejected")),
        "ENTERED_IN_ERROR": (Fate.CANCELLED, _("entered in error")),
    },
    "order_item": {
        "ORDERED": (Fate.PENDING, _("ordered")),
        "IN_PROCESS": (Fate.PENDING, _("in process, no value yet")),
        "VALUE_WAITING": (Fate.PENDING, _("value waiting for verification or release")),
        "NO_SPECIMEN": (Fate.PENDING, _("open without a usable specimen")),
        "HELD": (Fate.HELD, _("on hold")),
        "ORDER_DRAFT": (Fate.PENDING, _("order not placed yet")),
        "ORDER_ENTERED_IN_ERROR": (Fate.CANCELLED, _("open, order entered in error")),
        "COMPLETED": (Fate.POSTED, _("completed")),
        "CANCELLED": (Fate.CANCELLED, _("cancelled")),
    },
    "order": {
        "DRAFT": (Fate.PENDING, _("draft")),
        "ACTIVE": (Fate.PENDING, _("active")),
        "ON_HOLD": (Fate.HELD, _("on hold")),
        "COMPLETED": (Fate.POSTED, _("completed")),
        "REVOKED": (Fate.CANCELLED, _("revoked")),
        "ENTERED_IN_ERROR": (Fate.CANCELLED, _("entered in error")),
    },
    "report": {
        "REGISTERED": (Fate.PENDING, _("registered")),
        "PARTIAL": (Fate.PENDING, _("partial, further values awaited")),
        "PRELIMINARY": (Fate.PENDING, _("preliminary")),
        "FINAL": (Fate.POSTED, _("final")),
        "AMENDED": (Fate.POSTED, _("amended")),
        "CORRECTED": (Fate.POSTED, _("corrected")),
        "APPENDED": (Fate.POSTED, _("appended")),
        "CANCELLED": (Fate.CANCELLED, _("cancelled")),
        "ENTERED_IN_ERROR": (Fate.CANCELLED, _("entered in error")),
    },
    "downtime_box": {
        "UNTYPED": (Fate.PENDING, _("not typed yet")),
        "TYPED_ONCE": (Fate.PENDING, _("typed by one person")),
        "UNSETTLED": (Fate.HELD, _("typed by two people and not recorded")),
        "RECORDED": (Fate.POSTED, _("recorded")),
        "WITHDRAWN": (Fate.CANCELLED, _("withdrawn")),
    },
    "dispatch": {
        "QUEUED": (Fate.PENDING, _("waiting to be sent")),
        "SENDING": (Fate.PENDING, _("on the line, not answered yet")),
        "ACCEPTED": (Fate.POSTED, _("accepted by its receiver")),
        "REFUSED": (Fate.HELD, _("refused by its receiver")),
        "DEAD": (Fate.HELD, _("given up, waits for a decision")),
        "WITHDRAWN": (Fate.CANCELLED, _("withdrawn by a person")),
    },
    "attempt_request": {
        "OPEN": (Fate.PENDING, _("not measured again yet")),
        "DONE": (Fate.POSTED, _("measured again")),
        "WITHDRAWN": (Fate.CANCELLED, _("withdrawn")),
    },
    "analysis": {
        "QUEUED": (Fate.PENDING, _("waiting")),
        "RUNNING": (Fate.PENDING, _("running")),
        "DONE": (Fate.POSTED, _("done")),
        "FAILED": (Fate.REJECTED, _("failed: nothing could be used")),
        "CANCELLED": (Fate.CANCELLED, _("cancelled")),
    },
    "analysis_part": {
        **{f"WAITING {state}": known for state, known in _WORK.items() if state != "DONE"},
        "DONE": (Fate.POSTED, _("done")),
        "REFUSED": (Fate.REJECTED, _("could not be used")),
        "GIVEN_UP": (Fate.REJECTED, _("given up after failed attempts")),
        "LEFT": (Fate.CANCELLED, _("not done, the analysis was cancelled")),
    },
    "report_version": {
        **_WORK,
        "RENDERED": (Fate.POSTED, _("rendered")),
        "UNQUEUED": (Fate.PENDING, _("not queued for rendering")),
    },
}

SUMS = {
    "frames_counted": (_("frames of all conversations"), _("frames stored")),
    "messages_counted": (_("messages of all conversations"), _("messages stored of wires")),
    "items_announced": (_("items the messages announced"), _("items stored")),
    "items_recorded": (_("items recorded"), _("results that came in an item")),
    "controls_kept": (_("items of quality control"), _("control values kept")),
    "recordings_queued": (_("recordings"), _("recordings queued for analysis")),
    "results_evaluated": (_("results whose analysis is done"), _("analyses stored")),
    "items_completed": (_("order items completed"), _("order items with a released result")),
    "values_reported": (_("released results"), _("values that the newest reports give")),
    "boxes_printed": (_("boxes that paper forms were printed with"), _("boxes kept")),
    "requests_answered": (_("requests for another value answered"), _("further values kept")),
    "dispatches_queued": (_("messages to send"), _("messages that were queued once")),
    "dispatches_accepted": (_("messages accepted"), _("acceptances recorded")),
    "parts_counted": (_("parts that analyses were cut into"), _("parts kept")),
    "versions_queued": (_("versions of reports"), _("versions queued for rendering")),
}

FAULTS = {
    "message_item_count": _("messages that hold another number of items than they announced"),
    "message_status": _("messages whose status does not follow from their items"),
    "message_unqueued": _("messages that nobody is going to read"),
    "message_repeats_nothing": _("repetitions that name nothing they repeat"),
    "frame_without_message": _("frames of a message that is not there"),
    "item_without_result": _("items recorded without a result"),
    "result_of_unrecorded_item": _("results of an item that is not recorded"),
    "control_lost": _("items of quality control without their control value"),
    "control_of_another_item": _("control values of an item that is none, or is not there"),
    "recording_without_results": _("recordings without a result"),
    "recording_unqueued": _("recordings that were never queued for analysis"),
    "done_unevaluated": _("analyses marked done with results left out"),
    "evaluated_not_done": _("analyses stored but not marked done"),
    "partly_evaluated": _("analyses stored in part"),
    "work_without_subject": _("analyses of a recording that is not there"),
    "verified_unevaluated": _("results verified or released without an analysis"),
    "superseded_by_nothing": _("results superseded without a correction"),
    "corrected_still_current": _("results corrected but still current"),
    "completed_unreleased": _("order items completed without a released result"),
    "released_not_completed": _("order items with a released result, not completed"),
    "ended_with_open_items": _("ended orders with open items"),
    "active_without_open_items": _("active orders without open items"),
    "released_unreported": _("orders with a released result that their report does not give"),
    "reported_unreleased": _("reports that give a value that is not released"),
    "reported_otherwise": _("reports that give another value than is stored"),
    "report_status": _("reports whose status is not that of their newest version"),
    "report_not_of_its_order": _("reports whose status does not follow from their order"),
    "form_box_count": _("paper forms with another number of boxes than they were printed with"),
    "form_gone": _("paper forms that were made, as the record of changes says, and are gone"),
    "dispatch_status": _("messages to send whose state is not that of their last event"),
    "dispatch_unsent": _("messages accepted or refused that were never sent"),
    "version_unqueued": _("versions of reports that were never queued for rendering"),
    "done_unrendered": _("versions of reports marked rendered without a document"),
    "told_not_done": _("what hospitals told, marked done with nothing on record of it"),
    "held_but_done": _("what hospitals told, held although it was done"),
    "ordered_nothing": _("order lines of hospitals, said to be ordered, without a test"),
    "cancelled_nothing": _("order lines of hospitals, said to be cancelled, with open tests"),
    "analysis_part_count": _("analyses with another number of parts than they were cut into"),
    "analysis_unconcluded": _("analyses all of whose parts are done, and which nobody will end"),
    "analysis_part_forgotten": _("parts of ended analyses that were never done"),
    "analysis_part_unqueued": _("parts of analyses that nobody is going to do"),
    "analysis_part_not_kept": _("parts of analyses marked done with nothing kept of it"),
    "version_never_told": _("versions of reports that the hospital which ordered was never told"),
}


def bucket(level: str, key: str) -> tuple[Fate, str] | None:
    """Return a bucket's fate and name, or None where the ledger knows no such bucket."""
    if level == "work":
        kind, _space, state = key.rpartition(" ")
        known = _WORK.get(state)
        return known and (known[0], f"{kind}: {known[1]}")
    if level == "item" and key.startswith("HELD "):
        code = key.removeprefix("HELD ")
        if code not in list(Hold):
            return None
        return Fate.HELD, _("held: %(reason)s") % {"reason": gettext(HOLDS[Hold(code)])}
    known = BUCKETS[level].get(key)
    return known and (known[0], str(known[1]))


def age(waited: timedelta | None) -> str:
    """Return an age in its two largest units, such as "3 h 12 min"; nothing for no age."""
    if waited is None:
        return ""
    minutes, seconds = divmod(int(waited.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, gettext("d")), (hours, gettext("h"))]
    parts += [(minutes, gettext("min")), (seconds, gettext("s"))]
    first = next((n for n, (count, _unit) in enumerate(parts) if count), len(parts) - 1)
    return " ".join(f"{count} {unit}" for count, unit in parts[first : first + 2])
