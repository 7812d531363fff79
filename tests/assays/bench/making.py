"""A bench for tests: an instrument, an assay, reagents and the people of the laboratory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

from assays.actions import reagents
from assays.models import Assay, Instrument, Reagent, ReagentLot
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now, hospital_day
from tests import factories
from tests.assays import laboratory

_numbers = count(1)
DAY = timedelta(days=1)


@dataclass
class Bench:
    """One instrument with two assays and who works there."""

    at: datetime
    instrument: Instrument
    assays: list[Assay]
    technologist: Principal
    pathologist: Principal
    quality: Principal

    @property
    def assay(self) -> Assay:
        return self.assays[0]

    @property
    def today(self) -> date:
        return hospital_day(self.at)

    def reagent(self, *, kind: str = "REAGENT", days_open: int | None = None) -> Reagent:
        """Make a reagent known that serves both assays."""
        made = reagents.add(
            name=f"Reagent {next(_numbers)}",
            maker="Maker",
            counted_in="kits",
            kind=kind,
            days_open=days_open,
            by=self.quality,
            at=self.at,
        )
        if kind == "REAGENT":
            reagents.serve(
                reagent=made,
                instrument=self.instrument,
                assays=self.assays,
                by=self.quality,
                at=self.at,
            )
        return made

    def lot(
        self, reagent: Reagent, *, days: int = 60, number: str = "", quantity: str = "10"
    ) -> ReagentLot:
        """Receive a lot that expires so many days from now."""
        return reagents.receive(
            reagent=reagent,
            number=number or f"L{next(_numbers)}",
            expires_on=self.today + days * DAY,
            quantity=Decimal(quantity),
            received_at=self.at - DAY if days > 0 else self.at + days * DAY - DAY,
            by=self.technologist,
            at=self.at,
        )

    def use(self, lot: ReagentLot, *, since: datetime | None = None, **more: object) -> list:
        given = {"by": self.technologist, "instrument": self.instrument, **more}
        return reagents.put_in_use(lot=lot, since=since or self.at, at=self.at, **given)  # type: ignore[arg-type]


def bench() -> Bench:
    number = next(_numbers)
    made = laboratory.assays(**{f"BENCHA{number}": {}, f"BENCHB{number}": {}})
    return Bench(
        at=database_now(),
        instrument=laboratory.instrument(code=f"bench-{number}"),
        assays=list(made.values()),
        technologist=factories.principal(Role.TECHNOLOGIST),
        pathologist=factories.principal(Role.PATHOLOGIST),
        quality=factories.principal(Role.QUALITY_MANAGER),
    )
