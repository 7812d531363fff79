"""Instruments: how they speak, and what they say. Pure: no Django, no clock, no input or output.

interpret(raw, "abbott-m2000")  ->  [Interpreted, ...]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assays.instruments import drivers, interpreted
from assays.instruments.interpreted import Interpreted, Of, Reason

__all__ = ["Interpreted", "Of", "Reason", "interpret"]


def interpret(
    raw: bytes,
    driver: str,
    *,
    settings: Mapping[str, Any] | None = None,
    zone: str = "UTC",
) -> list[Interpreted]:
    """Say what the messages in `raw` say: one entry per value, in their order.

    `raw` may be framed (LIS1-A, MLLP) or bare text, with one message or several. `driver` is one of
    `drivers.names()`; another raises `drivers.UnknownDriver` with the names there are. `settings` are
    those of one instrument, `zone` is its time zone. Damage is never an exception: a message that
    cannot be read, or whose end is missing, is one entry with `of` UNREAD, and `held` says why.
    Nothing is filed, and nothing of the laboratory is asked: whether a specimen is known here, or a
    code mapped, `manage.py interpret` says.
    """
    found = drivers.find(driver)
    values: list[Interpreted] = []
    for message in found.unwrap(raw, settings or {}):
        if not message.is_complete:
            values.append(interpreted.incomplete(message, driver))
            continue
        read = found.interpret(
            message.text, dialect=message.dialect, settings=settings or {}, zone=zone
        )
        values += interpreted.values(message, read, driver)
    return values
