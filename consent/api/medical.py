"""/api/v1/checks/medical: examinations with their findings; scored first, then concluded by name."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assays.queries.words import value_text
from consent.actions import alerts, check_orders, medical
from consent.api import references
from consent.api.checks import entries_named
from consent.api.examinations import FIELDS, examined
from consent.models import Check, Programme
from consent.queries.check_orders import CheckResults
from consent.queries.medical import Sitting, sitting_of, subject_as_examined
from consent.queries.nanite_status import NaniteStatus
from consent.rules.alerts import AlertKind, needs_response
from consent.rules.facts import CheckKind, CheckOutcome
from consent.rules.medical import Examined, MedicalProposal
from consent.rules.news2 import InvalidVital
from labsys.accounts.models import Principal
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from labsys.lib.idempotency import digest_of
from patients.api import bodies, repeats
from patients.api.paging import documented, given, page
from patients.models import Person

READ = "consent.medical.read"
LONGEST = 4000
ABOUT = ("person", "programme", "performed_at", "call", *FIELDS)
CONCLUDED = ("outcome", "seen", "comment", "lifts", "grounds", "criteria", "second_clinician")
DESCRIPTION = (
    "For examining physicians. Without `outcome` nothing of the examination is recorded: the answer "
    "holds NEWS2 with its parts or why it cannot be scored, what is proposed and why, the "
    "laboratory's results, nanites, the refusals that stand, and `seen`. A NEWS2 from the programme's "
    "threshold on or a single 3 calls a clinician at once, and so does `call: true`, by your own "
    "judgement, once for a key. With `outcome` (PASSED, REFERRED, FAILED "
    "or INCOMPLETE) and `seen` as it was told the check is recorded; 409 where a result or another "
    "check came meanwhile. `lifts` names the refusals that a pass lifts. An outcome laxer than "
    "proposed, such as INCOMPLETE where more refers than what is not measured, examined or released "
    "yet, needs `grounds` and a `second_clinician` with their own user name and password; for "
    "somebody whom NEWS2 cannot be scored for, also the `criteria` by which the two decided. The same "
    "Idempotency-Key with the same body answers as before, with `Idempotency-Replayed: true`."
)
EXAMPLE = {
    "person": "…",
    "programme": "northern-post",
    "vitals": {
        "respiration_per_min": 14,
        "spo2_percent": 98,
        "on_oxygen": False,
        "systolic_mmhg": 124,
        "pulse_per_min": 68,
        "consciousness": "A",
        "temperature_celsius": "36.7",
    },
    "signs": {"SKIN_TONE_CHANGE": False, "AGGRESSION": False, "FEVER": False},
    "examined": {"SKIN": "normal"},
    "nanite_control": "CONTROLLED",
}


class MedicalChecksView(APIView):
    """Lists medical checks with their findings, scores new ones, and takes what was concluded."""

    permissions: ClassVar[dict[str, str]] = {"GET": READ, "POST": medical.RECORD}

    @documented("List medical checks with their findings", "person")
    def get(self, request: Request) -> Response:
        """List one person's."""
        asked = given(request, "person")
        rows = _shown(Check.objects.filter(person__in=entries_named(asked["person"])))
        rows = policy.scope(request.user, rows, READ)
        return page(request, rows, shape, person=lambda row: row.person_id)

    @extend_schema(
        summary="Hold a medical check",
        description=DESCRIPTION,
        request=OpenApiTypes.OBJECT,
        responses={200: OpenApiTypes.OBJECT, 201: OpenApiTypes.OBJECT},
        parameters=[
            OpenApiParameter(
                "Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True
            )
        ],
        examples=[
            OpenApiExample("Score and propose", value=EXAMPLE),
            OpenApiExample("Conclude", value={**EXAMPLE, "outcome": "PASSED", "seen": "…"}),
        ],
    )
    def post(self, request: Request) -> Response:
        """Score a check, or record it."""
        body = bodies.read(request, *ABOUT, *CONCLUDED)
        asked = _Asked(request, body)
        if "outcome" not in body:
            return _proposed(asked)
        outcome = body["outcome"]
        if not isinstance(outcome, str) or outcome not in list(CheckOutcome):
            raise InvalidInput(f"outcome is one of {', '.join(CheckOutcome)}.", field="outcome")
        found = _shown(Check.objects.filter(uid=asked.uid)).first()
        again = repeats.recorded(
            found, kept=lambda one: one.medical.sent, told=shape, body=asked.sent
        )
        if again is not None:
            return again
        made = medical.conclude(
            person=asked.person,
            programme=asked.programme,
            examined=asked.examined,
            outcome=CheckOutcome(outcome),
            seen=bodies.text(body, "seen"),
            performed_at=asked.performed_at,
            comment=bodies.text(body, "comment", most=LONGEST),
            lifts=references.lifted(body, asked.sitting.refusals, kind=CheckKind.MEDICAL),
            second_clinician=references.login(
                request,
                body,
                "second_clinician",
                wrong="The second clinician's user name and password do not fit.",
            ),
            grounds=bodies.text(body, "grounds", most=LONGEST),
            criteria=bodies.text(body, "criteria", most=LONGEST),
            uid=asked.uid,
            sent=digest_of(asked.sent),
            by=asked.by,
            at=asked.at,
        )
        return Response(shape(_shown(Check.objects.filter(pk=made.pk)).get()), status=201)


