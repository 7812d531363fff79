"""What was seen of clinical signs: several at one look, set right by a further row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Required, TypedDict, Unpack

from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import InvalidInput, InvalidInputs
from labsys.lib.quantities import Comparator, check_bounds
from patients.actions.gateway import correcting, insert, stated_in
from patients.models import Person, Sign, SignObservation
from patients.rules.signs import Kind, Precision, Seen, check_look, onset_span

PERMISSION = "patients.sign.record"


class Stated(TypedDict, total=False):
    """What a look says of one sign; a correction says all of it again."""

    sign: Required[Sign]
    observed_at: Required[datetime]
    grade: int | None
    comparator: str
    value: Decimal | None
    unit: str
    is_present: bool | None
    onset_precision: str
    onset_at: datetime | None
    onset_uncertainty_hours: int | None
    resolved_at: datetime | None
    note: str


FIELDS = tuple(Stated.__annotations__)


def record(
    *, by: Principal, at: datetime, person: Person, looks: Sequence[Stated]
) -> list[SignObservation]:
    """Record what was seen of several signs at once: all of it, or nothing.

    Raises InvalidInputs with the code of the sign before the field: `temperature.value`.
    """
    policy.check(by, PERMISSION, person)
    if not looks:
        raise InvalidInput(_("Say of one sign at least what was seen."), field="looks")
    rows, wrong = [], []
    for stated in looks:
        try:
            if stated["sign"].status != Sign.Status.ACTIVE:
                raise InvalidInput(_("This sign is not in force."), field="sign")
            rows.append(_row(stated, at=at))
        except InvalidInput as refusal:
            wrong.append((f"{stated['sign'].code}.{refusal.field}", str(refusal)))
    if wrong:
        raise InvalidInputs(wrong)
    with acting(by=by, at=at, action="patients.sign.record"):
        return [
            insert(SignObservation(person=person, **row, recorded_at=at, recorded_by=by))
            for row in rows
        ]


def correct(
    *,
    by: Principal,
    at: datetime,
    observation: SignObservation,
    reason: str,
    person: Person,
    **stated: Unpack[Stated],
) -> SignObservation:
    """State again what was seen, in place of the row named; that one remains and no longer holds."""
    policy.check(by, PERMISSION, observation.person)
    policy.check(by, PERMISSION, person)
    row = _row(stated, at=at)
    with correcting(observation, by=by, at=at, action="patients.sign.correct", reason=reason):
        return insert(
            SignObservation(
                person=person, **row, corrects=observation, recorded_at=at, recorded_by=by
            )
        )


def retract(
    *, by: Principal, at: datetime, observation: SignObservation, reason: str
) -> SignObservation:
    """Take back what was entered in error, with nothing in its place."""
    policy.check(by, PERMISSION, observation.person)
    stated = stated_in(observation, (*FIELDS, "person", "onset_earliest", "onset_latest"))
    with correcting(observation, by=by, at=at, action="patients.sign.retract", reason=reason):
        return insert(
            SignObservation(
                **stated, corrects=observation, is_retraction=True, recorded_at=at, recorded_by=by
            )
        )


def _row(stated: Stated, *, at: datetime) -> dict[str, Any]:
    """Check what is stated of one sign and return the columns that say it."""
    sign, kind = stated["sign"], Kind(stated["sign"].kind)
    check_world_moment(stated["observed_at"], at=at, field="observed_at")
    precision = stated.get("onset_precision") or Precision.UNKNOWN
    if precision not in SignObservation.Onset.values:
        raise InvalidInput(
            _("Say how well the onset is known: at, about, before, or not known."),
            field="onset_precision",
        )
    value = stated.get("value")
    _check_quantity(stated, sign)
    if value is not None:
        check_bounds(value)
    seen = check_look(
        Seen(
            observed_at=stated["observed_at"],
            grade=stated.get("grade"),
            value=value,
            is_present=stated.get("is_present"),
            onset_precision=Precision(precision),
            onset_at=stated.get("onset_at"),
            onset_uncertainty_hours=stated.get("onset_uncertainty_hours"),
            resolved_at=stated.get("resolved_at"),
        ),
        kind=kind,
        grades=len(sign.grades),
    )
    span = onset_span(seen, kind=kind)
    return {
        **stated,
        "onset_precision": precision,
        "unit": "" if value is None else sign.unit,
        "onset_earliest": span and span.earliest,
        "onset_latest": span and span.latest,
    }


def _check_quantity(stated: Stated, sign: Sign) -> None:
    """A value is told in the sign's own unit; nothing is converted here."""
    comparator = stated.get("comparator") or ""
    if comparator not in set(Comparator):
        raise InvalidInput(_("A comparator is <, <=, > or >=."), field="value")
    if comparator and stated.get("value") is None:
        raise InvalidInput(_("A comparator needs a number after it."), field="value")
    unit = stated.get("unit") or ""
    if unit and (stated.get("value") is None or unit != sign.unit):
        raise InvalidInput(
            _("This sign is measured in %(unit)s; give its value in that unit.")
            % {"unit": sign.unit or _("no unit")},
            field="unit",
        )
