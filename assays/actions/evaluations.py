"""Recording what an evaluation found: appended once per result and method version, never edited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from assays import signals
from assays.actions import autoverification, coded_comments, criticals, reflexes, reports
from assays.models import Evaluation, ResultHold
from assays.queries import catalogue, orders
from assays.queries.autoverification import Decided
from assays.rules.evaluation import METHOD_VERSION, Finding
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import bulk
from labsys.work.registry import Execution


def record(
    *,
    findings: Sequence[Finding],
    execution: Execution,
    by: Principal,
    at: datetime,
    decided: Sequence[Decided] = (),
) -> None:
    """Append evaluations, the holds they call for and what rule sets said of the results.

    What is there already stays as it is. What may go out without a person is released by work of its
    own, so that a release that fails never keeps a critical value from being seen.

    Locks are taken in the one order (docs/architecture.md): specimens that reflex rules look at,
    results by id (the rows appended refer to them), inboxes and calls, items, orders.
    """
    findings = sorted(findings, key=lambda one: one.result_id)
    held = catalogue.current()
    stamp = {"recorded_by_id": by.pk, "recorded_at": at}
    done_by = {"worker": execution.worker, "task_id": execution.task_id}
    with acting(by=by, at=at, action="assays.result.evaluate"):
        reflexes.lock(findings=findings, held=held)
        rows = [_row(finding) | done_by | stamp for finding in findings]
        bulk.insert(Evaluation, rows, is_repeatable=True)
        holds = [
            {"result_id": finding.result_id, "kind": hold.kind.value, "reason": hold.reason} | stamp
            for finding in findings
            for hold in finding.holds
        ]
        bulk.insert(ResultHold, holds, is_repeatable=True)
        coded_comments.attach(findings=findings, by=by, at=at, held=held)
        critical = [finding.result_id for finding in findings if finding.is_critical]
        criticals.open_calls(result_ids=critical, by=by, at=at)
        autoverification.record(decided=decided, by=by, at=at)
        reflexes.fire(findings=findings, by=by, at=at, held=held)
        if holds:
            ids = sorted({int(hold["result_id"]) for hold in holds})
            signals.results_held.send(sender=ResultHold, result_ids=ids, by=by, at=at)
            _tell_of_holds(ids, by=by, at=at)


def _tell_of_holds(result_ids: Sequence[int], *, by: Principal, at: datetime) -> None:
    """Tell of the holds just set on values that were told before this evaluation."""
    told = Q(result__status=ResultStatus.TECHNICALLY_VERIFIED)
    told |= Q(result__critical_call__recorded_at__lt=at)
    holds = ResultHold.objects.filter(told, result__in=result_ids, recorded_at=at, clear=None)
    found = list(holds.select_related("result").order_by("result_id", "pk"))
    for one in found:
        signals.result_held.send(sender=ResultHold, hold=one, by=by, at=at)
    asked = orders.of_items([one.result.order_item_id for one in found])
    reports.follow_told(order_ids=asked, by=by, at=at)


def _row(finding: Finding) -> dict[str, Any]:
    return {
        "result_id": finding.result_id,
        "method_version": METHOD_VERSION,
        "flags": list(finding.flags),
        "is_critical": finding.is_critical,
        "delta_verdict": finding.delta_verdict,
        "inputs": finding.inputs,
        "trace": finding.trace,
    }
