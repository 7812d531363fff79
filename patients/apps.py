from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatientsConfig(AppConfig):
    """The registry: who people are, where they are, what was done to them."""

    name = "patients"
    verbose_name = _("Patients")

    def ready(self) -> None:
        from labsys.lib import readiness
        from patients import policy
        from patients.queries import chains

        policy.register()
        readiness.register(chains.keep_ready)
