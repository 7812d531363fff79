"""Who signs a waiver: somebody of age for themselves, a guardian for a minor who may take part."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from consent.rules.grounds.persons import is_shown_of_age, may_be_minor
from consent.rules.views import View


class Objection(StrEnum):
    """Why a signature is worth nothing."""

    NOT_OF_AGE = "NOT_OF_AGE"
    NO_MINORS = "NO_MINORS"
    OF_AGE = "OF_AGE"


def objection(view: View, *, by_guardian: bool, signed_at: datetime) -> Objection | None:
    """Say what speaks against a signature at this moment; None where nothing does.

    Who signs for themselves was of age when they signed. A guardian's signature holds until the
    person is shown to be of age. Where the version names no majority, everybody signs themselves.
    """
    majority = view.version.majority_years
    if by_guardian:
        if majority is None or not view.version.admits_minors:
            return Objection.NO_MINORS
        return None if may_be_minor(view, view.at) else Objection.OF_AGE
    if majority is None or is_shown_of_age(view, signed_at):
        return None
    return Objection.NOT_OF_AGE
