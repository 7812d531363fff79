"""The agents that the registry knows, and the rules of follow-up: drafted by one, approved by another."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput
from patients.actions import approvals, quarantine
from patients.actions.gateway import claiming, insert, required
from patients.models import Agent, FollowUpRule
from patients.rules.follow_ups import MOST_DAYS, MOST_VISITS

MANAGE = "patients.agent.manage"
DRAFT, APPROVE = "patients.followuprule.draft", "patients.followuprule.approve"


def add(*, by: Principal, at: datetime, code: str, name: str) -> Agent:
    """Add an agent; exposures that name it by its code or its name are known from now on."""
    policy.check(by, MANAGE)
    code = required(code, field="code", what=_("Give the agent a code."))
    name = required(name, field="name", what=_("Give the agent its name."))
    sentence = _("There is an agent of this code or name already.")
    taken = {
        constraint: Conflict(sentence)
        for constraint in (
            "patients_agent_one_code",
            "patients_agent_one_name",
            "patients_agent_code_key",
        )
    }
    if Agent.objects.filter(Q(code__iexact=name) | Q(name__iexact=code)).exists():
        raise Conflict(sentence)
    with claiming(taken), acting(by=by, at=at, action="patients.agent.add"):
        made = insert(Agent(code=code, name=name, recorded_at=at, recorded_by=by))
        quarantine.extend_named(by=by, at=at, agent=made)
        return made


def draft_rule(
    *, by: Principal, at: datetime, agent: Agent, days: int, visits_per_day: int, source: str
) -> FollowUpRule:
    """Draft for how long and how often exposure to an agent is followed up; somebody else approves."""
    policy.check(by, DRAFT)
    source = required(source, field="source", what=_("Say where these figures are from."))
    _check_between(days, 1, MOST_DAYS, field="days")
    _check_between(visits_per_day, 1, MOST_VISITS, field="visits_per_day")
    with acting(by=by, at=at, action="patients.followuprule.draft"):
        return insert(
            FollowUpRule(
                agent=agent,
                days=days,
                visits_per_day=visits_per_day,
                source=source,
                recorded_at=at,
                recorded_by=by,
            )
        )


def approve_rule(
    *, by: Principal, at: datetime, rule: FollowUpRule, in_force_from: datetime | None = None
) -> FollowUpRule:
    """Approve the draft of somebody else; it holds from now, or from a later moment on."""
    policy.check(by, APPROVE)
    begins = approvals.begins_at(rule, by=by, at=at, asked=in_force_from)
    twice = {
        "patients_followuprule_one_at_a_time": Conflict(
            _("Another rule for this agent comes into force at that moment.")
        )
    }
    with claiming(twice), acting(by=by, at=at, action="patients.followuprule.approve"):
        drafts = FollowUpRule.objects.filter(pk=rule.pk, approved_at=None)
        if not drafts.update(approved_by=by, approved_at=at, in_force_from=begins):
            raise Conflict(_("This rule was approved already."))
    rule.refresh_from_db()
    return rule


def _check_between(number: int, least: int, most: int, *, field: str) -> None:
    if not least <= number <= most:
        raise InvalidInput(
            _("This lies between %(least)d and %(most)d.") % {"least": least, "most": most},
            field=field,
        )
