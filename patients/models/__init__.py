from patients.models.applied_messages import AppliedMessage
from patients.models.births import BirthRecord
from patients.models.deaths import DeathRecord
from patients.models.exposures import Exposure
from patients.models.interventions import Intervention
from patients.models.links import CanonicalPerson, PersonLink, PersonUnlink
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
from patients.models.quarantine import QuarantineLift, QuarantineOrder

__all__ = [
    "AppliedMessage",
    "BirthPrecision",
    "BirthRecord",
    "CanonicalPerson",
    "CareAssignment",
    "CareGrant",
    "DeathPrecision",
    "DeathRecord",
    "Encounter",
    "EncounterEnd",
    "Exposure",
    "IdentityEvent",
    "Intervention",
    "Location",
    "Person",
    "PersonAccount",
    "PersonIdentifier",
    "PersonLink",
    "PersonName",
    "PersonUnlink",
    "PregnancyEstimate",
    "QuarantineLift",
    "QuarantineOrder",
    "Sex",
    "Species",
]
