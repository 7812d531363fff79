"""How micrographs read on a page: sizes, textures, notes, and drawings of what was counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assays.rules.analyses.micrographs import SIZES
from labsys.lib import refusals
from labsys.lib.charts import Bar, Markup, bars

register = template.Library()
register.filter("refusal_words", refusals.kept)

WORDS = {
    "up_to_1.5_red_cells": gettext_lazy("up to 1.5 red cells wide"),
    "1.5_to_2.5_red_cells": gettext_lazy("1.5 to 2.5 red cells wide"),
    "above_2.5_red_cells": gettext_lazy("above 2.5 red cells wide"),
    "even": gettext_lazy("even"),
    "grained": gettext_lazy("grained"),
    "not_known": gettext_lazy("texture not known"),
    "errors_of_the_method_not_in_limits": gettext_lazy(
        "The limits hold chance alone, not the errors of the method."
    ),
    "few_red_cells": gettext_lazy("Few red cells were found."),
    "cells_lie_in_clumps_counts_uncertain": gettext_lazy(
        "Many cells lie in clumps; the counts are uncertain."
    ),
    "red_cells_of_few_pixels_small_bodies_missed": gettext_lazy(
        "Red cells have few pixels; small bodies are missed."
    ),
    "out_of_focus_sizes_uncertain": gettext_lazy("The field is soft; sizes are uncertain."),
    "only_the_first_page_was_counted": gettext_lazy("Only the first page was counted."),
    "turned_upright_as_its_exif_says": gettext_lazy("Turned upright as the file says."),
    "no_colour_only_red_cells_told_apart": gettext_lazy(
        "The picture has no colour: only red cells are counted."
    ),
    "sixteen_bits_reduced_to_eight": gettext_lazy("16 bits were reduced to 8."),
    "transparency_laid_on_white": gettext_lazy("Transparent parts were laid on white."),
    "parts_are_saturated": gettext_lazy("Parts of the picture are saturated."),
    "channels_taken_as_blue_green_red": gettext_lazy("Colours were taken as blue, green, red."),
    "one_field_scatter_between_fields_not_in_limits": gettext_lazy(
        "One field: how fields differ is not in the limits."
    ),
    "few_fields_limits_rest_on_assumed_patchiness": gettext_lazy(
        "Few fields: the limits rest on how patchy films usually are."
    ),
    "no_nanite_seen": gettext_lazy("No foreign body was seen; the upper limit still holds."),
    "fields_differ_more_than_chance": gettext_lazy("The fields differ by more than chance."),
    "no_red_cell_concentration": gettext_lazy(
        "No verified red-cell count: no load per microlitre."
    ),
    "error_of_red_cell_concentration_not_in_limits": gettext_lazy(
        "The error of the red-cell count is not known and not in the limits."
    ),
}

KINDS = {
    "red_cells": gettext_lazy("red cells"),
    "white_cells": gettext_lazy("white cells"),
    "foreign_bodies": gettext_lazy("foreign bodies"),
    "platelets": gettext_lazy("platelets"),
    "artefacts": gettext_lazy("artefacts"),
}


@register.filter
def kind_words(kind: str) -> str:
    """Name a kind of what is counted."""
    return str(KINDS.get(kind, kind))


@register.filter
def estimate(share: Mapping[str, float] | None) -> str:
    """Write a share with its limits; a dash where there was nothing to judge."""
    if share is None:
        return "–"
    return f"{share['value']:.3f} ({share['low']:.3f} – {share['high']:.3f})"


@register.filter
def body_words(code: str) -> str:
    """Say a size, a texture or a note."""
    return str(WORDS.get(code, code))


@register.filter
def plain(value: float) -> str:
    """Write a number for a drawing, whatever the language."""
    return f"{value:.1f}"


@register.filter
def percent(share: float) -> str:
    """Write a share of one."""
    return f"{100 * share:.1f} %"


@register.filter
def histogram(counts: Sequence[int]) -> Markup:
    """Draw how wide red cells are against the median of their field."""
    edges = ["", *(f"{one:g}" for one in SIZES)]
    ends = [*(f"{one:g}" for one in SIZES), ""]
    found = [
        Bar(
            height,
            start,
            _("%(from)s to %(to)s: %(n)d") % {"from": start or "0", "to": end or "…", "n": height},
        )
        for height, start, end in zip(counts, edges, ends, strict=True)
    ]
    return bars(
        found,
        name="diameters",
        title=_("Diameters of red cells"),
        unit=_("of the median"),
        summary=_("How many of %(n)d whole red cells have which diameter, against the median.")
        % {"n": sum(counts)},
        height=200,
    )
