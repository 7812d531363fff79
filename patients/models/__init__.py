from patients.models.agents import Agent, FollowUpRule
from patients.models.applied_messages import AppliedMessage
from patients.models.births import BirthRecord
from patients.models.deaths import DeathRecord
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
    "DeathPrecision",
    "DeathRecord",
    "Encounter",
    "EncounterEnd",
    "Exposure",
    "FollowUpDecision",
    "FollowUpRule",
    "FollowUpVisit",
    "IdentityEvent",
    "Injury",
    "Intervention",
    "Location",
    "LocationOpening",
    "Person",
    "PersonAccount",
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
    "Sex",
    "Sign",
    "SignObservation",
    "Sighting",
    "Species",
    "UltrasoundMeasurement",
    "TriageAssessment",
]
