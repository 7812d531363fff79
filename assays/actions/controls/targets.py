"""Targets of control levels: fixed by one person, signed by another, changed only by a new row."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assays.actions.versions import SamePerson
from assays.models import Assay, ControlLevel, ControlTarget, Instrument
from assays.queries import catalogue, controls
from assays.rules.catalogue import ValueKind
from labsys.accounts.actions import step_ups
from labsys.accounts.models import Principal, PrincipalKind, StepUp
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed

TARGET = "assays.control.target"


def fix(
    *,
    level: ControlLevel,
    assay: Assay,
    mean: Decimal,
    sd: Decimal,
    source: str,
    by: Principal,
    at: datetime,
    instrument: Instrument | None = None,
    note: str = "",
    replaces: ControlTarget | None = None,
) -> ControlTarget:
    """Fix what a level should measure, in the assay's unit; it holds once somebody else signs it.

    Where there is a target for this level, assay and instrument, `replaces` names the newest.
    """
    policy.check(by, TARGET)
    if by.kind != PrincipalKind.PERSON:
        raise NotAllowed(_("Only a person fixes targets."))
    _check_numbers(mean, sd)
    if source not in ControlTarget.Source.values:
        raise InvalidInput(_("Say where the target is from."), field="source")
    if source == ControlTarget.Source.STUDY and not note.strip():
        raise InvalidInput(
            _("Say how many measurements of how many days the target rests on."), field="note"
        )
    if level.lot.ended_at is not None:
        raise Conflict(_("Lot %(lot)s is out of use.") % {"lot": level.lot})
    active = catalogue.current().assays.get(assay.pk)
    if active is None or active.kind is not ValueKind.NUMERIC:
        raise InvalidInput(_("A target needs an assay in force that gives numbers."), field="assay")
    key = {"level": level, "assay": assay, "instrument": instrument}
    with acting(by=by, at=at, action="assays.control.fix_target"):
        newest = ControlTarget.objects.filter(**key, replaced_by=None).first()
        if (newest and newest.pk) != (replaces and replaces.pk):
            raise Conflict(
                _("There is a target %(mean)s ± %(sd)s already; name it as the one replaced.")
                % {"mean": newest.mean, "sd": newest.sd}
                if newest is not None
                else _("The target to be replaced is another level's, assay's or instrument's.")
            )
        try:
            with transaction.atomic():
                made: ControlTarget = ControlTarget.objects.create(
                    **key,
                    mean=mean,
                    sd=sd,
                    unit=active.unit,
                    source=source,
                    note=note.strip(),
                    replaces=replaces,
                    fixed_by=by,
                    fixed_at=at,
                )
        except IntegrityError as refused:
            raise Conflict(_("A target was fixed meanwhile; look at it first.")) from refused
    return made


def sign(
    *, target: ControlTarget, step_up: StepUp | None, by: Principal, at: datetime
) -> ControlTarget:
    """Take responsibility for a target of somebody else: controls are judged by it from now on.

    `step_up` is the password given again, as for a row of limits.
    """
    policy.check(by, TARGET)
    if by.kind != PrincipalKind.PERSON:
        raise NotAllowed(_("Only a person signs targets."))
    if target.fixed_by_id == by.pk:
        raise SamePerson(_("You fixed this target yourself; somebody else has to sign it."))
    given = step_ups.check(step_up=step_up, by=by, at=at)
    with acting(by=by, at=at, action="assays.control.sign_target"):
        controls.lock_against_release()
        if ControlTarget.objects.filter(replaces=target).exists():
            raise Conflict(_("This target was replaced before anybody signed it; sign the newest."))
        rows = ControlTarget.objects.filter(pk=target.pk, signed_by=None)
        if not rows.update(signed_by=by, signed_at=at, step_up=given):
            raise Conflict(_("This target is signed already."))
    target.refresh_from_db()
    return target


def _check_numbers(mean: Decimal, sd: Decimal) -> None:
    if not mean.is_finite():
        raise InvalidInput(_("Give the mean as a number."), field="mean")
    if not sd.is_finite() or sd <= 0:
        raise InvalidInput(_("An SD is greater than zero."), field="sd")
