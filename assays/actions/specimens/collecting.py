"""Drawing a specimen from the person it was ordered for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from assays import signals
from assays.actions.specimens.moves import move
from assays.models import Specimen
from assays.queries.identities import known_identity
from assays.rules.identification import IdentifierKind, check
from assays.rules.physiology import CycleState, Fasting
from assays.rules.states import SpecimenStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import InvalidInput
from patients.models import Sex

# Entered later than this, the date is far more likely mistyped than late.
LATEST_ENTRY = timedelta(days=30)


def collect(
    *,
    specimens: Sequence[Specimen],
    by: Principal,
    at: datetime,
    collected_at: datetime,
    identifiers: Mapping[IdentifierKind, str],
    fasting: Fasting | None = None,
    cycle: CycleState | None = None,
) -> None:
    """Record that specimens of one person were drawn, after checking two identifiers of theirs.

    `identifiers` is what was read or asked at the bedside. Only the kinds that agreed are kept.
    `fasting` and `cycle` are what ranges depend on and only the patient can say; None: not asked.
    """
    person_ids = {specimen.person_id for specimen in specimens}
    if len(person_ids) != 1:
        raise InvalidInput(_("Collect the specimens of one person at a time."), field="specimens")
    for specimen in specimens:
        policy.check(by, "assays.specimen.collect", specimen)
    _check_moment(collected_at, at)
    if cycle is not None and specimens[0].person.sex == Sex.MALE:
        raise InvalidInput(_("A man has no cycle; leave it empty."), field="cycle")
    agreed = check(identifiers, known_identity(person_ids.pop()))
    with acting(by=by, at=at, action="assays.specimen.collect"):
        for specimen in sorted(specimens, key=lambda specimen: specimen.pk):
            move(
                specimen,
                to=SpecimenStatus.COLLECTED,
                by=by,
                at=at,
                happened_at=collected_at,
                identifiers=agreed,
                collected_at=collected_at,
                collected_by=by,
                fasting=fasting.value if fasting else "",
                cycle=cycle.value if cycle else "",
            )
            signals.specimen_collected.send(sender=Specimen, specimen=specimen, by=by, at=at)


def collect_on_paper(
    *, specimen: Specimen, by: Principal, at: datetime, collected_at: datetime, reason: str
) -> None:
    """Record that a specimen was drawn when a downtime form says so; by whom the form does not say.

    Part of recording a box of the form, which asks for the permission and whose specimen it is.
    """
    _check_moment(collected_at, at)
    with acting(by=by, at=at, action="assays.specimen.collect_on_paper", reason=reason):
        move(
            specimen,
            to=SpecimenStatus.COLLECTED,
            by=by,
            at=at,
            happened_at=collected_at,
            reason=reason,
            collected_at=collected_at,
        )
        signals.specimen_collected.send(sender=Specimen, specimen=specimen, by=by, at=at)


def _check_moment(collected_at: datetime, at: datetime) -> None:
    check_world_moment(collected_at, at=at, field="collected_at")
    if collected_at < at - LATEST_ENTRY:
        raise InvalidInput(
            _("A collection is entered within %(days)d days; check the date.")
            % {"days": LATEST_ENTRY.days},
            field="collected_at",
        )
