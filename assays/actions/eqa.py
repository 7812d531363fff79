"""External quality assessment: schemes and rounds, own results, their scores and what followed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from assays.actions import annulments, nonconformities
from assays.models import (
    Assay,
    EqaFollowUp,
    EqaResult,
    EqaRound,
    EqaScheme,
    EqaScore,
    Instrument,
)
from assays.rules import external_quality as rules
from assays.rules.nonconformities import Kind
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy, units
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.quantities import plain
from labsys.lib.wording import Refused

RECORD, SCORE = "assays.eqa.record", "assays.eqa.score"
_KEPT = Decimal("0.0001")


def add_scheme(*, name: str, provider: str, by: Principal, at: datetime) -> EqaScheme:
    """Make a scheme known in which the laboratory takes part."""
    policy.check(by, SCORE)
    for field, text in (("name", name), ("provider", provider)):
        if not text.strip():
            raise InvalidInput(_("This is needed."), field=field)
    with acting(by=by, at=at, action="assays.eqa.add_scheme"):
        if EqaScheme.objects.filter(name__iexact=name.strip()).exists():
            raise InvalidInput(_("There is one of this name already."), field="name")
        return EqaScheme.objects.create(
            name=name.strip(), provider=provider.strip(), recorded_at=at, recorded_by=by
        )


def open_round(
    *, scheme: EqaScheme, code: str, closes_on: date, by: Principal, at: datetime
) -> EqaRound:
    """Record that a round's samples came, and by when its results are reported."""
    policy.check(by, RECORD)
    code = code.strip()
    if not code or len(code) > 40:
        raise InvalidInput(_("Give the round's name, up to 40 characters."), field="code")
    with acting(by=by, at=at, action="assays.eqa.open_round"):
        if EqaRound.objects.filter(scheme=scheme, code=code).exists():
            raise InvalidInput(_("This round is known already."), field="code")
        return EqaRound.objects.create(
            scheme=scheme, code=code, closes_on=closes_on, recorded_at=at, recorded_by=by
        )


def record_result(
    *,
    round: EqaRound,
    sample: str,
    assay: Assay,
    value: Decimal,
    unit: str,
    measured_at: datetime,
    by: Principal,
    at: datetime,
    instrument: Instrument | None = None,
    remark: str = "",
) -> EqaResult:
    """Record what this laboratory measured in a sample."""
    policy.check(by, RECORD)
    check_world_moment(measured_at, at=at, field="measured_at")
    sample, unit = sample.strip(), unit.strip()
    if not sample or len(sample) > 40:
        raise InvalidInput(_("Give the sample's name, up to 40 characters."), field="sample")
    if not unit:
        raise InvalidInput(_("Give the unit of the value."), field="unit")
    if not value.is_finite():
        raise InvalidInput(_("Give the value as a number."), field="value")
    with acting(by=by, at=at, action="assays.eqa.record_result"):
        EqaScheme.objects.select_for_update(no_key=True).get(pk=round.scheme_id)
        same = EqaResult.objects.filter(
            round=round, sample=sample, assay=assay, instrument=instrument, annulled_at=None
        )
        if same.exists():
            raise Conflict(
                _("A result of this sample, assay and instrument stands; annul it first.")
            )
        return EqaResult.objects.create(
            round=round,
            sample=sample,
            assay=assay,
            instrument=instrument,
            value=value,
            unit=unit,
            measured_at=measured_at,
            remark=remark.strip()[:300],
            recorded_at=at,
            recorded_by=by,
        )


def annul_result(*, result: EqaResult, by: Principal, at: datetime, reason: str) -> EqaResult:
    """Take back a result that was recorded wrongly; one that is scored has its score annulled first."""
    policy.check(by, SCORE)
    with acting(by=by, at=at, action="assays.eqa.annul_result", reason=reason):
        _lock(result)
        if EqaScore.objects.filter(result=result, annulled_at=None).exists():
            raise Conflict(_("This result has a score; annul the score first."))
        return annulments.annul(result, by=by, at=at, reason=reason)


def score(
    *,
    result: EqaResult,
    assigned: Decimal,
    by: Principal,
    at: datetime,
    sd: Decimal | None = None,
    limit_percent: Decimal | None = None,
    limit_absolute: Decimal | None = None,
) -> EqaScore:
    """Judge a result by what the provider reported; an unsatisfactory one opens a nonconformity."""
    policy.check(by, SCORE)
    given = {"sd": sd, "limit_percent": limit_percent, "limit_absolute": limit_absolute}
    with acting(by=by, at=at, action="assays.eqa.score"):
        locked = _lock(result)
        if locked.annulled_at is not None:
            raise Conflict(_("This result was annulled."))
        if EqaScore.objects.filter(result=locked, annulled_at=None).exists():
            raise Conflict(_("This result is scored already; annul the score first."))
        try:
            found = rules.score(locked.value, assigned, **given)
        except Refused as refused:
            raise InvalidInput(_(refused.message) % refused.params, field="assigned") from refused
        nonconformity = None
        if found.verdict is rules.Verdict.UNSATISFACTORY:
            nonconformity = nonconformities.report(
                kind=Kind.EXTERNAL_QUALITY,
                summary=_summary(locked, assigned, found),
                instrument=locked.instrument,
                source=locked,
                by=by,
                at=at,
            )
        made: EqaScore = EqaScore.objects.create(
            result=locked,
            assigned=assigned,
            **given,
            deviation=found.deviation,
            deviation_percent=_rounded(found.deviation_percent),
            z=_rounded(found.z),
            verdict=found.verdict,
            nonconformity=nonconformity,
            recorded_at=at,
            recorded_by=by,
        )
    return made


def annul_score(*, scored: EqaScore, by: Principal, at: datetime, reason: str) -> EqaScore:
    """Take back a score that was entered wrongly; its nonconformity is closed by its own course."""
    policy.check(by, SCORE)
    with acting(by=by, at=at, action="assays.eqa.annul_score", reason=reason):
        return annulments.annul(scored, by=by, at=at, reason=reason)


def follow_up(*, scored: EqaScore, what: str, by: Principal, at: datetime) -> EqaFollowUp:
    """Write down what was found out or done about a score."""
    policy.check(by, RECORD)
    if not what.strip():
        raise InvalidInput(_("Say what was found out or done."), field="what")
    with acting(by=by, at=at, action="assays.eqa.follow_up"):
        made: EqaFollowUp = EqaFollowUp.objects.create(
            score=scored, what=what.strip(), recorded_at=at, recorded_by=by
        )
    return made


def _lock(result: EqaResult) -> EqaResult:
    rows = EqaResult.objects.select_for_update(no_key=True, of=("self",))
    locked: EqaResult = rows.select_related("round__scheme", "assay__analyte", "instrument").get(
        pk=result.pk
    )
    return locked


def _summary(result: EqaResult, assigned: Decimal, found: rules.Score) -> str:
    told = _(
        "%(scheme)s %(round)s, sample %(sample)s: %(assay)s measured %(value)s %(unit)s, assigned "
        "%(assigned)s %(unit)s"
    ) % {
        "scheme": result.round.scheme,
        "round": result.round.code,
        "sample": result.sample,
        "assay": result.assay,
        "value": plain(result.value),
        "unit": units.shown(result.unit),
        "assigned": plain(assigned),
    }
    z = _rounded(found.z)
    return told + ("." if z is None else f" (z {z:.2f}).")


def _rounded(number: Decimal | None) -> Decimal | None:
    return None if number is None else number.quantize(_KEPT)
