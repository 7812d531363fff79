"""manage.py issue_reports: the reports of what was released before labsys made reports."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from assays.actions import reports
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now


class Command(BaseCommand):
    help = "Make the reports that released orders do not have yet; `prepare` does so at an upgrade."

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        seed = Principal.objects.system("seed")
        made = reports.catch_up(by=seed, at=database_now())
        if verbosity:
            self.stdout.write(f"{made} reports made.")
