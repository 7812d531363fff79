"""Quality control of the demo: a month of controls, a shift ended by a calibration, one open failure.

All materials, lots and values are invented.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from assays.actions import controls, look_backs, versions
from assays.actions.controls import TypedControl
from assays.models import Assay, ControlHold, ControlLevel, ControlLot, Instrument
from assays.queries import catalogue
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.lib.quantities import Quantity, to_decimals
from labsys.web.demo import analysers, signing

DAYS = 30
Z = tuple[float, float]


@dataclass(frozen=True)
class Story:
    """One assay on one analyser: its material, its targets, and the days that went otherwise.

    `days` are by how many days ago: what level 1 and 2 measured, in SD from the mean.
    """

    instrument: str
    analyte: str
    material: str
    maker: str
    matrix: str
    lot: str
    names: tuple[str, str]
    means: tuple[str, str]
    sds: tuple[str, str]
    days: Mapping[int, Z]
    calibrated_days_ago: int | None = None


# Glucose runs high from yesterday on: today's control, which the demo sends last, breaks 2-2s.
GLUCOSE = Story(
    instrument=analysers.HTTP,
    analyte="GLU",
    material="Chemtrust Serum",
    maker="Norrland Controls",
    matrix="human serum, lyophilised",
    lot="CS2611",
    names=("CS-1", "CS-2"),
    means=("88", "262"),
    sds=("2.2", "5.6"),
    days={9: (2.1, 0.4), 1: (1.4, 2.3)},
)
# Haemoglobin was shifted high, found by 2-2s, and came back with a calibration.
HAEMOGLOBIN = Story(
    instrument="counter-1",
    analyte="HGB",
    material="Hematrust Whole Blood",
    maker="Norrland Controls",
    matrix="stabilised whole blood",
    lot="HW2609",
    names=("QC-CBC-LOW", "QC-CBC-NORMAL"),
    means=("10.9", "14.5"),
    sds=("0.25", "0.3"),
    days={14: (1.3, 2.2), 13: (1.7, 2.5), 12: (0.3, -0.4), 5: (-2.2, 0.1)},
    calibrated_days_ago=13,
)


def stage(staff: Mapping[str, Principal], stories: tuple[Story, ...], at: datetime) -> None:
    """Register materials, targets and plans, and record a month of controls as they came."""
    for story in stories:
        levels = set_up(story, staff, at)
        assay, instrument = _assay(story.analyte), Instrument.objects.get(code=story.instrument)
        _plan(assay, staff, at)
        _play_month(story, levels, instrument, assay, staff, at)


def set_up(story: Story, staff: Mapping[str, Principal], at: datetime) -> dict[int, ControlLevel]:
    """Register a material with its lot, names and signed targets; returns the levels by number."""
    began = at - timedelta(days=DAYS + 3)
    lot = _lot(story, staff, began, at)
    levels = {level.number: level for level in lot.levels.order_by("number")}
    _name(story, levels, Instrument.objects.get(code=story.instrument), staff, began, at)
    _fix_targets(story, levels, _assay(story.analyte), staff, began)
    return levels


def today(story: Story, at: datetime) -> dict[str, Any]:
    """Return the message of today's failing control, as the analyser sends it over HTTP."""
    unit = catalogue.current().by_code[story.analyte][0].unit
    moment = (at - timedelta(minutes=20)).isoformat()
    return {
        "results": [
            {
                "control": name,
                "code": story.analyte,
                "value": str(_measured(story, number, z)),
                "unit": unit,
                "observed_at": moment,
            }
            for number, (name, z) in enumerate(zip(story.names, (1.2, 2.6), strict=True), start=1)
        ]
    }


def follow_up(staff: Mapping[str, Principal]) -> str:
    """Open the look-back of what is out of control now; returns what to say about it."""
    hold = ControlHold.objects.filter(ended_at=None).order_by("id").first()
    if hold is None:
        return "every instrument is in control"
    if not hasattr(hold, "look_back"):
        look_backs.open_for_hold(
            hold=hold,
            by=staff["quality"],
            at=database_now(),
            reason="Level 2 beyond 2 SD on two days.",
        )
    return f"{hold.assay} on {hold.instrument} is out of control; its look-back is open"


def _assay(code: str) -> Assay:
    return Assay.objects.get(pk=catalogue.current().by_code[code][0].assay_id)


