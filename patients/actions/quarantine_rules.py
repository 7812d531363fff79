"""Rules of quarantine: drafted by one, approved by another, in force until the next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput
from patients.actions import approvals
from patients.actions.gateway import claiming, insert, required
from patients.models import QuarantineRule
from patients.rules import quarantine_criteria
from patients.rules.quarantine import MOST_DAYS, MOST_REVIEW_DAYS
from patients.rules.quarantine_criteria import Criterion

DRAFT, APPROVE = "patients.quarantinerule.draft", "patients.quarantinerule.approve"


def draft(
    *,
    by: Principal,
    at: datetime,
    agent: str,
    kind: str,
    days: int,
    review_every_days: int,
    source: str,
    criteria: Sequence[Criterion] = (),
    signs_gone: bool = False,
    until_lifted: bool = False,
) -> QuarantineRule:
    """Draft how long quarantine for an agent lasts and what ends it; somebody else approves it."""
    policy.check(by, DRAFT)
    agent = required(agent, field="agent", what=_("Name the agent."))
    source = required(source, field="source", what=_("Say where these figures are from."))
    _check_between(days, MOST_DAYS, field="days")
    _check_between(review_every_days, MOST_REVIEW_DAYS, field="review_every_days")
    stated = quarantine_criteria.read(quarantine_criteria.to_json(criteria))
    with acting(by=by, at=at, action="patients.quarantinerule.draft"):
        return insert(
            QuarantineRule(
                agent=agent,
                kind=kind,
                days=days,
                review_every_days=review_every_days,
                criteria=quarantine_criteria.to_json(stated),
                signs_gone=signs_gone,
                until_lifted=until_lifted,
                source=source,
                recorded_at=at,
                recorded_by=by,
            )
        )


def approve(
    *, by: Principal, at: datetime, rule: QuarantineRule, in_force_from: datetime | None = None
) -> QuarantineRule:
    """Approve the draft of somebody else, in force from now or later; orders keep the rule they have."""
    policy.check(by, APPROVE)
    begins = approvals.begins_at(rule, by=by, at=at, asked=in_force_from)
    another = Conflict(_("Another rule for this agent and kind comes into force at that moment."))
    with (
        claiming({"patients_quarantinerule_one_at_a_time": another}),
        acting(by=by, at=at, action="patients.quarantinerule.approve"),
    ):
        drafts = QuarantineRule.objects.filter(pk=rule.pk, approved_at=None)
        if not drafts.update(approved_by=by, approved_at=at, in_force_from=begins):
            raise Conflict(_("This rule was approved already."))
    rule.refresh_from_db()
    return rule


def _check_between(number: int, most: int, *, field: str) -> None:
    if not 1 <= number <= most:
        raise InvalidInput(
            _("This lies between %(least)d and %(most)d.") % {"least": 1, "most": most}, field=field
        )
