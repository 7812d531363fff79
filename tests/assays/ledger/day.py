"""A day's work of a small laboratory, with everything that normally goes on."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from assays.actions import (
    attempt_requests,
    corrections,
    dispatches,
    downtime,
    held_items,
    orders,
    results,
    specimens,
)
from assays.actions.analyses import runs
from assays.actions.analyses.runs import ANALYSE
from assays.instruments.delivery import Delivery, Fate
from assays.instruments.hl7 import replies
from assays.models import AnalysisRun, Result, TransmissionItem
from assays.queries.analyses.inputs import Input
from assays.rules.analyses import kinetics
from assays.rules.analyses.runs import ATTEMPTS, AnalysisKind
from assays.rules.attempts import AttemptKind
from assays.rules.dispatching import MOST_ATTEMPTS
from assays.rules.rejection import RejectReason
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.quantities import Quantity
from labsys.work.models import WorkItem, WorkState
from tests import factories
from tests.assays import laboratory
from tests.assays.analyses.courses import course, courses
from tests.assays.dispatches.receiving import attempted, begun, queue_of
from tests.assays.evaluation.test_evaluation import typed, work_off
from tests.assays.hospital.messages import obr, oml, orc, pid
from tests.assays.hospital.test_results import Ward
from tests.assays.hospital.told import tell
from tests.assays.interpreting import plain
from tests.assays.listeners import wires as wired
from tests.assays.senders import Sender, item
from tests.signing import correcting, signing, withdrawing


def work(sender: Sender) -> None:
    """Send, type, analyse, verify, release, reject, withdraw, hold, cancel and park."""
    both = list(sender.assays.values())
    technologist = factories.principal(Role.TECHNOLOGIST)
    pathologist = factories.principal(Role.PATHOLOGIST)
    _send(sender, both)
    for value in ("13.0", "13.1", "13.3", "13.4", "13.5", "13.6"):
        typed(laboratory.specimen(both[:1]), both[0], value, by=technologist)
    work_off()
    _decide(technologist, pathologist)
    _orders(both, technologist, pathologist)
    typed(laboratory.specimen(both[:1]), both[0], "14.0", by=technologist)
    WorkItem.objects.filter(state=WorkState.PENDING).update(
        state=WorkState.PARKED, attempts=5, last_error="Traceback\nValueError: cannot read this"
    )
    typed(laboratory.specimen(both[:1]), both[0], "14.1", by=technologist)


def wires(specimen) -> None:
    """Over a wire: values, control material, a repetition, what waits as a whole, what breaks off."""
    text = plain.message(plain.reading(specimen), plain.reading("LOPOS", sort="CONTROL"))
    unclear = plain.message(plain.reading(specimen, observed_at=None), sent_at=None)
    analyser = plain.instrument({"HB": specimen.order.items.first().assay})
    plain.read(analyser, text, text, unclear, unclear)
    source = wired.source_of(analyser)
    wired.store(
        wired.whole(text, wired.unknown()),
        wired.whole(b"H|cut", source, is_complete=False, remark="30 seconds of silence"),
        wired.whole(b"MSH|", source, judgement=replies.judge(b"MSH|")),
        replace(wired.whole(b"", source), frames=(wired.frame(b"\x05"),), messages=()),
    )
    plain.send(analyser, plain.message(plain.reading(specimen, run="9")))
    plain.read(analyser, plain.message(crash="always"))
    WorkItem.objects.filter(kind="interpret", state=WorkState.PENDING).update(
        state=WorkState.PARKED, attempts=5, last_error="RuntimeError: the driver cannot read this"
    )
    plain.send(analyser, plain.message(plain.reading(specimen, run="10")))


def again(assay) -> None:
    """A value asked for again that came, and one that did not."""
    technologist, other = (factories.principal(Role.TECHNOLOGIST) for _number in range(2))
    for text in ("13.7", ""):
        specimen = laboratory.specimen([assay])
        first = typed(specimen, assay, "13.5", by=technologist)
        attempt_requests.ask(
            result=first, kind=AttemptKind.REPEAT, by=other, at=database_now(), reason="clot?"
        )
        if text:
            typed(specimen, assay, text, by=technologist)


def sent() -> None:
    """To an instrument: one of each end that a message can have, and what waits."""
    analyser = wired.instrument("HL7", code="told")
    accepted, refused, dead, withdrawn, sending, _queued = queue_of(analyser, 6)
    attempted(accepted, Delivery(Fate.ACCEPTED, answer=b"MSA|AA"))
    attempted(refused, Delivery(Fate.REFUSED, "It was answered AR, and not why."))
    for _number in range(MOST_ATTEMPTS):
        attempted(dead, Delivery(Fate.AGAIN, "There was no answer in time."))
    by, at = factories.principal(Role.TECHNOLOGIST), database_now()
    dispatches.withdraw(dispatch=withdrawn, reason="not needed", by=by, at=at)
    begun(sending)


def analysed() -> None:
    """Analyses: one done, of which a part could not be used and one was given up; a cancelled one."""
    by = factories.principal(Role.PATHOLOGIST)
    unusable, broken = course(8, loads=[]), course(9, loads="scratched out")
    _asked([*courses(2), unusable, broken], by)
    for _attempt in range(ATTEMPTS):
        work_off()
        WorkItem.objects.filter(kind=ANALYSE, state="PENDING").update(available_at=database_now())
    cancelled = _asked(courses(2), by)
    runs.cancel(run=cancelled, by=by, at=database_now(), reason="not needed")


def analysis_waits() -> None:
    """An analysis that nobody has begun."""
    _asked(courses(2), factories.principal(Role.PATHOLOGIST))


def _asked(given: list[Input], by: Principal) -> AnalysisRun:
    return runs.ask(
        kind=AnalysisKind.KINETICS,
        inputs=given,
        parameters=kinetics.parameters(),
        by=by,
        at=database_now(),
    )


def hospital() -> None:
    """A hospital's system registers somebody, orders two tests and cancels one; it is told the other."""
    ward = Ward("FER", "TSH")
    tell(ward.hospital, oml(pid(), orc("CA", "P2^W"), obr("W-TSH")))
    ward.reported("FER", "13.2")
    work_off()


