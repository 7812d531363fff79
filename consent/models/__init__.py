from consent.models.capacities import CapacityAssessment
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
from consent.models.questionnaire_texts import QuestionnaireText
from consent.models.second_interviews import SecondInterview
from consent.models.waivers import (
    WaiverSignature,
    WaiverSignatureAnnulment,
    WaiverText,
    WaiverWithdrawal,
)

__all__ = [
    "CapacityAssessment",
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
    "QuestionnaireText",
    "SecondInterview",
    "WaiverSignature",
    "WaiverSignatureAnnulment",
    "WaiverText",
    "WaiverWithdrawal",
]
