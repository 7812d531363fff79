"""Control rule sets and plans: drafted, approved by somebody else, in force (see `versions`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from assays.actions import versions
from assays.models import Assay, ControlPlan, ControlRuleSet
from assays.queries.control_series import shipped_for
from assays.rules.controls import check_rules
from assays.rules.states import VersionStatus
from assays.rules.westgard import DEFAULT_RULES, WARNINGS
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib.errors import InvalidInput
from labsys.lib.reasons import check_reason
from labsys.lib.wording import Refused

CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,31}\Z")
MOST_LEVELS = 9
MOST_MINUTES = 24 * 60
MOST_HOURS = 24 * 366
NOTE = "Shipped with labsys: Westgard rules for %d level(s)."


def draft_rule_set(
    *,
    code: str,
    levels: int,
    rejects: Sequence[str],
    by: Principal,
    at: datetime,
    note: str,
    warns: Sequence[str] = (),
    across_levels: bool = False,
) -> ControlRuleSet:
    """Draft the rules that controls of so many levels are to be judged by; somebody else approves."""
    versions.check_drafter(by)
    check_reason(note)
    if not CODE.match(code):
        raise InvalidInput(_("A code is of small letters, digits and hyphens."), field="code")
    if not 1 <= levels <= MOST_LEVELS:
        raise InvalidInput(_("Rules are made for one level or more."), field="levels")
    with acting(by=by, at=at, action="controls.rule_set.draft", reason=note):
        return _draft(code, levels, rejects, warns, across_levels, by=by, at=at, note=note)


def draft_plan(
    *,
    assay: Assay,
    by: Principal,
    at: datetime,
    note: str,
    rule_set: str = "",
    interval_hours: int | None = None,
    run_minutes: int = 60,
) -> ControlPlan:
    """Draft how an assay is controlled: its rule set, how often, what makes one run."""
    versions.check_drafter(by)
    check_reason(note)
    if (
        rule_set
        and not ControlRuleSet.objects.filter(code=rule_set, status=VersionStatus.ACTIVE).exists()
    ):
        raise InvalidInput(_("No rule set of this code is in force."), field="rule_set")
    if interval_hours is not None and not 1 <= interval_hours <= MOST_HOURS:
        raise InvalidInput(_("Give the interval in whole hours."), field="interval_hours")
    if not 0 <= run_minutes <= MOST_MINUTES:
        raise InvalidInput(_("A run lasts a day at most."), field="run_minutes")
    with acting(by=by, at=at, action="controls.plan.draft", reason=note):
        versions.lock()
        draft = ControlPlan.objects.create(
            assay=assay,
            number=_next_number(ControlPlan, assay=assay),
            rule_set=rule_set,
            interval_hours=interval_hours,
            run_minutes=run_minutes,
            note=note,
            status=VersionStatus.DRAFT,
            drafted_by=by,
            drafted_at=at,
        )
        versions.record(draft, old="", new=VersionStatus.DRAFT, by=by, at=at, reason=note)
    return draft


def load_shipped(*, by: Principal, at: datetime) -> int:
    """Bring in the rule sets that ship, of which no version is there yet; returns how many."""
    drafts = []
    with acting(by=by, at=at, action="controls.rule_set.load"):
        for levels, rules in DEFAULT_RULES.items():
            code = shipped_for(levels)
            if ControlRuleSet.objects.filter(code=code).exists():
                continue
            rejects = [rule for rule in rules if rule not in WARNINGS]
            note = NOTE % levels
            drafts.append(
                _draft(code, levels, rejects, WARNINGS, False, by=by, at=at, note=note, event=False)
            )
        versions.bring_in_shipped(drafts=drafts, by=by, at=at)
    return len(drafts)


def _draft(
    code: str,
    levels: int,
    rejects: Sequence[str],
    warns: Sequence[str],
    across_levels: bool,
    *,
    by: Principal,
    at: datetime,
    note: str,
    event: bool = True,
) -> ControlRuleSet:
    try:
        rejects, warns = check_rules(rejects, warns)
    except Refused as refused:
        raise InvalidInput(_(refused.message) % refused.params, field="rejects") from refused
    versions.lock()
    draft: ControlRuleSet = ControlRuleSet.objects.create(
        code=code,
        number=_next_number(ControlRuleSet, code=code),
        levels=levels,
        rules={"rejects": rejects, "warns": warns, "across_levels": across_levels},
        note=note,
        status=VersionStatus.DRAFT,
        drafted_by=by,
        drafted_at=at,
    )
    if event:
        versions.record(draft, old="", new=VersionStatus.DRAFT, by=by, at=at, reason=note)
    return draft


def _next_number(model: type[Any], **key: Any) -> int:
    newest = model.objects.filter(**key).aggregate(newest=Max("number"))["newest"]
    return int(newest or 0) + 1
