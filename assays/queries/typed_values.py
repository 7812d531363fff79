"""What a person typed for an assay, read by what is in force of it; every door says refusals alike."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assays.queries.filing import assay_facts
from assays.rules import typed_values
from assays.rules.absence import AbsentReason
from assays.rules.catalogue_in_force import ActiveAssay
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.quantities import Absent, ReportedValue
from labsys.lib.refusals import sentence
from labsys.lib.wording import Refused


def read(
    text: str, assay: ActiveAssay | None, *, field: str, unit: str = "", absent: str = ""
) -> ReportedValue:
    """Return the value that was typed; `field` is where it stood, `unit` one chosen beside it.

    `absent` is a reason chosen because there is no value. Raises InvalidInput, in the reader's
    language and naming the field, for what is no value of the assay, and Conflict where no version
    of it is in force.
    """
    if assay is None:
        raise Conflict(_("No version of this assay is in force; nothing can be recorded for it."))
    if text.strip() and absent:
        said = _("Give a value, or the reason why there is none, not both.")
        raise InvalidInput(said, field=field)
    if absent and absent not in set(AbsentReason):
        raise InvalidInput(_("Choose one of the reasons listed."), field=field)
    if absent:
        return Absent(absent)
    try:
        return typed_values.read(text, assay_facts(assay), unit=unit)
    except Refused as refused:
        raise InvalidInput(sentence(refused), field=field) from refused
