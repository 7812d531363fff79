"""The laboratory's admin forms; importing them registers them."""

from assays.admin import (
    catalogue,
    instruments,
    orders,
    recordings,
    specimens,
    transmissions,
    versions,
)

__all__ = [
    "catalogue",
    "instruments",
    "orders",
    "recordings",
    "specimens",
    "transmissions",
    "versions",
]
