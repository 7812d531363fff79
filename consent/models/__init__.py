from consent.models.checks import (
    Check,
    CheckAnnulment,
    CheckLift,
    FindingClear,
    MedicalFindings,
    PsychologicalRecord,
)
from consent.models.programmes import (
    Enrolment,
    EnrolmentEnd,
    Programme,
    ProgrammeVersion,
)
from consent.models.waivers import (
    WaiverSignature,
    WaiverSignatureAnnulment,
    WaiverText,
    WaiverWithdrawal,
)

__all__ = [
    "Check",
    "CheckAnnulment",
    "CheckLift",
    "Enrolment",
    "EnrolmentEnd",
    "FindingClear",
    "MedicalFindings",
    "Programme",
    "ProgrammeVersion",
    "PsychologicalRecord",
    "WaiverSignature",
    "WaiverSignatureAnnulment",
    "WaiverText",
    "WaiverWithdrawal",
]
