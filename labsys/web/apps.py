from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import autodiscover_modules


class WebConfig(AppConfig):
    """What spans the apps: addresses, the admin site, dashboards, search."""

    name = "labsys.web"
    label = "web"

    def ready(self) -> None:
        """Read every app's `navigation.py`: the menu entries and home cards it offers."""
        autodiscover_modules("navigation")


class LabAdminConfig(AdminConfig):
    """Django's admin with labsys's own site: permission by policy, sober pages, no superuser."""

    default_site = "labsys.web.admin_site.LabAdminSite"
