"""The laboratory's part of /api/v1/."""

from django.urls import path

from assays.api.results import ResultsView

urlpatterns = [path("results", ResultsView.as_view(), name="api-results")]
