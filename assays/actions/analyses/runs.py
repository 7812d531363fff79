"""Runs of analyses: asked for, done part by part, cancelled, repeated.

A run takes its inputs over as they are when it is asked for; what is recorded meanwhile is for the
next one. Each part is work of its own: whichever worker dies, what other parts gave stands. The last part to
be done asks for what ends the run, which is work of its own too: what the parts give together.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from assays.models import AnalysisPart, AnalysisRun
from assays.queries.analyses.inputs import Input
from assays.rules import analyses
from assays.rules.analyses.runs import OPEN, RUN, AnalysisKind, RunStatus, digest_of, made_with
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import bulk, policy
from labsys.lib.errors import Conflict, InvalidInput
from labsys.work import queue
from labsys.work.registry import Execution

ASK = "assays.analysis.run"
ANALYSE, CONCLUDE = "analyse", "conclude"
PARTS, RUNS = "assays_analysispart", "assays_analysisrun"
MOST_PARTS = 20_000
# Urgent: behind what any result and any urgent report waits for. Routine: behind all reports too.
PRIORITIES = {"STAT": 5, "ROUTINE": 8}


class RunMoved(Conflict):
    """A run is not in the state that was expected."""


@dataclass(frozen=True, slots=True)
class Worked:
    """What came of one part: an outcome, or why it could not be used."""

    part_id: int
    outcome: dict[str, Any] | None
    refusal: dict[str, Any] | None
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Concluded:
    """What the parts of a run gave together, or why they gave nothing."""

    outcome: Mapping[str, Any] | None
    refusal: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """What a caller calls a run, so that it is not begun twice, and the digest of what they sent."""

    uid: uuid.UUID
    sent_digest: str = ""


def ask(
    *,
    kind: AnalysisKind,
    inputs: Sequence[Input],
    parameters: Mapping[str, Any],
    by: Principal,
    at: datetime,
    is_urgent: bool = False,
    reason: str = "",
    named: Named | None = None,
) -> AnalysisRun:
    """Ask for an analysis of these inputs, each of which is a part of the run."""
    policy.check(by, ASK)
    if not inputs:
        raise InvalidInput(_("There is nothing to analyse: no values were found."), field="inputs")
    if len(inputs) > MOST_PARTS:
        raise InvalidInput(
            _("%(given)d parts are too many for one run; ask for at most %(most)d.")
            % {"given": len(inputs), "most": MOST_PARTS},
            field="inputs",
        )
    parts = [(one.person_id, dict(one.given), digest_of(one.given)) for one in inputs]
    with acting(by=by, at=at, action="assays.analysis.ask", reason=reason):
        return _begin(
            kind,
            parts,
            dict(parameters),
            is_urgent=is_urgent,
            reason=reason,
            by=by,
            at=at,
            named=named or Named(uuid.uuid4()),
        )


def repeat(*, run: AnalysisRun, by: Principal, at: datetime, reason: str = "") -> AnalysisRun:
    """Do a run again with the inputs it had: does the same come out, and if not, why?"""
    policy.check(by, ASK)
    if run.status in OPEN:
        raise RunMoved(_("This run has not ended; it can be repeated when it has."))
    with acting(by=by, at=at, action="assays.analysis.repeat", reason=reason):
        rows = run.parts.order_by("position").values_list("person_id", "given", "given_digest")
        return _begin(
            AnalysisKind(run.kind),
            list(rows),
            run.parameters,
            is_urgent=run.priority == PRIORITIES["STAT"],
            reason=reason,
            by=by,
            at=at,
            named=Named(uuid.uuid4()),
            repeats=run,
        )


def cancel(*, run: AnalysisRun, by: Principal, at: datetime, reason: str) -> AnalysisRun:
    """End a run; parts that were done keep what they gave, the others are not begun."""
    policy.check(by, ASK)
    if not reason.strip():
        raise InvalidInput(_("Say why the run is cancelled."), field="reason")
    with acting(by=by, at=at, action="assays.analysis.cancel", reason=reason.strip()):
        locked = AnalysisRun.objects.select_for_update(no_key=True).get(pk=run.pk)
        _move(locked, to=RunStatus.CANCELLED, by=by, at=at)
        return locked


def record(*, worked: Sequence[Worked], execution: Execution, by: Principal, at: datetime) -> None:
    """Keep what came of parts, each once; the last one has its run concluded."""
    found = {one.part_id: one for one in worked}
    rows = AnalysisPart.objects.filter(pk__in=list(found)).values_list("pk", "run_id")
    of_run: dict[int, list[int]] = {}
    for part_id, run_id in rows:
        of_run.setdefault(run_id, []).append(part_id)
    runs = AnalysisRun.objects.select_for_update(no_key=True).filter(pk__in=list(of_run))
    for run in runs.select_related("asked_by").order_by("pk"):
        if run.status not in OPEN:
            continue
        with acting(by=by, at=at, action="assays.analysis.work", on_behalf_of=run.asked_by):
            if run.status == RunStatus.QUEUED:
                _move(run, to=RunStatus.RUNNING, by=by, at=at)
            for part_id in of_run[run.pk]:
                _keep(found[part_id], execution, at)
            if not run.parts.filter(done_at=None).exists():
                queue.enqueue(kind=CONCLUDE, table=RUNS, subjects=[run.pk], priority=run.priority)


def conclude(*, run_id: int, concluded: Concluded, by: Principal, at: datetime) -> None:
    """End a run whose parts are all done: with what they say together, or as failed."""
    run = AnalysisRun.objects.select_for_update(no_key=True).get(pk=run_id)
    if run.status != RunStatus.RUNNING:  # cancelled while it was put together
        return
    with acting(by=by, at=at, action="assays.analysis.conclude", on_behalf_of=run.asked_by):
        if concluded.outcome is None:
            _move(run, to=RunStatus.FAILED, by=by, at=at, refusal=concluded.refusal)
            return
        digest = digest_of(concluded.outcome)
        outcome = dict(concluded.outcome)
        _move(run, to=RunStatus.DONE, by=by, at=at, outcome=outcome, outcome_digest=digest)


def _begin(
    kind: AnalysisKind,
    parts: Sequence[tuple[int | None, Mapping[str, Any], str]],
    parameters: Mapping[str, Any],
    *,
    is_urgent: bool,
    reason: str,
    by: Principal,
    at: datetime,
    named: Named,
    repeats: AnalysisRun | None = None,
) -> AnalysisRun:
    priority = PRIORITIES["STAT" if is_urgent else "ROUTINE"]
    run: AnalysisRun = AnalysisRun.objects.create(
        uid=named.uid,
        sent_digest=named.sent_digest,
        kind=kind.value,
        parameters=parameters,
        made_with=made_with(analyses.of(kind).METHOD, analyses.packages(kind)),
        inputs_digest=digest_of([parameters, [digest for _person, _given, digest in parts]]),
        priority=priority,
        total=len(parts),
        repeats=repeats,
        reason=reason.strip()[:500],
        asked_by=by,
        asked_at=at,
        status=RunStatus.QUEUED,
    )
    ids = bulk.new_ids({AnalysisPart: len(parts)})[AnalysisPart]
    rows = [
        {
            "id": id_,
            "run_id": run.pk,
            "position": position,
            "person_id": person_id,
            "given": given,
            "given_digest": digest,
            "worker": "",
            "task_id": "",
        }
        for position, (id_, (person_id, given, digest)) in enumerate(
            zip(ids, parts, strict=True), start=1
        )
    ]
    bulk.insert(AnalysisPart, rows)
    queue.enqueue(kind=ANALYSE, table=PARTS, subjects=ids, priority=priority)
    return run


def _keep(worked: Worked, execution: Execution, at: datetime) -> None:
    AnalysisPart.objects.filter(pk=worked.part_id, done_at=None).update(
        done_at=at,
        milliseconds=worked.milliseconds,
        outcome=worked.outcome,
        refusal=worked.refusal,
        worker=execution.worker,
        task_id=execution.task_id,
    )


def _move(run: AnalysisRun, *, to: RunStatus, by: Principal, at: datetime, **more: Any) -> None:
    old = RunStatus(run.status)
    if not RUN.can_move(old, to):
        raise RunMoved(
            _("The run is %(status)s; it cannot be changed.") % {"status": run.get_status_display()}
        )
    changed: dict[str, Any] = {"status": to.value, **more}
    if to is RunStatus.RUNNING:
        changed["started_at"] = at
    else:
        changed |= {"ended_at": at, "ended_by": by}
    # The filter on the old status is the lock: of two racing callers one updates no row.
    if not AnalysisRun.objects.filter(pk=run.pk, status=old.value).update(**changed):
        raise RunMoved(_("The run moved on meanwhile."))
    for name, value in changed.items():
        setattr(run, name, value)
