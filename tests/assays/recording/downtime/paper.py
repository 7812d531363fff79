"""What somebody types from the paper of a downtime."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils.timezone import get_default_timezone

from assays.models import (
    DowntimeBox,
)
from labsys.lib.clock import database_now
from tests.assays.recording.gridded import identity


def paper_time(ago: timedelta = timedelta(minutes=20)) -> str:
    moment = (database_now() - ago).astimezone(get_default_timezone())
    return moment.strftime("%Y-%m-%dT%H:%M")


def type_in(client: Client, form, specimen, *, at: str, collected: str = "", **texts: str):
    """Type what the paper says, e.g. `hgb="13.2"`, `o_hgb="seen"`."""
    sent: dict[str, object] = {"move": "type", "row": [f"{specimen.pk}:{identity(specimen)}"]}
    sent[f"observed_at-{specimen.pk}"] = at
    sent[f"collected_at-{specimen.pk}"] = collected
    for name, text in texts.items():
        kind, _low, code = name.rpartition("_")
        box = DowntimeBox.objects.get(form=form, specimen=specimen, assay__analyte__code=code)
        sent[f"{kind or 'v'}-{specimen.pk}-{box.assay_id}"] = text
    return client.post(f"/downtime/{form.pk}/", sent)
