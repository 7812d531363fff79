"""Files that leave the house: written from rows, recorded with their columns and digest first."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from assays.models import DataExport
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.records import Export

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_file(
    *,
    kind: str,
    permission: str,
    columns: Mapping[str, Export],
    rows: Sequence[Sequence[Any]],
    parameters: Mapping[str, Any],
    by: Principal,
    at: datetime,
) -> bytes:
    """Return rows as CSV, once it is on record who takes which columns of what.

    `columns` names every column with its class. A cell that a spreadsheet would take for a formula
    is written as text.
    """
    policy.check(by, permission)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    content = text.getvalue().encode()
    with acting(by=by, at=at, action="assays.export.take"):
        DataExport.objects.create(
            kind=kind,
            columns={name: one.value for name, one in columns.items()},
            parameters=dict(parameters),
            row_count=len(rows),
            sha256=hashlib.sha256(content).hexdigest(),
            by=by,
            at=at,
        )
    return content


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text
