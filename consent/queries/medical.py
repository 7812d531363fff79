"""A medical check before it is concluded: of whom, what the laboratory found, what is proposed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from assays.models import Result
from consent.models import Check, Programme, ProgrammeVersion
from consent.queries.check_orders import CheckResults, results_of
from consent.queries.clearances import entries_of
from consent.queries.nanite_status import NaniteStatus, nanite_status_of
from consent.queries.programmes import asks_of, version_at, versions_of
from consent.queries.subjects import refusals_to_lift, subject_of
from consent.rules.coverage import medical_covers
from consent.rules.facts import CheckKind, CheckOutcome
from consent.rules.medical import (
    POLICY,
    Examination,
    Examined,
    MedicalPolicy,
    MedicalProposal,
    propose,
)
from consent.rules.news2 import Subject
from patients.models import Person


@dataclass(frozen=True)
class Sitting:
    """Whom a check examines and what is known of them, as it is now."""

    subject: Subject
    policy: MedicalPolicy
    results: CheckResults
    nanites: NaniteStatus
    last: Check | None
    refusals: Sequence[Check]
    version: ProgrammeVersion | None

    @property
    def read(self) -> list[Result]:
        """Return the results that whoever examines is shown."""
        known = (self.nanites.load, self.nanites.kind)
        return [*self.results.used, *(one for one in known if one is not None)]

    def proposal(self, examined: Examined) -> MedicalProposal:
        """Return what the rule proposes; InvalidVital where a measurement cannot be meant."""
        given = {each.name: getattr(examined, each.name) for each in fields(Examined)}
        return propose(
            Examination(
                **given,
                subject=subject_as_examined(self.subject, examined),
                critical_results=self.results.critical,
                told_critical_results=self.results.told,
                outstanding_results=self.results.outstanding,
                delta_flags=self.results.delta,
            ),
            policy=self.policy,
        )

    def covers(self, proposal: MedicalProposal) -> frozenset[str]:
        """Return what a check that is held so covers, in codes."""
        return medical_covers(
            panels=self.version.panels if self.version else (),
            refer_from=self.policy.refer_from,
            total=None if proposal.score is None else proposal.score.total,
        )

    def seen(self, proposal: MedicalProposal) -> str:
        """Return what identifies a proposal that was shown, with all that it rests on.

        Nobody concludes on another: not on results that came meanwhile, and of two clinicians who
        decide at once the second is shown first what the other recorded.
        """
        total = "" if proposal.score is None else str(proposal.score.total)
        told = [
            *(str(proposal.rule_version), proposal.outcome, total, *proposal.reasons),
            *(*proposal.obstacles, "results", self.results.digest, "checks"),
            *(str(self.last.pk) if self.last else "", *(str(one.pk) for one in self.refusals)),
        ]
        return hashlib.sha256("|".join(told).encode()).hexdigest()


def sitting_of(
    person: Person,
    programme: Programme,
    *,
    performed_at: datetime,
    at: datetime,
    under: ProgrammeVersion | None = None,
) -> Sitting:
    """Return what a check of somebody rests on, in a constant number of queries.

    By the version in force, or as if it were held `under` another.
    """
    entries = entries_of([person.pk], known_at=at)[person.pk]
    version = under or version_at(programme, at)
    checks = Check.objects.filter(person__in=entries, kind=CheckKind.MEDICAL.value)
    return Sitting(
        subject=subject_of(person, at=performed_at),
        policy=policy_of(version),
        results=results_of(entries, programme, version, at=at),
        nanites=nanite_status_of(person, entries, programme, version, at=at),
        last=checks.select_related("examiner__user", "second_examiner__user")
        .order_by("-pk")
        .first(),
        refusals=list(refusals_to_lift(person, CheckKind.MEDICAL, at=at)),
        version=version,
    )


def covered(
    person: Person,
    programme: Programme,
    examined: Examined,
    *,
    performed_at: datetime,
    at: datetime,
) -> frozenset[str]:
    """Return what a check of somebody covers that is held for a programme.

    That is what the programme asks, and what each other asks that they belong to and whose rules
    would propose to pass the same findings.
    """
    moments = {"performed_at": performed_at, "at": at}
    held = sitting_of(person, programme, **moments)
    found = held.covers(held.proposal(examined))
    entries = entries_of([person.pk], known_at=at)[person.pk]
    for version in versions_of(entries, CheckKind.MEDICAL, at=at, beside=programme):
        if asks_of(version, CheckKind.MEDICAL) <= found:
            continue
        other = sitting_of(person, version.programme, under=version, **moments)
        proposal = other.proposal(examined)
        if proposal.outcome is CheckOutcome.PASSED:
            found |= other.covers(proposal)
    return found


def subject_as_examined(subject: Subject, examined: Examined) -> Subject:
    """Return whom a check examines, with what the registry does not know."""
    if not examined.has_spinal_cord_injury:
        return subject
    return replace(subject, has_spinal_cord_injury=True)


def policy_of(version: ProgrammeVersion | None) -> MedicalPolicy:
    """Return the rule of the programme's version in force; the published one before the first."""
    if version is None:
        return POLICY
    return MedicalPolicy(
        version=f"{POLICY.version} (programme version {version.pk})",
        refer_from=version.news2_refer_from,
        urgent_from=version.news2_urgent_from,
    )
