"""Deciding about aliquots whose parent turned out unfit."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions.specimens.failing import reject
from assays.actions.specimens.moves import SpecimenMoved
from assays.models import AliquotDecision, Specimen
from assays.queries import genealogy
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.reasons import check_reason


def keep_aliquot(
    *, specimen: Specimen, by: Principal, at: datetime, reason: str
) -> AliquotDecision:
    """Keep an aliquot although its parent turned out unfit, and say why it is good all the same."""
    policy.check(by, "assays.specimen.reject", specimen)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.specimen.keep_aliquot", reason=reason):
        return _decide(specimen, is_kept=True, by=by, at=at, reason=reason)


def refuse_aliquot(
    *, specimen: Specimen, by: Principal, at: datetime, reason_code: str, reason: str
) -> Specimen | None:
    """Refuse an aliquot because its parent turned out unfit; what is open is asked for anew."""
    policy.check(by, "assays.specimen.reject", specimen)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.specimen.refuse_aliquot", reason=reason):
        _decide(specimen, is_kept=False, by=by, at=at, reason=reason)
        return reject(specimen=specimen, by=by, at=at, reason_code=reason_code, reason=reason)


def _decide(
    specimen: Specimen, *, is_kept: bool, by: Principal, at: datetime, reason: str
) -> AliquotDecision:
    # Of two who decide at once, the second waits here and then finds it decided.
    Specimen.objects.select_for_update(no_key=True).get(pk=specimen.pk)
    waiting = genealogy.undecided().filter(pk=specimen.pk).select_related("parent").first()
    if waiting is None:
        raise SpecimenMoved(
            _("Nothing is to be decided about %(specimen)s.") % {"specimen": specimen}
        )
    because = waiting.parent.events.filter(new__in=genealogy.UNFIT).latest("pk")
    made: AliquotDecision = AliquotDecision.objects.create(
        aliquot=specimen,
        because=because,
        is_kept=is_kept,
        reason=reason.strip(),
        recorded_by=by,
        recorded_at=at,
    )
    return made
