"""Psychological checks and second interviews over HTTP: scored first, then concluded; never read."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.actions import alerts, checks, interviews, second_interviews
from consent.api import references
from consent.api.checks import entries_named, shape
from consent.models import Check
from consent.queries.clearances import entries_of
from consent.queries.interviews import seen_of, weighed_now
from consent.queries.programmes import questionnaires_asked
from consent.queries.psychological import opened
from consent.queries.questionnaire_texts import wordings_at
from consent.queries.second_interviews import to_hold
from consent.queries.subjects import refusals_to_lift
from consent.rules import cooling_off
from consent.rules.alerts import AlertKind, has_risk_answer
from consent.rules.definitions import UnknownQuestionnaire
from consent.rules.facts import CheckKind, CheckOutcome
from consent.rules.psychological import PsychologicalProposal
from consent.rules.questionnaires import Answer, InvalidAnswers, MissingAnswers, readable, score
from consent.rules.second_interviews import WITHIN, weighed
from consent.rules.second_interviews import sealed_content as second_content
from consent.rules.voluntariness import Interview, domains
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, InvalidInputs, NotFound
from labsys.lib.idempotency import digest_of
from patients.api import bodies, repeats
from patients.api.paging import documented, given, page
from patients.models import Person

RECORD = checks.PERMISSION[CheckKind.PSYCHOLOGICAL]
LONGEST = 20_000
CONCLUSION = ("interview", "notes", "performed_at", "outcome", "seen", "lifts")
DESCRIPTION = (
    "For psychologists. Without `outcome` nothing is recorded: the answer holds the proposal with its "
    "scores; `asks` is what is wanted besides and refers nobody. With `outcome`, and `seen` as it was told, the check is recorded as you conclude it: "
    "as proposed, stricter, or INCOMPLETE where nothing refers but what is missing. An outcome laxer "
    "than proposed, such as INCOMPLETE elsewhere, needs a second clinician in person and is recorded on "
    "the page; where an answer is missing that may not be, nobody records less than REFERRED. `interview` holds a rating from 0 for each domain, `lifts` the "
    "refusals that a pass lifts. What was said is sealed and never told by the interface. The same "
    "Idempotency-Key with the same body answers as before, with `Idempotency-Replayed: true`."
)
DOCUMENTED: dict[str, Any] = {
    "request": OpenApiTypes.OBJECT,
    "responses": {200: OpenApiTypes.OBJECT, 201: OpenApiTypes.OBJECT},
    "parameters": [
        OpenApiParameter(
            "Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True
        )
    ],
}


class PsychologicalChecksView(APIView):
    """Takes what was said at a psychological check, scores it, and records what is concluded."""

    permissions: ClassVar[dict[str, str]] = {"POST": RECORD}

    @extend_schema(
        summary="Hold a psychological check",
        description="`answers` holds the answers of each questionnaire in order, null where there is "
        "none; of an item that was explained and asked again a list of all its answers. A risk "
        "answer calls a clinician at once, whatever else is wrong with the body. " + DESCRIPTION,
        examples=[
            OpenApiExample(
                "Score and propose",
                value={
                    "person": "7d444840-9dc0-11d1-b245-5ffdce74fad2",
                    "programme": "outer-survey",
                    "answers": {"GAD-7": [0, 1, 0, 0, 2, 0, 0]},
                    "interview": dict.fromkeys(domains(), 0),
                },
            )
        ],
        **DOCUMENTED,
    )
    def post(self, request: Request) -> Response:
        """Score a check, or record it."""
        names = ("person", "programme", "answers", "language", *CONCLUSION)
        body = bodies.read(request, *names)
        uid, now = repeats.uid_of(request), database_now()
        person = bodies.person_in_reach(body.get("person"), request.user, RECORD)
        programme = references.programme(body.get("programme"))
        entries = entries_of([person.pk], known_at=now)[person.pk]
        asked = questionnaires_asked(programme, now, entries=entries)
        answers, faults = _answers(body.get("answers", {}), asked)
        about = {"person": person, "programme": programme, "by": request.user, "at": now}
        is_called = has_risk_answer(answers)
        if is_called:
            alerts.raise_alert(kind=AlertKind.REVIEW, sitting=uid, **about)
        if faults:
            raise InvalidInputs(faults)
        language = bodies.text(body, "language", most=8) or "en"
        given = {"answers": answers, "ratings": _ratings(body), "by": request.user, "at": now}
        proposal = weighed_now(person, programme, **given).proposal
        if "outcome" not in body:
            return _proposed(person, proposal, at=now)
        if proposal.is_urgent and not is_called:
            alerts.raise_alert(kind=AlertKind.REVIEW, sitting=uid, **about)
        words = wordings_at(now, language=language)
        said = {
            "programme": programme,
            "answers": answers,
            "ratings": given["ratings"],
            "texts": {name: words[name].named() for name in answers},
            "notes": bodies.text(body, "notes", most=LONGEST),
            "sent": digest_of(body),
        }
        return _concluded(request, body, interviews.conclude, said, person=person, at=now)


class OpenSecondInterviewsView(APIView):
    """Lists the checks whose second interview the caller may hold now."""

    permissions: ClassVar[dict[str, str]] = {"GET": RECORD}

    @documented("List second interviews that can be held", "person", is_needed=False)
    def get(self, request: Request) -> Response:
        """List them, the newest first."""
        asked = given(request, "person", is_needed=False)
        rows = to_hold(request.user, at=database_now()).select_related("person", "examiner")
        if "person" in asked:
            rows = rows.filter(person__in=entries_named(asked["person"]))
        return page(request, rows, _open, person=lambda row: row.person_id)


class SecondInterviewsView(APIView):
    """Takes the second interview that a check calls for, by a psychologist who had no part in it."""

    permissions: ClassVar[dict[str, str]] = {"POST": RECORD}

    @extend_schema(
        summary="Hold a second interview",
        description="The answers of the first check count; its ratings and notes are not told. A "
        "pass lifts the first check where that was referred. " + DESCRIPTION,
        examples=[
            OpenApiExample("Score and propose", value={"interview": dict.fromkeys(domains(), 0)})
        ],
        **DOCUMENTED,
    )
    def post(self, request: Request, check_uid: uuid.UUID) -> Response:
        """Weigh both interviews, or record what is concluded."""
        body = bodies.read(request, *CONCLUSION)
        repeats.uid_of(request)
        rows = Check.objects.filter(uid=check_uid, kind=CheckKind.PSYCHOLOGICAL.value)
        found = policy.scope(request.user, rows, RECORD).select_related("person", "examiner")
        first = found.first()
        if first is None:
            raise NotFound("There is no such record, or it is not in your reach.")
        now = database_now()
        if (again := _replayed(request, body)) is not None:
            return again
        second_interviews.check_open(first, by=request.user, at=now)
        said = opened(first, by=request.user)
        ratings = cooling_off.applied(_ratings(body), said.get("computed"))
        second = Interview(interviewer=request.user.name, ratings=ratings) if ratings else None
        proposal = weighed(said, by=first.examiner.name, second=second, sex=first.person.sex)
        if "outcome" not in body:
            return _proposed(first.person, proposal, at=now)
        notes = bodies.text(body, "notes", most=LONGEST)
        content = second_content(said, proposal, ratings=ratings, notes=notes)
        given = {"proposal": proposal, "content": {**content, "sent": digest_of(body)}}

        def conclude(*, person: Person, **given: Any) -> Check:
            return second_interviews.conclude(first=first, **given)

        return _concluded(request, body, conclude, given, person=first.person, at=now)


def _open(row: Check) -> dict[str, Any]:
    """Return which check calls for a second interview, and until when it can be held."""
    return {
        "check": str(row.uid),
        "person": str(row.person.uid),
        "performed_at": row.performed_at,
        "closes_at": row.performed_at + WITHIN,
        "examiner": row.examiner.name,
    }


def _proposed(person: Person, proposal: PsychologicalProposal, *, at: datetime) -> Response:
    told = {
        "proposed": proposal.outcome.value,
        "reasons": [reason.value for reason in proposal.reasons],
        "asks": [one.value for one in proposal.asks],
        "is_urgent": proposal.is_urgent,
        "scores": [one.as_data() for one in proposal.scores],
        "refusals": [
            str(one.uid) for one in refusals_to_lift(person, CheckKind.PSYCHOLOGICAL, at=at)
        ],
        "seen": seen_of(person, proposal, at=at),
    }
    return Response(told)


def _concluded(
    request: Request,
    body: dict[str, Any],
    record: Callable[..., Check],
    said: dict[str, Any],
    *,
    person: Person,
    at: datetime,
) -> Response:
    """Record a check once, however often it is sent."""
    if (again := _replayed(request, body)) is not None:
        return again
    kind = CheckKind.PSYCHOLOGICAL
    made = record(
        **said,
        person=person,
        outcome=_outcome(body, "outcome"),
        seen=bodies.text(body, "seen"),
        performed_at=bodies.moment(body, "performed_at") or at,
        lifts=references.lifted(body, refusals_to_lift(person, kind, at=at), kind=kind),
        by=request.user,
        at=at,
        uid=repeats.uid_of(request),
    )
    return Response(shape(made), status=201)


def _replayed(request: Request, body: dict[str, Any]) -> Response | None:
    """Return the answer to a check that was recorded under this key; another body is refused."""
    if "outcome" not in body:
        return None
    found = Check.objects.filter(uid=repeats.uid_of(request)).first()

    def kept(one: Check) -> str:
        return str(opened(one, by=request.user).get("sent", ""))

    return repeats.recorded(found, kept=kept, told=shape, body=body)


def _answers(
    given: object, required: list[str]
) -> tuple[dict[str, list[Answer]], list[tuple[str, str]]]:
    """Return the answers as far as they can be read, and what is wrong with the others.

    What the programme asks is always there, if without answers.
    """
    if not isinstance(given, dict):
        return {}, [("answers", "answers is an object: a list for each questionnaire by its name.")]
    found: dict[str, list[Answer]] = {name: readable(name, None) for name in required}
    faults = []
    for name, answers in given.items():
        try:
            found[name] = readable(name, answers)
            if not isinstance(answers, list):
                raise InvalidAnswers(f"{name}: give the answers in order, one for each item.")
            score(name, answers)
        except MissingAnswers:
            continue
        except (UnknownQuestionnaire, InvalidAnswers) as wrong:
            faults.append((f"answers/{name}", str(wrong)))
    return found, faults


def _ratings(body: dict[str, Any]) -> dict[str, int]:
    given = body.get("interview", {})
    if not isinstance(given, dict):
        raise InvalidInput("interview is an object: a rating for each domain.", field="interview")
    for code, rating in given.items():
        domain = domains().get(code)
        if domain is None:
            raise InvalidInput(
                f"The interview has no domain {code!r}; it has {', '.join(domains())}.",
                field="interview",
            )
        if type(rating) is not int or not 0 <= rating < len(domain.ratings):
            raise InvalidInput(
                f"{domain.title} is rated from 0 to {len(domain.ratings) - 1}.",
                field=f"interview/{code}",
            )
    return dict(given)


def _outcome(body: dict[str, Any], name: str) -> CheckOutcome:
    given = body.get(name)
    if not isinstance(given, str) or given not in list(CheckOutcome):
        raise InvalidInput(f"{name} is one of {', '.join(CheckOutcome)}.", field=name)
    return CheckOutcome(given)
