"""Families of instruments declared as JSON: what can be said, read strictly, and written again."""

from assays.instruments.schema.families import FamilyRefused, Fault, example, read, written
from assays.instruments.schema.keys import DECLARED, Key

__all__ = ["DECLARED", "FamilyRefused", "Fault", "Key", "example", "read", "written"]
