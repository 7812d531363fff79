"""Controllers' documents: where each version stands, and what is kept of it."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db.models import Count, Prefetch, Q

from labsys.lib import contents
from labsys.lib.sealing import unseal
from patients.models import ControlDocument, ControlDocumentVersion
from patients.rules.control_documents import (
    MOST_COMPARED_BYTES,
    TEXT,
    VersionState,
    differences,
    states_of,
)

NAMES = (
    Prefetch("versions", ControlDocumentVersion.objects.defer("sealed")),
    "versions__signatures",
)


def versions_of(document: ControlDocument) -> list[ControlDocumentVersion]:
    """Return the versions of a document, the newest first, each with its `state` and signatures."""
    rows = document.versions.select_related("recorded_by__user", "withdrawn_by__user", "document")
    rows = rows.prefetch_related("signatures").defer("sealed")
    found = list(rows.order_by("-number"))
    states = states_of([(one.number, _signed(one), one.withdrawn_at is not None) for one in found])
    for one in found:
        one.state = states[one.number]  # type: ignore[attr-defined]
    return found


def newest_state(document: ControlDocument) -> tuple[int, VersionState | None]:
    """Return the number in force (0 where none is) and the state of the newest version.

    The document comes with its `NAMES`.
    """
    found = list(document.versions.all())
    states = states_of([(one.number, _signed(one), one.withdrawn_at is not None) for one in found])
    standing = [number for number, state in states.items() if state is VersionState.IN_FORCE]
    return max(standing, default=0), states[max(states)] if states else None


def state_of(version: ControlDocumentVersion) -> VersionState:
    """Return where one version stands among those of its document."""
    rows = ControlDocumentVersion.objects.filter(document_id=version.document_id)
    given = rows.annotate(given=Count("signatures", filter=Q(signatures__position__gt=0)))
    known = given.values_list("number", "given", "withdrawn_at")
    states = states_of([(number, given, ended is not None) for number, given, ended in known])
    return states[version.number]


def _signed(version: Any) -> int:
    return sum(one.position > 0 for one in version.signatures.all())


def is_secret(document: ControlDocument) -> bool:
    """Whether the content of a document is sealed."""
    return document.kind == ControlDocument.Kind.KILL_CODE


def seal_context(uid: uuid.UUID) -> str:
    """Return the context that binds a sealed content to its version."""
    return f"patients.controldocumentversion:{uid}"


def content_of(version: ControlDocumentVersion) -> bytes:
    """Return the bytes of a version; raises SealBroken, ContentDamaged or ContentsAway.

    Of a kill code only `patients.actions.control_documents.open_secret` asks, which keeps the look.
    """
    if version.sealed is not None:
        keys = settings.LABSYS_FIELD_KEYS
        return unseal(bytes(version.sealed), context=seal_context(version.uid), keys=keys)
    return contents.read(version.sha256)


def comparable_before(version: ControlDocumentVersion) -> ControlDocumentVersion | None:
    """Return the version before a text, where it is a text that can be compared with it."""
    earlier = version.document.versions.filter(number__lt=version.number)
    before: ControlDocumentVersion | None = earlier.order_by("-number").first()
    if before is None or any(
        one.media_type != TEXT or one.size > MOST_COMPARED_BYTES for one in (before, version)
    ):
        return None
    return before


def compared(old: bytes, new: bytes) -> list[tuple[str, str]]:
    """Return how two texts differ, line by line."""
    return differences(old.decode(), new.decode())


def changes_since(version: ControlDocumentVersion) -> list[tuple[str, str]] | None:
    """Return how a schematic's text differs from the version before it; None where it cannot."""
    before = comparable_before(version)
    return None if before is None else compared(content_of(before), content_of(version))
