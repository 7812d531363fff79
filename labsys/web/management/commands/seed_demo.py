"""manage.py seed_demo: set the demo's scene in an empty database."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from labsys.web.demo import files, staging
from patients.models import Person


class Command(BaseCommand):
    help = "Set the demo's scene (staff, patients, an analyser, orders) in an empty database."

    def handle(self, *args: Any, **options: Any) -> None:
        if staging.is_staged():
            self.stdout.write("The demo's scene stands already.")
            return
        if Person.objects.exists():
            raise CommandError("There are patients in this database; the demo needs an empty one.")
        with transaction.atomic():
            staging.stage()
        self.stdout.write(f"The logins are in {settings.VAR_DIR / files.LOGINS}.")
