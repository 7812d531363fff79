"""The registry in the admin: every row added by its action, every change a button."""

from patients.admin import (  # noqa: F401
    care,
    encounters,
    exposures,
    injuries,
    interventions,
    links,
    logins,
    needs,
    persons,
    places,
    pregnancies,
    pregnancy_dates,
    quarantine,
    related_persons,
    sign_observations,
    signs,
    ultrasounds,
    triage,
)
