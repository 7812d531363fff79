from consent.models.alerts import AlertEscalation, ClinicalAlert, OnCall
from consent.models.capacities import CapacityAssessment
from consent.models.checks import (
    Check,
    CheckAnnulment,
    CheckLift,
    FindingClear,
    MedicalFindings,
    PsychologicalRecord,
)
from consent.models.deliveries import Delivery, NotificationTarget
from consent.models.programmes import (
    Enrolment,
    EnrolmentEnd,
    Programme,
    ProgrammeVersion,
)
from consent.models.questionnaire_texts import QuestionnaireText
from consent.models.second_interviews import SecondInterview
from consent.models.transitions import (
    ClearanceTouch,
    ClearanceTransition,
    ClearanceWatch,
    RevocationSeen,
)
from consent.models.waivers import (
    WaiverSignature,
    WaiverSignatureAnnulment,
    WaiverText,
    WaiverWithdrawal,
)

__all__ = [
    "CapacityAssessment",
    "AlertEscalation",
    "Check",
    "CheckAnnulment",
    "CheckLift",
    "ClearanceTouch",
    "ClearanceTransition",
    "ClearanceWatch",
    "ClinicalAlert",
    "Delivery",
    "Enrolment",
    "EnrolmentEnd",
    "FindingClear",
    "MedicalFindings",
    "NotificationTarget",
    "OnCall",
    "Programme",
    "ProgrammeVersion",
    "PsychologicalRecord",
    "QuestionnaireText",
    "SecondInterview",
    "RevocationSeen",
    "WaiverSignature",
    "WaiverSignatureAnnulment",
    "WaiverText",
    "WaiverWithdrawal",
]
