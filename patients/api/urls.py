"""The registry's part of /api/v1/."""

from django.urls import path

from patients.api.exposures import ExposuresView

urlpatterns = [
    path("exposures", ExposuresView.as_view(), name="api-exposures"),
]
