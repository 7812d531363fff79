"""Calibration of immunoassays: curves, concentrations with limits, profiles, limits, acceptance.

``fit`` makes a curve of calibrators, ``back_calculate`` reads signals from it, ``judge`` says
whether it may be used, ``fit_plates`` fits many plates at once. Limits of whole assays come from
``limit_of_blank``, ``limit_of_detection``, ``functional_sensitivity`` and ``fit_variances``, their
precision from ``nested_anova``; straight lines are ``fit_line`` and what reads from it.
"""

from assays.numerics.calibration.acceptance import Breach, Criteria, Level, Rule, Verdict, judge
from assays.numerics.calibration.batches import Batch, Engine, fit_plates
from assays.numerics.calibration.curves import Form, Parameters, concentration_at, signals_at
from assays.numerics.calibration.detection import (
    FunctionalSensitivity,
    Limit,
    functional_sensitivity,
    limit_of_blank,
    limit_of_detection,
)
from assays.numerics.calibration.dilution import (
    DilutionNote,
    Series,
    Step,
    dilution_for,
    judge_dilutions,
)
from assays.numerics.calibration.fitting import METHOD, Curve, Note, fit
from assays.numerics.calibration.lines import (
    Line,
    LineLimits,
    LineReading,
    SlopeLimits,
    fit_line,
    invert_line,
    line_limits,
    read_line,
    slope_limits,
)
from assays.numerics.calibration.parallelism import Comparison, Parallelism, Shared, compare
from assays.numerics.calibration.precision import Component, Precision, nested_anova
from assays.numerics.calibration.profile import (
    CurveLimits,
    ProfilePoint,
    curve_limits,
    precision_profile,
)
from assays.numerics.calibration.reading import Limits, Reading, ReadingNote, back_calculate
from assays.numerics.calibration.variances import Model, VarianceProfile, fit_variances

__all__ = [
    "METHOD",
    "Batch",
    "Breach",
    "Comparison",
    "Component",
    "Criteria",
    "Curve",
    "CurveLimits",
    "DilutionNote",
    "Engine",
    "Form",
    "FunctionalSensitivity",
    "Level",
    "Limit",
    "Limits",
    "Line",
    "LineLimits",
    "LineReading",
    "Model",
    "Note",
    "Parallelism",
    "Parameters",
    "Precision",
    "ProfilePoint",
    "Reading",
    "ReadingNote",
    "Rule",
    "Series",
    "Shared",
    "SlopeLimits",
    "Step",
    "VarianceProfile",
    "Verdict",
    "back_calculate",
    "compare",
    "concentration_at",
    "curve_limits",
    "dilution_for",
    "fit",
    "fit_line",
    "fit_plates",
    "fit_variances",
    "functional_sensitivity",
    "invert_line",
    "judge",
    "judge_dilutions",
    "limit_of_blank",
    "limit_of_detection",
    "line_limits",
    "nested_anova",
    "precision_profile",
    "read_line",
    "signals_at",
    "slope_limits",
]
