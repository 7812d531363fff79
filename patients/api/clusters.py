"""`/api/v1/clusters`: clusters of one agent, and the links of the one that a person is in."""

from __future__ import annotations

import uuid
from typing import ClassVar
from urllib.parse import urlencode

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labsys.audit import reads
from labsys.lib.errors import InvalidInput, NotFound
from patients.api import bodies
from patients.api.paging import LIMIT, MOST, given, one_of, whole
from patients.models import Exposure, Person
from patients.queries import chains
from patients.queries.chains import AT_LEAST, FOLLOWED, Asked
from patients.queries.identities import canonical
from patients.rules.chains import follow, pairs
from patients.rules.offspring import summarise

VIEW = "patients.cluster.view"
NARROWING = ("agent", "certainty", "since", "until")
PARAMETERS = [
    OpenApiParameter("agent", OpenApiTypes.STR, required=True),
    OpenApiParameter("certainty", OpenApiTypes.STR, enum=list(AT_LEAST), description="At least."),
    OpenApiParameter("since", OpenApiTypes.DATETIME),
    OpenApiParameter("until", OpenApiTypes.DATETIME),
]
PAGES = [
    OpenApiParameter("limit", OpenApiTypes.INT, description=f"{LIMIT}, at most {MOST}"),
    OpenApiParameter("before", OpenApiTypes.INT, description="Continues from `next`."),
]


class ClustersView(APIView):
    """Clusters of one agent."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @extend_schema(
        summary="List clusters",
        description="Persons and events that exposures to one agent join; those that grew last come "
        "first. `r` is the mean number of persons each person is a possible source of, `k` its "
        "dispersion, or null where it is no more unequal than by chance.",
        parameters=[*PARAMETERS, *PAGES],
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request) -> Response:
        """List clusters."""
        asked = _asked(request)
        limit, before = _part(request)
        found = chains.newest(asked, before=before, limit=limit + 1)
        lines = found[:limit]
        heads = Person.objects.only("uid").in_bulk([line.head for line in lines])
        reads.record(
            by=request.user, purpose="api", objects=heads.values(), person_id=lambda one: one.pk
        )
        count, offspring = chains.totals(asked)
        figures = summarise(offspring)
        following = _following(request, lines[-1].newest) if len(found) > limit else None
        shown = [
            {
                "person": str(heads[line.head].uid),
                "persons": line.persons,
                "events": line.events,
                "generations": line.generations,
                "first_at": line.first_at,
                "newest_at": line.newest_at,
                "unconfirmed": line.unconfirmed,
                "several_sources": line.several,
            }
            for line in lines
        ]
        told = {"count": count, "r": figures and figures.mean, "k": figures and figures.dispersion}
        return Response({"clusters": shown, **told, "next": following})


class ClusterView(APIView):
    """The cluster that a person is in."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @extend_schema(
        operation_id="v1_cluster_links_retrieve",
        summary="Links of a cluster",
        description="Every pair of the cluster once, newest row first, with the generation of who was "
        "exposed. `is_circular`: it leads back to somebody from whom the chain came. Both are null in a "
        f"cluster of more than {FOLLOWED} exposures, whose chains are not followed. `persons` and "
        "`events` count the whole cluster.",
        parameters=[*PARAMETERS, *PAGES],
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, person: uuid.UUID) -> Response:
        """Show the links of a cluster."""
        asked = _asked(request)
        limit, before = _part(request)
        entry = Person.objects.filter(uid=person).first()
        if entry is None:
            raise NotFound("There is no such record, or it is not in your reach.")
        head = canonical(entry)
        cluster = chains.around(asked, head.pk)
        links = cluster.links if cluster else ()
        followed = follow(links) if len(links) <= FOLLOWED else None
        rows = [one for one in pairs(links) if before is None or one.id < before]
        rows.sort(key=lambda one: one.id, reverse=True)
        shown = rows[:limit]
        named = {node for one in shown for node in (one.origin, one.person)}
        persons = {head.pk, *(node for node in named if isinstance(node, int))}
        people = Person.objects.only("uid").in_bulk(persons)
        reads.record(
            by=request.user, purpose="api", objects=people.values(), person_id=lambda one: one.pk
        )
        circular = {one.id for one in followed.circular} if followed else set()
        told = [
            {
                "id": one.id,
                "source_person": str(people[one.origin].uid)
                if isinstance(one.origin, int)
                else None,
                "event": one.origin if isinstance(one.origin, str) else "",
                "person": str(people[one.person].uid),
                "generation": followed and followed.generation[one.person],
                "certainty": AT_LEAST[one.certainty],
                "first_at": one.first_at,
                "last_at": one.last_at,
                "is_circular": None if followed is None else one.id in circular,
            }
            for one in shown
        ]
        following = _following(request, shown[-1].id) if len(rows) > limit else None
        nodes = cluster.nodes if cluster else ()
        many = sum(isinstance(node, int) for node in nodes)
        counts = {"persons": many, "events": len(nodes) - many}
        return Response({"links": told, **counts, "next": following})


def _part(request: Request) -> tuple[int, int | None]:
    """Return how many are asked for, and from where on."""
    query = request.query_params
    limit = whole(query, "limit", LIMIT)
    if not 1 <= limit <= MOST:
        raise InvalidInput(f"limit is between 1 and {MOST}.", field="limit")
    return limit, whole(query, "before") if "before" in query else None


def _following(request: Request, last: int) -> str:
    return f"{request.path}?{urlencode({**request.query_params.dict(), 'before': str(last)})}"


def _asked(request: Request) -> Asked:
    asked = given(request, *NARROWING, is_needed=False)
    if "agent" not in asked:
        raise InvalidInput("Give the agent.", field="agent")
    one_of(asked, "certainty", AT_LEAST)
    since, until = bodies.moment(asked, "since"), bodies.moment(asked, "until")
    certainty = asked.get("certainty", Exposure.Certainty.PROBABLE)
    return Asked(asked["agent"], certainty, since, until)
