from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    """The record of who did what: events, reads, and what the runtime role may touch."""

    name = "labsys.audit"
    label = "audit"

    def ready(self) -> None:
        from labsys.audit import grants, policy, reads
        from labsys.lib import looks, timestamps

        timestamps.read_quickly()
        policy.register()
        looks.kept_by(reads.record)
        post_migrate.connect(grants.apply, sender=self)
