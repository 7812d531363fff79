"""The lines of lists to choose from: a form may offer a thousand, so they are not by the template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from django import template
from django.template import Context
from django.template.base import render_value_in_context
from django.utils.encoding import iri_to_uri
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

register = template.Library()
Group = tuple[str | None, Iterable[Mapping[str, Any]], int]


@register.simple_tag(takes_context=True)
def options(context: Context, groups: Iterable[Group]) -> SafeString:
    """Write the options of a select, as its widget groups them."""
    written = []
    for name, group, _index in groups:
        if name:
            written.append(f'\n  <optgroup label="{_shown(name, context)}">')
        for one in group:
            attrs = "".join(
                f" {key}" if value is True else f' {key}="{conditional_escape(str(value))}"'
                for key, value in one["attrs"].items()
                if value is not False
            )
            value, label = conditional_escape(str(one["value"])), _shown(one["label"], context)
            written.append(f'\n  <option value="{value}"{attrs}>{label}</option>\n')
        if name:
            written.append("\n  </optgroup>")
    return SafeString("".join(written))


@register.simple_tag(takes_context=True)
def filter_lines(context: Context, choices: Iterable[Mapping[str, Any]]) -> SafeString:
    """Write the lines of one filter of a list in the admin."""
    written = []
    for one in choices:
        line, link = (' class="selected"', ' aria-current="true"') if one["selected"] else ("", "")
        url, label = escape(iri_to_uri(one["query_string"])), _shown(one["display"], context)
        written.append(f'<li{line}><a href="{url}"{link}>{label}</a></li>\n  ')
    return SafeString("".join(written))


def _shown(value: Any, context: Context) -> str:
    return (
        conditional_escape(value)
        if isinstance(value, str)
        else render_value_in_context(value, context)
    )
