"""Benefits kept or lost after removals: of one person, totals of a kind of removal, and the measures."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assays.models import BenefitMeasures
from assays.queries import benefits as queries
from assays.rules.benefit_changes import Change, Comparison, Value
from assays.rules.benefit_totals import Total, totals
from assays.rules.benefits import METHOD, TRIALS, Act, Finding, Verdict
from labsys.audit import reads
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotFound
from labsys.lib.quantities import plain
from patients import queries as registry
from patients.api import bodies
from patients.api.paging import documented, given, one_of, page, shown

VIEW, TOTALS, CATALOGUE = "assays.result.view", "assays.analysis.view", "assays.catalogue.view"


def _in_force() -> BenefitMeasures:
    version = queries.in_force()
    if version is None:
        raise NotFound("No measures of benefits are in force.")
    return version


class BenefitsView(APIView):
    """What became of one person's benefits in each removal."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @extend_schema(
        summary="Benefits kept or lost by a person",
        description="`verdict`: KEPT, LOST, GAINED, NO_BENEFIT or NOT_DETERMINABLE, the last with "
        "`reasons`. `change` holds every change that the values leave possible. `at`: as it was "
        "known at a moment.",
        parameters=[
            OpenApiParameter("person", OpenApiTypes.UUID, required=True),
            OpenApiParameter("at", OpenApiTypes.DATETIME),
        ],
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request) -> Response:
        """Answer the trials of a person with their findings."""
        asked = given(request, "person", "at")
        if "person" not in asked:
            raise InvalidInput("Give person.", field="person")
        now = database_now()
        at = bodies.moment(asked, "at") or now
        if at > now:
            raise InvalidInput("at lies in the future.", field="at")
        person = bodies.person_in_reach(asked["person"], request.user, VIEW)
        version = _in_force()
        reads.record(by=request.user, purpose="api", objects=[person], person_id=person.pk)
        trials = queries.of_person(request.user, registry.entries(person.pk), version, at=at)
        return Response(
            {
                "person": str(person.uid),
                "version": str(version),
                "method": METHOD,
                "trials": [_trial(one) for one in trials],
            }
        )


class BenefitTotalsView(APIView):
    """How many kept each benefit after a kind of removal."""

    permissions: ClassVar[dict[str, str]] = {"GET": TOTALS}

    @extend_schema(
        summary="Benefits kept by kind of removal",
        description="Each person in reach counts once, by their newest removal of the kind. `share` is "
        "`kept` of `kept` and `lost`, in per cent with Wilson's limits. `left_out`: persons with older "
        "removals that are not counted.",
        parameters=[
            OpenApiParameter("kind", OpenApiTypes.STR, required=True, enum=list(TRIALS)),
            OpenApiParameter("detail", OpenApiTypes.STR),
        ],
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request) -> Response:
        """Answer the totals of each measure."""
        asked = given(request, "kind", "detail")
        if "kind" not in asked:
            raise InvalidInput("Give kind.", field="kind")
        one_of(asked, "kind", TRIALS)
        version, now = _in_force(), database_now()
        told = queries.of_kind(
            request.user, asked["kind"], asked.get("detail", ""), version, at=now
        )
        found = totals(version.chosen, (one.findings for one in told.trials))
        return Response(
            {
                "version": str(version),
                "method": METHOD,
                "people": len(told.trials),
                "left_out": told.left_out,
                "measures": [_total(one) for one in found],
            }
        )


class BenefitMeasuresView(APIView):
    """Versions of the measures."""

    permissions: ClassVar[dict[str, str]] = {"GET": CATALOGUE}

    @documented("List measures of benefits", "status", is_needed=False)
    def get(self, request: Request) -> Response:
        """List the versions."""
        asked = given(request, "status", is_needed=False)
        return page(request, BenefitMeasures.objects.filter(**asked), _version)


def _trial(one: queries.Trial) -> dict[str, Any]:
    return {**_act(one.act), "findings": [_finding(each) for each in one.findings]}


def _act(one: Act) -> dict[str, Any]:
    return {
        **one.what.to_json(),
        "started_at": one.started_at.isoformat(),
        "ended_at": one.ended_at and one.ended_at.isoformat(),
    }


def _finding(one: Finding) -> dict[str, Any]:
    return {
        **one.measure.to_json(),
        "verdict": one.verdict.value,
        "reasons": [why.value for why in one.whys],
        "is_partly_kept": one.is_partly_kept,
        "before": _value(one.baseline),
        "with": _value(one.carried),
        "after": _value(one.after),
        "with_against_before": _comparison(one.came),
        "after_against_with": _comparison(one.left),
        "after_against_before": _comparison(one.net),
        "counts_from": one.counts_from and one.counts_from.isoformat(),
        "done_between": [_act(each) for each in one.confounders],
        "done_beside": [_act(each) for each in one.beside],
        "done_earlier": [_act(each) for each in one.earlier],
    }


def _value(one: Value | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "result": one.id,
        "comparator": one.quantity.comparator.value,
        "value": plain(one.quantity.value),
        "unit": one.quantity.unit,
        "collected_at": one.collected_at.isoformat(),
    }


def _comparison(one: Comparison | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "change": [each.value for each in Change if each in one.possible],
        "obstacle": one.obstacle and one.obstacle.value,
        "chance": one.factors and [f"{one.factors.low:.4f}", f"{one.factors.high:.4f}"],
        "percent": None if one.percent is None else f"{one.percent:.1f}",
    }


def _total(one: Total) -> dict[str, Any]:
    return {
        **one.measure.to_json(),
        **{each.value.lower(): one.verdicts.get(each, 0) for each in Verdict},
        "reasons": {why.value: count for why, count in sorted(one.whys.items())},
        "share": one.kept.percent,
        "limits": one.kept.interval,
    }


def _version(one: BenefitMeasures) -> dict[str, Any]:
    return {
        **shown(one, "id", "code", "number", "status", "agent", "measures", "source", "note"),
        **shown(one, "baseline_days", "carried_days", "settling_days", "after_days", "unseen_days"),
    }
