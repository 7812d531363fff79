"""Control measurements that a person read off and typed, and the correction of such a one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions.controls import measuring
from assays.actions.controls.measuring import Given, Written
from assays.models import Assay, ControlLevel, ControlMeasurement, Instrument
from assays.queries import catalogue, controls
from assays.queries.filing import assay_facts
from assays.rules.catalogue_in_force import ActiveAssay
from assays.rules.control_filing import LONGEST_NAME
from assays.rules.filing import Hold, reportable
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy, units
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import Conflict, InvalidInput, InvalidInputs, Refusal
from labsys.lib.quantities import ReportedValue
from labsys.lib.reasons import check_reason

RECORD = "assays.control.record"
CORRECT = "assays.control.correct"


@dataclass(frozen=True, slots=True)
class TypedControl:
    """The value of one level as somebody typed it; `field` is where it was typed."""

    level: ControlLevel
    value: ReportedValue
    field: str


class OwnControl(Refusal):
    """Somebody wanted to decide about a control that they entered themselves."""

    status = 403
    kind = "own-control"


def record_typed(
    *,
    instrument: Instrument,
    assay: Assay,
    values: Sequence[TypedControl],
    observed_at: datetime,
    by: Principal,
    at: datetime,
    run: str = "",
    comment: str = "",
) -> list[Written]:
    """Record what was measured of control material; each value is judged at once."""
    policy.check(by, RECORD)
    check_world_moment(observed_at, at=at, field="observed_at")
    if not values:
        raise InvalidInput(_("Enter the value of at least one level."))
    if len(run) > LONGEST_NAME:
        raise InvalidInput(
            _("A run is named in up to %(most)d characters.") % {"most": LONGEST_NAME}, field="run"
        )
    active = _active(assay)
    _check_lots(values, observed_at)
    _check_values(values, active)
    given = [
        Given(
            instrument_id=instrument.pk,
            assay_id=assay.pk,
            level_id=one.level.pk,
            value=one.value,
            observed_at=observed_at,
            entered_by_id=by.pk,
            run_sent=run.strip(),
            comment=comment,
            as_sent={"value": str(one.value)},
        )
        for one in values
    ]
    with acting(by=by, at=at, action="assays.control.record"):
        controls.lock_against_release()
        written = measuring.write(given, by=by, at=at)
        repeated = [
            (typed.field, _("This value is already recorded for this moment."))
            for typed, one in zip(values, written, strict=True)
            if one.is_repeated
        ]
        if repeated:
            raise InvalidInputs(repeated)
        return written


def correct(
    *,
    measurement: ControlMeasurement,
    value: ReportedValue,
    by: Principal,
    at: datetime,
    reason: str,
) -> Written:
    """Record the right value in place of a mistyped one; never by whoever typed that.

    What an instrument sent is what it measured: there is nothing to correct. A hold that the wrong
    value opened stays until somebody ends it.
    """
    policy.check(by, CORRECT)
    check_reason(reason)
    if measurement.transmission_item_id is not None:
        raise Conflict(_("An instrument sent this value; only what was typed can be corrected."))
    if by.pk in (measurement.entered_by_id, measurement.recorded_by_id):
        raise OwnControl(_("You entered this control; somebody else has to correct it."))
    active = _active(measurement.assay)
    _check_values([TypedControl(measurement.level, value, "value")], active)
    given = Given(
        instrument_id=measurement.instrument_id,
        assay_id=measurement.assay_id,
        level_id=measurement.level_id,
        value=value,
        observed_at=measurement.observed_at,
        entered_by_id=by.pk,
        run_sent=measurement.run_sent,
        as_sent={"value": str(value)},
        corrects_id=measurement.pk,
        correction_reason=reason,
    )
    with acting(by=by, at=at, action="assays.control.correct", reason=reason):
        controls.lock_against_release()
        if ControlMeasurement.objects.filter(corrects=measurement).exists():
            raise Conflict(_("This control was corrected meanwhile; look at it again."))
        (written,) = measuring.write([given], by=by, at=at)
    return written


def _active(assay: Assay) -> ActiveAssay:
    active = catalogue.current().assays.get(assay.pk)
    if active is None:
        raise InvalidInput(_("No version of this assay is in force."), field="assay")
    return active


def _check_lots(values: Sequence[TypedControl], observed_at: datetime) -> None:
    wrong = []
    for one in values:
        lot = one.level.lot
        if lot.opened_at is None or observed_at < lot.opened_at:
            said = _("Lot %(lot)s was not opened by then; record its opening first.")
            wrong.append((one.field, said % {"lot": lot}))
        elif lot.ended_at is not None and observed_at > lot.ended_at:
            said = _("Lot %(lot)s was no longer in use by then.")
            wrong.append((one.field, said % {"lot": lot}))
    if wrong:
        raise InvalidInputs(wrong)


def _check_values(values: Sequence[TypedControl], active: ActiveAssay) -> None:
    facts = assay_facts(active)
    wrong = []
    for one in values:
        in_unit = reportable(one.value, facts)
        if isinstance(in_unit, Hold) or in_unit[1] is not None:
            said = _("Give a value of %(assay)s in %(unit)s.")
            wrong.append(
                (one.field, said % {"assay": active.code, "unit": units.shown(active.unit)})
            )
    if wrong:
        raise InvalidInputs(wrong)
