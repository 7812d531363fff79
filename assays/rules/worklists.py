"""What an instrument is told about a specimen: what to measure, what no longer, or that there is
nothing.

Facts in, lines out. Whether a specimen is the one that was asked for is decided by its exact
identifier alone, as when values are filed: an answer names what was asked, and holds the work of that
specimen or none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from assays.rules.identity import Patient
from labsys.lib.states import StateTable
from labsys.lib.wording import gettext_noop as _

# One answer holds no more: an instrument has no room for the work of a whole laboratory.
MOST_SAMPLES = 100


class WorkStatus(StrEnum):
    """What became of one line of a work list."""

    TOLD = "TOLD"
    TAKEN = "TAKEN"  # the instrument said that it will measure it
    REFUSED = "REFUSED"  # it said that it cannot
    CANCELLING = "CANCELLING"  # it is told not to measure it any more
    CANCELLED = "CANCELLED"
    KEPT = "KEPT"  # it measures it all the same: it said so, or cannot be told otherwise
    DONE = "DONE"  # nothing is awaited of it any more: its value came, from wherever


_W = WorkStatus
WORK = StateTable(
    name="work order",
    states=WorkStatus,
    initial=frozenset({_W.TOLD}),
    moves={
        _W.TOLD: frozenset({_W.TAKEN, _W.REFUSED, _W.CANCELLING, _W.DONE}),
        _W.TAKEN: frozenset({_W.REFUSED, _W.CANCELLING, _W.DONE}),
        _W.CANCELLING: frozenset({_W.CANCELLED, _W.KEPT}),
    },
)
# With one of these the instrument has the work, or said that it will not do it.
STANDING = frozenset({_W.TOLD, _W.TAKEN, _W.REFUSED, _W.KEPT})
_BY_ANSWER = {"OK": _W.TAKEN, "UA": _W.REFUSED, "CR": _W.CANCELLED, "UC": _W.KEPT}


class Nothing(StrEnum):
    """Why there is no work to tell."""

    UNKNOWN = "UNKNOWN"  # no specimen has this identifier
    AMBIGUOUS = "AMBIGUOUS"  # more than one has it
    NOT_HERE = "NOT_HERE"  # not drawn yet, used up, refused or lost
    DONE = "DONE"  # nothing that this instrument measures is waited for


REASONS: dict[Nothing, str] = {
    Nothing.UNKNOWN: _("No specimen has this identifier."),
    Nothing.AMBIGUOUS: _("More than one specimen has this identifier."),
    Nothing.NOT_HERE: _("The specimen is not in the laboratory."),
    Nothing.DONE: _("Nothing is awaited of this instrument."),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One test as the instrument calls it, and what it was ordered by.

    `number` is our number of it in a message, by which an answer names it.
    """

    code: str
    items: tuple[int, ...]
    number: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """A specimen of which something is awaited; `name` is what the instrument calls it.

    `priority`: 0 at once, 3 routine. `patient` is given only to an instrument that is to know.
    """

    specimen_id: int
    name: str
    tests: tuple[Wanted, ...]
    priority: int = 3
    material: str = ""
    collected_at: datetime | None = None
    patient: Patient | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known by one identifier: the specimens that have it, and whether they are here."""

    specimen_ids: frozenset[int]
    is_here: bool
    sample: Sample | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said about one identifier that an instrument asked for."""

    asked: str
    sample: Sample | None
    nothing: Nothing | None = None


def answer(asked: Sequence[str], known: Mapping[str, Known]) -> tuple[Answer, ...]:
    """Answer each identifier once, in the order they were asked.

    An answer carries the identifier exactly as it was asked, whatever else the specimen is called.
    """
    return tuple(_answer(name, known.get(name)) for name in dict.fromkeys(asked))


def _answer(name: str, found: Known | None) -> Answer:
    if found is None or not found.specimen_ids or not name.strip():
        return Answer(name, None, Nothing.UNKNOWN)
    if len(found.specimen_ids) > 1:
        return Answer(name, None, Nothing.AMBIGUOUS)
    if not found.is_here:
        return Answer(name, None, Nothing.NOT_HERE)
    sample = found.sample
    if sample is None or not sample.tests:
        return Answer(name, None, Nothing.DONE)
    if {sample.specimen_id} != found.specimen_ids:
        raise ValueError("the work of another specimen was found for this identifier")
    return Answer(name, replace(sample, name=name))


def codes(
    mapped: Mapping[str, int],
    *,
    reported_as: Mapping[str, str],
    chosen: Mapping[str, str] | None = None,
) -> dict[int, str]:
    """Return by which code each assay is ordered of an instrument.

    `mapped` says what its codes mean here. Some report a test under another code than it is ordered
    by (`reported_as`: ordered -> reported), or one of several parts of it (behind `^`). `chosen`
    (reported -> ordered) is what the instrument is set to; an empty text there means that a code is
    never ordered. Of several codes left the shortest is taken, then the first.
    """
    ordered = {reported: code for code, reported in reported_as.items()}
    found: dict[int, str] = {}
    for code, assay in mapped.items():
        by_family = ordered.get(code) or code.partition("^")[0]
        name = (chosen or {}).get(code, by_family)
        best = found.get(assay, name)
        if name:
            found[assay] = min(best, name, key=lambda one: (len(one), one))
    return found


def wanted(lines: Iterable[tuple[int, str]]) -> tuple[Wanted, ...]:
    """Put (order item, code) together: one test per code, whoever ordered it."""
    by_code: dict[str, list[int]] = {}
    for item, code in lines:
        by_code.setdefault(code, []).append(item)
    return tuple(Wanted(code, tuple(items)) for code, items in by_code.items())


@dataclass(frozen=True, slots=True)
class Told:
    """A line that an instrument was told last, and whether what it was ordered by ended since."""

    work_id: int
    specimen_id: int
    order_item_id: int
    status: WorkStatus
    is_void: bool


def to_send(samples: Sequence[Sample], told: Collection[Told]) -> tuple[Sample, ...]:
    """Return what is awaited and not told yet.

    What was told stands until it is cancelled: an instrument that refused a test is not asked again
    by itself.
    """
    standing = {(one.specimen_id, one.order_item_id) for one in told if one.status in STANDING}
    found = []
    for sample in samples:
        fresh = tuple(
            test
            for test in sample.tests
            if not any((sample.specimen_id, item) in standing for item in test.items)
        )
        if fresh:
            found.append(replace(sample, tests=fresh))
    return tuple(found)


def to_cancel(told: Collection[Told]) -> tuple[Told, ...]:
    """Return what an instrument has to do no more: its order was cancelled, or its specimen failed."""
    return tuple(one for one in told if one.is_void and WORK.can_move(one.status, _W.CANCELLING))


def answered(old: WorkStatus, said: str) -> WorkStatus | None:
    """Return what an answer to a line makes of it (ORC-1 of ORL^O34), None where nothing.

    OK taken, UA unable to take, CR cancelled as asked, UC unable to cancel. What says nothing about
    the state that the line is in, changes nothing.
    """
    new = _BY_ANSWER.get(said)
    return new if new is not None and WORK.can_move(old, new) else None
