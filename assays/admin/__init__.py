"""The laboratory's admin forms; importing them registers them."""

from assays.admin import recordings

__all__ = ["recordings"]
