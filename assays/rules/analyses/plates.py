"""A plate of an immunoassay: from the reader's file and the layout to what is to be recorded."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from enum import Enum
from typing import TYPE_CHECKING, Any

from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

if TYPE_CHECKING:
    from assays.instruments.plates import Well
    from assays.numerics.calibration import Curve, Verdict

METHOD = "plate/1"
FORMS = ("4PL", "5PL")
LEVEL = 0.95
BINARY = "binary"
_POINTS = 90

Json = Mapping[str, Any]


def parameters(
    *,
    assay: Json,
    form: str = "4PL",
    theta: float | None = None,
    saturation: float | None = None,
    block: str = "",
) -> dict[str, Any]:
    """Return the parameters of a run of plates.

    `assay` holds its id, version, code, unit, decimals and the range that may be reported of a well
    (low, high), each a text or None. `theta` is the power of the mean in the SD of a signal, None
    where it is estimated; `saturation` the signal at which the reader is full.
    """
    if form not in FORMS:
        raise Refused("FORM", _("A curve has the form 4PL or 5PL."))
    if theta is not None and not 0 <= theta <= 3:
        raise Refused("THETA", _("The power of the mean lies between 0 and 3."))
    if saturation is not None and not 0 < saturation < math.inf:
        raise Refused("SATURATION", _("The signal at which the reader is full is above 0."))
    return {
        "assay": dict(assay),
        "form": form,
        "theta": theta,
        "saturation": saturation,
        "block": block.strip(),
    }


def work(parameters: Json, given: Json) -> dict[str, Any]:
    """Evaluate one plate."""
    from assays.instruments.plates import Content, join, read_layout, read_signals
    from assays.numerics.calibration import curve_limits, judge
    from assays.rules.analyses import plate_readings

    assay = parameters["assay"]
    layout = read_layout(_text(given["layout"]), unit=assay["unit"])
    block, saturation = parameters["block"] or None, parameters["saturation"]
    wells = join(layout, read_signals(_text(given["signals"]), block=block, saturation=saturation))
    curve = plate_readings.fitted(wells, form=parameters["form"], theta=parameters["theta"])
    verdict = judge(curve)
    asked = plate_readings.Range(_number(assay["low"]), _number(assay["high"]))
    low, high = asked.ends(curve)
    within = plate_readings.Range(low, high)
    found = plate_readings.measured(wells, curve, within=within, level=LEVEL)
    controls = [one for one in found if one.content is Content.CONTROL]
    specimens = plate_readings.specimens(found, curve, within=within)
    unknowns = [one for one in found if one.content is Content.UNKNOWN]
    replicates = min((len(one.wells) for one in unknowns), default=1)
    limits = curve_limits(curve, replicates=replicates) if curve.residual_sd is not None else None
    made: dict[str, Any] = plain(
        {
            "method": METHOD,
            "range": {"low": low, "high": high},
            "curve": _curve(curve),
            "acceptance": _acceptance(verdict),
            "standards": _standards(wells, curve),
            "limits": limits and asdict(limits),
            "drawn": _drawn(curve),
            "profile": _profile(curve, replicates),
            "blanks": _blanks(wells),
            "wells": [_well(one) for one in wells],
            "controls": [asdict(one) for one in controls],
            "specimens": [asdict(one) for one in specimens],
        }
    )
    return made


def combine(parameters: Json, outcomes: Sequence[Json]) -> dict[str, Any]:
    """Count plates, how many were accepted, specimens, and those to be diluted."""
    decisions = [one["decision"] for plate in outcomes for one in plate["specimens"]]
    return {
        "plates": len(outcomes),
        "accepted": sum(one["acceptance"]["is_accepted"] for one in outcomes),
        "specimens": len(decisions),
        "to_dilute": sum(one["dilute_to"] is not None for one in decisions),
        "not_reported": sum(one["value"] is None for one in decisions),
    }


def plain(value: Any) -> Any:
    """Return what JSON can hold: names of enumerations, lists, and None for what is not finite."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value


def _text(file: Json) -> str:
    if file["encoding"] == BINARY:
        raise Refused(
            "NOT_TEXT",
            _("%(name)s is no text: save it from the reader's program as CSV or text."),
            name=file["name"],
        )
    return str(file["text"])


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)


def _curve(curve: Curve) -> dict[str, Any]:
    return {
        "form": curve.form.value,
        "parameters": asdict(curve.parameters),
        "standard_errors": dict(curve.standard_errors) if curve.standard_errors else None,
        "residual_sd": curve.residual_sd,
        "degrees_of_freedom": curve.degrees_of_freedom,
        "theta": curve.theta,
        "is_theta_estimated": curve.is_theta_estimated,
        "r_squared": curve.r_squared,
        "is_increasing": curve.is_increasing,
        "method": curve.method,
        "notes": [note.value for note in curve.notes],
    }


def _acceptance(verdict: Verdict) -> dict[str, Any]:
    from assays.numerics.calibration import Criteria

    return {
        "is_accepted": verdict.is_accepted,
        "criteria": asdict(Criteria()),
        **asdict(verdict),
    }


def _standards(wells: Sequence[Well], curve: Curve) -> list[dict[str, Any]]:
    from assays.rules.analyses.plate_readings import standards_of

    return [
        {
            "well": well.place.well,
            "concentration": well.place.concentration,
            "signal": well.signal,
            "fitted": float(fitted),
            "residual": float(residual),
        }
        for well, fitted, residual in zip(
            standards_of(wells), curve.fitted, curve.standardized, strict=True
        )
    ]


def _drawn(curve: Curve) -> dict[str, Any]:
    """Return places of the curve, with the limits of confidence of its mean where it has any."""
    import numpy as np
    from scipy.stats import t

    from assays.numerics.calibration import signals_at
    from assays.numerics.calibration.reading import variance_of_curve

    positive = curve.concentrations[curve.concentrations > 0]
    zero_at = float(positive.min()) / 2
    places = np.geomspace(zero_at, float(positive.max()) * 1.5, _POINTS)
    signals = signals_at(curve.parameters, places)
    drawn = {"zero_at": zero_at, "xs": places.tolist(), "ys": signals.tolist()}
    if curve.residual_sd is None:
        return {**drawn, "lows": None, "highs": None}
    quantile = float(t.ppf((1 + LEVEL) / 2, curve.degrees_of_freedom))
    half = quantile * np.sqrt(variance_of_curve(curve, places))
    return {**drawn, "lows": (signals - half).tolist(), "highs": (signals + half).tolist()}


def _profile(curve: Curve, replicates: int) -> list[dict[str, float]]:
    from assays.numerics.calibration import precision_profile

    if curve.residual_sd is None:
        return []
    points = precision_profile(curve, replicates=replicates)
    return [asdict(one) for one in points if one.cv_percent <= 100]


def _blanks(wells: Sequence[Well]) -> dict[str, Any] | None:
    signals = [one.signal for one in wells if one.place.content.value == "blank"]
    if not signals:
        return None
    mean = math.fsum(signals) / len(signals)
    squares = math.fsum((one - mean) ** 2 for one in signals)
    sd = math.sqrt(squares / (len(signals) - 1)) if len(signals) > 1 else None
    return {"wells": len(signals), "mean": mean, "sd": sd}


def _well(well: Well) -> dict[str, Any]:
    return {
        "well": well.place.well,
        "content": well.place.content.value,
        "name": well.place.name,
        "concentration": well.place.concentration,
        "dilution": well.place.dilution,
        "signal": well.signal,
        "is_saturated": math.isinf(well.signal),
    }