def paper() -> None:
    """A paper form of everything that waits for a value; nobody has typed it yet."""
    technologist = factories.principal(Role.TECHNOLOGIST)
    downtime.prepare(section="CBC", by=technologist, at=database_now())


def _send(sender: Sender, assays) -> None:
    specimen = laboratory.specimen(assays)
    whole = [item(specimen), item(specimen, "WBC", "5.5", unit="10*3/uL")]
    assert sender.send(*whole).status_code == 201
    assert sender.send(*whole).status_code == 201  # the same bytes under a new key
    other = laboratory.specimen(assays)
    sender.send(item(other), item("2600000000"), item(other, "XYZ"))
    sender.send(item("2600000001"))
    reject = TransmissionItem.objects.filter(status="HELD").order_by("-id").first()
    held_items.reject(
        item=reject, by=factories.principal(Role.TECHNOLOGIST), at=database_now(), reason="a trial"
    )
    sender.send(item("2600000002"))


def _decide(technologist, pathologist) -> None:
    """One result of each end: released, withdrawn, rejected, verified, held, corrected."""
    mine = Result.objects.filter(recording__door="ADMIN", order_item__order__source=None)
    typed_results = mine.order_by("id")
    released, withdrawn, rejected, verified, held, corrected = typed_results
    other = factories.principal(Role.TECHNOLOGIST)
    for result in (released, withdrawn, verified, corrected):
        results.verify(result=result, by=other, at=database_now())
    for result in (released, withdrawn, corrected):
        results.release(
            result=result, signing=signing(pathologist), by=pathologist, at=database_now()
        )
    withdrawal, change = withdrawing(pathologist), correcting(pathologist)
    why = {"at": database_now(), "reason": "wrong tube"}
    results.mark_entered_in_error(result=withdrawn, signing=withdrawal, by=pathologist, **why)
    results.reject(result=rejected, by=other, **why)
    results.hold(result=held, by=other, **why)
    value = Quantity(Decimal("12.9"), "g/dL")
    correction = corrections.correct(
        result=corrected, value=value, signing=change, by=pathologist, **why
    )
    work_off()
    results.verify(result=correction, by=other, at=database_now())


def _orders(assays, technologist, pathologist) -> None:
    """An order cancelled, one on hold, one whose specimen is refused, one that waits."""
    why = {"at": database_now(), "reason": "asked for twice"}
    orders.cancel(order=laboratory.specimen(assays).order, by=pathologist, **why)
    orders.hold(order=laboratory.specimen(assays).order, by=pathologist, **why)
    laboratory.specimen(assays, status="EXPECTED")
    specimens.reject(
        specimen=laboratory.specimen(assays, status="COLLECTED"),
        reason_code=next(iter(RejectReason)),
        by=technologist,
        at=database_now(),
    )
