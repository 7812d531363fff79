"""What a programme was called when something happened."""

from __future__ import annotations

from datetime import datetime

from django import template

from consent.models import Programme

register = template.Library()


@register.filter
def named(programme: Programme, at: datetime) -> str:
    """Return the name that the version in force at a moment gave the programme."""
    return programme.named_at(at).name
