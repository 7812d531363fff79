from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkConfig(AppConfig):
    """Queued work: rows that are the truth, doorbells that only wake workers."""

    name = "labsys.work"
    label = "work"
    verbose_name = _("Work")

    def ready(self) -> None:
        from labsys.work import policy

        policy.register()
