"""Tables of allele frequencies: brought from a file as a draft that somebody else approves."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions import versions
from assays.models import AlleleFrequencies
from assays.rules.allele_frequencies import check_people, read_csv
from assays.rules.nanite_profiles import digest_of
from assays.rules.states import VersionStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib.errors import InvalidInput
from labsys.lib.reasons import check_reason


def draft(
    *,
    code: str,
    population: str,
    source: str,
    people: int,
    raw: bytes,
    by: Principal,
    at: datetime,
    note: str,
) -> AlleleFrequencies:
    """Draft the next version of a table from a file; `source` is where the numbers were published."""
    versions.check_drafter(by)
    check_reason(note, field="note")
    if not source.strip():
        raise InvalidInput(_("Say where these frequencies are from."), field="source")
    if not population.strip():
        raise InvalidInput(_("Say of which population they are."), field="population")
    table, people = read_csv(raw), check_people(people)
    with acting(by=by, at=at, action="catalogue.frequencies.draft", reason=note):
        versions.lock()
        before = AlleleFrequencies.objects.filter(code=code).order_by("-number").first()
        made: AlleleFrequencies = AlleleFrequencies.objects.create(
            code=code,
            number=1 if before is None else before.number + 1,
            population=population.strip(),
            source=source.strip(),
            people=people,
            table=table,
            table_digest=digest_of(table),
            note=note.strip(),
            status=VersionStatus.DRAFT,
            drafted_by=by,
            drafted_at=at,
        )
        versions.record(made, old="", new=VersionStatus.DRAFT, by=by, at=at, reason=note)
    return made
