from consent.models.alerts import AlertEscalation, ClinicalAlert, OnCall
from consent.models.appointments import Appointment, Reminder
from consent.models.capacities import CapacityAssessment
from consent.models.check_orders import CheckOrder, IndividualDecision
from consent.models.checks import (
    Check,
    CheckAnnulment,
    CheckLift,
    FindingClear,
    MedicalFindings,
    PsychologicalRecord,
)
from consent.models.deliveries import Delivery, NotificationTarget
from consent.models.departures import Departure, DepartureMember
from consent.models.guardians import Guardianship
from consent.models.passes import GatePass, GateScan
from consent.models.postings import Posting, PostingAnnulment, PostingReturn
from consent.models.programmes import (
    Enrolment,
    EnrolmentEnd,
    Programme,
    ProgrammeClosing,
    ProgrammeVersion,
)
from consent.models.quarantine_releases import QuarantineRelease, ReleaseAnswer, ReleaseRequest
from consent.models.questionnaire_texts import QuestionnaireText
from consent.models.recalls import Recall, RecallStep
from consent.models.returns import ReturnEvaluation
from consent.models.rounds import RoundSlot
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
    "Appointment",
    "Check",
    "CheckAnnulment",
    "CheckLift",
    "CheckOrder",
    "ClearanceTouch",
    "ClearanceTransition",
    "ClearanceWatch",
    "ClinicalAlert",
    "Delivery",
    "Departure",
    "DepartureMember",
    "Enrolment",
    "EnrolmentEnd",
    "FindingClear",
    "GatePass",
    "GateScan",
    "Guardianship",
    "IndividualDecision",
    "MedicalFindings",
    "NotificationTarget",
    "OnCall",
    "Posting",
    "PostingAnnulment",
    "PostingReturn",
    "Programme",
    "ProgrammeClosing",
    "ProgrammeVersion",
    "PsychologicalRecord",
    "QuarantineRelease",
    "QuestionnaireText",
    "SecondInterview",
    "Recall",
    "RecallStep",
    "RevocationSeen",
    "ReleaseAnswer",
    "ReleaseRequest",
    "ReturnEvaluation",
    "Reminder",
    "RoundSlot",
    "WaiverSignature",
    "WaiverSignatureAnnulment",
    "WaiverText",
    "WaiverWithdrawal",
]
