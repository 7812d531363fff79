"""Micrographs of specimens: taken in, made fit to be shown, withdrawn."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.files import File
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from assays.models import Micrograph, MicrographView, Specimen, StoredContent
from assays.rules.nanites import MOST_FIELDS
from assays.rules.pictures import inspect
from assays.rules.states import SpecimenStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import contents, policy
from labsys.lib.contents import Held
from labsys.lib.errors import Conflict, InvalidInput
from labsys.work import queue
from labsys.work.registry import Execution

ADD = "assays.result.enter"
VIEW_WORK = "micrograph_view"
MICROGRAPHS = "assays_micrograph"
LARGEST_SCALE = Decimal(100)  # micrometres per pixel
_USABLE = (SpecimenStatus.COLLECTED, SpecimenStatus.RECEIVED, SpecimenStatus.AVAILABLE)


@dataclass(frozen=True, slots=True)
class Named:
    """What a caller calls what they send, so that it is not taken in twice, and its digest."""

    uid: uuid.UUID
    sent_digest: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is shown of a micrograph (JPEG, with its own size), or why nothing can be."""

    micrograph_id: int
    picture: bytes | None
    thumbnail: bytes | None
    width: int | None
    height: int | None
    media_type: str
    refusal: dict[str, Any] | None


def add(
    *,
    specimen: Specimen,
    file: File[bytes],
    name: str,
    by: Principal,
    at: datetime,
    um_per_pixel: Decimal | None = None,
    named: Named | None = None,
) -> Micrograph:
    """Take in one field of a specimen's film, judged by its header; its bytes are kept as given.

    They are in the storage, durable, before the row that names them is committed.
    """
    policy.check(by, ADD, specimen)
    _check_place(specimen)
    if um_per_pixel is not None and not 0 < um_per_pixel <= LARGEST_SCALE:
        raise InvalidInput(
            _("Micrometres per pixel are above 0 and at most %(most)s.") % {"most": LARGEST_SCALE},
            field="um_per_pixel",
        )
    header = inspect(file, name=name, size=file.size)
    held = contents.put(file)
    named = named or Named(uuid.uuid4())
    with acting(by=by, at=at, action="assays.micrograph.add"):
        # Two who give the same at once: the second finds the first's.
        locked = Specimen.objects.select_for_update(no_key=True).get(pk=specimen.pk)
        _check_place(locked)
        standing = Micrograph.objects.filter(specimen=locked, withdrawn_at=None)
        _check_new(standing.filter(content__sha256=held.sha256).first(), name)
        if standing.count() >= MOST_FIELDS:
            raise Conflict(
                _("A specimen has at most %(most)d micrographs.") % {"most": MOST_FIELDS}
            )
        made: Micrograph = Micrograph.objects.create(
            uid=named.uid,
            sent_digest=named.sent_digest,
            specimen=locked,
            content=_kept(held, header.media_type, by=by, at=at),
            name=name,
            width=header.width,
            height=header.height,
            um_per_pixel=um_per_pixel,
            recorded_by=by,
            recorded_at=at,
        )
        queue.enqueue(
            kind=VIEW_WORK, table=MICROGRAPHS, subjects=[made.pk], priority=locked.priority
        )
    return made


def withdraw(*, micrograph: Micrograph, reason: str, by: Principal, at: datetime) -> Micrograph:
    """Take a micrograph out of use: of another specimen, given by mistake. What was read stays."""
    policy.check(by, ADD, micrograph)
    if not reason.strip():
        raise InvalidInput(_("Say why the micrograph is withdrawn."), field="reason")
    with acting(by=by, at=at, action="assays.micrograph.withdraw", reason=reason.strip()):
        changed = Micrograph.objects.filter(pk=micrograph.pk, withdrawn_at=None).update(
            withdrawn_at=at, withdrawn_by=by, withdrawn_because=reason.strip()[:500]
        )
        if not changed:
            raise Conflict(_("This micrograph was withdrawn already."))
        micrograph.refresh_from_db()
    return micrograph


def record_views(*, drawn: list[Drawn], execution: Execution, by: Principal, at: datetime) -> None:
    """Keep what is shown of micrographs, each once."""
    for one in drawn:
        micrograph = Micrograph.objects.select_related("recorded_by").get(pk=one.micrograph_id)
        if MicrographView.objects.filter(micrograph=micrograph).exists():
            continue
        shown: dict[str, Any] = {
            "width": one.width,
            "height": one.height,
            "refusal": one.refusal,
        }
        with acting(
            by=by, at=at, action="assays.micrograph.draw", on_behalf_of=micrograph.recorded_by
        ):
            for place, content in (("picture", one.picture), ("thumbnail", one.thumbnail)):
                if content is not None:
                    held = contents.put(ContentFile(content))
                    shown[place] = _kept(held, one.media_type, by=by, at=at)
            MicrographView.objects.create(
                micrograph=micrograph,
                worker=execution.worker,
                task_id=execution.task_id,
                recorded_by=by,
                recorded_at=at,
                **shown,
            )


def _check_place(specimen: Specimen) -> None:
    if specimen.status not in _USABLE or specimen.collected_at is None:
        raise Conflict(
            _("Specimen %(specimen)s is %(status)s; no film can be made of it.")
            % {"specimen": specimen, "status": specimen.get_status_display()}
        )


def _check_new(before: Micrograph | None, name: str) -> None:
    if before is not None:
        raise Conflict(
            _("%(name)s is here already, as %(before)s: it is the same picture, byte for byte.")
            % {"name": name, "before": before.name}
        )


def _kept(held: Held, media_type: str, *, by: Principal, at: datetime) -> StoredContent:
    """Return the row of bytes that are in the storage; the same bytes have one."""
    found, _made = StoredContent.objects.get_or_create(
        sha256=held.sha256,
        defaults={
            "size": held.size,
            "media_type": media_type,
            "recorded_by": by,
            "recorded_at": at,
        },
    )
    return found
