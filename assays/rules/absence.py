"""Why a value is absent: FHIR's data-absent-reason where it has a code, the bench's where not."""

from __future__ import annotations

from enum import StrEnum

from labsys.lib.wording import gettext_noop as _


class AbsentReason(StrEnum):
    ERROR = "error"
    NOT_PERFORMED = "not-performed"
    NOT_PERMITTED = "not-permitted"
    UNSUPPORTED = "unsupported"
    UNKNOWN = "unknown"
    INSUFFICIENT = "insufficient"
    CLOTTED = "clotted"
    HAEMOLYSED = "haemolysed"


WORDS: dict[AbsentReason, str] = {
    AbsentReason.ERROR: _("the measurement failed"),
    AbsentReason.NOT_PERFORMED: _("not measured"),
    AbsentReason.NOT_PERMITTED: _("not permitted"),
    AbsentReason.UNSUPPORTED: _("cannot be measured in this material"),
    AbsentReason.UNKNOWN: _("unknown"),
    AbsentReason.INSUFFICIENT: _("too little material"),
    AbsentReason.CLOTTED: _("clotted"),
    AbsentReason.HAEMOLYSED: _("haemolysed"),
}
