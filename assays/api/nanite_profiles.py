"""Profiles of nanites: recorded of a specimen, corrected, withdrawn, and read."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.utils.dateparse import parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assays.actions import nanite_profiles as actions
from assays.actions.nanite_profiles import ENTER
from assays.api import keyed
from assays.models import NaniteProfile, Specimen
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotFound
from patients import queries as registry
from patients.api.paging import documented, given, page, shown
from patients.models import Person

VIEW = "assays.result.view"
_PROFILES = uuid.UUID("0c6a2c1e-54d0-4b06-9a0e-3b1c2d8b7a04")
NOT_FOUND = "There is no such record, or it is not in your reach."
CONTENT = ("markers", "intensities", "quality")
FIELDS = (
    *CONTENT,
    "specimen",
    "method",
    "observed_at",
    "comment",
    "corrects",
    "withdraws",
    "reason",
)


class NaniteProfilesView(APIView):
    """What was found at the markers of specimens, with corrections and withdrawals."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": ENTER}

    @documented("List nanite profiles", "person", "specimen", "id")
    def get(self, request: Request) -> Response:
        """List profiles of a person, of a specimen by its accession number, or one by its public id."""
        asked = given(request, "person", "specimen", "id")
        rows = NaniteProfile.objects.select_related(
            "specimen__person", "recorded_by__user", "corrects", "corrected_by"
        )
        if "person" in asked:
            rows = rows.filter(specimen__person__in=_entries(request, asked["person"]))
        if "specimen" in asked:
            rows = rows.filter(specimen__accession=asked["specimen"])
        if "id" in asked:
            rows = rows.filter(uid=_uid(asked["id"], "id"))
        return page(request, rows, _profile, person=lambda row: row.specimen.person_id)

    @extend_schema(
        summary="Record, correct or withdraw a nanite profile",
        description="`specimen` is an accession number; `markers` marker -> alleles (one in two copies "
        "twice), `intensities` marker -> allele -> signal, `quality` marker -> 0 to 1. With "
        "`corrects` (a public id) and `reason` it stands in place of an earlier row; `withdraws` "
        "with `reason` alone takes one back.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        parameters=[keyed.KEY],
        examples=[
            OpenApiExample(
                "A profile",
                value={
                    "specimen": "26000017",
                    "method": "capillary panel 2",
                    "observed_at": "2026-03-01T10:00:00Z",
                    "markers": {"N01": ["11", "12"]},
                    "quality": {"N01": 0.95},
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Record a row, or answer again what was recorded under the key."""
        asked = keyed.body(request, *FIELDS)
        return keyed.created(
            request,
            _PROFILES,
            NaniteProfile,
            asked,
            make=lambda named: _recorded(request, asked, named),
            shape=_profile,
        )


def _recorded(request: Request, asked: dict[str, Any], named: Any) -> NaniteProfile:
    reason = keyed.text(asked, "reason", most=500)
    who = {"by": request.user, "at": database_now(), "named": named, "reason": reason}
    if asked.get("withdraws") is not None:
        return actions.withdraw(profile=_find(request, asked["withdraws"], "withdraws"), **who)
    corrects = None
    if asked.get("corrects") is not None:
        corrects = _find(request, asked["corrects"], "corrects")
    return actions.record(
        specimen=_specimen(request, keyed.text(asked, "specimen", most=10, is_needed=True)),
        content={name: asked[name] for name in CONTENT if name in asked},
        method=keyed.text(asked, "method", most=80),
        observed_at=_moment(asked.get("observed_at")),
        comment=keyed.text(asked, "comment", most=2000),
        corrects=corrects,
        **who,
    )


def _moment(given: Any) -> datetime:
    try:
        found = parse_datetime(given) if isinstance(given, str) else None
    except ValueError:
        found = None
    if found is None:
        raise InvalidInput("observed_at is a moment with its time zone.", field="observed_at")
    return found


def _specimen(request: Request, accession: str) -> Specimen:
    rows = Specimen.objects.filter(accession=accession)
    found: Specimen | None = policy.scope(request.user, rows, ENTER).first()
    if found is None:
        raise NotFound(NOT_FOUND)
    return found


def _find(request: Request, given: Any, name: str) -> NaniteProfile:
    rows = NaniteProfile.objects.filter(uid=_uid(given, name)).select_related("specimen")
    found: NaniteProfile | None = policy.scope(request.user, rows, ENTER).first()
    if found is None:
        raise NotFound(NOT_FOUND)
    return found


def _uid(given: Any, name: str) -> uuid.UUID:
    try:
        return uuid.UUID(given)
    except (ValueError, AttributeError, TypeError) as error:
        raise InvalidInput(f"{name} is a public id (a UUID).", field=name) from error


def _entries(request: Request, text: str) -> list[int]:
    person = policy.scope(request.user, Person.objects.filter(uid=_uid(text, "person"))).first()
    return [] if person is None else list(registry.entries(person.pk))


def _profile(one: NaniteProfile) -> dict[str, Any]:
    after = getattr(one, "corrected_by", None)
    return {
        **shown(one, "id", "uid", "position", "method", "observed_at", "comment", "reason"),
        **shown(one, "is_withdrawal", "content_digest", "recorded_at"),
        **one.content,
        "specimen": one.specimen.accession,
        "collected_at": one.specimen.collected_at,
        "person": one.specimen.person.uid,
        "corrects": one.corrects.uid if one.corrects is not None else None,
        "corrected_by": after.uid if after is not None else None,
        "recorded_by": one.recorded_by.display_name,
    }
