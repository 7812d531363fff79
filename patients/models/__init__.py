from patients.models.agents import Agent, FollowUpRule
from patients.models.applied_messages import AppliedMessage
from patients.models.births import BirthRecord
from patients.models.control_documents import (
    ControlDocument,
    ControlDocumentSignature,
    ControlDocumentVersion,
    KillCodeUse,
)
from patients.models.controller_readings import ControllerAlarm, ControllerReading, HeldReading
from patients.models.controllers import (
    Controller,
    ControllerAssignment,
    ControllerEvent,
    ControlQuantity,
)
from patients.models.deaths import DeathRecord
from patients.models.duplicates import (
    DuplicateCandidate,
    DuplicateKey,
    DuplicateSearch,
    PersonDistinction,
    PersonDistinctionEnd,
)
from patients.models.exposures import Exposure
from patients.models.follow_ups import FollowUpDecision, FollowUpVisit
from patients.models.injuries import Injury
from patients.models.interventions import Intervention
from patients.models.links import CanonicalPerson, PersonLink, PersonUnlink
from patients.models.needs import CareNeed
from patients.models.openings import LocationOpening
from patients.models.persons import (
    BirthPrecision,
    DeathPrecision,
    IdentityEvent,
    Person,
    PersonAccount,
    PersonIdentifier,
    PersonName,
    Sex,
    Species,
)
from patients.models.places import CareAssignment, CareGrant, Encounter, EncounterEnd, Location
from patients.models.pregnancies import PregnancyEstimate
from patients.models.pregnancy_dates import PregnancyDate
from patients.models.quarantine import QuarantineExtension, QuarantineLift, QuarantineOrder
from patients.models.quarantine_breaches import QuarantineBreach, QuarantineBreachContact
from patients.models.quarantine_capacities import QuarantineCapacity
from patients.models.quarantine_reviews import QuarantineReview
from patients.models.quarantine_rules import QuarantineKind, QuarantineRule
from patients.models.related_persons import RelatedPerson
from patients.models.rolls import Roll
from patients.models.set_points import ControllerSetting, SetPoint, SetPointSignature
from patients.models.sightings import Sighting
from patients.models.signs import Sign, SignObservation
from patients.models.triage import TriageAssessment
from patients.models.ultrasounds import UltrasoundMeasurement

__all__ = [
    "Agent",
    "AppliedMessage",
    "BirthPrecision",
    "BirthRecord",
    "CanonicalPerson",
    "CareAssignment",
    "CareGrant",
    "CareNeed",
    "ControlDocument",
    "ControlDocumentSignature",
    "ControlDocumentVersion",
    "ControlQuantity",
    "Controller",
    "ControllerAlarm",
    "ControllerAssignment",
    "ControllerEvent",
    "ControllerReading",
    "ControllerSetting",
    "DeathPrecision",
    "DeathRecord",
    "DuplicateCandidate",
    "DuplicateKey",
    "DuplicateSearch",
    "Encounter",
    "EncounterEnd",
    "Exposure",
    "FollowUpDecision",
    "FollowUpRule",
    "FollowUpVisit",
    "HeldReading",
    "IdentityEvent",
    "Injury",
    "Intervention",
    "KillCodeUse",
    "Location",
    "LocationOpening",
    "Person",
    "PersonAccount",
    "PersonDistinction",
    "PersonDistinctionEnd",
    "PersonIdentifier",
    "PersonLink",
    "PersonName",
    "PersonUnlink",
    "PregnancyDate",
    "PregnancyEstimate",
    "QuarantineBreach",
    "QuarantineBreachContact",
    "QuarantineCapacity",
    "QuarantineExtension",
    "QuarantineKind",
    "QuarantineLift",
    "QuarantineOrder",
    "RelatedPerson",
    "QuarantineReview",
    "QuarantineRule",
    "Roll",
    "SetPoint",
    "SetPointSignature",
    "Sex",
    "Sign",
    "SignObservation",
    "Sighting",
    "Species",
    "UltrasoundMeasurement",
    "TriageAssessment",
]
