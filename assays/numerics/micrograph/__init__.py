"""Micrographs of blood: what a field shows is found, told apart, measured and counted."""

from assays.numerics.micrograph.agreement import agreement, bland_altman, compare
from assays.numerics.micrograph.counting import Fields, count, count_fields
from assays.numerics.micrograph.overlay import overlay
from assays.numerics.micrograph.results import METHOD, Body, Count, Note, Scale

__all__ = [
    "METHOD",
    "Body",
    "Count",
    "Fields",
    "Note",
    "Scale",
    "agreement",
    "bland_altman",
    "compare",
    "count",
    "count_fields",
    "overlay",
]