def _lot(story: Story, staff: Mapping[str, Principal], began: datetime, at: datetime) -> ControlLot:
    material = controls.register_material(
        name=story.material,
        maker=story.maker,
        matrix=story.matrix,
        levels=2,
        by=staff["tech1"],
        at=began,
    )
    expires_on = (at + timedelta(days=200)).date()
    lot = controls.register_lot(
        material=material, number=story.lot, expires_on=expires_on, by=staff["tech1"], at=began
    )
    return controls.open_lot(lot=lot, opened_at=began, by=staff["tech1"], at=began)


def _name(
    story: Story,
    levels: Mapping[int, ControlLevel],
    instrument: Instrument,
    staff: Mapping[str, Principal],
    began: datetime,
    at: datetime,
) -> None:
    for number, name in enumerate(story.names, start=1):
        controls.name_level(
            level=levels[number],
            value=name,
            instrument=instrument,
            since=began,
            by=staff["tech1"],
            at=at,
        )


def _fix_targets(
    story: Story,
    levels: Mapping[int, ControlLevel],
    assay: Assay,
    staff: Mapping[str, Principal],
    began: datetime,
) -> None:
    fixed = [
        controls.fix(
            level=levels[number],
            assay=assay,
            mean=Decimal(mean),
            sd=Decimal(sd),
            source="STUDY",
            note="20 measurements over 10 days, in parallel with the lot before.",
            by=staff["quality"],
            at=began,
        )
        for number, (mean, sd) in enumerate(zip(story.means, story.sds, strict=True), start=1)
    ]
    with signing.login("lab") as session:
        given = signing.sign(session).step_up
        for target in fixed:
            controls.sign(target=target, step_up=given, by=staff["lab"], at=database_now())


def _plan(assay: Assay, staff: Mapping[str, Principal], at: datetime) -> None:
    draft = controls.draft_plan(
        assay=assay, interval_hours=36, by=staff["quality"], at=at, note="Two levels every morning."
    )
    versions.approve(version=draft, by=staff["lab"], at=at)
    versions.activate(version=draft, by=staff["lab"], at=at)


def _play_month(
    story: Story,
    levels: Mapping[int, ControlLevel],
    instrument: Instrument,
    assay: Assay,
    staff: Mapping[str, Principal],
    at: datetime,
) -> None:
    chance = random.Random(f"controls/{story.analyte}")  # noqa: S311
    for ago in range(DAYS, 0, -1):
        usual = (chance.gauss(0, 0.8), chance.gauss(0, 0.8))
        z = story.days.get(ago, (_tamed(usual[0]), _tamed(usual[1])))
        moment = at - timedelta(days=ago, hours=3)
        unit = catalogue.current().by_code[story.analyte][0].unit
        controls.record_typed(
            instrument=instrument,
            assay=assay,
            values=[
                TypedControl(levels[n], Quantity(_measured(story, n, z[n - 1]), unit), f"level {n}")
                for n in (1, 2)
            ],
            observed_at=moment,
            by=staff["tech1"],
            at=moment + timedelta(minutes=10),
        )
        if ago == story.calibrated_days_ago:
            _calibrate(instrument, assay, staff, moment)
        if story.calibrated_days_ago is not None and ago == story.calibrated_days_ago - 1:
            _end(instrument, assay, staff, moment)


def _tamed(z: float) -> float:
    """Keep what is not part of the story within what nobody asks about."""
    return max(-1.7, min(1.7, z))


def _measured(story: Story, number: int, z: float) -> Decimal:
    mean, sd = Decimal(story.means[number - 1]), Decimal(story.sds[number - 1])
    decimals = catalogue.current().by_code[story.analyte][0].decimals
    return to_decimals(mean + sd * Decimal(str(round(z, 3))), decimals)


def _open(instrument: Instrument, assay: Assay) -> ControlHold:
    found: ControlHold = ControlHold.objects.get(instrument=instrument, assay=assay, ended_at=None)
    return found


def _calibrate(
    instrument: Instrument, assay: Assay, staff: Mapping[str, Principal], moment: datetime
) -> None:
    controls.record_step(
        hold=_open(instrument, assay),
        kind="CALIBRATION",
        what="Calibrated with two points after the flow cell was rinsed.",
        performed_at=moment + timedelta(hours=2),
        by=staff["tech2"],
        at=moment + timedelta(hours=3),
    )


def _end(
    instrument: Instrument, assay: Assay, staff: Mapping[str, Principal], moment: datetime
) -> None:
    controls.end(
        hold=_open(instrument, assay),
        basis="GOOD_CONTROL",
        reason="Both levels back within 1 SD after the calibration.",
        by=staff["quality"],
        at=moment + timedelta(minutes=30),
    )
