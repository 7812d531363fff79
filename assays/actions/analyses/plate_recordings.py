"""Recording what a plate gave: controls first, then each specimen, and the dilutions to measure next.

Everything goes the way of what people type, so that limits, orders, holds and four eyes hold as they
do there; the results bear the reader, so that its controls keep them back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from django.utils.translation import gettext as _

from assays.actions import attempt_requests, controls, placing
from assays.actions.analyses.plates import READ
from assays.actions.controls import TypedControl
from assays.actions.placing import Typed
from assays.actions.recordings import ENTER
from assays.models import (
    AnalysisPart,
    Assay,
    AttemptRequest,
    ControlLevel,
    Instrument,
    PlateAddition,
    PlateRecording,
    Result,
    Specimen,
)
from assays.queries import attempts, catalogue
from assays.queries.analyses import plates as queries
from assays.queries.control_names import Names
from assays.rules.analyses import plate_files
from assays.rules.analyses.runs import AnalysisKind
from assays.rules.attempts import AppliedBy, AttemptKind, RequestStatus
from assays.rules.catalogue_in_force import ActiveAssay
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import locks, policy, units
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed, Refusal
from labsys.lib.quantities import (
    DECIMAL_DIGITS,
    Comparator,
    Quantity,
    rounded,
    to_decimals,
)
from labsys.lib.refusals import sentence

Json = Mapping[str, Any]
RUN_LENGTH = 40
_STANDING = (ResultStatus.RESULTED, ResultStatus.TECHNICALLY_VERIFIED, ResultStatus.RELEASED)


@dataclass(frozen=True, slots=True)
class _Plate:
    """What all values of one plate have in common."""

    name: str
    assay: ActiveAssay
    instrument: Instrument
    measured_at: datetime
    entered_by: Principal
    by: Principal
    at: datetime
    recorded_at: datetime | None = None  # of what was left out: when the others were recorded


def record(*, part: AnalysisPart, by: Principal, at: datetime) -> PlateRecording:
    """Record the controls and specimens of an accepted plate; of one recorded before, return that.

    Whoever sent the plate and whoever records it are both kept from verifying its results. A control
    that nobody knows refuses the whole plate; a specimen that cannot be recorded says why and leaves
    the others alone.
    """
    digest = _check_door(part, by)
    with acting(by=by, at=at, action="assays.plate.record"):
        locks.hold(f"plate {digest}")
        before: PlateRecording | None = PlateRecording.objects.filter(plate_digest=digest).first()
        if before is not None:
            return before
        plate = _plate(part, by, at)
        assert part.outcome is not None
        told_controls = _controls(plate, part.outcome["controls"])
        told = _specimens(plate, part.outcome["specimens"])
        made: PlateRecording = PlateRecording.objects.create(
            part=part,
            plate_digest=digest,
            controls=told_controls,
            specimens=told,
            recorded_by=by,
            recorded_at=at,
        )
        return made


def record_left_out(*, part: AnalysisPart, by: Principal, at: datetime) -> PlateRecording:
    """Record specimens that the recording of a plate left out, now that they may be; each once.

    Controls were recorded with the plate and are not again. Where nothing has changed, nothing is
    written: whatever still cannot be recorded says why, as it did.
    """
    digest = _check_door(part, by)
    with acting(by=by, at=at, action="assays.plate.record_left_out"):
        locks.hold(f"plate {digest}")
        recording: PlateRecording | None = PlateRecording.objects.filter(
            plate_digest=digest
        ).first()
        if recording is None:
            raise Conflict(_("This plate was not recorded yet; record it first."))
        before = {one["name"]: one for one in queries.told(recording) if one["refusal"]}
        if not before:
            return recording
        plate = replace(_plate(part, by, at), recorded_at=recording.recorded_at)
        assert part.outcome is not None
        asked = [one for one in part.outcome["specimens"] if one["name"] in before]
        told = _specimens(plate, asked, before)
        changed = [one for one in told if one != before[one["name"]]]
        if changed:
            PlateAddition.objects.create(
                recording=recording, part=part, specimens=changed, recorded_by=by, recorded_at=at
            )
        return recording


def _check_door(part: AnalysisPart, by: Principal) -> str:
    """Return what the plate is known by; raise where this part is none, or they may record none."""
    policy.check(by, READ)
    # Of each specimen it is asked whether they may enter there; who may nowhere, is told at once.
    if not policy.can(by, ENTER):
        raise NotAllowed(
            _("You may read plates; recording them takes somebody who enters results.")
        )
    if part.run.kind != AnalysisKind.PLATE:
        raise Conflict(_("This is a part of another analysis and no plate."))
    return plate_files.same_plate(part.run.parameters["assay"]["id"], part.given)


def _plate(part: AnalysisPart, by: Principal, at: datetime) -> _Plate:
    """Return the plate, if its results may be recorded as things stand."""
    if part.outcome is None:
        raise Conflict(_("This plate was not evaluated; there is nothing to record."))
    if not part.outcome["acceptance"]["is_accepted"]:
        raise Conflict(
            _("The calibration of this plate is not accepted; its results are not recorded.")
        )
    facts = part.run.parameters["assay"]
    assay = catalogue.current().assays.get(facts["id"])
    if assay is None or queries.assay_facts(assay) != facts:
        raise Conflict(
            _("The assay has another version by now; have the plate evaluated again by that one.")
        )
    return _Plate(
        name=part.given["plate"],
        assay=assay,
        instrument=Instrument.objects.get(pk=part.given["instrument"]["id"]),
        measured_at=datetime.fromisoformat(part.given["measured_at"]),
        entered_by=part.run.asked_by,
        by=by,
        at=at,
    )


def _controls(plate: _Plate, found: list[Json]) -> list[dict[str, Any]]:
    """Record the controls, each of the level that its name means; a name that means none refuses."""
    if not found:
        return []
    names = Names.load([(plate.instrument.pk, one["name"]) for one in found])
    typed = []
    for one in found:
        level_id = names.level(plate.instrument.pk, one["name"], plate.measured_at)
        if level_id is None:
            raise InvalidInput(
                _("The control %(name)s means no level of a lot: register its name for %(reader)s.")
                % {"name": one["name"], "reader": plate.instrument.name}
            )
        level = ControlLevel.objects.select_related("lot").get(pk=level_id)
        reading = one["reading"]
        number = reading["limit"] if reading["comparator"] else reading["concentration"]
        value = _quantity(plate, reading["comparator"], number)
        typed.append(TypedControl(level, value, one["name"]))
    written = controls.record_typed(
        instrument=plate.instrument,
        assay=Assay.objects.get(pk=plate.assay.assay_id),
        values=typed,
        observed_at=plate.measured_at,
        run=plate.name[:RUN_LENGTH],
        by=plate.by,
        at=plate.at,
    )
    return [
        {
            "name": control.field,
            "value": units.reading(control.value),
            "measurement": one.measurement_id,
            "verdict": one.judgement.verdict.value if one.judgement is not None else "",
        }
        for control, one in zip(typed, written, strict=True)
    ]


def _specimens(
    plate: _Plate, found: list[Json], before: Mapping[str, Json] | None = None
) -> list[dict[str, Any]]:
    """Record specimens; `before` is what came of those that were left out earlier."""
    before = before or {}
    known = queries.specimens(plate.by, [one["name"] for one in found])
    ids = [one.pk for one in known.values()]
    # All of them before anything else is locked, by id as everywhere.
    list(Specimen.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    return [_told(plate, known.get(one["name"]), one, before.get(one["name"], {})) for one in found]


def _told(plate: _Plate, specimen: Specimen | None, found: Json, before: Json) -> dict[str, Any]:
    """Record one specimen; returns what came of it, or why nothing did."""
    told: dict[str, Any] = {"name": found["name"], "result": None, "request": None, "refusal": ""}
    decision = found["decision"]
    if before.get("result"):  # its value is recorded; the dilution was not asked for
        result = Result.objects.get(pk=before["result"])
        kept = {name: before[name] for name in ("result", "value")}
        return _with_request(plate, result, decision, told | kept)
    if decision["value"] is None:
        return told
    if specimen is None:
        return told | {"refusal": _("There is no such specimen, or it is not in your reach.")}
    try:
        with acting(by=plate.by, at=plate.at, action="assays.result.record"):
            policy.check(plate.by, ENTER, specimen)
            _check_not_meanwhile(plate, specimen)
            result = _recorded(plate, specimen, decision)
    except Refusal as refusal:
        return told | {"refusal": sentence(refusal)}
    told |= {"result": result.pk, "value": units.reading(attempts.value_of(result))}
    return _with_request(plate, result, decision, told)


def _with_request(
    plate: _Plate, result: Result, decision: Json, told: dict[str, Any]
) -> dict[str, Any]:
    """Ask for the dilution to measure next, where one is needed."""
    if decision["dilute_to"] is None:
        return told
    try:
        request = _ask(plate, result, Decimal(str(decision["dilute_to"])))
    except Refusal as refusal:
        return told | {"refusal": sentence(refusal)}
    return told | {"request": request.pk, "dilute_to": decision["dilute_to"]}


def _check_not_meanwhile(plate: _Plate, specimen: Specimen) -> None:
    """Raise where what was left out was typed, or came from another plate, in the meantime."""
    if plate.recorded_at is None:
        return
    rows = Result.objects.filter(
        specimen=specimen,
        assay_version__assay=plate.assay.assay_id,
        recorded_at__gte=plate.recorded_at,
        status__in=_STANDING,
    )
    if rows.exists():
        raise Conflict(
            _("A value of this specimen was recorded in the meantime; it is not recorded twice.")
        )


def _recorded(plate: _Plate, specimen: Specimen, decision: Json) -> Result:
    """Record a specimen's value as it was measured, times its dilution exactly once."""
    times = Decimal(str(decision["dilution"]))
    asked = AttemptRequest.objects.filter(
        specimen=specimen,
        order_item__assay=plate.assay.assay_id,
        kind=AttemptKind.DILUTION,
        status=RequestStatus.OPEN,
    ).first()
    if asked is not None:
        if asked.factor != times or asked.applied_by != AppliedBy.LABORATORY:
            raise Conflict(
                _(
                    "Another dilution is asked for (1 in %(asked)s) than is on the plate (1 in "
                    "%(given)s); take that request back first."
                )
                % {"asked": _plain(asked.factor), "given": _plain(times)}
            )
        return _place(plate, specimen, _quantity(plate, **_in_well(decision), more=3))
    total = _quantity(plate, decision["comparator"], decision["value"] * decision["dilution"])
    high = plate.assay.amr_high
    if high is None or total.value <= high or decision["comparator"] == "<":
        return _place(plate, specimen, total)
    # Above the measuring range only a dilution that was asked for is a value of its own.
    bound = _place(plate, specimen, _quantity(plate, ">", float(high)))
    if decision["comparator"] == ">":
        return bound
    _ask(plate, bound, times)
    return _place(plate, specimen, _quantity(plate, **_in_well(decision), more=3))


