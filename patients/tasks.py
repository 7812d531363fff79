"""What is done every so often for the registry: entries that may be one person, rolls of people."""

from __future__ import annotations

from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.work import periodic
from patients.actions import duplicates, rolls
from patients.queries.rolls import EVERY_SECONDS


@periodic.register("possible duplicates", every_seconds=15)
def find_duplicates() -> None:
    """Compare entries that were registered or changed with whoever is found under their keys."""
    duplicates.find_due(by=Principal.objects.system("sweep"), at=database_now())


@periodic.register("duplicates nobody looked for", every_seconds=60)
def adopt_entries() -> None:
    """Look for duplicates of entries that came in otherwise, or before the rule that holds now."""
    duplicates.adopt(by=Principal.objects.system("sweep"), at=database_now())


@periodic.register("rolls of people", every_seconds=EVERY_SECONDS)
def make_rolls() -> None:
    """Make anew the lists of which a large registry's pages show one page."""
    rolls.refresh(by=Principal.objects.system("sweep"), at=database_now())
