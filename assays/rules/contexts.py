"""What was known of a patient when a specimen was collected, as far as ranges depend on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from assays.rules.ages import UNKNOWN_AGE, AgeRange, days_of_years
from assays.rules.physiology import (
    ALL_DRAW_TIMES,
    ALL_FASTING,
    ALL_PHASES,
    GESTATION_END,
    WHOLE_GESTATION,
    CycleState,
    DrawTime,
    Fasting,
    Phase,
    Region,
    Window,
)

HUMAN = "human"
# Outside these ages an *unrecorded* pregnancy or cycle phase is settled by age, and the
# resolution says so. Recorded facts always stand.
FERTILE_FROM = days_of_years(Decimal(10))
FERTILE_UNTIL = days_of_years(Decimal(60))


class Sex(StrEnum):
    MALE = "M"
    FEMALE = "F"
    UNKNOWN = "U"


class PregnancyStatus(StrEnum):
    NOT_PREGNANT = "NOT_PREGNANT"
    PREGNANT = "PREGNANT"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Pregnancy:
    """Pregnancy at the collection; gestation in completed days, give or take the uncertainty."""

    status: PregnancyStatus
    gestation_days: int | None = None
    uncertainty_days: int = 0

    def __post_init__(self) -> None:
        if self.gestation_days is None:
            if self.uncertainty_days:
                raise ValueError("an uncertainty needs a gestation")
            return
        if self.status is not PregnancyStatus.PREGNANT:
            raise ValueError("only a pregnancy has a gestation")
        if not isinstance(self.gestation_days, int) or not isinstance(self.uncertainty_days, int):
            raise ValueError("a gestation is given in whole days")
        if not 0 <= self.gestation_days < GESTATION_END or self.uncertainty_days < 0:
            raise ValueError(f"a gestation lies between 0 and {GESTATION_END - 1} days")

    @property
    def window(self) -> Window | None:
        """Every gestation the patient may be at, half-open."""
        if self.status is PregnancyStatus.NOT_PREGNANT:
            return None
        if self.gestation_days is None:
            return WHOLE_GESTATION
        low = max(0, self.gestation_days - self.uncertainty_days)
        return low, min(GESTATION_END, self.gestation_days + self.uncertainty_days + 1)


NOT_PREGNANT = Pregnancy(PregnancyStatus.NOT_PREGNANT)
PREGNANCY_UNKNOWN = Pregnancy(PregnancyStatus.UNKNOWN)
PREGNANT_UNDATED = Pregnancy(PregnancyStatus.PREGNANT)


def pregnant(gestation_days: int, *, uncertainty_days: int = 0) -> Pregnancy:
    return Pregnancy(PregnancyStatus.PREGNANT, gestation_days, uncertainty_days)


@dataclass(frozen=True, slots=True)
class Collection:
    """Whose specimen, when it was drawn, and what was asked about the body then (None: nothing)."""

    person_id: int
    collected_at: datetime
    fasting: Fasting | None = None
    cycle: CycleState | None = None


def _sex(given: object) -> Sex:
    if isinstance(given, Sex):
        return given
    found = _SEXES.get("U" if given is None else str(given).strip().upper())
    if found is None:
        raise ValueError(f"{given!r} is no sex that a range depends on: F, M or U")
    return found


def _age(given: object) -> AgeRange:
    if given is None or isinstance(given, AgeRange):
        return given or UNKNOWN_AGE
    if isinstance(given, int) and not isinstance(given, bool):
        return AgeRange(given, given)
    raise ValueError(f"{given!r} is no age: an AgeRange, or whole days")


def _pregnancy(given: object) -> Pregnancy:
    if given is None or isinstance(given, Pregnancy):
        return given or PREGNANCY_UNKNOWN
    if isinstance(given, bool):
        return PREGNANT_UNDATED if given else NOT_PREGNANT
    raise ValueError(f"{given!r} is no pregnancy: a Pregnancy, true, false or None")


def _phases(given: Any) -> frozenset[Phase] | None:
    if given is None:
        return None
    if isinstance(given, str):
        return CycleState(given).phases
    if not isinstance(given, Iterable):
        raise ValueError(
            f"{given!r} is no phase: a state of the cycle, or phases that are possible"
        )
    return frozenset(map(Phase, given))


def _fasting(given: Any) -> Fasting | None:
    if isinstance(given, bool):
        return Fasting.FASTING if given else Fasting.RANDOM
    return None if given is None else Fasting(given)


def _draw(given: Any) -> DrawTime | None:
    return None if given is None else DrawTime(given)


_SEXES = {
    **{sex.value: sex for sex in Sex},
    **{"FEMALE": Sex.FEMALE, "MALE": Sex.MALE, "UNKNOWN": Sex.UNKNOWN},
}
# How each fact of a patient is read; what cannot be read is refused, never taken for unknown.
_READ: dict[str, Callable[[Any], object]] = {
    "sex": _sex,
    "age": _age,
    "pregnancy": _pregnancy,
    "phases": _phases,
    "fasting": _fasting,
    "draw": _draw,
}


@dataclass(frozen=True, slots=True)
class PatientContext:
    """The patient at the collection; None on an axis means that nobody recorded it.

    ``phases`` holds every phase that is possible: one when it is known, ``CYCLING`` for someone
    who menstruates on an unknown day of the cycle.
    """

    species: str
    sex: Sex = Sex.UNKNOWN
    age: AgeRange = UNKNOWN_AGE
    pregnancy: Pregnancy = PREGNANCY_UNKNOWN
    phases: frozenset[Phase] | None = None
    fasting: Fasting | None = None
    draw: DrawTime | None = None
    assumptions: tuple[str, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        if not isinstance(self.species, str) or not self.species or self.species == "*":
            raise ValueError("a patient has a species")
        for name, read in _READ.items():
            object.__setattr__(self, name, read(getattr(self, name)))
        if self.phases is not None and not self.phases:
            raise ValueError("no phase at all is not an observation: leave it unknown")
        object.__setattr__(self, "assumptions", tuple(self._settled_by_age()))

    def _settled_by_age(self) -> list[str]:
        if self.species != HUMAN or self.sex is Sex.MALE or not self._is_outside_fertile_age:
            return []
        settled = []
        if self.pregnancy.status is PregnancyStatus.UNKNOWN:
            settled.append("not_pregnant_by_age")
        if self.phases is None and self.pregnancy.status is not PregnancyStatus.PREGNANT:
            settled.append("cycle_phase_by_age")
        return settled

    @property
    def _is_outside_fertile_age(self) -> bool:
        is_child = self.age.oldest is not None and self.age.oldest < FERTILE_FROM
        return is_child or self.age.youngest >= FERTILE_UNTIL

    @property
    def sexes(self) -> tuple[Sex, ...]:
        return (Sex.MALE, Sex.FEMALE) if self.sex is Sex.UNKNOWN else (self.sex,)

    def region(self, sex: Sex) -> Region:
        """Return every state of the body the patient may have been in, were this the sex."""
        fasting = ALL_FASTING if self.fasting is None else frozenset({self.fasting})
        draw = ALL_DRAW_TIMES if self.draw is None else frozenset({self.draw})
        phases, window = self._phases(sex), self._window(sex)
        return Region(phases, window, fasting, draw)

    def _window(self, sex: Sex) -> Window | None:
        is_recorded = self.pregnancy.status is PregnancyStatus.PREGNANT
        # A recorded pregnancy contradicts a recorded male sex. Neither is thrown away: the
        # pregnant state meets the male rows, and what they do not cover is not established.
        excluded = sex is Sex.MALE or "not_pregnant_by_age" in self.assumptions
        return None if excluded and not is_recorded else self.pregnancy.window

    def _phases(self, sex: Sex) -> frozenset[Phase]:
        if self.pregnancy.status is PregnancyStatus.PREGNANT:
            return frozenset()
        if sex is Sex.MALE:
            return frozenset({Phase.NO_CYCLE})
        if self.phases is not None:
            return self.phases
        if "cycle_phase_by_age" in self.assumptions:
            is_old = self.age.youngest >= FERTILE_UNTIL
            return frozenset({Phase.POSTMENOPAUSE if is_old else Phase.NO_CYCLE})
        return ALL_PHASES

    def to_json(self) -> dict[str, Any]:
        return {
            "species": self.species,
            "sex": self.sex.value,
            "age_days": [self.age.youngest, self.age.oldest],
            "pregnancy": self.pregnancy.status.value,
            "gestation_days": self.pregnancy.gestation_days,
            "gestation_uncertainty_days": self.pregnancy.uncertainty_days,
            "phases": None if self.phases is None else sorted(self.phases),
            "fasting": self.fasting and self.fasting.value,
            "draw": self.draw and self.draw.value,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PatientContext:
        phases, fasting, draw = data["phases"], data["fasting"], data["draw"]
        return cls(
            species=data["species"],
            sex=Sex(data["sex"]),
            age=AgeRange(*data["age_days"]),
            pregnancy=Pregnancy(
                PregnancyStatus(data["pregnancy"]),
                data["gestation_days"],
                data["gestation_uncertainty_days"],
            ),
            phases=None if phases is None else frozenset(map(Phase, phases)),
            fasting=None if fasting is None else Fasting(fasting),
            draw=None if draw is None else DrawTime(draw),
        )
