"""Forms of the registry's admin as a browser sends them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.test import Client
from django.urls import reverse

from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients import models
from patients.forms import MOMENT
from tests import factories
from tests.patients import people
from tests.patients.people import DAY, HOUR


def address(model: str, page: str, *args: object) -> str:
    return reverse(f"admin:patients_{model}_{page}", args=args)


def typed(moment: datetime) -> str:
    return moment.strftime(MOMENT)


def errors(answer: Any) -> dict[str, list[str]]:
    form = answer.context.get("form") or answer.context["adminform"].form
    return {name: [str(one) for one in found] for name, found in form.errors.items()}


def moved(client: Client, row: Any, move: str, **given: Any) -> Any:
    return client.post(address(row._meta.model_name, "move", row.pk, move), given)


def additions() -> list[tuple[str, Role, dict[str, Any]]]:
    """Return one good form of every table; `MRN` and `PLACE` are filled in by the test."""
    past, ahead = typed(database_now() - HOUR), typed(database_now() + DAY)
    return [
        (
            "person",
            Role.NURSE,
            {
                "family": "Okafor",
                "given": "Ngozi",
                "species": models.Species.objects.get().pk,
                "sex": "F",
                "birth_date": "1990-05-17",
                "birth_precision": "DAY",
                "system": "passport",
                "value": "P-1",
            },
        ),
        ("personlink", Role.PATHOLOGIST, {"duplicate": "MRN", "survivor": "OTHER", "reason": "x"}),
        ("location", Role.ADMINISTRATOR, {"code": "ward-9", "name": "Ward 9", "kind": "WARD"}),
        ("species", Role.ADMINISTRATOR, {"code": "other", "name": "Other"}),
        ("encounter", Role.NURSE, {"person": "MRN", "location": "PLACE", "started_at": past}),
        (
            "careassignment",
            Role.ADMINISTRATOR,
            {"principal": "VISITOR", "location": "PLACE", "since": past},
        ),
        (
            "caregrant",
            Role.PATHOLOGIST,
            {
                "principal": "VISITOR",
                "person": "MRN",
                "reason": "advice",
                "since": past,
                "until": ahead,
            },
        ),
        ("personaccount", Role.SCREENING_OFFICER, {"principal": "PARTICIPANT", "person": "MRN"}),
        (
            "exposure",
            Role.INFECTION_CONTROL,
            {
                "person": "MRN",
                "source_person": "OTHER",
                "agent": "nanites",
                "kind": "BLOOD",
                "certainty": "PROBABLE",
                "first_at": past,
                "last_at": past,
            },
        ),
        (
            "quarantineorder",
            Role.INFECTION_CONTROL,
            {"person": "MRN", "kind": "HOME", "reason": "contact", "starts_at": ahead},
        ),
        (
            "quarantinecapacity",
            Role.INFECTION_CONTROL,
            {"location": "PLACE", "places": 12, "from_at": ahead},
        ),
        (
            "intervention",
            Role.PATHOLOGIST,
            {
                "person": "MRN",
                "kind": "CHARCOAL",
                "dose": "13.20",
                "dose_unit": "g",
                "started_at": past,
            },
        ),
        (
            "pregnancyestimate",
            Role.PATHOLOGIST,
            {
                "person": "MRN",
                "status": "PREGNANT",
                "gestation_days": 80,
                "uncertainty_days": 5,
                "observed_at": past,
            },
        ),
        (
            "ultrasoundmeasurement",
            Role.PATHOLOGIST,
            {
                "person": "MRN",
                "measured": "CRL",
                "value": "24.0",
                "fetus": 1,
                "route": "VAGINAL",
                "observed_at": past,
            },
        ),
        (
            "pregnancydate",
            Role.PATHOLOGIST,
            {
                "person": "MRN",
                "kind": "LAST_PERIOD",
                "on": (database_now() - 50 * DAY).date().isoformat(),
                "uncertainty_days": 7,
                "observed_at": past,
            },
        ),
        (
            "triageassessment",
            Role.INFECTION_CONTROL,
            {"person": "MRN", "scale": "MTS", "category": "RED", "assessed_at": past},
        ),
        (
            "injury",
            Role.INFECTION_CONTROL,
            {"person": "MRN", "site": "hand", "kind": "BURN", "severity": 2, "found_at": past},
        ),
        (
            "careneed",
            Role.INFECTION_CONTROL,
            {"person": "MRN", "kind": "INTERPRETER", "since": past},
        ),
        (
            "relatedperson",
            Role.INFECTION_CONTROL,
            {
                "person": "MRN",
                "relation": "PARENT",
                "other": "OTHER",
                "is_contact": "on",
                "since": past,
            },
        ),
        (
            "sign",
            Role.QUALITY_MANAGER,
            {
                "code": "skin",
                "name": "Skin",
                "kind": "GRADED",
                "meaning": "its colour",
                "grades": "none: as before\ngrey: seen across a room",
            },
        ),
    ]


TABLES = [
    *("person", "personlink", "location", "species", "encounter", "careassignment", "caregrant"),
    *("personaccount", "exposure", "quarantineorder", "intervention", "pregnancyestimate"),
    *("ultrasoundmeasurement", "pregnancydate", "careneed", "relatedperson", "sign"),
    *("quarantinecapacity", "triageassessment", "injury"),
]


def filled_in(given: dict[str, Any]) -> dict[str, Any]:
    makers = {
        "MRN": lambda: people.person().mrn,
        "OTHER": lambda: people.person().mrn,
        "PLACE": lambda: people.ward().pk,
        "VISITOR": lambda: factories.principal(Role.VISITING_CLINICIAN).pk,
        "PARTICIPANT": lambda: factories.principal(Role.PARTICIPANT).pk,
    }
    return {name: makers[text]() if text in makers else text for name, text in given.items()}
