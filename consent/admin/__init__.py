"""Programmes, waivers and checks in the admin: rows added by actions, moved by buttons."""

from consent.admin import (  # noqa: F401
    alerts,
    checks,
    deliveries,
    enrolments,
    programmes,
    questionnaire_texts,
    transitions,
    waivers,
)
