"""Changing the catalogue: what ships is loaded, changes are drafted, intervals are signed."""

from assays.actions.catalogue.drafts import (
    add_panel,
    draft_assay_version,
    draft_conversion,
    draft_panel_version,
)
from assays.actions.catalogue.loading import Loaded, load
from assays.actions.catalogue.ranges import RangeDraft
from assays.actions.catalogue.signatures import sign_interval

__all__ = [
    "Loaded",
    "RangeDraft",
    "add_panel",
    "draft_assay_version",
    "draft_conversion",
    "draft_panel_version",
    "load",
    "sign_interval",
]
