"""Count what one micrograph shows, and what several fields of one film show together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assays.numerics.count_intervals import garwood
from assays.numerics.micrograph.pictures import Given, Picture, PictureNote, read
from assays.numerics.micrograph.results import Body, Count, MethodError, Note, Scale
from assays.numerics.micrograph.sizes import Sizes, sizes_of
from assays.numerics.micrograph.stains import Kind
from assays.numerics.micrograph.working import Seen, no_red_cells, see
from assays.numerics.nanite_load import CountEstimate, NaniteLoad, check_concentration, nanite_load
from assays.numerics.refusals import Unusable
from labsys.lib.wording import gettext_noop as _

FEW = 20
MANY_IN_CLUMPS = 0.8
FEW_PIXELS = 5.0
SOFT = 0.18  # radii of blur
MOST_FIELDS = 2000
# bench/micrograph.py, 48 fields with a point a cell, weights fitted without the field judged.
MEASURED = MethodError(
    missed_red_cells=CountEstimate(0.011, 0.007, 0.015),
    added_red_cells=CountEstimate(0.047, 0.036, 0.058),
    source="48 fields of Chula RBC-12 (arXiv 2012.01321), 6-fold cross-validation, cells 20 pixels "
    "inside; most of what was added are cells that the readers of the set left unmarked",
)


@dataclass(frozen=True, slots=True)
class Fields:
    """Several fields of one film: each count, all red cells' sizes, and the load of all.

    ``refused``: (place from 0, sentence) of fields that could not be counted.
    """

    counts: tuple[Count, ...]
    refused: tuple[tuple[int, str], ...]
    load: NaniteLoad
    sizes: Sizes | None

    def to_json(self) -> dict[str, Any]:
        return {
            "fields": [one.to_json() for one in self.counts],
            "refused": [{"field": place, "why": why} for place, why in self.refused],
            "load": self.load.to_json(),
        }


def count(
    image: Given, *, red_cells_per_ul: float | None = None, red_cells_cv: float | None = None
) -> Count:
    """Count red cells, white cells, foreign bodies, platelets and artefacts in one field.

    ``image``: a path, the bytes of a PNG, JPEG or TIFF, or an array (height, width) of grey or
    (height, width, 3 or 4) of red, green, blue, 0 to 255 (floats up to 1: 0 to 1). Nothing is tied
    to a magnification: the radius of red cells is found first.
    ``red_cells_per_ul`` and its CV as a fraction: of the same specimen, for the load per microlitre.
    Raises Unusable for what is no usable picture (``pictures.read`` lists the codes), OUT_OF_FOCUS
    and CONCENTRATION; NoSolution with NO_RED_CELLS where none is seen.
    """
    _check(red_cells_per_ul, red_cells_cv)
    picture = read(image)
    seen = see(picture.pixels, has_colour=picture.has_colour, may_be_swapped=picture.from_array)
    if not seen.red:
        raise no_red_cells()
    red, foreign = len(seen.red), len(seen.others[Kind.FOREIGN_BODY])
    whole = [one.radius for one in seen.red if not one.is_cut]
    sizes = sizes_of(whole or [one.radius for one in seen.red])
    height, width = picture.pixels.shape[:2]
    return Count(
        red_cells=_ordered(seen.red),
        white_cells=_ordered(seen.others[Kind.WHITE_CELL]),
        foreign_bodies=_ordered(seen.others[Kind.FOREIGN_BODY]),
        platelets=_ordered(seen.others[Kind.PLATELET]),
        artefacts=_ordered(seen.others[Kind.ARTEFACT]),
        scale=Scale(width, height, sizes.quantiles[2], seen.scale),
        sizes=sizes,
        red_cell_count=CountEstimate(red, *garwood(red)),
        foreign_body_count=CountEstimate(foreign, *garwood(foreign)),
        load=_load([(red, foreign)], red_cells_per_ul, red_cells_cv),
        method_error=MEASURED,
        notes=_notes(picture, seen),
    )


def count_fields(
    images: Sequence[Given],
    *,
    red_cells_per_ul: float | None = None,
    red_cells_cv: float | None = None,
) -> Fields:
    """Count several fields of one film and put their loads together.

    Limits of the load hold the scatter between fields (see ``nanite_load``). A field that cannot be
    counted is refused by itself, with its place and the reason; Unusable with NO_FIELDS is raised
    where none is left, or none was given, and with FIELDS for what is no list of pictures.
    """
    if isinstance(images, str | bytes) or not isinstance(images, Sequence):
        raise Unusable("FIELDS", _("The fields of a film are a list of pictures."))
    if len(images) > MOST_FIELDS:
        raise Unusable(
            "TOO_MANY_FIELDS", _("At most %(most)d fields are counted at once."), most=MOST_FIELDS
        )
    _check(red_cells_per_ul, red_cells_cv)
    counts, refused = [], []
    for place, image in enumerate(images):
        try:
            counts.append(count(image))
        except (Unusable, ArithmeticError) as error:
            refused.append((place, str(error)))
    if not counts:
        why = refused[0][1] if refused else _("none was given")
        raise Unusable("NO_FIELDS", _("No field could be counted: %(why)s"), why=why)
    fields = [(len(one.red_cells), len(one.foreign_bodies)) for one in counts]
    # Sizes of fields of different magnification cannot be laid together.
    radii = [one.scale.red_cell_radius for one in counts]
    together = max(radii) < 1.25 * min(radii)
    cells = [cell.radius for one in counts for cell in one.red_cells if not cell.is_cut]
    return Fields(
        tuple(counts),
        tuple(refused),
        _load(fields, red_cells_per_ul, red_cells_cv),
        sizes_of(cells) if together and cells else None,
    )


def _load(fields: Sequence[tuple[int, int]], per_ul: float | None, cv: float | None) -> NaniteLoad:
    return nanite_load(fields, red_cells_per_ul=per_ul, red_cells_cv=cv)


def _check(per_ul: float | None, cv: float | None) -> None:
    """Refuse a concentration before anything is counted for it."""
    try:
        check_concentration(per_ul, cv)
    except ValueError as error:
        raise Unusable("CONCENTRATION", _("%(why)s."), why=str(error)) from error


def _ordered(bodies: Sequence[Body]) -> tuple[Body, ...]:
    """Return bodies as one reads: from the top, then from the left."""
    return tuple(sorted(bodies, key=lambda one: (one.y, one.x)))


def _notes(picture: Picture, seen: Seen) -> tuple[str, ...]:
    found = {
        Note.METHOD_ERROR: True,
        Note.FEW_RED_CELLS: len(seen.red) < FEW,
        Note.CROWDED: seen.in_clumps > MANY_IN_CLUMPS,
        Note.SMALL_RED_CELLS: seen.radius < FEW_PIXELS,
        Note.BLURRED: seen.softness > SOFT,
    }
    notes = [note.value for note in picture.notes]
    if seen.was_swapped:
        notes.append(PictureNote.CHANNELS.value)
    return (*notes, *(note.value for note, holds in found.items() if holds))
