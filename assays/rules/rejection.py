"""Why a specimen is refused: the codes of HL7 table 0490."""

from __future__ import annotations

from enum import StrEnum

from labsys.lib.wording import gettext_noop as _


class RejectReason(StrEnum):
    """HL7 table 0490, specimen reject reason."""

    EXPIRED = "EX"
    QUANTITY = "QS"
    NO_PATIENT_NUMBER = "RA"
    BROKEN = "RB"
    CLOTTED = "RC"
    NO_COLLECTION_DATE = "RD"
    NO_PATIENT_NAME = "RE"
    HEMOLYZED = "RH"
    IDENTIFICATION = "RI"
    LABELING = "RM"
    CONTAMINATED = "RN"
    NO_PHLEBOTOMIST = "RP"
    STORAGE = "RR"
    NAME_SPELLING = "RS"


LABELS = {
    RejectReason.EXPIRED: _("expired"),
    RejectReason.QUANTITY: _("quantity not sufficient"),
    RejectReason.NO_PATIENT_NUMBER: _("patient number missing"),
    RejectReason.BROKEN: _("broken container"),
    RejectReason.CLOTTED: _("clotted"),
    RejectReason.NO_COLLECTION_DATE: _("collection date missing"),
    RejectReason.NO_PATIENT_NAME: _("patient name missing"),
    RejectReason.HEMOLYZED: _("hemolyzed"),
    RejectReason.IDENTIFICATION: _("identification problem"),
    RejectReason.LABELING: _("wrong or illegible label"),
    RejectReason.CONTAMINATED: _("contaminated"),
    RejectReason.NO_PHLEBOTOMIST: _("phlebotomist not stated"),
    RejectReason.STORAGE: _("improper storage"),
    RejectReason.NAME_SPELLING: _("name misspelled"),
}
