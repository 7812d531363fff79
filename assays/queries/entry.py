"""The entry grid: specimens with something to type, most urgent first, by the assays ordered on them.

A grid is read in a constant number of queries, however many specimens and assays it shows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from assays.models import (
    AttemptRequest,
    RecordingForm,
    Result,
    Specimen,
    SpecimenItem,
)
from assays.queries import catalogue, entry_people, history, stability, to_type
from assays.queries import specimens as specimen_queries
from assays.queries.contexts import contexts
from assays.queries.specimens import Cursor
from assays.queries.to_type import ENTER, LIVE, OPEN
from assays.rules import contexts as axes
from assays.rules import reference_intervals
from assays.rules.attempts import RequestStatus
from assays.rules.catalogue_in_force import ActiveAssay, Catalogue
from assays.rules.physiology import CycleState, Fasting
from assays.rules.reference_intervals import Resolution
from assays.rules.states import OrderStatus
from labsys.accounts.models import Principal
from labsys.lib import policy
from labsys.lib.errors import InvalidInput
from patients.models import Person

ROWS = 40
# Each cell is two fields of a form, which has a largest number of them.
CELLS = 400
# What nobody asked for by its number is listed as far as a page stays quick to make and to read.
LISTED_CELLS = 100
LISTED_ROWS = 24


@dataclass(frozen=True)
class Selection:
    """What a grid is asked for: a section, a panel, or these specimens; any of them may be missing."""

    section: str = ""
    panel: int | None = None
    specimens: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.section or self.panel or self.specimens)


@dataclass
class Cell:
    """One assay ordered on one specimen: what was recorded, and whether a value may be typed."""

    assay: ActiveAssay
    is_open: bool
    results: list[Result] = field(default_factory=list)
    resolution: Resolution | None = None
    is_readable: bool = True
    is_calculated: bool = False
    is_asked: bool = False
    too_old: str = ""

    @property
    def live(self) -> Result | None:
        """The newest value that stands."""
        return next((one for one in reversed(self.results) if one.status in LIVE), None)

    @property
    def shown(self) -> Result | None:
        """The value that stands, where whoever looks may read it."""
        return self.live if self.is_readable else None

    @property
    def takes_value(self) -> bool:
        """Whether a value may be typed: the first one, or one that was asked for again.

        What follows from others never is.
        """
        is_first = self.is_open and self.live is None
        return (is_first or self.is_asked) and not self.is_calculated


@dataclass
class Row:
    """One specimen with whose it is, and its cells by assay."""

    specimen: Specimen
    person: Person
    identity: str
    cells: dict[int, Cell]


@dataclass(frozen=True)
class Grid:
    """Rows and columns; `after` leads to further specimens, `left` of those asked for had no room."""

    rows: list[Row]
    columns: list[ActiveAssay]
    after: Cursor | None = None
    left: int = 0


def grid(
    principal: Principal, selection: Selection, *, at: datetime, after: Cursor | None = None
) -> Grid:
    """Return the grid of a selection as it is at a moment: its specimens, or the next that wait."""
    held = catalogue.current()
    assays = _assays(selection, held)
    more = None
    if selection.specimens:
        ids: Sequence[int] = selection.specimens[:ROWS]
    else:
        ids, more = to_type.first(principal, assays, after=after, limit=LISTED_ROWS)
    found = _specimens(principal, ids)
    cells = _cells(list(found), held, assays)
    fitting = _fitting(list(found), cells, CELLS if selection.specimens else LISTED_CELLS)
    rows = _rows(principal, {pk: found[pk] for pk in fitting}, cells, at)
    left = len(found) - len(fitting)
    if selection.specimens:
        return Grid(rows, _columns(rows, selection, held), left=left)
    if left:
        last = rows[-1].specimen
        more = Cursor(last.priority, last.pk)
    return Grid(rows, _columns(rows, selection, held), more)


def specimens(principal: Principal, ids: Iterable[int]) -> dict[int, Specimen]:
    """Return which of these specimens the principal may enter results of."""
    rows = Specimen.objects.filter(pk__in=list(ids))
    return {one.pk: one for one in policy.scope(principal, rows, ENTER).order_by("pk")}


def asked_again(principal: Principal) -> list[Specimen]:
    """Return the specimens on which a value is asked for again, the oldest request first."""
    rows = policy.scope(principal, AttemptRequest.objects.filter(status=RequestStatus.OPEN), ENTER)
    ids = list(dict.fromkeys(rows.order_by("pk").values_list("specimen", flat=True)[:ROWS]))
    found = specimens(principal, ids)
    return [found[pk] for pk in ids if pk in found]


def scanned(text: str, principal: Principal) -> Specimen:
    """Return the specimen of a scanned number, where the principal may enter its results."""
    if "\x00" in text:
        raise InvalidInput(_("The number holds a character that cannot be seen; scan again."))
    found = specimen_queries.scanned(text, principal=principal)
    policy.check(principal, ENTER, found)
    return found


def saved(principal: Principal, token: UUID) -> list[Result]:
    """Return what a page load of this principal has recorded."""
    recordings = RecordingForm.objects.filter(token=token, recorded_by=principal)
    rows = policy.scope(principal, Result.objects.all(), ENTER)
    found = rows.filter(recording__in=recordings.values("recording"))
    return list(found.select_related("specimen", "analyte", "assay_version").order_by("pk"))


def _assays(selection: Selection, held: Catalogue) -> Collection[int] | None:
    """Return the assays asked for; None is all of them."""
    if selection.panel is not None:
        panel = held.panels.get(selection.panel)
        return panel.assay_ids if panel else ()
    if selection.section:
        return {one.assay_id for one in held.assays.values() if one.section == selection.section}
    return None


def _specimens(principal: Principal, ids: Sequence[int]) -> dict[int, Specimen]:
    """Return the specimens in reach, in the order asked for."""
    rows = policy.scope(principal, Specimen.objects.filter(pk__in=list(ids)), ENTER)
    by_id = {one.pk: one for one in rows.select_related("specimen_type")}
    return {pk: by_id[pk] for pk in dict.fromkeys(ids) if pk in by_id}


def _rows(
    principal: Principal,
    specimens: Mapping[int, Specimen],
    ordered: Mapping[int, dict[int, Cell]],
    at: datetime,
) -> list[Row]:
    cells = {pk: ordered.get(pk, {}) for pk in specimens}
    _close_to(principal, cells)
    _warn(cells, at)
    _resolve(specimens, cells)
    people = entry_people.people(one.person_id for one in specimens.values())
    return [
        Row(
            specimen=one,
            person=people[one.person_id],
            identity=entry_people.identity(pk, people[one.person_id]),
            cells=cells[pk],
        )
        for pk, one in specimens.items()
    ]


def _cells(
    ids: Sequence[int], held: Catalogue, assays: Collection[int] | None
) -> dict[int, dict[int, Cell]]:
    found: dict[int, dict[int, Cell]] = defaultdict(dict)
    items = SpecimenItem.objects.filter(specimen__in=ids).select_related("item__order")
    for one in items.order_by("item_id"):
        assay = held.assays.get(one.item.assay_id)
        if assay is None or (assays is not None and assay.assay_id not in assays):
            continue
        is_open = one.item.status in OPEN and one.item.order.status == OrderStatus.ACTIVE
        made = Cell(assay, is_open, is_calculated=assay.assay_id in held.calculations)
        cell = found[one.specimen_id].setdefault(assay.assay_id, made)
        cell.is_open |= is_open
    asked = AttemptRequest.objects.filter(specimen__in=ids, status=RequestStatus.OPEN)
    for specimen, assay_id in asked.values_list("specimen", "order_item__assay"):
        if assay_id in found[specimen]:
            found[specimen][assay_id].is_asked = True
    results = Result.objects.filter(specimen__in=ids).select_related("assay_version")
    for result in results.order_by("pk"):
        known = found[result.specimen_id].get(result.assay_version.assay_id)
        if known is not None:
            known.results.append(result)
    return found


def _close_to(principal: Principal, cells: Mapping[int, Mapping[int, Cell]]) -> None:
    """Note where a value stands that the principal may not read before somebody verified it."""
    standing = [(cell, cell.live) for row in cells.values() for cell in row.values()]
    ids = [live.pk for _cell, live in standing if live is not None]
    readable = history.readable_ids(principal, ids) if ids else set()
    for cell, live in standing:
        cell.is_readable = live is None or live.pk in readable


def _warn(cells: Mapping[int, Mapping[int, Cell]], at: datetime) -> None:
    """Say of each cell that takes a value whether its specimen is too old for it, and why."""
    asked = {
        (pk, assay): cell
        for pk, row in cells.items()
        for assay, cell in row.items()
        if cell.takes_value
    }
    for pair, why in stability.too_old(asked, at=at).items():
        asked[pair].too_old = why


def _resolve(specimens: Mapping[int, Specimen], cells: Mapping[int, Mapping[int, Cell]]) -> None:
    """Give each cell that takes a value the ranges and limits that hold for its patient."""
    drawn = {pk: _collection(one) for pk, one in specimens.items() if one.collected_at}
    found = contexts(list(dict.fromkeys(drawn.values())))
    for pk, row in cells.items():
        for cell in row.values():
            if cell.takes_value and pk in drawn:
                cell.resolution = reference_intervals.select(
                    found[drawn[pk]],
                    unit=cell.assay.unit,
                    rows=cell.assay.intervals,
                    critical=cell.assay.critical,
                    plausibility=cell.assay.plausibility,
                )


def _collection(specimen: Specimen) -> axes.Collection:
    assert specimen.collected_at is not None  # the others have no context
    return axes.Collection(
        specimen.person_id,
        specimen.collected_at,
        Fasting(specimen.fasting) if specimen.fasting else None,
        CycleState(specimen.cycle) if specimen.cycle else None,
    )


def _fitting(
    ids: Sequence[int], cells: Mapping[int, Mapping[int, Cell]], most: int
) -> Sequence[int]:
    """Return the specimens whose cells have room on a page, in their order, at least one."""
    count = 0
    for number, pk in enumerate(ids):
        count += sum(cell.takes_value for cell in cells.get(pk, {}).values())
        if count > most and number:
            return ids[:number]
    return ids


def _columns(rows: list[Row], selection: Selection, held: Catalogue) -> list[ActiveAssay]:
    shown = {pk: cell.assay for row in rows for pk, cell in row.cells.items()}
    panel = held.panels.get(selection.panel) if selection.panel is not None else None
    if panel is not None:
        return [shown[pk] for pk in panel.assay_ids if pk in shown]
    return sorted(shown.values(), key=lambda one: (one.section, one.assay_id))
