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
        0, 0.449905, 1.82188, 0.858925, 1.94214, 0.873109, 1.51868,
        0.284865, 0.242822, 0.577097, 0.732204, -0.0850594, 1.05052, 1.91045,
        0.712189, 0.283398, 0.746634, 0.843216, 1.66556, 3.87006, 1.74413,
        0.392034, 0.381501, 0.16442, 0.803004, 0.641593, 1.11625, -0.0274465,
        0.372613, 3.43478, 0.740409, 3.6056, 0.749001,
    ]
)  # fmt: skip
SPREADS = np.array(
    [
        1, 0.284576, 0.339884, 0.0515496, 0.313278, 0.180211, 0.365108,
        0.458762, 0.224809, 0.0901453, 0.516606, 0.0503908, 0.437067, 0.311759,
        0.0570869, 0.308187, 0.393858, 0.511831, 0.271865, 1.19258, 0.578197,
        0.25835, 0.278423, 0.230571, 1.08363, 0.474621, 0.235005, 0.0265376,
        0.226166, 1.10478, 0.0858312, 1.04695, 0.156401,
    ]
)  # fmt: skip
WEIGHTS = np.array(
    [
        -6.87599, 0.14018, -0.0205843, -0.174932, -0.304021, -0.454662, -0.439754,
        0.311243, 0.346147, 0.153981, 0.141221, 0.161183, 0.138006, -0.133414,
        -0.412354, 0.162299, 0.151844, -0.0493797, -0.359538, -0.245186, -0.35186,
        0.120974, 0.407225, 0.315115, 0.139286, 0.121313, -0.154641, 0.0361583,
        -0.201755, -0.00539022, -0.150097, -0.10904, -0.499749,
    ]
)  # fmt: skip
