"""The moments at which an answer may change: between two of them it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from consent.rules.ages import reaches_age_at
from consent.rules.facts import CheckOutcome, Facts, InUTC
from consent.rules.programmes import Programme


def instants(facts: Facts, programme: Programme) -> frozenset[datetime]:
    """Return every moment that occurs in the facts or follows from them by the rules."""
    found = set(_written(facts, programme))
    found.update(_lapses(facts, programme))
    found.update(_birthdays(facts, programme))
    return frozenset(found)


def _written(facts: Facts, programme: Programme) -> Iterator[datetime]:
    """Yield each moment that stands in a field."""
    groups: tuple[tuple[InUTC, ...], ...] = (
        facts.births,
        facts.deaths,
        facts.identity,
        facts.enrolments,
        facts.waiver_texts,
        facts.signatures,
        facts.withdrawals,
        facts.capacities,
        facts.checks,
        facts.nanites,
        facts.controls,
        facts.quarantines,
        tuple(more for one in facts.quarantines for more in one.extensions),
        facts.findings,
        programme.versions,
        programme.closings,
    )
    for fact in (fact for group in groups for fact in group):
        for name in fact.moments:
            value = getattr(fact, name)
            if value is not None:
                yield value


def _lapses(facts: Facts, programme: Programme) -> Iterator[datetime]:
    for kind, validity in {
        (need.kind, need.validity) for version in programme.versions for need in version.checks
    }:
        for check in facts.checks:
            if check.kind is kind and check.outcome is CheckOutcome.PASSED:
                yield check.performed_at + validity
    for analyte, validity in {
        (need.analyte, need.validity) for version in programme.versions for need in version.nanites
    }:
        for result in facts.nanites:
            if result.analyte == analyte:
                yield result.collected_at + validity
    for validity in {need.validity for version in programme.versions for need in version.nanites}:
        for control in facts.controls:
            yield control.observed_at + validity
    for clear in {version.quarantine_clear for version in programme.versions}:
        for order in facts.quarantines:
            for end in (order.end, order.lifted_at, *(more.end for more in order.extensions)):
                if end is not None:
                    yield end + clear


def _birthdays(facts: Facts, programme: Programme) -> Iterator[datetime]:
    ages = {
        years
        for version in programme.versions
        for years in (version.minimum_age_years, version.majority_years)
    }
    for birth in facts.births:
        for years in ages:
            if birth.latest_birth_date is not None and years is not None:
                yield reaches_age_at(birth.latest_birth_date, years=years, zone=programme.zone)
