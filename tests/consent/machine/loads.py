"""Nanite loads at moments of the test's own clock, written like one that the laboratory recorded.

A laboratory works by the clock of the database; here weeks pass in a second.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from assays.actions import results
from assays.models import Result, ResultEvent, ResultHold
from consent.queries.nanites import is_critical
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from patients.models import Person
from tests.consent.nanites import like, recorded
from tests.factories import principal, seed
from tests.patients import people


class Loads:
    """One recorded load as the pattern of all others, and who works with them."""

    def __init__(self) -> None:
        self.pattern, self.kind = (recorded(people.person(), value) for value in (10, "T1"))
        self.doctor = principal(Role.PATHOLOGIST)

    def is_critical(self, value: int) -> bool:
        self.pattern.value = Decimal(value)
        return is_critical(self.pattern)

    def record(
        self,
        person: Person,
        value: int | str,
        *,
        collected_at: datetime,
        at: datetime,
        corrects: int | None = None,
    ) -> Result:
        """Write a load of somebody, or a type by its code, with a specimen of its own."""
        old = None if corrects is None else Result.objects.get(pk=corrects)
        is_load = isinstance(value, int)
        said = {"value": Decimal(value)} if is_load else {"value_code": value}
        values = {"person": person, "corrects": old, **said}
        values |= {"collected_at": collected_at, "recorded_at": at}
        with acting(by=seed(), at=at, action="tests.load"):
            return like(self.pattern if is_load else self.kind, **values)

    def release(self, result: Result, *, at: datetime) -> None:
        with acting(by=seed(), at=at, action="tests.release"):
            Result.objects.filter(pk=result.pk).update(released_at=at, released_by=self.doctor)

    def withdraw(self, result: Result, *, at: datetime) -> None:
        stamp = {"recorded_by": seed(), "recorded_at": at}
        with acting(by=seed(), at=at, action="tests.withdraw"):
            ResultEvent.objects.create(
                result=result, old="RESULTED", new="CANCELLED", reason="Error.", **stamp
            )

    def hold(self, result: Result, *, at: datetime) -> ResultHold:
        return results.hold(result=result, by=self.doctor, at=at, reason="Clot.")

    def clear(self, held: ResultHold, *, at: datetime) -> None:
        results.clear_hold(hold=held, by=self.doctor, at=at, reason="No clot.")
