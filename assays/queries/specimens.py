"""Finding specimens: by what was scanned, and what waits to be collected or received."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assays.models import Specimen, SpecimenIdentifier
from assays.rules import accession
from assays.rules.accession import AccessionRefused
from labsys.accounts.models import Principal
from labsys.lib import policy
from labsys.lib.errors import InvalidInput, NotFound

PAGE = 50


def scanned(text: str, *, principal: Principal) -> Specimen:
    """Return the specimen of a scanned or typed number, within the principal's reach.

    An accession number is taken first; else another system's identifier, where it is exactly one.
    A number that does not check is refused, never repaired.
    """
    text = text.strip()
    rows = policy.scope(principal, Specimen.objects.select_related("specimen_type", "person"))
    if accession.is_valid(text):
        found = rows.filter(accession=text).first()
        if found is None:
            raise NotFound(_("No specimen has the accession number %(number)s.") % {"number": text})
        return found
    foreign = SpecimenIdentifier.objects.filter(value=text).values_list("specimen", flat=True)
    named = list(rows.filter(pk__in=foreign)[:2])
    if len(named) == 1:
        return named[0]
    if named:
        raise InvalidInput(
            _("Several specimens are called %(value)s by other systems; scan the label.")
            % {"value": text[:40]},
            field="scan",
        )
    try:
        accession.check(text)
    except AccessionRefused as refused:
        raise InvalidInput(refused.message % refused.params, field="scan") from refused
    raise AssertionError("a number that checks was refused")
