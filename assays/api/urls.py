"""The laboratory's part of /api/v1/."""

from django.urls import path

from assays.api.analyses.micrographs import (
    MicrographFindingsView,
    MicrographReadingsView,
    MicrographsView,
)
from assays.api.analyses.plates import (
    PlateAdditionsView,
    PlateRecordingsView,
    PlatesView,
    PlateView,
)
from assays.api.analyses.runs import (
    AnalysisCancellationsView,
    AnalysisPartsView,
    AnalysisRunsView,
)
from assays.api.analyses.searches import ProfileSearchesView
from assays.api.benefits import BenefitMeasuresView, BenefitsView, BenefitTotalsView
from assays.api.dispatches import DispatchesView, OrderNumbersView, WorkOrdersView
from assays.api.hand_overs import (
    HandOverItemEndsView,
    HandOverItemsView,
    HandOversView,
    HandOverTakingsView,
)
from assays.api.held_items import AcceptancesView, HeldItemsView
from assays.api.instruments import (
    CodeMappingsView,
    DriverFamiliesView,
    EndpointsView,
    InstrumentsView,
    PanelMappingsView,
)
from assays.api.lists import OrdersView, SpecimensView
from assays.api.messages import MessagesView
from assays.api.nanite_profiles import NaniteProfilesView
from assays.api.nanite_types import (
    NaniteFunctionsView,
    NaniteTypeNamesView,
    NaniteTypesView,
)
from assays.api.rereadings import ReadingRunsView
from assays.api.results import ResultsView
from assays.api.work_groups import GroupPatientsView, ShiftsView, WorkGroupsView

urlpatterns = [
    path("results", ResultsView.as_view(), name="api-results"),
    path("messages", MessagesView.as_view(), name="api-messages"),
    path("orders", OrdersView.as_view(), name="api-orders"),
    path("specimens", SpecimensView.as_view(), name="api-specimens"),
    path("order-numbers", OrderNumbersView.as_view(), name="api-order-numbers"),
    path("instruments", InstrumentsView.as_view(), name="api-instruments"),
    path("endpoints", EndpointsView.as_view(), name="api-endpoints"),
    path("driver-families", DriverFamiliesView.as_view(), name="api-driver-families"),
    path("code-mappings", CodeMappingsView.as_view(), name="api-code-mappings"),
    path("panel-mappings", PanelMappingsView.as_view(), name="api-panel-mappings"),
    path("dispatches", DispatchesView.as_view(), name="api-dispatches"),
    path("work-orders", WorkOrdersView.as_view(), name="api-work-orders"),
    path("held-items", HeldItemsView.as_view(), name="api-held-items"),
    path(
        "held-items/<int:transmissionitem_id>/acceptances",
        AcceptancesView.as_view(),
        name="api-held-item-acceptances",
    ),
    path("plates", PlatesView.as_view(), name="api-plates"),
    path("plates/<int:analysispart_id>", PlateView.as_view(), name="api-plate"),
    path(
        "plates/<int:analysispart_id>/recordings",
        PlateRecordingsView.as_view(),
        name="api-plate-recordings",
    ),
    path(
        "plates/<int:analysispart_id>/additions",
        PlateAdditionsView.as_view(),
        name="api-plate-additions",
    ),
    path("analysis-runs", AnalysisRunsView.as_view(), name="api-analysis-runs"),
    path(
        "analysis-runs/<int:analysisrun_id>/cancellations",
        AnalysisCancellationsView.as_view(),
        name="api-analysis-cancellations",
    ),
    path("micrographs", MicrographsView.as_view(), name="api-micrographs"),
    path(
        "micrographs/<int:micrograph_id>",
        MicrographFindingsView.as_view(),
        name="api-micrograph",
    ),
    path(
        "micrographs/<int:micrograph_id>/readings",
        MicrographReadingsView.as_view(),
        name="api-micrograph-readings",
    ),
    path("analysis-parts", AnalysisPartsView.as_view(), name="api-analysis-parts"),
    path("nanite-profiles", NaniteProfilesView.as_view(), name="api-nanite-profiles"),
    path("profile-searches", ProfileSearchesView.as_view(), name="api-profile-searches"),
    path("nanite-types", NaniteTypesView.as_view(), name="api-nanite-types"),
    path("nanite-type-names", NaniteTypeNamesView.as_view(), name="api-nanite-type-names"),
    path("nanite-functions", NaniteFunctionsView.as_view(), name="api-nanite-functions"),
    path("benefits", BenefitsView.as_view(), name="api-benefits"),
    path("benefit-totals", BenefitTotalsView.as_view(), name="api-benefit-totals"),
    path("benefit-measures", BenefitMeasuresView.as_view(), name="api-benefit-measures"),
    path("reading-runs", ReadingRunsView.as_view(), name="api-reading-runs"),
    path("work-groups", WorkGroupsView.as_view(), name="api-work-groups"),
    path("work-group-patients", GroupPatientsView.as_view(), name="api-work-group-patients"),
    path("shifts", ShiftsView.as_view(), name="api-shifts"),
    path("hand-overs", HandOversView.as_view(), name="api-hand-overs"),
    path(
        "hand-overs/<int:handover_id>/takings",
        HandOverTakingsView.as_view(),
        name="api-hand-over-takings",
    ),
    path("hand-over-items", HandOverItemsView.as_view(), name="api-hand-over-items"),
    path(
        "hand-over-items/<int:handoveritem_id>/ends",
        HandOverItemEndsView.as_view(),
        name="api-hand-over-item-ends",
    ),
]
