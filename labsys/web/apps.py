from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class WebConfig(AppConfig):
    """What spans the apps: addresses, the admin site, dashboards, search."""

    name = "labsys.web"
    label = "web"


class LabAdminConfig(AdminConfig):
    """Django's admin with labsys's own site: permission by policy, sober pages, no superuser."""

    default_site = "labsys.web.admin_site.LabAdminSite"
