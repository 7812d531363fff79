"""Concluding a medical check on the proposal that was shown, and on no other."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from consent.actions import checks
from consent.models import Check, MedicalFindings, Programme
from consent.queries.facts import held
from consent.queries.medical import covered, sitting_of
from consent.rules.facts import CheckKind, CheckOutcome
from consent.rules.medical import Examined, MedicalProposal
from consent.rules.news2 import InvalidVital, Vitals
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput
from patients.models import Person

RECORD = checks.PERMISSION[CheckKind.MEDICAL]
CONTROL = {
    None: "",
    True: MedicalFindings.Control.CONTROLLED.value,
    False: MedicalFindings.Control.NOT_CONTROLLED.value,
}


def conclude(
    *,
    person: Person,
    programme: Programme,
    examined: Examined,
    outcome: CheckOutcome,
    seen: str,
    performed_at: datetime,
    by: Principal,
    at: datetime,
    comment: str = "",
    lifts: Sequence[Check] = (),
    second_clinician: Principal | None = None,
    grounds: str = "",
    criteria: str = "",
    uid: uuid.UUID | None = None,
    sent: str = "",
) -> Check:
    """Record a medical check as the examiner concluded it, on the proposal that was shown.

    `seen` is `Sitting.seen` of what was shown. It is made anew under the person's lock: where a
    result, another check or the rule changed it meanwhile, nothing is recorded.
    """
    policy.check(by, RECORD, person)
    with acting(by=by, at=at, action="consent.check.record_medical"):
        entries, at = held([person.pk], at=at)
        checks.check_programme(entries, programme, at=at)
        sitting = sitting_of(person, programme, performed_at=performed_at, at=at)
        try:
            proposal = sitting.proposal(examined)
        except InvalidVital as wrong:
            raise not_meant(wrong) from wrong
        if sitting.seen(proposal) != seen:
            raise Conflict(_("The proposal has changed; look at it again before you record."))
        return checks.record_medical(
            person=person,
            outcome=outcome,
            proposal=proposal,
            score=_scored(proposal),
            **kept_of(examined),
            results=[one.pk for one in sitting.results.used],
            performed_at=performed_at,
            by=by,
            at=at,
            comment=comment,
            lifts=lifts,
            second_clinician=second_clinician,
            grounds=grounds,
            criteria=criteria,
            covers=covered(person, programme, examined, performed_at=performed_at, at=at),
            uid=uid,
            sent=sent,
        )


def kept_of(examined: Examined) -> dict[str, Any]:
    """Return what was measured and seen as it is kept in the findings."""
    return {
        "vitals": _measured(examined.vitals),
        "signs": sorted(sign.value for sign in examined.signs_seen),
        "examined": _looked_at(examined),
        "nanite_control": CONTROL[examined.are_nanites_controlled],
    }


def not_meant(wrong: InvalidVital) -> InvalidInput:
    """Return a measurement that cannot be meant as a refusal that names its field."""
    name, _colon, said = str(wrong).partition(": ")
    field = "spo2_percent" if name.startswith("spo2_percent") else name
    return InvalidInput(said or name, field=field)


def _measured(vitals: Vitals) -> dict[str, Any]:
    given = {name: getattr(vitals, name) for name in Vitals.__dataclass_fields__}
    return {name: str(value) for name, value in given.items() if value is not None}


def _scored(proposal: MedicalProposal) -> dict[str, Any]:
    score = proposal.score
    if score is None:
        missing = list(proposal.missing_vitals)
        return {"obstacles": [one.value for one in proposal.obstacles], "missing": missing}
    return {"total": score.total, "parts": dict(score.parts), "risk": score.risk.value}


def _looked_at(examined: Examined) -> dict[str, str]:
    """Return what was examined, sign or item, and how it was."""
    signs = {sign.value: seen for sign, seen in examined.signs.items()}
    signs |= {sign.value: True for sign in examined.signs_seen}
    items = {item.value: is_abnormal for item, is_abnormal in examined.items.items()}
    return {name: "abnormal" if found else "normal" for name, found in (signs | items).items()}
