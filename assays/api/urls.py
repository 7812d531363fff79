"""The laboratory's part of /api/v1/."""

from django.urls import path

from assays.api.lists import OrdersView, SpecimensView
from assays.api.messages import MessagesView
from assays.api.results import ResultsView

urlpatterns = [
    path("results", ResultsView.as_view(), name="api-results"),
    path("messages", MessagesView.as_view(), name="api-messages"),
    path("orders", OrdersView.as_view(), name="api-orders"),
    path("specimens", SpecimensView.as_view(), name="api-specimens"),
]