class CheckOrdersView(APIView):
    """Orders what the programme's panels still want in somebody's open round."""

    permissions: ClassVar[dict[str, str]] = {"POST": check_orders.PLACE}

    @extend_schema(
        summary="Order the panels of a medical check",
        description="Orders for the round that is open what was not ordered yet. 409 where nothing "
        "is wanting, or no round is open.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample("For one person", value={"person": "…", "programme": "northern-post"})
        ],
    )
    def post(self, request: Request) -> Response:
        """Place the order."""
        body = bodies.read(request, "person", "programme")
        made = check_orders.place(
            person=bodies.person_in_reach(body.get("person"), request.user, check_orders.PLACE),
            programme=references.programme(body.get("programme")),
            by=request.user,
            at=database_now(),
        )
        items = made.order.items.select_related("assay__analyte").order_by("id")
        codes = [item.assay.analyte.code for item in items]
        return Response({"order": made.order_id, "assays": codes}, status=201)


class _Asked:
    """What a body says, about whom; a clinician is called as soon as it was read."""

    person: Person
    programme: Programme
    examined: Examined
    sitting: Sitting

    def __init__(self, request: Request, body: dict[str, Any]) -> None:
        self.by: Principal = request.user
        self.uid = repeats.uid_of(request)
        self.sent = repeats.without_password(body, "second_clinician")
        self.at = database_now()
        self.person = bodies.person_in_reach(body.get("person"), self.by, medical.RECORD)
        self.programme = references.programme(body.get("programme"))
        self.performed_at: datetime = bodies.moment(body, "performed_at") or self.at
        self.examined = examined(body)
        about = {"performed_at": self.performed_at, "at": self.at}
        self.sitting = sitting_of(self.person, self.programme, **about)
        self.alert = self._called(by_hand=body.get("call") is True)
        if not isinstance(body.get("call", False), bool):
            raise InvalidInput("call is true or false, or left out.", field="call")

    def proposal(self) -> MedicalProposal:
        """Return what is proposed; InvalidInput where a measurement cannot be meant."""
        try:
            return self.sitting.proposal(self.examined)
        except InvalidVital as wrong:
            raise medical.not_meant(wrong) from wrong

    def _called(self, *, by_hand: bool) -> str | None:
        subject = subject_as_examined(self.sitting.subject, self.examined)
        is_needed = needs_response(self.examined.vitals, subject, policy=self.sitting.policy)
        if not (is_needed or by_hand):
            return None
        made = alerts.raise_alert(
            person=self.person,
            programme=self.programme,
            kind=AlertKind.VITAL_SIGNS,
            sitting=self.uid,
            by=self.by,
            at=self.at,
        )
        return str(made.uid)


