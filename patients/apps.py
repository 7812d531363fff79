from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatientsConfig(AppConfig):
    """The registry: who people are, where they are, what was done to them."""

    name = "patients"
    verbose_name = _("Patients")

    def ready(self) -> None:
        from patients import policy

        policy.register()
