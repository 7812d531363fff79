from patients.models.births import BirthRecord
from patients.models.deaths import DeathRecord
from patients.models.exposures import (
    Exposure,
    Intervention,
    PregnancyEstimate,
    QuarantineLift,
    QuarantineOrder,
)
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

__all__ = [
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
