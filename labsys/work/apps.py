from django.apps import AppConfig


class WorkConfig(AppConfig):
    """Queued work: rows that are the truth, doorbells that only wake workers."""

    name = "labsys.work"
    label = "work"
    verbose_name = "Work"
