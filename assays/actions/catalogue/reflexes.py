"""Drafting reflex rules: conditions on results, and what is ordered when they are met."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from assays.actions import versions
from assays.models import (
    Analyte,
    Assay,
    ReflexAddition,
    ReflexCondition,
    ReflexRule,
    ReflexVersion,
)
from assays.rules.flags import Flag
from assays.rules.reflexes import Kind, Match, check_condition
from assays.rules.states import VersionStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.reasons import check_reason

_CODE = re.compile(r"[A-Za-z0-9_-]{1,32}\Z")
MOST_CONDITIONS = 8
MOST_ADDITIONS = 8


@dataclass(frozen=True, slots=True)
class ConditionDraft:
    """One condition as somebody wrote it; `comparison` for values only."""

    analyte: Analyte
    kind: Kind
    value: str
    comparison: str = ""


def add_reflex_rule(*, code: str, name: str, by: Principal, at: datetime) -> ReflexRule:
    """Add a reflex rule; it does nothing until a version of it is in force."""
    versions.check_drafter(by)
    with acting(by=by, at=at, action="catalogue.reflex.add"):
        versions.lock()
        if ReflexRule.objects.filter(code=code).exists():
            raise Conflict(_("There is a rule with the code %(code)s already.") % {"code": code})
        return ReflexRule.objects.create(code=code, name=name)


def draft_reflex_rule(
    *, code: str, name: str, by: Principal, at: datetime, note: str, **given: Any
) -> ReflexVersion:
    """Draft a reflex rule, or the next version of the one that has this code."""
    versions.check_drafter(by)
    check_reason(note)
    if not _CODE.match(code):
        raise InvalidInput(
            _("A code is 1 to 32 letters, digits, dashes or underscores."), field="code"
        )
    with acting(by=by, at=at, action="catalogue.reflex.draft", reason=note):
        versions.lock()
        rule = ReflexRule.objects.filter(code=code).first() or add_reflex_rule(
            code=code, name=name.strip(), by=by, at=at
        )
        return draft_reflex(rule=rule, by=by, at=at, note=note, **given)


def draft_reflex(
    *,
    rule: ReflexRule,
    match: Match,
    conditions: Sequence[ConditionDraft],
    assays: Sequence[Assay],
    by: Principal,
    at: datetime,
    note: str,
) -> ReflexVersion:
    """Draft what a rule asks of results and what it orders; a loop is refused at approval."""
    versions.check_drafter(by)
    check_reason(note)
    _check(conditions, assays)
    with acting(by=by, at=at, action="catalogue.reflex.draft", reason=note):
        versions.lock()
        newest = rule.versions.aggregate(newest=Max("number"))["newest"] or 0
        draft = ReflexVersion.objects.create(
            rule=rule,
            number=newest + 1,
            match=match,
            note=note,
            status=VersionStatus.DRAFT,
            drafted_by=by,
            drafted_at=at,
        )
        ReflexCondition.objects.bulk_create(
            ReflexCondition(
                version=draft,
                position=place,
                analyte=one.analyte,
                kind=one.kind,
                comparison=one.comparison if one.kind is Kind.VALUE else "",
                value=one.value.strip(),
            )
            for place, one in enumerate(conditions, start=1)
        )
        ReflexAddition.objects.bulk_create(
            ReflexAddition(version=draft, position=place, assay=assay)
            for place, assay in enumerate(assays, start=1)
        )
        versions.record(draft, old="", new=VersionStatus.DRAFT, by=by, at=at, reason=note)
    return draft


def _check(conditions: Sequence[ConditionDraft], assays: Sequence[Assay]) -> None:
    if not 1 <= len(conditions) <= MOST_CONDITIONS:
        raise InvalidInput(
            _("A rule has 1 to %(most)d conditions.") % {"most": MOST_CONDITIONS},
            field="conditions",
        )
    if not 1 <= len(assays) <= MOST_ADDITIONS or len({one.pk for one in assays}) < len(assays):
        raise InvalidInput(
            _("A rule orders 1 to %(most)d assays, each once.") % {"most": MOST_ADDITIONS},
            field="assays",
        )
    for one in conditions:
        wrong = check_condition(one.kind, one.comparison, one.value)
        if wrong:
            raise InvalidInput(_(wrong), field="conditions")
        if one.kind is Kind.FLAG and one.value.strip() not in set(Flag):
            raise InvalidInput(
                _("“%(flag)s” is not a flag; the flags are %(known)s.")
                % {"flag": one.value[:20], "known": ", ".join(Flag)},
                field="conditions",
            )
