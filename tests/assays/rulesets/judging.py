"""A laboratory whose haemoglobin is judged by rules: an instrument, a signed range, a rule set."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from assays.actions import rulesets, versions
from assays.models import (
    Assay,
    Result,
    RuleSet,
    RuleTrace,
)
from assays.rules.range_rows import RowKind
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.work import periodic, worker
from labsys.work.registry import Execution
from tests import factories
from tests.assays import laboratory
from tests.assays.senders import Sender, item
from tests.signing import sign_limits

WORKER = Execution(worker="somewhere:1", task_id="task-1")
LIMITS = {
    "id": "limits",
    "kind": "LIMITS",
    "parameters": {"low": "12.5", "high": "15.0", "unit": "g/dL"},
    "assays": ["hgb"],
}
NOT_TYPED = {"id": "typed", "kind": "MANUAL_ENTRY"}
# Rules that pass whatever there is: only the fixed laws stand in the way.
ANYTHING = {"id": "any", "kind": "LIMITS", "parameters": {"low": "0", "unit": "g/dL"}}


class Judged:
    """One instrument that measures HGB and WBC, and who drafts, approves and looks on."""

    def __init__(self, *, is_signed: bool = True, **options: Any) -> None:
        self.assays = laboratory.assays(
            HGB={"low": "12.0", "high": "15.5", "critical": (7, 20), "plausible": (1, 30)}
            | options,
            WBC={"low": "4.0", "high": "11.0", "unit": "10*3/uL"},
        )
        instrument = laboratory.instrument({"HB": self.assays["HGB"], "WBC": self.assays["WBC"]})
        self.sender = Sender(instrument, laboratory.key_of(instrument), self.assays)
        self.manager = factories.principal(Role.QUALITY_MANAGER)
        self.pathologist = factories.principal(Role.PATHOLOGIST)
        self.technologist = factories.principal(Role.TECHNOLOGIST)
        if is_signed:
            self.sign("HGB")
            self.sign("WBC")

    def sign(self, code: str, kinds: Collection[RowKind] = tuple(RowKind)) -> None:
        sign_limits([self.assays[code]], self.pathologist, kinds)

    def draft(
        self, *rules: Any, code: str = "blood", assays: Sequence[Assay] = (), **more: Any
    ) -> RuleSet:
        given = {"by": self.manager, "note": "tried for a month", "name": "Blood count", **more}
        return rulesets.draft(
            code=code,
            rules=list(rules or (LIMITS, NOT_TYPED)),
            assays=list(assays or self.assays.values()),
            at=database_now(),
            **given,
        )

    def in_force(self, *rules: Any, **more: Any) -> RuleSet:
        made = self.draft(*rules, **more)
        versions.approve(version=made, by=self.pathologist, at=database_now())
        versions.activate(version=made, by=self.pathologist, at=database_now())
        return made

    def live(self, *rules: Any, **more: Any) -> RuleSet:
        made = self.in_force(*rules, **more)
        rulesets.go_live(
            rule_set=made, by=self.pathologist, at=database_now(), reason="agreed with people"
        )
        return made

    def send(self, value: str = "13.2", *, code: str = "HB", **more: Any) -> Result:
        """Send one value of a new specimen, and leave it queued."""
        specimen = more.pop("specimen", None) or self.specimen()
        unit = "g/dL" if code == "HB" else "10*3/uL"
        answer = self.sender.send(item(specimen, code, value, unit=unit, **more))
        assert answer.status_code in (200, 201), answer.content
        return Result.objects.filter(specimen=specimen).latest("pk")

    def specimen(self, **more: Any) -> Any:
        return laboratory.specimen(list(self.assays.values()), item_status="IN_PROCESS", **more)

    def judge(self, value: str = "13.2", **more: Any) -> Result:
        """Send one value and do the work it causes."""
        result = self.send(value, **more)
        work_off()
        result.refresh_from_db()
        return result


def work_off() -> int:
    """Do what is due, as a worker does, until nothing is."""
    periodic.load()
    return worker.drain(WORKER, seconds=60)


def trace_of(result: Result) -> RuleTrace:
    return RuleTrace.objects.get(result=result)


def autoverify() -> Principal:
    return Principal.objects.system("autoverify")
