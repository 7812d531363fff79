"""The base of admins whose forms ask for an assay."""

from __future__ import annotations

from typing import Any

from assays.models import Assay
from labsys.lib.admin import RecordAdmin


class OfAssayAdmin(RecordAdmin):
    """Assays are offered in the order of their codes."""

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "assay":
            rows = Assay.objects.select_related("analyte", "specimen_type")
            kwargs["queryset"] = rows.order_by("analyte__code")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
