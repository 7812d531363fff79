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
        0, 0.439781, 1.80161, 0.853106, 1.89108, 0.849091, 1.51063,
        0.273003, 0.231891, 0.567189, 0.71293, -0.0968408, 1.05113, 1.90022,
        0.707675, 0.273154, 0.723384, 0.807948, 1.61057, 3.67039, 1.64985,
        0.382531, 0.361724, 0.153645, 0.752483, 0.622783, 1.06993, -0.0307378,
        0.357595, 3.35332, 0.730576, 3.46646, 0.723608,
    ]
)  # fmt: skip
SPREADS = np.array(
    [
        1, 0.282393, 0.327874, 0.0527755, 0.306917, 0.170792, 0.353156,
        0.463985, 0.212432, 0.0889711, 0.49418, 0.053574, 0.435476, 0.315185,
        0.0571942, 0.304461, 0.387379, 0.507967, 0.265071, 1.17056, 0.555889,
        0.258417, 0.253728, 0.218219, 0.997766, 0.456545, 0.234696, 0.0268603,
        0.224319, 1.0615, 0.0882545, 0.99939, 0.148289,
    ]
)  # fmt: skip
WEIGHTS = np.array(
    [
        -7.30643, 0.0948378, -0.203847, -0.101912, -0.17055, -0.458883, -0.434024,
        0.302207, 0.401131, -0.0182119, 0.15595, 0.13523, 0.0831218, -0.154092,
        -0.532585, 0.115852, -0.0176552, -0.00635971, -0.207574, -0.115428, -0.301076,
        0.0807958, 0.336164, 0.381941, 0.173032, 0.127466, -0.130791, 0.126561,
        -0.227787, -0.18716, -0.0971334, -0.167738, -0.482257,
    ]
)  # fmt: skip
