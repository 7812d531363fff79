"""Where rows of long lists lead to: {{ 'grant'|address:one.pk }}, for a tag for each would cost too much."""

from __future__ import annotations

from uuid import UUID

from django import template

from labsys.lib.addresses import address

register = template.Library()


@register.filter("address")
def of_row(url_name: str, key: int | UUID | str) -> str:
    """Return the address of a row's page."""
    return address(url_name, key)
