"""GET /api/v1/questionnaires: what is asked, in which words, how it is scored, by which licence."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.queries.questionnaire_texts import wordings_at
from consent.rules.definitions import Questionnaire, questionnaires
from consent.rules.wordings import Wording
from labsys.lib.clock import database_now
from patients.api.paging import given


class QuestionnairesView(APIView):
    """The questionnaires that can be scored; the text of an item is null where none is at hand."""

    permissions = {"GET": "consent.questionnaire.view"}

    @extend_schema(
        summary="List the questionnaires",
        description="In the language asked for, where there is a text in it.",
        parameters=[OpenApiParameter("language", OpenApiTypes.STR, description="such as en, fr")],
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request) -> Response:
        asked = given(request, "language", is_needed=False)
        words = wordings_at(database_now(), language=asked.get("language", "en"))
        found = [shape(one, words[name]) for name, one in questionnaires().items()]
        return Response({"questionnaires": found})


def shape(asked: Questionnaire, words: Wording) -> dict[str, Any]:
    """Return a definition with its words."""
    return {
        "name": asked.name,
        "version": asked.version,
        "language": words.language,
        "title": words.title,
        "instruction": words.instruction,
        "text_source": words.source,
        "copyright": words.licence,
        "source": asked.source,
        "items": [
            {
                "number": number,
                "text": item or None,
                "answers": [{"value": value, "text": word} for value, word in options.items()],
                "is_safety_item": number in asked.safety_items,
            }
            for number, (item, options) in enumerate(
                zip(words.items, words.options, strict=True), start=1
            )
        ],
    }
