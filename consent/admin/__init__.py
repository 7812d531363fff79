"""Programmes, waivers and checks in the admin: rows added by actions, moved by buttons."""

from consent.admin import checks, enrolments, programmes, questionnaire_texts, waivers  # noqa: F401
