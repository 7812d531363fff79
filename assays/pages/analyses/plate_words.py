"""What is said of a plate: notes of its curve, rules that were broken, why a value is what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

Json = Mapping[str, Any]


def content_words() -> dict[str, str]:
    """Return what a well can hold."""
    return {
        "standard": _("calibrator"),
        "blank": _("blank"),
        "control": _("control"),
        "unknown": _("specimen"),
    }


def why_words() -> dict[str, str]:
    """Return why a specimen's value is what it is, or is none."""
    return {
        "in_range": _("within the range"),
        "after_hook": _("from a dilution: less diluted it reads too low (hook effect)"),
        "hook": _("hook effect: a further dilution has to agree before a value is recorded"),
        "below": _("below the range"),
        "above": _("above the range"),
        "beyond_curve": _("the signal lies beyond the end of the curve"),
        "saturated": _("the reader was full"),
        "replicates_apart": _("not recorded: its replicates differ by more than 20 %"),
        "not_linear": _("not recorded: its dilutions do not agree within 20 %"),
    }


def rule_words() -> dict[str, str]:
    """Return the rules of acceptance."""
    return {
        "recovery_of_calibrator": _("recovery of a calibrator, in per cent"),
        "cv_of_replicates": _("CV of a calibrator's replicates, in per cent"),
        "r_squared": _("R squared"),
        "means_not_in_order": _("mean signals do not follow the concentrations"),
        "ends_of_curve_not_determined": _("the calibrators do not reach an end of the curve"),
        "too_few_calibrators_recovered": _("share of calibrators recovered"),
    }


def note_words() -> dict[str, str]:
    """Return the notes of a curve."""
    return {
        "as_many_signals_as_parameters_no_standard_errors": _(
            "There are as many signals as unknowns: no limits can be given."
        ),
        "too_few_signals_to_estimate_theta_constant_variance_assumed": _(
            "There are too few signals to estimate how they scatter; the same SD is taken for all."
        ),
        "theta_at_the_edge_of_what_is_looked_at": _(
            "How the scatter grows with the signal lies at the edge of what is looked at."
        ),
        "theta_did_not_settle": _("How the scatter grows with the signal did not settle."),
        "signals_near_or_below_0_weighted_as_small_ones": _(
            "Signals near or below 0 are weighted as small ones."
        ),
        "midpoint_outside_the_calibrators": _(
            "The middle of the curve lies outside the calibrators."
        ),
        "signal_at_zero_concentration_not_determined": _(
            "The calibrators do not determine the signal at concentration 0."
        ),
        "signal_at_infinite_concentration_not_determined": _(
            "The calibrators do not determine the signal at which the curve ends."
        ),
    }


def breaches(found: Sequence[Json]) -> list[dict[str, Any]]:
    """Return what was broken, each with the rule in words."""
    words = rule_words()
    return [{**one, "words": words.get(one["rule"], one["rule"])} for one in found]


def notes(found: Sequence[str]) -> list[str]:
    """Return the notes of a curve in words."""
    words = note_words()
    return [words.get(one, one) for one in found]


def parameters(curve: Json) -> list[tuple[str, float, float | None]]:
    """Return the curve's parameters, each with its standard error where it was fitted."""
    named = {
        "at_zero": _("signal at concentration 0"),
        "at_infinity": _("signal at the end of the curve"),
        "midpoint": _("concentration in the middle"),
        "slope": _("slope"),
        "asymmetry": _("asymmetry"),
    }
    errors = curve["standard_errors"] or {}
    return [
        (words, curve["parameters"][name], errors.get(name))
        for name, words in named.items()
        if name != "asymmetry" or curve["form"] == "5PL"
    ]


def reported(decision: Json) -> str:
    """Return what is to be recorded to four digits; nothing where nothing is."""
    if decision["value"] is None:
        return ""
    return f"{decision['comparator']}{decision['value'] * decision['dilution']:.4g}"


def hooked(specimen: Json) -> bool:
    """Whether a specimen's dilutions show a hook."""
    return bool(specimen["series"] and specimen["series"]["has_hook"])
