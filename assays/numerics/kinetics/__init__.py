"""Kinetics of a load: growth, clearance, changes of rate, rebound, and trials of removal."""

from assays.numerics.kinetics.arms import (
    Contrast,
    RateChange,
    compare_rates,
    contrast_rates,
    contrast_removals,
)
from assays.numerics.kinetics.courses import (
    ChangePoint,
    Intervention,
    Kind,
    Rebound,
    Segment,
)
from assays.numerics.kinetics.growth_curves import EasyLinear, easy_linear
from assays.numerics.kinetics.level_changes import LevelChange, level_change
from assays.numerics.kinetics.load_fit import LoadFit, Note, fit_load
from assays.numerics.kinetics.projection import Outlook, Projection
from assays.numerics.kinetics.selection import Model
from assays.numerics.kinetics.trials import Removal, compare_removal

__all__ = [
    "ChangePoint",
    "Contrast",
    "EasyLinear",
    "Intervention",
    "Kind",
    "LevelChange",
    "LoadFit",
    "Model",
    "Note",
    "Outlook",
    "Projection",
    "RateChange",
    "Rebound",
    "Removal",
    "Segment",
    "compare_rates",
    "compare_removal",
    "contrast_rates",
    "contrast_removals",
    "easy_linear",
    "fit_load",
    "level_change",
]
