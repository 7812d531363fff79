"""A bench with controls: one analyser, two assays, a material of two levels with signed targets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse

from assays.actions import controls, versions
from assays.actions.controls import TypedControl, Written
from assays.models import (
    Assay,
    ControlHold,
    ControlItem,
    ControlLevel,
    ControlLot,
    ControlMeasurement,
    ControlPlan,
    ControlRuleSet,
    ControlTarget,
    Instrument,
)
from labsys.accounts.models import Principal, StepUp
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.quantities import Comparator, Quantity
from tests import factories
from tests.assays import laboratory
from tests.assays.senders import Sender, item
from tests.signing import step_up

MEANS = {1: Decimal("10.0"), 2: Decimal("20.0")}
SD = Decimal("0.5")
NAMES = {1: "QC-L1", 2: "QC-L2"}


@dataclass
class Bench:
    """Whatever a test of controls needs, and the people who act."""

    instrument: Instrument
    assays: dict[str, Assay]
    lot: ControlLot
    levels: dict[int, ControlLevel]
    technologist: Principal
    other: Principal
    pathologist: Principal
    quality: Principal
    targets: dict[tuple[str, int], ControlTarget] = field(default_factory=dict)
    signing: StepUp | None = None

    @property
    def assay(self) -> Assay:
        return self.assays["HGB"]

    @property
    def pair(self) -> tuple[int, int]:
        return self.instrument.pk, self.assay.pk

    def measure(
        self,
        *z: float | None,
        ago: timedelta | None = None,
        at: datetime | None = None,
        run: str = "",
        by: Principal | None = None,
        assay: str = "HGB",
        lot: ControlLot | None = None,
    ) -> list[Written]:
        """Type one run: what level 1, 2, ... measured, in SD from the mean."""
        now = database_now()
        levels = self.levels if lot is None else levels_of(lot)
        values = [
            TypedControl(levels[number], value(number, one), f"value_{number}")
            for number, one in enumerate(z, start=1)
            if one is not None
        ]
        return controls.record_typed(
            instrument=self.instrument,
            assay=self.assays[assay],
            values=values,
            observed_at=at or now - (ago or timedelta(minutes=1)),
            run=run,
            by=by or self.technologist,
            at=now,
        )

    def verdicts(self, assay: str = "HGB") -> list[tuple[int, str, list[str]]]:
        """Return level, verdict and rules of each measurement, in the order of time."""
        rows = ControlMeasurement.objects.filter(assay=self.assays[assay], corrected_by=None)
        return [
            (
                row.level.number,
                row.evaluation.verdict,
                sorted(one.rule for one in row.evaluation.violations.all()),
            )
            for row in rows.order_by("observed_at", "id")
        ]

    def hold(self) -> ControlHold | None:
        """Return the open hold of the analyser and the first assay."""
        rows = ControlHold.objects.filter(instrument=self.instrument, assay=self.assay)
        found: ControlHold | None = rows.filter(ended_at=None).first()
        return found

    def fail(self, **more: Any) -> ControlHold:
        """Measure a control far off, and return the hold that it opens."""
        self.measure(4.0, **more)
        found = self.hold()
        assert found is not None
        return found

    def end(self, hold: ControlHold, **more: Any) -> ControlHold:
        """End a hold after a good control, as the quality manager."""
        given = {"basis": "GOOD_CONTROL", "by": self.quality, "reason": "control good again"}
        return controls.end(hold=hold, at=database_now(), **(given | more))

    def new_lot(self, number: str, *, expires_on: date = date(2030, 1, 1)) -> ControlLot:
        """Register and open another lot of the material."""
        now = database_now()
        made = controls.register_lot(
            material=self.lot.material,
            number=number,
            expires_on=expires_on,
            by=self.technologist,
            at=now,
        )
        opened = now - timedelta(days=60)
        return controls.open_lot(lot=made, opened_at=opened, by=self.technologist, at=now)

    def target(
        self,
        level: ControlLevel,
        mean: Decimal,
        *,
        sd: Decimal = SD,
        assay: str = "HGB",
        is_signed: bool = True,
        **more: Any,
    ) -> ControlTarget:
        """Fix a target as the quality manager, and have the pathologist sign it."""
        now = database_now()
        made = controls.fix(
            level=level,
            assay=self.assays[assay],
            mean=mean,
            sd=sd,
            source="INSERT",
            by=self.quality,
            at=now,
            **more,
        )
        if not is_signed:
            return made
        # In one login: one more for each target would end those that a test has open.
        self.signing = self.signing or step_up(self.pathologist)
        who = {"by": self.pathologist, "at": database_now()}
        return controls.sign(target=made, step_up=self.signing, **who)

    def name(self, level: ControlLevel, value: str, **more: Any) -> None:
        """Register how the analyser names a level."""
        since = database_now() - timedelta(days=60)
        given = {"instrument": self.instrument, "since": since}
        controls.name_level(
            level=level, value=value, by=self.technologist, at=database_now(), **(given | more)
        )


def value(level: int, z: float, comparator: str = "") -> Quantity:
    """Return what a level of the bench measures so many SD from its mean."""
    number = MEANS[level] + SD * Decimal(str(z))
    return Quantity(number, "g/dL", Comparator(comparator))


def levels_of(lot: ControlLot) -> dict[int, ControlLevel]:
    return {level.number: level for level in lot.levels.all()}


def make(instrument: Instrument | None = None, assays: dict[str, Assay] | None = None) -> Bench:
    """Set up a bench; rule sets are those that ship."""
    now = database_now()
    controls.load_shipped(by=factories.seed(), at=now)
    assays = assays or laboratory.assays(
        HGB={"low": "12.0", "high": "15.5"}, WBC={"low": "4.0", "high": "11.0"}
    )
    analyser = instrument or laboratory.instrument({"HB": assays["HGB"], "WBC": assays["WBC"]})
    technologist = factories.principal(Role.TECHNOLOGIST)
    material = controls.register_material(
        name=f"Whole blood control {analyser.pk}",
        maker="Invented Diagnostics",
        matrix="stabilised blood",
        levels=2,
        by=technologist,
        at=now,
    )
    lot = controls.register_lot(
        material=material, number="A100", expires_on=date(2030, 1, 1), by=technologist, at=now
    )
    opened = now - timedelta(days=60)
    lot = controls.open_lot(lot=lot, opened_at=opened, by=technologist, at=now)
    made = Bench(
        instrument=analyser,
        assays=assays,
        lot=lot,
        levels=levels_of(lot),
        technologist=technologist,
        other=factories.principal(Role.TECHNOLOGIST),
        pathologist=factories.principal(Role.PATHOLOGIST),
        quality=factories.principal(Role.QUALITY_MANAGER),
    )
    for number, level in made.levels.items():
        made.targets["HGB", number] = made.target(level, MEANS[number])
        made.name(level, NAMES[number])
    return made


def chart_of(bench: Bench) -> str:
    return reverse("control-chart", args=bench.pair)


def posted(name: str = "QC-L1", **more: Any) -> dict[str, Any]:
    return item(None, control=name, value="10.2", **more)


def waiting(bench: Bench, *names: str) -> list[ControlItem]:
    """Send controls by names that nobody registered; returns what waits to be matched."""
    sender = Sender(bench.instrument, laboratory.key_of(bench.instrument), bench.assays)
    assert sender.send(*(posted(name) for name in names)).status_code == 201
    return list(ControlItem.objects.filter(delivery="WAITING").order_by("id"))


def in_force(draft: ControlRuleSet | ControlPlan, bench: Bench) -> None:
    versions.approve(version=draft, by=bench.pathologist, at=database_now())
    versions.activate(version=draft, by=bench.pathologist, at=database_now())
