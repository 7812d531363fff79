"""Drafting rule sets, bringing them to life and stopping them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from assays.actions import versions
from assays.models import Analyte, Assay, RuleSet, RuleSetAssay, RuleSetMode
from assays.rules import autoverification
from assays.rules.states import VersionStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInputs
from labsys.lib.reasons import check_reason

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,31}\Z")
Mode = RuleSetMode.Mode


def draft(
    *,
    code: str,
    name: str,
    rules: Sequence[Any],
    by: Principal,
    at: datetime,
    note: str,
    sections: Sequence[str] = (),
    assays: Sequence[Assay] = (),
) -> RuleSet:
    """Draft a rule set, or the next version of one; every rule that cannot be read is named."""
    versions.check_drafter(by)
    check_reason(note, field="note")
    _check_draft(code, name, rules, sections, assays)
    with acting(by=by, at=at, action="rulesets.version.draft", reason=note):
        versions.lock()
        newest = RuleSet.objects.filter(code=code).aggregate(newest=Max("number"))["newest"]
        made: RuleSet = RuleSet.objects.create(
            code=code,
            number=(newest or 0) + 1,
            name=name.strip(),
            sections=sorted(set(sections)),
            rules=list(rules),
            note=note,
            status=VersionStatus.DRAFT,
            drafted_by=by,
            drafted_at=at,
        )
        RuleSetAssay.objects.bulk_create(
            RuleSetAssay(rule_set=made, assay=assay) for assay in assays
        )
        versions.record(made, old="", new=VersionStatus.DRAFT, by=by, at=at, reason=note)
    return made


def go_live(*, rule_set: RuleSet, by: Principal, at: datetime, reason: str) -> RuleSetMode:
    """Let a version in force release what it passes; by a pathologist who did not draft it."""
    policy.check(by, "assays.ruleset.live", rule_set)
    check_reason(reason)
    if rule_set.drafted_by_id == by.pk:
        raise versions.SamePerson(
            _("You drafted %(rule_set)s yourself; somebody else has to let it release results.")
            % {"rule_set": rule_set}
        )
    with acting(by=by, at=at, action="rulesets.go_live", reason=reason):
        held = _locked(rule_set)
        if held.status != VersionStatus.ACTIVE:
            raise versions.VersionMoved(
                _("%(rule_set)s is not in force, so it cannot release results.")
                % {"rule_set": rule_set}
            )
        return _set(held, Mode.LIVE, by=by, at=at, reason=reason)


def suspend(*, rule_set: RuleSet, by: Principal, at: datetime, reason: str) -> RuleSetMode:
    """Stop a rule set at once: from the next result on it releases nothing, and only says its word."""
    policy.check(by, "assays.ruleset.suspend", rule_set)
    check_reason(reason)
    with acting(by=by, at=at, action="rulesets.suspend", reason=reason):
        held = _locked(rule_set)
        if _mode(held) != Mode.LIVE:
            raise Conflict(
                _("%(rule_set)s does not release results; there is nothing to suspend.")
                % {"rule_set": rule_set}
            )
        return _set(held, Mode.SUSPENDED, by=by, at=at, reason=reason)


def _locked(rule_set: RuleSet) -> RuleSet:
    """Return the version as it stands; its modes move one after the other."""
    found: RuleSet = RuleSet.objects.select_for_update(no_key=True).get(pk=rule_set.pk)
    return found


def _mode(rule_set: RuleSet) -> str:
    newest = rule_set.modes.order_by("-id").values_list("mode", flat=True).first()
    return newest or Mode.SHADOW.value


def _set(
    rule_set: RuleSet, mode: RuleSetMode.Mode, *, by: Principal, at: datetime, reason: str
) -> RuleSetMode:
    if _mode(rule_set) == mode:
        raise Conflict(
            _("%(rule_set)s is %(mode)s already.") % {"rule_set": rule_set, "mode": mode.label}
        )
    made: RuleSetMode = RuleSetMode.objects.create(
        rule_set=rule_set,
        drafted_by_id=rule_set.drafted_by_id,
        mode=mode,
        reason=reason,
        recorded_by=by,
        recorded_at=at,
    )
    return made


def _check_draft(
    code: str,
    name: str,
    rules: Sequence[Any],
    sections: Sequence[str],
    assays: Sequence[Assay],
) -> None:
    errors = []
    if not _CODE.match(code):
        problem = _("A code has at most 32 small letters, digits and dashes.")
        errors.append(("code", problem))
    if not name.strip() or len(name) > 80:
        errors.append(("name", _("Give the set a name of at most 80 signs.")))
    if not sections and not assays:
        errors.append(("sections", _("Say of which sections or assays the rules are asked.")))
    known = set(Analyte.objects.filter(section__in=sections).values_list("section", flat=True))
    errors += [
        ("sections", _("There is no section %(section)s.") % {"section": one})
        for one in sorted(set(sections) - known)
    ]
    if len({assay.pk for assay in assays}) < len(assays):
        errors.append(("assays", _("An assay is named once.")))
    errors += [("rules", problem) for problem in autoverification.problems(rules)]
    if errors:
        raise InvalidInputs(errors)
