"""What an instrument's correction does: which value of its own it replaces, or takes back.

The value it is about is the one of the same specimen, assay and run that the same connection sent:
of the same moment, or else the only one that stands, where nothing says that it is another. A value
that is taken back by its moment, or that was verified, is never one of another moment; nor is it meant
where a value that it could be as well is held. What cannot be told for certain waits for a person.
Order is by the moment of observation, then by the time of the message that said so, never by arrival:
what is older than the value that stands is kept and changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from assays.rules.entries import WITHDRAWING, Attempt, Change
from assays.rules.states import ResultStatus
from labsys.lib.quantities import ReportedValue

_BY_STATUS = {"D": Change.WITHDRAWN, "W": Change.WRONG_PATIENT}
VERIFIED = (ResultStatus.TECHNICALLY_VERIFIED, ResultStatus.RELEASED)
STANDING = (ResultStatus.RESULTED, *VERIFIED)


def change(status: str) -> Change:
    """Return what a status says that its driver declares to be a correction.

    D and W are those of HL7 table 0085; in LIS2-A2 a W is a warning and never comes here.
    """
    return _BY_STATUS.get(status.strip().upper(), Change.CORRECTED)


@dataclass(frozen=True, slots=True)
class Said:
    """A correction as it was sent; its moments are None where the message names none.

    `decimals` are those that its assay is reported with.
    """

    change: Change
    value: ReportedValue
    observed_at: datetime | None
    sent_at: datetime | None
    run: str
    decimals: int


@dataclass(frozen=True, slots=True)
class Replaces:
    """The value is superseded, or taken back, by this correction."""

    of: Attempt


@dataclass(frozen=True, slots=True)
class Older:
    """The correction is older than the value that stands."""

    than: Attempt


@dataclass(frozen=True, slots=True)
class Repeats:
    """The correction says what is on record already."""

    of: Attempt


class Undecided(StrEnum):
    """Why a correction is not applied."""

    UNKNOWN = "UNKNOWN"  # nothing that it could be about was recorded here
    UNSETTLED = "UNSETTLED"  # which value it is about, or whether it still counts, is not certain


Verdict = Replaces | Older | Repeats | Undecided


def decide(
    said: Said,
    attempts: Sequence[Attempt],
    *,
    instrument_id: int | None,
    held: Collection[datetime | None] = (),
) -> Verdict:
    """Say what a correction does to the values on record of its specimen and assay, oldest first.

    `held` are the moments of those values of its run that are held; None where one names none.
    """
    if said.change is Change.TAKEN:
        return _taken(said, attempts)
    mine = [one for one in attempts if (one.instrument_id, one.run) == (instrument_id, said.run)]
    if not mine:
        return Undecided.UNKNOWN
    if (repeated := _repeated(said, mine)) is not None:
        return repeated
    standing = [one for one in mine if one.status in STANDING]
    same = [one for one in standing if _is_of_moment(said, one)]
    if len(same or standing) != 1:
        return Undecided.UNSETTLED
    (found,) = same or standing
    if said.change is Change.CORRECTED and found.factor is not None:
        # Measured in a dilution: whether this is the value before or after it, nobody says.
        return Undecided.UNSETTLED
    if _is_older(said, found):
        return Undecided.UNSETTLED if said.change in WITHDRAWING else _older(said, found, mine)
    if not same and _may_mean_another(said, found, mine, held):
        return Undecided.UNSETTLED
    return Replaces(found)


def _older(said: Said, found: Attempt, mine: Sequence[Attempt]) -> Verdict:
    """Return what stands, or the value that was replaced meanwhile where it says that once more."""
    alike = [one for one in mine if _is_of_moment(said, one) and one.value == said.value]
    return Repeats(alike[-1]) if alike else Older(found)


def _taken(said: Said, attempts: Sequence[Attempt]) -> Verdict:
    standing = [one for one in attempts if one.status in STANDING]
    if len(standing) != 1:
        return Undecided.UNSETTLED if standing else Undecided.UNKNOWN
    (found,) = standing
    return Repeats(found) if found.value == said.value else Replaces(found)


def _repeated(said: Said, mine: Sequence[Attempt]) -> Repeats | Undecided | None:
    """Recognise what was said before; a value that was replaced since may be meant anew."""
    of_moment = [one for one in mine if said.observed_at is None or _is_of_moment(said, one)]
    if said.change in WITHDRAWING:
        stands = any(one.status in STANDING for one in of_moment)
        gone = [one for one in of_moment if one.status is ResultStatus.ENTERED_IN_ERROR]
        return Repeats(gone[-1]) if gone and not stands else None
    alike = [one for one in of_moment if one.is_of(said.value, decimals=said.decimals)]
    for one in reversed(alike):
        if one.status in (*STANDING, ResultStatus.CANCELLED):
            return Repeats(one)
    if any(one.is_correction for one in alike):
        return Undecided.UNSETTLED
    return None


def _is_of_moment(said: Said, one: Attempt) -> bool:
    return one.is_timed and one.observed_at == said.observed_at


def _is_older(said: Said, one: Attempt) -> bool:
    if said.observed_at is not None and one.is_timed and said.observed_at != one.observed_at:
        return said.observed_at < one.observed_at
    return said.sent_at is not None and one.sent_at is not None and said.sent_at < one.sent_at


def _may_mean_another(
    said: Said, found: Attempt, mine: Sequence[Attempt], held: Collection[datetime | None]
) -> bool:
    """Whether it may be about another value than the only one that stands."""
    if said.observed_at is not None:
        if said.change in WITHDRAWING or (found.is_timed and found.status in VERIFIED):
            return True
        if _was_replaced_here(said, mine):
            return True
    return any(None in (moment, said.observed_at) or moment == said.observed_at for moment in held)


def _was_replaced_here(said: Said, mine: Sequence[Attempt]) -> bool:
    """Whether the value of this very moment was rejected or taken back, and another stands."""
    gone = (ResultStatus.CANCELLED, ResultStatus.ENTERED_IN_ERROR)
    return any(_is_of_moment(said, one) and one.status in gone for one in mine)
