from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssaysConfig(AppConfig):
    """The laboratory: catalogue, orders, specimens, instruments, results."""

    name = "assays"
    verbose_name = _("Laboratory")

    def ready(self) -> None:
        from assays import policy, receivers
        from assays.queries import concerned, confirmed_cases

        policy.register()
        concerned.register()
        confirmed_cases.register()
        receivers.connect()
