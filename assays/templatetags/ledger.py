"""How fates and ages of the ledger read."""

from __future__ import annotations

from datetime import timedelta

from django import template

from assays.queries.ledger import Fate, words

register = template.Library()


@register.filter
def fate_words(fate: Fate | None) -> object:
    """Return how a fate is called; an unknown bucket has none."""
    return "?" if fate is None else words.FATES[fate]


@register.filter
def age_words(age: timedelta | None) -> str:
    """Return an age in its two largest units."""
    return words.age(age)
