"""Departures in tones; one way for every page."""

from __future__ import annotations

from django import template

from consent.rules.departures import DepartureState

register = template.Library()

TONES = {
    DepartureState.PLANNED: "info",
    DepartureState.LEFT: "good",
    DepartureState.CANCELLED: "muted",
}


@register.filter
def departure_tone(state: str) -> str:
    """Return the tone of a departure's state."""
    return TONES[DepartureState(state)]
