"""Programmes, waivers and checks in the admin: rows added by actions, moved by buttons."""

from consent.admin import (  # noqa: F401
    alerts,
    appointments,
    check_orders,
    checks,
    deliveries,
    departures,
    enrolments,
    gates,
    guardians,
    postings,
    programmes,
    quarantine_releases,
    questionnaire_texts,
    recalls,
    returns,
    rounds,
    transitions,
    waivers,
)
