"""Correcting a result: a new row that names the old one; the old one stays readable for ever."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions import filing, placing, result_checks, results, signatures
from assays.actions.filing import Source
from assays.actions.placing import Typed
from assays.actions.signatures import Signing
from assays.models import Recording, Result
from assays.queries import catalogue
from assays.queries import filing as queries
from assays.rules.filing import Entry, Filed, Hold, Recorded, reportable
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.quantities import Coded, Quantity, ReportedValue
from labsys.lib.reasons import check_reason

CORRECTABLE = (
    ResultStatus.RESULTED,
    ResultStatus.TECHNICALLY_VERIFIED,
    ResultStatus.RELEASED,
)


def correct(
    *,
    result: Result,
    value: ReportedValue,
    by: Principal,
    at: datetime,
    reason: str,
    signing: Signing,
    expected: ResultStatus | None = None,
) -> Result:
    """Sign another value and record it in place of this one; it is verified and released anew.

    The signature covers the old value and the new one. The old value is superseded at once: nobody
    may rely on it while the correction waits. The reason stands for an implausible value as well,
    where the role may enter one.
    """
    policy.check(by, "assays.result.correct", result)
    check_reason(reason)
    if result.status not in CORRECTABLE:
        raise Conflict(
            _("%(result)s is %(words)s; there is nothing to correct.")
            % {"result": result, "words": result_checks.words(result)}
        )
    entry = Entry(
        specimen=result.specimen.accession,
        assay_id=result.assay_version.assay_id,
        value=value,
        observed_at=result.observed_at,
        run=result.run,
        comment=reason,
        as_sent={"value": value.code if isinstance(value, Coded) else str(value)},
    )
    with acting(by=by, at=at, action="assays.result.correct", reason=reason):
        result_checks.lock_for_withdrawal([result])
        known = queries.lock([entry], catalogue=catalogue.current(), instrument_id=None)
        typed = Typed(result.assay_version.assay_id, value, field="value", override=reason)
        if (refusal := placing.value_refusal(typed, known.catalogue, by)) is not None:
            raise InvalidInput(placing.sentence(refusal), field="value")
        signatures.check_seen(result=result, signing=signing)
        results.supersede(result=result, by=by, at=at, reason=reason, expected=expected)
        recorded = _recorded(entry, result, known)
        drawn = filing.draw([recorded], [entry], known)
        filing.record(
            [Filed(entry, recorded, corrects_id=result.pk)],
            known,
            drawn,
            source=Source(door=Recording.Door.ADMIN, by=by, entered_by_id=by.pk),
            at=at,
        )
        new = drawn.results[0]
        corrected = {new: (typed, recorded.value)}
        placing.keep_overrides(corrected, known.catalogue, by=by, at=at)
        signatures.sign(results=[result.pk, new], signing=signing, by=by, at=at)
        return Result.objects.get(pk=new)


def _recorded(entry: Entry, result: Result, known: queries.Known) -> Recorded:
    specimen = known.specimens[entry.specimen]
    items = [item for item in known.items[specimen.id] if item.id == result.order_item_id]
    if not items:
        raise Conflict(_("The order item of this result is gone; it cannot be corrected here."))
    assay = known.catalogue.assays[items[0].assay_id]
    if isinstance(entry.value, Quantity) and entry.value.unit != assay.unit:
        raise InvalidInput(
            _("Give the corrected value in %(unit)s.") % {"unit": assay.unit}, field="unit"
        )
    if isinstance(reportable(entry.value, queries.assay_facts(assay)), Hold):
        raise InvalidInput(
            _("%(assay)s cannot be reported as “%(value)s”.")
            % {"assay": assay.name, "value": entry.value},
            field="value",
        )
    return Recorded(item=items[0], value=entry.value, conversion=None)
