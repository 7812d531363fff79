"""Weights of the regression that joins regions of one cell: fitted, not chosen.

From points that readers set on the red cells of 48 fields (Chula RBC-12, arXiv 2012.01321), with a
ridge of 0.01 per example and examples of which the fit is sure of the contrary left out (readers
left cells unmarked). ``python -m bench.micrograph FOLDER --fit`` prints them anew and judges them by
cross-validation over fields. Each term is centred and scaled before it is weighed.
"""

from __future__ import annotations

import numpy as np

CENTRES = np.array(
    [
        0, 0.443465, 1.79736, 0.858787, 1.88528, 0.848754, 1.50746,
        0.279994, 0.238006, 0.57483, 0.715851, -0.0858853, 1.04738, 1.89806,
        0.713082, 0.277108, 0.727219, 0.810067, 1.61654, 3.649, 1.64518,
        0.386718, 0.369525, 0.159271, 0.763544, 0.627256, 1.08073, -0.0272505,
        0.359702, 3.34053, 0.740177, 3.45037, 0.728074,
    ]
)  # fmt: skip
SPREADS = np.array(
    [
        1, 0.28363, 0.331686, 0.0515933, 0.307765, 0.171263, 0.360701,
        0.459441, 0.220569, 0.0874555, 0.501101, 0.0499278, 0.435269, 0.317652,
        0.0563291, 0.305901, 0.390318, 0.505068, 0.267534, 1.16614, 0.557924,
        0.258011, 0.268099, 0.225609, 1.02117, 0.460818, 0.233062, 0.0258566,
        0.22439, 1.0704, 0.085604, 1.00709, 0.14914,
    ]
)  # fmt: skip
WEIGHTS = np.array(
    [
        -6.82007, 0.0600081, -0.130154, -0.215058, -0.27605, -0.421952, -0.459979,
        0.365181, 0.378639, 0.111706, 0.0943261, 0.143097, 0.101917, -0.0634101,
        -0.505677, 0.144916, -0.0692017, -0.0542694, -0.311535, -0.219092, -0.318725,
        0.0554014, 0.291249, 0.361501, 0.165686, 0.0796473, -0.164608, 0.320353,
        -0.193105, -0.1014, -0.19651, -0.196777, -0.443643,
    ]
)  # fmt: skip
