"""Nonlinear least squares to the last digit that the data hold, from poor starts too.

``fit(function, x, y, start)`` returns parameters, standard errors, residual SD and covariance, or
raises NoSolution; it never returns what is not a minimum.
"""

from assays.numerics.least_squares.fitting import METHOD, Fit, Note, fit

__all__ = ["METHOD", "Fit", "Note", "fit"]
