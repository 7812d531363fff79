"""Recording what an evaluation found: appended once per result and method version, never edited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from assays.models import Evaluation, ResultHold
from assays.rules.evaluation import METHOD_VERSION, Finding
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import bulk
from labsys.work.registry import Execution


def record(
    *, findings: Sequence[Finding], execution: Execution, by: Principal, at: datetime
) -> None:
    """Append evaluations and the holds they call for; what is there already stays as it is."""
    stamp = {"recorded_by_id": by.pk, "recorded_at": at}
    done_by = {"worker": execution.worker, "task_id": execution.task_id}
    with acting(by=by, at=at, action="assays.result.evaluate"):
        rows = [_row(finding) | done_by | stamp for finding in findings]
        bulk.insert(Evaluation, rows, is_repeatable=True)
        holds = [
            {"result_id": finding.result_id, "kind": hold.kind.value, "reason": hold.reason} | stamp
            for finding in findings
            for hold in finding.holds
        ]
        bulk.insert(ResultHold, holds, is_repeatable=True)


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
