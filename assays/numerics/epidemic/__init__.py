"""Cases in a population: reproduction number, growth, and the beds that they will need."""

from assays.numerics.epidemic.growth import (
    Convention,
    Growth,
    Variance,
    growth_rate,
    reproduction_from_growth,
)
from assays.numerics.epidemic.reproduction import (
    Note,
    Reproduction,
    Window,
    reproduction_number,
)
from assays.numerics.epidemic.serial_intervals import Uncertainty
from assays.numerics.epidemic.wards import WardDay, WardLoad, ward_load

__all__ = [
    "Convention",
    "Growth",
    "Note",
    "Reproduction",
    "Uncertainty",
    "Variance",
    "WardDay",
    "WardLoad",
    "Window",
    "growth_rate",
    "reproduction_from_growth",
    "reproduction_number",
    "ward_load",
]
