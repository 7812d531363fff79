"""Microplates: what a reader exports, and which well holds what, as wells with both."""

from assays.instruments.plates.layouts import Content, Place, read_layout
from assays.instruments.plates.signals import read_signals
from assays.instruments.plates.wells import Well, join, swapped

__all__ = ["Place", "Content", "Well", "join", "read_layout", "read_signals", "swapped"]
