"""`/api/v1/questionnaire-texts`: wordings that the hospital enters under a licence of its own."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.actions import questionnaire_texts
from consent.actions.questionnaire_texts import APPROVE, DRAFT
from consent.models import QuestionnaireText
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients.api import bodies, repeats
from patients.api.paging import documented, given, page, shown

VIEW = "consent.questionnaire.view"
LONGEST = 5_000
FIELDS = (
    *("name", "language", "title", "instruction", "items", "options"),
    *("licence", "effective_from"),
)


class QuestionnaireTextsView(APIView):
    """The wordings that were entered here, drafts too; a new draft."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": DRAFT}

    @documented("List entered wordings", "name", "language", is_needed=False)
    def get(self, request: Request) -> Response:
        """List wordings."""
        asked = given(request, "name", "language", is_needed=False)
        rows = QuestionnaireText.objects.filter(**asked)
        return page(request, rows.select_related("drafted_by", "approved_by"), shape)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Draft the wording of a questionnaire",
        description="`items` are its texts in the order of the printed form; `options` holds for each "
        "item its answers as pairs of number and words. The numbers are those of the definition "
        "(`/api/v1/questionnaires`). Another psychologist approves it.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "The beginning of one",
                value={
                    "name": "GAD-7",
                    "language": "fr",
                    "title": "GAD-7",
                    "items": ["…"],
                    "options": [[[0, "…"], [1, "…"], [2, "…"], [3, "…"]]],
                    "licence": "…",
                    "effective_from": "2026-12-01T00:00:00Z",
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Draft a wording."""
        body = bodies.read(request, *FIELDS)

        def act() -> Any:
            made = questionnaire_texts.draft(
                name=bodies.text(body, "name", most=32),
                language=bodies.text(body, "language", most=8),
                title=bodies.text(body, "title", most=200),
                instruction=bodies.text(body, "instruction", most=LONGEST),
                items=_items(body.get("items")),
                options=_options(body.get("options")),
                licence=bodies.text(body, "licence", most=LONGEST),
                effective_from=bodies.needed_moment(body, "effective_from"),
                by=request.user,
                at=database_now(),
            )
            return shape(made)

        return repeats.once(request, body, act)


class QuestionnaireTextApproveView(APIView):
    """Puts a wording in force from its date."""

    permissions: ClassVar[dict[str, str]] = {"POST": APPROVE}

    @extend_schema(
        summary="Approve a wording",
        description="By somebody else than who drafted it. The body is an empty object.",
        request=OpenApiTypes.OBJECT,
        responses={200: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, questionnairetext_id: int) -> Response:
        """Approve a draft."""
        bodies.read(request)
        found = bodies.row(request, QuestionnaireText, questionnairetext_id, APPROVE)
        made = questionnaire_texts.approve_text(text=found, by=request.user, at=database_now())
        return Response(shape(made))


class QuestionnaireTextDiscardView(APIView):
    """Discards a draft of a wording."""

    permissions: ClassVar[dict[str, str]] = {"POST": DRAFT}

    @extend_schema(
        summary="Discard a draft of a wording",
        request=OpenApiTypes.OBJECT,
        responses={200: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, questionnairetext_id: int) -> Response:
        """Discard a draft."""
        bodies.read(request)
        found = bodies.row(request, QuestionnaireText, questionnairetext_id, DRAFT)
        made = questionnaire_texts.discard_text(text=found, by=request.user, at=database_now())
        return Response(shape(made))


def shape(row: QuestionnaireText) -> dict[str, Any]:
    """Return a wording with where it stands."""
    approved_by = row.approved_by
    return {
        **shown(row, "id", "name", "language", "number", "title", "instruction", "items"),
        **shown(row, "options", "licence", "sha256", "effective_from", "recorded_at"),
        **shown(row, "approved_at", "discarded_at"),
        "drafted_by": row.drafted_by.name,
        "approved_by": approved_by.name if approved_by is not None else None,
    }


def _items(said: object) -> list[str]:
    if not isinstance(said, list) or not all(
        isinstance(one, str) and len(one) <= LONGEST for one in said
    ):
        raise InvalidInput(
            f"items is a list of texts of at most {LONGEST} characters.", field="items"
        )
    return said


def _options(said: object) -> list[list[tuple[int, str]]]:
    try:
        return [[_answer(*pair) for pair in one] for one in _listed(said)]
    except (TypeError, ValueError):
        raise InvalidInput(
            "options holds for each item a list of pairs of a whole number and words.",
            field="options",
        ) from None


def _listed(said: object) -> list[Any]:
    if not isinstance(said, list) or not all(isinstance(one, list) for one in said):
        raise TypeError
    return said


def _answer(value: object, word: object) -> tuple[int, str]:
    if type(value) is not int or not isinstance(word, str) or len(word) > LONGEST:
        raise TypeError
    return value, word
