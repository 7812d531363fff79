"""What is known of somebody's nanites now: load, type, control, and what the programme says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from assays.models import Result
from assays.rules.states import ResultStatus
from consent.models import MedicalFindings, Programme, ProgrammeVersion
from consent.queries import nanites
from consent.queries.clearances import clearances_of, gathered
from consent.queries.facts import observed
from consent.queries.programmes import NANITE_TYPE
from consent.rules.answers import Judgement, Reason
from consent.rules.facts import CheckOutcome
from consent.rules.grounds.nanites import nanites as judge
from consent.rules.programmes import NaniteRequirement
from consent.rules.views import View
from patients.models import Person

NANITE_LOAD = "NANITE-LOAD"
ASKED = (Reason.NANITE_MISSING, Reason.NANITE_LAPSED, Reason.NANITE_STATUS, Reason.OPEN_FINDING)
NOT_RELEASED = (ResultStatus.RESULTED, ResultStatus.TECHNICALLY_VERIFIED)


@dataclass(frozen=True)
class NaniteStatus:
    """The last released load and type, a later one that waits, and what was last seen of control.

    `reasons` are those of the clearance that speak of nanites; none where nothing is wrong.
    """

    version: ProgrammeVersion | None = None
    load: Result | None = None
    kind: Result | None = None
    waiting: Result | None = None
    control: MedicalFindings | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def is_asked(self) -> bool:
        """Say whether the programme asks for a nanite load at all."""
        return self.version is not None and bool(self.version.nanite_analyte)

    @property
    def is_shown(self) -> bool:
        """Say whether there is anything to tell."""
        return self.is_asked or any((self.load, self.kind, self.waiting, self.control))


def nanite_status_of(
    person: Person,
    entries: Sequence[int],
    programme: Programme,
    version: ProgrammeVersion | None,
    *,
    at: datetime,
) -> NaniteStatus:
    """Return how somebody's nanites stand at a moment, in a constant number of queries."""
    load = (version and version.nanite_analyte) or NANITE_LOAD
    rows = nanites.results().filter(person__in=entries, collected_at__lte=at)
    rows = rows.select_related("analyte").order_by("-collected_at", "-pk")
    released = rows.filter(status=ResultStatus.RELEASED)
    found = released.filter(analyte__code=load).first()
    later = rows.filter(analyte__code=load, status__in=NOT_RELEASED)
    if found is not None:
        later = later.filter(collected_at__gte=found.collected_at)
    reasons = clearances_of([person.pk], programme, at=at)[person.pk].reasons
    return NaniteStatus(
        version=version,
        load=found,
        kind=released.filter(analyte__code=NANITE_TYPE).first(),
        waiting=later.first(),
        control=_control(entries),
        reasons=tuple(reason for reason in reasons if reason in ASKED),
    )


def _control(entries: Sequence[int]) -> MedicalFindings | None:
    """Return the last check at which control was examined, as far as it counts."""
    in_favour = Q(nanite_control=MedicalFindings.Control.CONTROLLED)
    void = Q(of_check__annulment__isnull=False) | Q(of_check__outcome=CheckOutcome.INCOMPLETE.value)
    counted = observed(entries).exclude(in_favour & void)
    found: MedicalFindings | None = (
        counted.select_related("of_check__examiner__user")
        .order_by("-of_check__performed_at", "-pk")
        .first()
    )
    return found


def judged(
    person: Person, programme: Programme, *, at: datetime
) -> list[tuple[NaniteRequirement, Judgement]]:
    """Return each quantity that is asked at a moment with how it is judged, as known then."""
    rules, facts = gathered([person.pk], programme, known_at=at)
    version = rules.version_at(at, known_at=at)
    if version is None:
        return []
    view = View(facts=facts[person.pk], programme=rules, version=version, at=at, known_at=at)
    return [(need, judge(view, need)) for need in version.nanites]
