"""What happens in the background by itself."""

from __future__ import annotations

from labsys.accounts.actions import upkeep
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.work import periodic


@periodic.register("old logins", every_seconds=900)
def forget_old_logins() -> None:
    """Keep the tables of attempts and sessions small."""
    upkeep.forget_old(by=Principal.objects.system("sweep"), at=database_now())
