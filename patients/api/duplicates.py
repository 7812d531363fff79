"""`/api/v1/duplicate-candidates`, `/person-distinctions` and `/person-links`: found and decided."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labsys.lib.clock import database_now
from patients.actions import duplicates, links
from patients.api import bodies, repeats
from patients.api.paging import documented, given, one_of, page, shown
from patients.models import DuplicateCandidate, Person, PersonDistinction, PersonLink
from patients.queries import duplicate_lists
from patients.rules.duplicates import Grade

VIEW, DECIDE, LINK = duplicate_lists.VIEW, duplicates.DECIDE, "patients.person.link"
WRITTEN: Any = {"request": OpenApiTypes.OBJECT, "responses": {201: OpenApiTypes.OBJECT}}


class DuplicateCandidatesView(APIView):
    """Pairs of entries that may be one person and that nobody has decided about."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @documented("List pairs of entries that may be one person", "grade", is_needed=False)
    def get(self, request: Request) -> Response:
        """List pairs of entries that may be one person."""
        asked = given(request, "grade", is_needed=False)
        one_of(asked, "grade", [grade.value for grade in Grade])
        rows = _named(duplicate_lists.undecided(), "first", "second")
        return page(
            request,
            rows.filter(**asked),
            _candidate,
            person=lambda row: row.first_id,
            other=lambda row: row.second_id,
        )


class PersonDistinctionsView(APIView):
    """Entries said to be two persons."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": DECIDE}

    @documented("List entries said to be two persons", "person", is_needed=False)
    def get(self, request: Request) -> Response:
        """List entries said to be two persons, as far as that stands."""
        rows = _named(PersonDistinction.objects.standing(), "first", "second")
        rows = _of(request, rows, "first", "second")
        return page(
            request,
            rows,
            _distinction,
            person=lambda row: row.first_id,
            other=lambda row: row.second_id,
        )

    @extend_schema(
        parameters=[repeats.KEY], summary="Say that two entries are two persons", **WRITTEN
    )
    def post(self, request: Request) -> Response:
        """Say that two entries are two persons."""
        body = bodies.read(request, "first", "second", "reason")

        def act() -> Any:
            made = duplicates.distinguish(
                first=bodies.person_in_reach(body.get("first"), request.user, DECIDE),
                second=bodies.person_in_reach(body.get("second"), request.user, DECIDE),
                reason=bodies.text(body, "reason", most=2000),
                by=request.user,
                at=database_now(),
            )
            return _distinction(made)

        return repeats.once(request, body, act)


class PersonDistinctionEndView(APIView):
    """The end of a distinction that turned out wrong."""

    permissions: ClassVar[dict[str, str]] = {"POST": DECIDE}

    @extend_schema(parameters=[repeats.KEY], summary="Take a distinction back", **WRITTEN)
    def post(self, request: Request, persondistinction_id: int) -> Response:
        """Take back that two entries are two persons."""
        body = bodies.read(request, "reason")

        def act() -> Any:
            row = bodies.row(request, PersonDistinction, persondistinction_id, DECIDE)
            reason = bodies.text(body, "reason", most=2000)
            made = duplicates.withdraw(
                distinction=row, reason=reason, by=request.user, at=database_now()
            )
            return {**shown(made, "id", "reason", "recorded_at"), "distinction": row.pk}

        return repeats.once(request, body, act)


class PersonLinksView(APIView):
    """Entries read as one person."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": LINK}

    @documented("List entries read as one person", "person", is_needed=False)
    def get(self, request: Request) -> Response:
        """List entries read as one person, as far as that holds."""
        rows = _named(PersonLink.objects.active(), "duplicate", "survivor")
        rows = _of(request, rows, "duplicate", "survivor")
        return page(
            request,
            rows,
            _link,
            person=lambda row: row.survivor_id,
            other=lambda row: row.duplicate_id,
        )

    @extend_schema(parameters=[repeats.KEY], summary="Read two entries as one person", **WRITTEN)
    def post(self, request: Request) -> Response:
        """Read one entry as another from now on."""
        body = bodies.read(request, "duplicate", "survivor", "reason")

        def act() -> Any:
            made = links.link(
                duplicate=bodies.person_in_reach(body.get("duplicate"), request.user, LINK),
                survivor=bodies.person_in_reach(body.get("survivor"), request.user, LINK),
                reason=bodies.text(body, "reason", most=2000),
                by=request.user,
                at=database_now(),
            )
            return _link(made)

        return repeats.once(request, body, act)


class PersonUnlinkView(APIView):
    """The end of a link that turned out wrong."""

    permissions: ClassVar[dict[str, str]] = {"POST": LINK}

    @extend_schema(parameters=[repeats.KEY], summary="Part two entries again", **WRITTEN)
    def post(self, request: Request, personlink_id: int) -> Response:
        """Part two entries again; the answer says what was recorded meanwhile, to be looked through."""
        body = bodies.read(request, "reason")

        def act() -> Any:
            row = bodies.row(request, PersonLink, personlink_id, LINK)
            reason = bodies.text(body, "reason", most=2000)
            made = links.unlink(link=row, reason=reason, by=request.user, at=database_now())
            return {
                **shown(made.unlink, "id", "reason", "recorded_at"),
                "link": row.pk,
                "meanwhile": {one.model._meta.label_lower: list(one.ids) for one in made.meanwhile},
            }

        return repeats.once(request, body, act)


def _named(rows: QuerySet[Any], *ends: str) -> QuerySet[Any]:
    return rows.prefetch_related(
        *(Prefetch(one, Person.objects.only("uid", "mrn")) for one in ends)
    )


def _of(request: Request, rows: QuerySet[Any], one: str, other: str) -> QuerySet[Any]:
    asked = given(request, "person", is_needed=False)
    if not asked:
        return rows
    person = bodies.person_in_reach(asked["person"], request.user, VIEW)
    return rows.filter(**{one: person}) | rows.filter(**{other: person})


def _candidate(row: DuplicateCandidate) -> dict[str, Any]:
    return {
        **shown(row, "id", "grade", "found_at"),
        "first": str(row.first.uid),
        "second": str(row.second.uid),
        "bits": row.bits / 10,
        "reasons": [{"why": why, "bits": bits} for why, bits in row.reasons],
    }


def _distinction(row: PersonDistinction) -> dict[str, Any]:
    return {
        **shown(row, "id", "reason", "recorded_at"),
        "first": str(row.first.uid),
        "second": str(row.second.uid),
    }


def _link(row: PersonLink) -> dict[str, Any]:
    return {
        **shown(row, "id", "reason", "recorded_at"),
        "duplicate": str(row.duplicate.uid),
        "survivor": str(row.survivor.uid),
    }
