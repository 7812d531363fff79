"""What is read of a value, part by part, in words."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.translation import gettext_lazy as _

from assays.instruments.readings import Sort
from labsys.lib.moments import stamp

register = template.Library()

PARTS = {
    "sort": _("kind"),
    "specimen": _("specimen"),
    "code": _("code"),
    "value": _("value"),
    "unit": _("unit"),
    "value_code": _("word"),
    "value_text": _("text"),
    "absent_reason": _("no value because"),
    "observed_at": _("measured"),
    "run": _("run"),
    "flags": _("flags"),
    "comment": _("comment"),
    "control": _("control material"),
    "patient": _("patient"),
    "sender": _("sender"),
    "control_id": _("control id"),
    "sent_at": _("sent"),
    "status": _("status"),
    "family": _("family name"),
    "given": _("given name"),
    "born": _("date of birth"),
    "identifiers": _("numbers"),
    "placer": _("placer number"),
    "filler": _("filler number"),
    "group": _("group number"),
    "trigger": _("event"),
    "told_at": _("written down"),
    "happened_at": _("happened"),
    "order_status": _("order status"),
}
SORTS = {
    Sort.VALUE.value: _("value"),
    Sort.CONTROL.value: _("control"),
    Sort.SUPPLEMENT.value: _("no result"),
    Sort.QUERY.value: _("query"),
}


@register.filter
def part_words(name: str) -> object:
    """Return what a part of a value is called; one that this version does not know, as it is."""
    return PARTS.get(name, name.replace("_", " "))


@register.filter
def read_words(text: str, name: str) -> object:
    """Return a part of a value in words: its kind by name, a moment as moments are written."""
    if name == "sort":
        return SORTS.get(text, text)
    if name in ("observed_at", "sent_at", "told_at", "happened_at"):
        try:
            return stamp(datetime.fromisoformat(text))
        except ValueError:
            return text
    return text