def _shown(rows: QuerySet[Check]) -> QuerySet[Check]:
    """Return the medical ones of these checks, with all that is told of them."""
    found = rows.filter(kind=CheckKind.MEDICAL.value).select_related(
        *("person", "examiner", "second_examiner", "annulment", "medical"),
        "individual_decision__second_clinician",
    )
    return found.prefetch_related("lifts__lifted")


def _proposed(asked: _Asked) -> Response:
    """Answer what is proposed, with all that it rests on; nothing is recorded but the look."""
    sitting, proposal = asked.sitting, asked.proposal()
    reads.record(by=asked.by, purpose="api", objects=sitting.read, person_id=asked.person.pk)
    score = proposal.score
    told = {
        "proposed": proposal.outcome.value,
        "reasons": [one.value for one in proposal.reasons],
        "rule_version": str(proposal.rule_version),
        "is_urgent": proposal.is_urgent,
        "news2": score
        and {"total": score.total, "parts": dict(score.parts), "risk": score.risk.value},
        "obstacles": [one.value for one in proposal.obstacles],
        "missing": list(proposal.missing_vitals),
        "results": results_shape(sitting.results),
        "nanites": nanites_shape(sitting.nanites),
        "refusals": [str(one.uid) for one in sitting.refusals],
        "alert": asked.alert,
        "seen": sitting.seen(proposal),
    }
    return Response(told)


def results_shape(results: CheckResults) -> dict[str, Any]:
    """Return what the programme's panels ask for, and how far it has come."""
    return {
        "lines": [
            {
                "assay": line.assay.analyte.code,
                "is_ordered": line.item is not None,
                "status": line.result.status if line.result else None,
                "value": value_text(line.result) if line.result and line.is_released else None,
                "unit": line.result.unit if line.result and line.is_released else None,
                "is_critical": line.is_critical,
                "told": line.told and {"state": line.told.state, "at": line.told.ended_at},
                "is_delta": line.is_delta,
            }
            for line in results.lines
        ],
        "retired_panels": list(results.retired),
        "outstanding": results.outstanding,
    }


def nanites_shape(nanites: NaniteStatus) -> dict[str, Any]:
    """Return load, type and control as they are known now."""
    load, kind, control = nanites.load, nanites.kind, nanites.control
    return {
        "load": load
        and {"value": value_text(load), "unit": load.unit, "collected_at": load.collected_at},
        "type": kind and {"code": kind.value_code, "collected_at": kind.collected_at},
        "waiting_since": nanites.waiting.collected_at if nanites.waiting else None,
        "control": control
        and {
            "state": control.nanite_control,
            "observed_at": control.of_check.performed_at,
            "examiner": control.of_check.examiner.name,
        },
        "reasons": [one.value for one in nanites.reasons],
    }


def shape(row: Check) -> dict[str, Any]:
    """Return a medical check with its findings, for those who examine."""
    found = row.medical
    decision = getattr(row, "individual_decision", None)
    return {
        "check": str(row.uid),
        "person": str(row.person.uid),
        "outcome": row.outcome,
        "proposed": row.proposed,
        "reasons": row.reason_codes,
        "rule_version": row.rule_version,
        "performed_at": row.performed_at,
        "recorded_at": row.recorded_at,
        "examiner": row.examiner.name,
        "second_clinician": row.second_examiner.name if row.second_examiner else None,
        "vitals": found.vitals,
        "score": found.score,
        "signs": found.signs,
        "examined": found.examined,
        "nanite_control": found.nanite_control,
        "results": found.results,
        "comment": found.comment,
        "grounds": found.grounds,
        "lifts": [str(one.lifted.uid) for one in row.lifts.all()],
        "individual_decision": decision
        and {
            "obstacles": decision.obstacles,
            "criteria": decision.criteria,
            "second_clinician": decision.second_clinician.name,
        },
        "is_annulled": getattr(row, "annulment", None) is not None,
    }
