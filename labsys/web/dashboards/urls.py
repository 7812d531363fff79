"""The addresses of the dashboard and of council reports."""

from django.urls import path

from labsys.web.dashboards import api, pages, reports

urlpatterns = [
    path("dashboard/", pages.show, name="dashboard"),
    path("dashboard/count", pages.count, name="dashboard-count"),
    path("council-reports/", reports.index, name="council-reports"),
    path("council-reports/new", reports.issue, name="council-report-new"),
    path("council-reports/<int:councilreport_id>/", reports.show, name="council-report"),
    path(
        "council-reports/<int:councilreport_id>/document",
        reports.document,
        name="council-report-document",
    ),
    path("api/v1/dashboard", api.DashboardView.as_view(), name="api-dashboard"),
    path("api/v1/dashboard.csv", api.DashboardFileView.as_view(), name="api-dashboard-file"),
]
