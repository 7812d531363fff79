"""Recording the weekly checks. A rule proposes, a named clinician concludes."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.actions import alerts, appointments, recalls, rounds, transitions
from consent.models import (
    Check,
    CheckAnnulment,
    CheckLift,
    IndividualDecision,
    MedicalFindings,
    Programme,
    PsychologicalRecord,
)
from consent.queries.clearances import entries_of
from consent.queries.facts import held
from consent.queries.programmes import is_examined_for
from consent.queries.psychological import annulment_context, seal_context
from consent.rules.coverage import psychological_asks
from consent.rules.facts import CheckKind, CheckOutcome
from consent.rules.proposals import LATE_AFTER, Objection, Proposal, is_late, objections
from consent.rules.psychological import AnnulCode, screening_codes
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import Conflict, InvalidInput, Refusal
from labsys.lib.reasons import check_reason
from labsys.lib.sealing import seal
from patients.actions.gateway import claiming
from patients.models import Person, PersonAccount

OBJECTION_WORDS = {
    Objection.NAMED_CLINICIAN: "Only a named clinician may record this outcome.",
    Objection.SECOND_CLINICIAN: "An outcome laxer than the one proposed needs a second clinician.",
    Objection.GROUNDS: "Write down why the outcome is laxer than the one proposed.",
    Objection.ANSWER: "A safety item has no answer: ask it, or record REFERRED or FAILED.",
}
PERMISSION = {
    CheckKind.MEDICAL: "consent.medical.record",
    CheckKind.PSYCHOLOGICAL: "consent.psychological.record",
}
CLAIMS = {"consent_check_uid_key": Conflict(gettext_lazy("This check was recorded meanwhile."))}
REFUSALS = (CheckOutcome.FAILED.value, CheckOutcome.REFERRED.value)


class OwnCheck(Refusal):
    """Somebody tried to examine themselves, or to deal with what was found of them."""

    status = 403
    kind = "own-check"


def record_medical(
    *,
    person: Person,
    outcome: CheckOutcome,
    proposal: Proposal,
    vitals: Mapping[str, Any],
    score: Mapping[str, Any],
    signs: Sequence[str],
    performed_at: datetime,
    by: Principal,
    at: datetime,
    comment: str = "",
    nanite_control: str = "",
    examined: Mapping[str, str] | None = None,
    results: Sequence[int] = (),
    criteria: str = "",
    covers: Collection[str] | None = None,
    lifts: Sequence[Check] = (),
    second_clinician: Principal | None = None,
    grounds: str = "",
    uid: uuid.UUID | None = None,
    sent: str = "",
) -> Check:
    """Record a medical check as the examining physician concluded it.

    For somebody whom NEWS2 was not made for, two clinicians who state `criteria` make an individual
    decision, kept beside the check. `covers` is what it covered; without it a pass counts for all.
    `uid` is given by whoever may send it twice, `sent` digests what was sent.
    """
    measured = {"vitals": dict(vitals), "score": dict(score), "signs": list(signs)}
    measured |= {"examined": dict(examined or {}), "results": list(results)}
    _check_decision(proposal, outcome, criteria, second_clinician)
    _check_late(outcome, performed_at, at=at, said=comment, field="comment")
    with claiming(CLAIMS), acting(by=by, at=at, action="consent.check.record_medical"):
        made = _record(
            CheckKind.MEDICAL,
            person,
            outcome,
            proposal,
            performed_at=performed_at,
            by=by,
            at=at,
            lifts=lifts,
            second_clinician=second_clinician,
            grounds=grounds,
            reason_codes=[reason.value for reason in proposal.reasons],
            covers=covers,
            uid=uid,
        )
        _keep_findings(
            made,
            **measured,
            nanite_control=_control(nanite_control),
            comment=comment,
            grounds=grounds.strip(),
            sent=sent,
        )
        _keep_decision(made, proposal, criteria)
        _follow(made)
    return made


def _keep_findings(made: Check, **found: Any) -> None:
    MedicalFindings.objects.create(
        of_check=made, recorded_by=made.recorded_by, recorded_at=made.recorded_at, **found
    )


def _follow(made: Check) -> None:
    """Let a recall that waited for an examination end, and say what the clearance became."""
    by, at = made.recorded_by, made.recorded_at
    entries = frozenset(entries_of([made.person_id], known_at=at)[made.person_id])
    recalls.follow_check(check=made, entries=entries, by=by, at=at)
    transitions.after(person_ids=[made.person_id], by=by, at=at)


def _control(said: str) -> str:
    if said and said not in MedicalFindings.Control.values:
        raise InvalidInput(
            _("Say whether the nanites are under control, or leave it out."), field="nanite_control"
        )
    return said


def _check_late(
    outcome: CheckOutcome, performed_at: datetime, *, at: datetime, said: str, field: str
) -> None:
    """Ask in words why a pass is recorded long after it was performed, such as from paper."""
    if is_late(outcome, performed_at, recorded_at=at) and not said.strip():
        raise InvalidInput(
            _(
                "This pass was performed more than %(hours)d hours ago: say why it is recorded only "
                "now. It counts from now on, and lapses as from when it was performed."
            )
            % {"hours": LATE_AFTER // timedelta(hours=1)},
            field=field,
        )


def _obstacles(proposal: Proposal) -> list[str]:
    """Return why NEWS2 could not be scored, where it could not."""
    return [one.value for one in getattr(proposal, "obstacles", ())]


def _check_decision(
    proposal: Proposal, outcome: CheckOutcome, criteria: str, second: Principal | None
) -> None:
    """Ask for an individual decision of two clinicians where NEWS2 was not made for somebody."""
    if not _obstacles(proposal) or outcome is not CheckOutcome.PASSED:
        return
    if second is None:
        raise InvalidInput(
            _("NEWS2 was not made for this person: two clinicians decide by other criteria."),
            field="second_username",
        )
    if not criteria.strip():
        raise InvalidInput(_("Say by which criteria the two of you decided."), field="criteria")


def _keep_decision(check: Check, proposal: Proposal, criteria: str) -> None:
    """Keep what two clinicians decided by, whatever they decided."""
    if _obstacles(proposal) and check.second_examiner is not None and criteria.strip():
        IndividualDecision.objects.create(
            of_check=check,
            obstacles=_obstacles(proposal),
            criteria=criteria.strip(),
            second_clinician=check.second_examiner,
            recorded_by=check.recorded_by,
            recorded_at=check.recorded_at,
        )


def record_psychological(
    *,
    person: Person,
    outcome: CheckOutcome,
    proposal: Proposal,
    content: Mapping[str, Any],
    performed_at: datetime,
    by: Principal,
    at: datetime,
    lifts: Sequence[Check] = (),
    second_clinician: Principal | None = None,
    grounds: str = "",
    uid: uuid.UUID | None = None,
) -> Check:
    """Record a psychological check; answers, scores and notes are sealed before they are stored.

    Outside the psychologists' own page nothing exists but the outcome and what the screening staff
    need to plan (`ScreeningCode`): no answer, score, reason or proposal; and which questionnaires
    were asked. `uid` is given by a caller who may send the same check twice: it is recorded once.
    """
    asked = content.get("asked")
    _check_late(outcome, performed_at, at=at, said=content.get("notes", ""), field="notes")
    with claiming(CLAIMS), acting(by=by, at=at, action="consent.check.record_psychological"):
        made = _record(
            CheckKind.PSYCHOLOGICAL,
            person,
            outcome,
            proposal,
            performed_at=performed_at,
            by=by,
            at=at,
            lifts=lifts,
            second_clinician=second_clinician,
            grounds=grounds,
            reason_codes=[
                one.value for one in screening_codes(proposal.reasons, outcome, asks=proposal.asks)
            ],
            covers=None if asked is None else psychological_asks(asked),
            uid=uid,
        )
        sealed = {
            **content,
            "proposed": proposal.outcome.value,
            "reasons": [reason.value for reason in (*proposal.reasons, *proposal.asks)],
            "grounds": grounds,
        }
        _keep_sealed(made, sealed)
        transitions.after(person_ids=[person.pk], by=by, at=made.recorded_at)
    return made


def _keep_sealed(made: Check, sealed: Mapping[str, Any]) -> None:
    PsychologicalRecord.objects.create(
        of_check=made,
        content=seal(
            json.dumps(sealed, ensure_ascii=False).encode(),
            context=seal_context(made),
            keys=settings.LABSYS_FIELD_KEYS,
        ),
        recorded_by=made.recorded_by,
        recorded_at=made.recorded_at,
    )


def check_programme(entries: Collection[int], programme: Programme, *, at: datetime) -> None:
    """Refuse a check for a programme that has nothing to do with somebody."""
    if not is_examined_for(entries, programme, at=at):
        raise InvalidInput(
            _(
                "This person is not enrolled in %(programme)s: enrol them first, or hold the check "
                "for a programme that they belong to."
            )
            % {"programme": programme.name},
            field="programme",
        )


def annul(
    *, check: Check, by: Principal, at: datetime, reason: str, code: AnnulCode | None = None
) -> CheckAnnulment:
    """Set right a pass that was recorded in error; a refusal is lifted by a later check instead.

    Of a psychological check others are told the `code` alone; the reason in words is sealed.
    """
    policy.check(by, PERMISSION[CheckKind(check.kind)], check.person)
    check_reason(reason)
    if check.is_private and code is None:
        raise InvalidInput(_("Say as a code why; your words are sealed."), field="code")
    if check.outcome in REFUSALS:
        raise Conflict(_("A refusal is not annulled: record a later check that names it."))
    said: dict[str, Any] = {"reason": reason}
    if check.is_private:
        context, keys = annulment_context(check), settings.LABSYS_FIELD_KEYS
        sealed = seal(reason.encode(), context=context, keys=keys)
        said = {"code": str(code), "words": sealed}
    told = said.get("code", reason)
    with acting(by=by, at=at, action="consent.check.annul", reason=told):
        entries, at = held([check.person_id], at=at)
        if PersonAccount.objects.filter(principal=by, person__in=entries).exists():
            raise OwnCheck("Nobody annuls a check of their own.")
        if CheckAnnulment.objects.filter(of_check=check).exists():
            raise Conflict(_("This check was annulled meanwhile."))
        made: CheckAnnulment = CheckAnnulment.objects.create(
            of_check=check, **said, recorded_by=by, recorded_at=at
        )
        alerts.follow_annulment(check=check, by=by, at=at)
        transitions.after(person_ids=[check.person_id], by=by, at=at)
        rounds.follow(entries=entries, by=by, at=at)
        return made


def _record(
    kind: CheckKind,
    person: Person,
    outcome: CheckOutcome,
    proposal: Proposal,
    *,
    performed_at: datetime,
    by: Principal,
    at: datetime,
    lifts: Sequence[Check],
    second_clinician: Principal | None,
    grounds: str,
    reason_codes: list[str],
    covers: Collection[str] | None,
    uid: uuid.UUID | None = None,
) -> Check:
    policy.check(by, PERMISSION[kind], person)
    check_world_moment(performed_at, at=at, field="performed_at")
    _check_outcome(kind, outcome, proposal, by, second_clinician, grounds)
    entries, at = held([person.pk], at=at)
    clinicians = [one for one in (by, second_clinician) if one is not None]
    if PersonAccount.objects.filter(principal__in=clinicians, person__in=entries).exists():
        raise OwnCheck("Nobody examines themselves, or takes part in concluding their own check.")
    _check_lifts(kind, entries, outcome, performed_at, lifts)
    made = Check.objects.create(
        uid=uid or uuid.uuid4(),
        person=person,
        kind=kind.value,
        outcome=outcome.value,
        proposed=proposal.outcome.value if kind is CheckKind.MEDICAL else "",
        reason_codes=reason_codes,
        rule_version=str(proposal.rule_version),
        covers=None if covers is None else sorted(covers),
        examiner=by,
        second_examiner=second_clinician,
        performed_at=performed_at,
        recorded_by=by,
        recorded_at=at,
    )
    CheckLift.objects.bulk_create(
        CheckLift(by_check=made, lifted=lifted, recorded_by=by, recorded_at=at) for lifted in lifts
    )
    appointments.keep(entries=entries, kind=kind, performed_at=performed_at, by=by, at=at)
    alerts.follow_check(check=made, entries=entries, by=by, at=at)
    rounds.follow(entries=entries, by=by, at=at)
    return made


def _check_outcome(
    kind: CheckKind,
    outcome: CheckOutcome,
    proposal: Proposal,
    by: Principal,
    second: Principal | None,
    grounds: str,
) -> None:
    if second is not None and second.pk == by.pk:
        raise InvalidInput(
            _("The second clinician is somebody else than the examiner."), field="second_clinician"
        )
    if second is not None and not policy.can(second, PERMISSION[kind]):
        said = _("%(second)s may not conclude such a check.") % {"second": second}
        raise InvalidInput(said, field="second_clinician")
    missing = objections(
        proposal,
        outcome,
        clinician=by.name,
        second_clinician=second.name if second else None,
        grounds=grounds,
    )
    if missing:
        field = "grounds" if missing[0] is Objection.GROUNDS else "outcome"
        raise InvalidInput(" ".join(OBJECTION_WORDS[one] for one in missing), field=field)


def _check_lifts(
    kind: CheckKind,
    entries: frozenset[int],
    outcome: CheckOutcome,
    performed_at: datetime,
    lifts: Sequence[Check],
) -> None:
    if lifts and outcome is not CheckOutcome.PASSED:
        raise InvalidInput(_("Only a passed check lifts an earlier refusal."), field="lifts")
    for lifted in lifts:
        if lifted.person_id not in entries or lifted.kind != kind.value:
            said = _("A check lifts earlier checks of its own kind and person.")
            raise InvalidInput(said, field="lifts")
        if lifted.outcome not in REFUSALS:
            said = _("%(lifted)s is no refusal; there is nothing to lift.") % {"lifted": lifted}
            raise InvalidInput(said, field="lifts")
        if lifted.performed_at >= performed_at:
            said = _("%(lifted)s is not earlier than this check.") % {"lifted": lifted}
            raise InvalidInput(said, field="lifts")
