"""Deciding about the follow-up of somebody for one agent; nothing here touches another agent's."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Required, TypedDict, Unpack

from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import Conflict, InvalidInput
from patients.actions.gateway import claiming, correcting, held, insert, required, stated_in
from patients.models import Agent, FollowUpDecision, Person
from patients.queries import follow_ups
from patients.rules.follow_ups import Deciding, FollowUp, State, refusing

PERMISSION = "patients.followup.decide"


class Stated(TypedDict, total=False):
    """What a decision says; a correction says all of it again."""

    person: Required[Person]
    agent: Required[Agent]
    kind: Required[str]
    reason: Required[str]
    decided_at: datetime
    until: datetime | None


def decide(*, by: Principal, at: datetime, expected: str, **stated: Unpack[Stated]) -> Any:
    """Cancel, end as lost, resume or extend a follow-up that is in the state the caller saw.

    Raises Conflict where it is in another state by now, or where the decision makes no sense in it.
    """
    policy.check(by, PERMISSION, stated["person"])
    given = _checked(stated, at=at)
    with acting(by=by, at=at, action="patients.followup.decide", reason=given["reason"]):
        _entries, at = held(given["person"], at=at)
        found = follow_ups.of_agent(given["person"], given["agent"], at=at)
        _check_state(found, given, expected=expected)
        return _insert(given, by=by, at=at)


def correct(
    *, by: Principal, at: datetime, decision: FollowUpDecision, why: str, **stated: Unpack[Stated]
) -> Any:
    """State a decision again, in place of the row named; that one remains and no longer holds."""
    policy.check(by, PERMISSION, decision.person)
    policy.check(by, PERMISSION, stated["person"])
    given = _checked({"decided_at": decision.decided_at, **stated}, at=at)
    if (given["agent"], given["person"]) != (decision.agent, decision.person):
        raise InvalidInput(
            _(
                "A decision for another person or agent is a decision of its own; take this one back."
            ),
            field="agent",
        )
    with correcting(decision, by=by, at=at, action="patients.followup.correct", reason=why):
        _entries, at = held(given["person"], at=at)
        return _insert(given, by=by, at=at, corrects=decision)


def retract(*, by: Principal, at: datetime, decision: FollowUpDecision, reason: str) -> Any:
    """Take back a decision that was entered in error, with nothing in its place."""
    policy.check(by, PERMISSION, decision.person)
    stated = stated_in(decision, Stated.__annotations__)
    with correcting(decision, by=by, at=at, action="patients.followup.retract", reason=reason):
        _entries, at = held(decision.person, at=at)
        return _insert(stated, by=by, at=at, corrects=decision, is_retraction=True)


def _checked(stated: Stated, *, at: datetime) -> dict[str, Any]:
    reason = required(stated["reason"], field="reason", what=_("Say why."))
    decided_at = check_world_moment(stated.get("decided_at") or at, at=at, field="decided_at")
    until = stated.get("until")
    if stated["kind"] not in set(Deciding):
        raise InvalidInput(_("This is no decision about a follow-up."), field="kind")
    if (until is None) == (stated["kind"] == Deciding.EXTENDED):
        raise InvalidInput(_("An extension, and nothing else, says until when."), field="until")
    if until is not None and until.tzinfo is None:
        raise InvalidInput(_("The moment has no time zone."), field="until")
    return {**stated, "reason": reason, "decided_at": decided_at, "until": until}


def _check_state(found: FollowUp | None, given: dict[str, Any], *, expected: str) -> None:
    if found is None or found.state is State.NO_RULE:
        raise Conflict(_("There is no follow-up of this person for this agent."))
    if found.state.value != expected:
        raise Conflict(_("This follow-up changed meanwhile; look at it again."))
    if refusing(Deciding(given["kind"]), found.state):
        raise Conflict(_("This cannot be decided of a follow-up in this state."))
    until = given["until"]
    if until is not None and found.until is not None and until <= found.until:
        raise InvalidInput(_("The follow-up lasts longer than that already."), field="until")


def _insert(given: Any, *, by: Principal, at: datetime, **more: Any) -> FollowUpDecision:
    sentence = _("An extension, and nothing else, says until when.")
    wrong = {"patients_followupdecision_extended_until": InvalidInput(sentence, field="until")}
    with claiming(wrong):
        return insert(FollowUpDecision(**given, **more, recorded_at=at, recorded_by=by))