def _in_well(decision: Json) -> dict[str, Any]:
    return {"comparator": decision["comparator"], "number": decision["value"]}


def _place(plate: _Plate, specimen: Specimen, value: Quantity) -> Result:
    (outcome,) = placing.place(
        specimen=specimen,
        values=[Typed(plate.assay.assay_id, value, "value", text=str(value))],
        observed_at=plate.measured_at,
        by=plate.by,
        at=plate.at,
        entered_by=plate.entered_by,
        instrument_id=plate.instrument.pk,
    )
    if outcome.refusal is not None:
        raise outcome.refusal
    assert outcome.result is not None
    return outcome.result


def _ask(plate: _Plate, result: Result, factor: Decimal) -> AttemptRequest:
    """Ask for a dilution that the laboratory multiplies; the next plate answers it."""
    return attempt_requests.ask(
        result=result,
        kind=AttemptKind.DILUTION,
        factor=factor,
        applied_by=AppliedBy.LABORATORY,
        by=plate.by,
        at=plate.at,
        reason=_("Above the range on plate %(plate)s.") % {"plate": plate.name},
    )


def _quantity(plate: _Plate, comparator: str, number: float, more: int = 0) -> Quantity:
    """Return a computed value as it is reported; a bound is rounded outward, so that it holds.

    `more` decimals are kept of what is multiplied before it is reported.
    """
    decimals = min(plate.assay.decimals + more, DECIMAL_DIGITS)
    if not comparator:
        return Quantity(rounded(number, decimals), plate.assay.unit)
    outward = ROUND_CEILING if comparator == "<" else ROUND_FLOOR
    exact = rounded(number, DECIMAL_DIGITS)
    return Quantity(to_decimals(exact, decimals, outward), plate.assay.unit, Comparator(comparator))


def _plain(value: Decimal | None) -> str:
    return "" if value is None else format(value.normalize(), "f")
