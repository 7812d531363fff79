"""What is done every so often, whoever asked for it or nobody."""

from __future__ import annotations

from assays.actions import (
    abandoned,
    changed_frames,
    corrections_chased,
    criticals,
    held_items,
    inbox,
    ledger_counts,
    parked,
    preliminary,
    quality_figures,
    undelivered,
    unknown_codes,
    versions,
    worklists,
)
from assays.actions.hospital import again as hospital_again
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.work import periodic


@periodic.register("held items", every_seconds=15)
def reconsider_held_items() -> None:
    """Catch what became resolvable unannounced: an order added, a mapping whose date has come, the
    final value of what was preliminary."""
    by, at = Principal.objects.system("sweep"), database_now()
    held_items.reconsider(by=by, at=at)
    preliminary.settle(by=by, at=at)


@periodic.register("what hospitals told", every_seconds=60)
def reconsider_what_hospitals_told() -> None:
    """Catch what was held while what it waits for was being registered."""
    hospital_again.catch_up(by=Principal.objects.system("sweep"), at=database_now())


@periodic.register("unknown codes", every_seconds=60)
def follow_unknown_codes() -> None:
    """Open one incident about each code without a meaning, and settle those that have one now."""
    unknown_codes.follow(by=Principal.objects.system("sweep"), at=database_now())


@periodic.register("changed frames", every_seconds=15)
def follow_changed_frames() -> None:
    """Open one incident about each instrument that sent a frame again with another text."""
    changed_frames.follow(by=Principal.objects.system("sweep"), at=database_now())


@periodic.register("parked work", every_seconds=15)
def follow_parked_work() -> None:
    """Open an incident about work that failed for good, and settle those that are decided."""
    parked.follow(by=Principal.objects.system("sweep"), at=database_now())


@periodic.register("work orders", every_seconds=15)
def finish_work_orders() -> None:
    """Close what instruments were told to measure and nobody waits for any more."""
    worklists.finish(by=Principal.objects.system("sweep"), at=database_now())


@periodic.register("undelivered messages", every_seconds=15)
def follow_undelivered_messages() -> None:
    """Queue again what listeners had that died, give up what is of no use, and say so."""
    undelivered.follow(by=Principal.objects.system("sweep"), at=database_now())


@periodic.register("abandoned conversations", every_seconds=15)
def close_abandoned_conversations() -> None:
    """Close what listeners that died left open, and keep what was half sent."""
    abandoned.close(by=Principal.objects.system("sweep"), at=database_now())


@periodic.register("critical calls", every_seconds=15)
def follow_critical_values() -> None:
    """Open the calls of values no worker has come to, and record which calls went further."""
    by, at = Principal.objects.system("sweep"), database_now()
    criticals.open_late(by=by, at=at)
    criticals.escalate_due(by=by, at=at)


@periodic.register("unacknowledged", every_seconds=60)
def escalate_unacknowledged() -> None:
    """Record what nobody acknowledged in time, and find whose page was on its way."""
    by, at = Principal.objects.system("sweep"), database_now()
    inbox.escalate_due(by=by, at=at)
    corrections_chased.catch_up(by=by, at=at)
    corrections_chased.escalate_due(by=by, at=at)


@periodic.register("catalogue", every_seconds=60)
def bring_catalogue_into_force() -> None:
    """Bring into force the versions whose date has come."""
    versions.activate_due(by=Principal.objects.system("sweep"), at=database_now())


@periodic.register("quality figures", every_seconds=600)
def count_quality_figures() -> None:
    """Count today's turnaround and indicators anew, and days that were never counted to their end."""
    quality_figures.catch_up(by=Principal.objects.system("sweep"), at=database_now())


@periodic.register("ledger", every_seconds=3_600)
def count_ledger() -> None:
    """Ask for the count of the hour; the page shows it with its age."""
    ledger_counts.ask_by_schedule(by=Principal.objects.system("sweep"), at=database_now())
