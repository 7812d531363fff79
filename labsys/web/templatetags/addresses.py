"""Where rows of long lists lead to: {{ 'grant'|address:one.pk }}, for a tag for each would cost too much."""

from __future__ import annotations

from django import template

from labsys.lib.addresses import address

register = template.Library()
register.filter("address", address)
