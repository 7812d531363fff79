"""Capacity to consent: what a clinician may find, and what follows for a signature."""

from __future__ import annotations

from enum import StrEnum


class Capacity(StrEnum):
    """HAS: can decide; DOUBTED: further assessment is needed; LACKS: cannot decide now."""

    HAS = "HAS"
    DOUBTED = "DOUBTED"
    LACKS = "LACKS"


def may_sign(found: Capacity | None) -> bool:
    """Say whether somebody may sign a waiver; who was never assessed is presumed to be able."""
    return found is not Capacity.LACKS
