"""The laboratory's admin forms; importing them registers them."""

from assays.admin import recordings, transmissions

__all__ = ["recordings", "transmissions"]
