"""Recording results. Every door ends here: typed by a person, sent by an instrument, calculated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions import filing
from assays.actions.filing import Filed, Source
from assays.models import Recording, Result, Specimen
from assays.queries import catalogue
from assays.queries import filing as queries
from assays.rules.filing import Duplicate, Entry, Held, Recorded
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import Conflict, InvalidInput, InvalidInputs
from labsys.lib.quantities import ReportedValue


@dataclass(frozen=True, slots=True)
class Typed:
    """One value as somebody typed it; `field` is where it was typed."""

    assay_id: int
    value: ReportedValue
    field: str
    comment: str = ""


def record_typed(
    *,
    specimen: Specimen,
    values: Sequence[Typed],
    observed_at: datetime,
    by: Principal,
    at: datetime,
    expected_person_id: int | None = None,
) -> list[Result]:
    """Record values that a person read off and typed; what cannot be placed is refused at once.

    `expected_person_id` is the person the form showed: a specimen that turns out to be somebody
    else's is never written to.
    """
    policy.check(by, "assays.result.enter", specimen)
    check_world_moment(observed_at, at=at, field="observed_at")
    if expected_person_id is not None and expected_person_id != specimen.person_id:
        raise Conflict(
            _("Specimen %(specimen)s is not of the person this form was opened for.")
            % {"specimen": specimen.accession}
        )
    if not values:
        raise InvalidInput(_("Enter at least one value."))
    entries = [_typed_entry(specimen, typed, observed_at) for typed in values]
    with acting(by=by, at=at, action="assays.result.record"):
        known = queries.lock(entries, catalogue=catalogue.current(), instrument_id=None)
        decided = filing.decide(entries, known, at=at)
        _refuse_unless_recorded(values, decided)
        drawn = filing.draw(decided, entries, known)
        filed = [Filed(*pair) for pair in zip(entries, decided, strict=True)]
        source = Source(door=Recording.Door.ADMIN, by=by, entered_by_id=by.pk)
        filing.record(filed, known, drawn, source=source, at=at)
        return list(Result.objects.filter(pk__in=drawn.results).order_by("pk"))


def _typed_entry(specimen: Specimen, typed: Typed, observed_at: datetime) -> Entry:
    return Entry(
        specimen=specimen.accession,
        assay_id=typed.assay_id,
        value=typed.value,
        observed_at=observed_at,
        comment=typed.comment,
        as_sent={"value": str(typed.value)},
    )


def _refuse_unless_recorded(
    values: Sequence[Typed], decided: Sequence[Recorded | Duplicate | Held]
) -> None:
    errors = []
    for typed, disposition in zip(values, decided, strict=True):
        if isinstance(disposition, Held):
            errors.append((typed.field, _(disposition.message) % disposition.params))
        elif isinstance(disposition, Duplicate):
            errors.append((typed.field, _("This value is already recorded for this moment.")))
    if errors:
        raise InvalidInputs(errors)
