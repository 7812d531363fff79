"""What was observed of pregnancies: estimates that stand beside each other, each with its doubt."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Required, TypedDict, Unpack

from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment, hospital_day
from labsys.lib.errors import Conflict, InvalidInput
from patients import queries
from patients.actions.gateway import correcting, insert, lock, stated_in
from patients.models import Person, PregnancyDate, PregnancyEstimate, UltrasoundMeasurement
from patients.rules import dating, pregnancies
from patients.rules.dating import Proposal
from patients.rules.pregnancies import Estimate, Status

PERMISSION = "patients.pregnancy.record"


class Stated(TypedDict, total=False):
    """What an estimate says; a correction says all of it again."""

    person: Required[Person]
    status: Required[str]
    observed_at: Required[datetime]
    gestation_days: int | None
    uncertainty_days: int | None
    method: str


def record(*, by: Principal, at: datetime, **stated: Unpack[Stated]) -> PregnancyEstimate:
    """Record that somebody is pregnant (how far, give or take), is not, or no longer is."""
    policy.check(by, PERMISSION, stated["person"])
    _check(stated, at=at)
    with acting(by=by, at=at, action="patients.pregnancy.record"):
        return _insert(stated, by=by, at=at)


def correct(
    *,
    by: Principal,
    at: datetime,
    estimate: PregnancyEstimate,
    reason: str,
    **stated: Unpack[Stated],
) -> PregnancyEstimate:
    """State an estimate again, in place of the row named."""
    policy.check(by, PERMISSION, estimate.person)
    policy.check(by, PERMISSION, stated["person"])
    _check(stated, at=at)
    with correcting(estimate, by=by, at=at, action="patients.pregnancy.correct", reason=reason):
        # It rests on what it rested on: the same measurement is not accepted a second time.
        grounds = {"measurement": estimate.measurement, "stated_date": estimate.stated_date}
        return _insert(stated, by=by, at=at, corrects=estimate, **grounds)


def retract(
    *, by: Principal, at: datetime, estimate: PregnancyEstimate, reason: str
) -> PregnancyEstimate:
    """Take back an estimate that was entered in error, with nothing in its place."""
    policy.check(by, PERMISSION, estimate.person)
    stated = stated_in(estimate, Stated.__annotations__)
    with correcting(estimate, by=by, at=at, action="patients.pregnancy.retract", reason=reason):
        return _insert(stated, by=by, at=at, corrects=estimate, is_retraction=True)


def accept_length(
    *, by: Principal, at: datetime, measurement: UltrasoundMeasurement, code: str
) -> PregnancyEstimate:
    """Record the gestation that a formula proposes for a length, as this clinician's estimate."""
    person = measurement.person
    proposed = dating.from_length(measurement.measured, measurement.value, species=_species(person))
    chosen = next((one for one in proposed.proposals if one.code == code), None)
    return _accept(chosen, proposed.why_none, measurement=measurement, by=by, at=at)


def accept_day(*, by: Principal, at: datetime, stated_date: PregnancyDate) -> PregnancyEstimate:
    """Record the gestation counted from a stated day, as this clinician's estimate."""
    proposed = dating.from_day(
        stated_date.kind,
        stated_date.on,
        stated_date.uncertainty_days,
        stated_on=hospital_day(stated_date.observed_at),
        species=_species(stated_date.person),
    )
    chosen = next(iter(proposed.proposals), None)
    return _accept(chosen, proposed.why_none, stated_date=stated_date, by=by, at=at)


def _accept(
    chosen: Proposal | None, why_none: str, *, by: Principal, at: datetime, **rests_on: Any
) -> PregnancyEstimate:
    """Record a proposal; what it rests on has to stand, and serves one estimate."""
    ((_name, fact),) = rests_on.items()
    policy.check(by, PERMISSION, fact.person)
    if chosen is None:
        raise InvalidInput(
            _(why_none) if why_none else _("This proposes no such gestation."),  # noqa: INT002
            field="code",
        )
    with acting(by=by, at=at, action="patients.pregnancy.accept"):
        # Under the person's lock two clinicians accept one after the other.
        lock(fact.person)
        if not type(fact).objects.standing().filter(pk=fact.pk).exists():
            raise Conflict(_("This was corrected or taken back meanwhile; look at it again."))
        if PregnancyEstimate.objects.standing().filter(**rests_on).exists():
            raise Conflict(_("An estimate rests on this already; take that back first."))
        return insert(
            PregnancyEstimate(
                person=fact.person,
                status=PregnancyEstimate.Status.PREGNANT,
                gestation_days=chosen.gestation_days,
                uncertainty_days=chosen.uncertainty_days,
                method=chosen.method,
                observed_at=fact.observed_at,
                **rests_on,
                recorded_at=at,
                recorded_by=by,
            )
        )


def _species(person: Person) -> str:
    return queries.facts([person.pk])[person.pk].species


def _check(stated: Stated, *, at: datetime) -> None:
    check_world_moment(stated["observed_at"], at=at, field="observed_at")
    if stated["status"] not in PregnancyEstimate.Status.values:
        raise InvalidInput(_("Say pregnant, not pregnant or ended."), field="status")
    pregnancies.check(
        Estimate(
            id=0,
            status=Status(stated["status"]),
            observed_at=stated["observed_at"],
            gestation_days=stated.get("gestation_days"),
            uncertainty_days=stated.get("uncertainty_days"),
        )
    )


def _insert(stated: Any, *, by: Principal, at: datetime, **more: Any) -> PregnancyEstimate:
    return insert(PregnancyEstimate(**stated, **more, recorded_at=at, recorded_by=by))
