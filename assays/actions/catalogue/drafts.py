"""Drafting changes of the catalogue: every change is a new version that somebody else approves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from assays.actions import versions
from assays.actions.catalogue.ranges import RangeDraft, add_intervals, add_limits
from assays.models import (
    Analyte,
    Assay,
    AssayVersion,
    Panel,
    PanelMember,
    PanelVersion,
    UnitConversion,
)
from assays.rules.answers import AnswerRefused, check_answers
from assays.rules.catalogue import ValueKind
from assays.rules.states import VersionStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.quantities import DECIMAL_DIGITS
from labsys.lib.reasons import check_reason
from labsys.lib.units import UnitRefused, check_unit

# What an assay version says besides its ranges; a draft starts from the version in force.
VALUES = (
    "kind",
    "unit",
    "answers",
    "decimals",
    "amr_low",
    "amr_high",
    "lob",
    "lod",
    "loq",
    "plausible_low",
    "plausible_high",
    "method_cv_percent",
    "within_person_cv_percent",
    "delta_percent",
    "delta_absolute",
    "delta_per_day",
    "delta_window_hours",
    "tea_percent",
    "tea_source",
    "measuring_source",
)
SOURCES = ("tea_source", "measuring_source")
ORDERED_PAIRS = (
    ("amr_low", "amr_high"),
    ("plausible_low", "plausible_high"),
    ("lob", "lod"),
    ("lod", "loq"),
)
NOT_NEGATIVE = (
    "method_cv_percent",
    "within_person_cv_percent",
    "delta_percent",
    "delta_absolute",
    "delta_per_day",
)


def draft_assay_version(
    *,
    assay: Assay,
    by: Principal,
    at: datetime,
    note: str,
    values: Mapping[str, Any] | None = None,
    intervals: Sequence[RangeDraft] | None = None,
    critical: Sequence[RangeDraft] | None = None,
    hole_reason: str = "",
) -> AssayVersion:
    """Draft a new version of an assay: the one in force, with what is given changed.

    `intervals` and `critical` replace all rows of their kind; None copies them. With `hole_reason`
    whatever no interval covers is stated as not established, for that reason.
    """
    versions.check_drafter(by)
    check_reason(note)
    with acting(by=by, at=at, action="catalogue.version.draft", reason=note):
        versions.lock()
        base = assay.versions.filter(status=VersionStatus.ACTIVE).first()
        held = {name: getattr(base, name) for name in VALUES} if base is not None else {}
        merged = _checked_values({**held, **(values or {})})
        has_new_unit = base is not None and merged["unit"] != base.unit
        if has_new_unit and (intervals is None or critical is None):
            raise InvalidInput(
                _("The unit changes, so every interval and limit has to be given in the new one."),
                field="unit",
            )
        draft = AssayVersion.objects.create(
            assay=assay,
            number=_next_number(AssayVersion, assay=assay),
            status=VersionStatus.DRAFT,
            note=note,
            drafted_by=by,
            drafted_at=at,
            **merged,
        )
        same_unit = None if has_new_unit else base
        add_intervals(draft, intervals, base=same_unit, hole_reason=hole_reason)
        add_limits(draft, critical, base=same_unit)
        versions.record(draft, old="", new=VersionStatus.DRAFT, by=by, at=at, reason=note)
    return draft


def draft_panel_version(
    *, panel: Panel, assays: Sequence[Assay], by: Principal, at: datetime, note: str
) -> PanelVersion:
    """Draft what a panel is to hold, in this order."""
    versions.check_drafter(by)
    check_reason(note)
    if not assays:
        raise InvalidInput(_("A panel holds at least one assay."), field="assays")
    if len({assay.pk for assay in assays}) < len(assays):
        raise InvalidInput(_("An assay stands in a panel once."), field="assays")
    with acting(by=by, at=at, action="catalogue.panel.draft", reason=note):
        versions.lock()
        draft = PanelVersion.objects.create(
            panel=panel,
            number=_next_number(PanelVersion, panel=panel),
            status=VersionStatus.DRAFT,
            note=note,
            drafted_by=by,
            drafted_at=at,
        )
        PanelMember.objects.bulk_create(
            PanelMember(version=draft, assay=assay, position=position)
            for position, assay in enumerate(assays, start=1)
        )
        versions.record(draft, old="", new=VersionStatus.DRAFT, by=by, at=at, reason=note)
    return draft


def draft_conversion(
    *,
    analyte: Analyte,
    from_unit: str,
    to_unit: str,
    factor: Decimal,
    by: Principal,
    at: datetime,
    source: str,
    offset: Decimal = Decimal(0),
) -> UnitConversion:
    """Draft how values of an analyte in one unit are read in another: value x factor + offset."""
    versions.check_drafter(by)
    _check_unit(from_unit, field="from_unit")
    _check_unit(to_unit, field="to_unit")
    if from_unit == to_unit:
        raise InvalidInput(_("The two units are the same."), field="to_unit")
    if not factor > 0:
        raise InvalidInput(_("A conversion factor is greater than zero."), field="factor")
    if not source.strip():
        raise InvalidInput(_("Say where the factor is from."), field="source")
    with acting(by=by, at=at, action="catalogue.conversion.draft", reason=source):
        versions.lock()
        key = {"analyte": analyte, "from_unit": from_unit, "to_unit": to_unit}
        draft = UnitConversion.objects.create(
            **key,
            number=_next_number(UnitConversion, **key),
            factor=factor,
            offset=offset,
            source=source,
            status=VersionStatus.DRAFT,
            drafted_by=by,
            drafted_at=at,
        )
        versions.record(draft, old="", new=VersionStatus.DRAFT, by=by, at=at)
    return draft


def add_panel(*, code: str, name: str, by: Principal, at: datetime) -> Panel:
    """Add a panel; it can be ordered once a version of it is in force."""
    versions.check_drafter(by)
    with acting(by=by, at=at, action="catalogue.panel.add"):
        versions.lock()
        if Panel.objects.filter(code=code).exists():
            raise Conflict(_("There is a panel with the code %(code)s already.") % {"code": code})
        return Panel.objects.create(code=code, name=name)


def _next_number(model: type[Any], **key: Any) -> int:
    newest = model.objects.filter(**key).aggregate(newest=Max("number"))["newest"]
    return int(newest or 0) + 1


def _checked_values(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values as they would stand in a version, or refuse the first that cannot."""
    unknown = sorted(set(values) - set(VALUES))
    if unknown:
        raise InvalidInput(
            _("An assay version has no value called %(name)s.") % {"name": unknown[0]},
            field=unknown[0],
        )
    values = {"kind": ValueKind.NUMERIC, "unit": "", "answers": [], "decimals": 0, **values}
    values["answers"] = _checked_answers(values["answers"])
    if values["kind"] == ValueKind.NUMERIC:
        _check_unit(values["unit"], field="unit")
    elif values["unit"]:
        raise InvalidInput(_("A coded assay has no unit."), field="unit")
    if not 0 <= values["decimals"] <= DECIMAL_DIGITS:
        raise InvalidInput(
            _("Results hold up to %(most)d decimals.") % {"most": DECIMAL_DIGITS}, field="decimals"
        )
    for low, high in ORDERED_PAIRS:
        below, above = values.get(low), values.get(high)
        if below is not None and above is not None and below > above:
            raise InvalidInput(_("The lower limit lies above the upper one."), field=low)
    for name in NOT_NEGATIVE:
        value = values.get(name)
        if value is not None and value < 0:
            raise InvalidInput(_("This is never negative."), field=name)
    _check_allowable_error(values)
    return values


def _check_allowable_error(values: dict[str, Any]) -> None:
    """Raise InvalidInput unless an allowable error is greater than zero and says where it is from."""
    for name in SOURCES:
        values[name] = (values.get(name) or "").strip()
    error = values.get("tea_percent")
    if error is None:
        values["tea_source"] = ""
    elif not error > 0:
        raise InvalidInput(_("A total allowable error is greater than zero."), field="tea_percent")
    elif not values["tea_source"]:
        raise InvalidInput(_("Say where the total allowable error is from."), field="tea_source")


def _checked_answers(codes: Sequence[str]) -> list[str]:
    try:
        return list(check_answers(codes))
    except AnswerRefused as refused:
        raise InvalidInput(str(refused), field="answers") from refused


def _check_unit(unit: str, *, field: str) -> None:
    try:
        check_unit(unit)
    except UnitRefused as refused:
        raise InvalidInput(str(refused), field=field) from refused
