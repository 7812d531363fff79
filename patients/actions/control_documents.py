"""Schematics and kill codes: drafted as versions, signed by two others, withdrawn, opened, used."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime

from django.conf import settings
from django.core.files.base import ContentFile
from django.db.models import Max
from django.utils.translation import gettext as _

from labsys.accounts.models import Principal, StepUp
from labsys.audit import reads
from labsys.audit.context import acting
from labsys.lib import contents, policy
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.locks import hold
from labsys.lib.sealing import seal
from patients.actions import control_signatures, interventions
from patients.actions.gateway import claiming, insert, required
from patients.models import (
    ControlDocument,
    ControlDocumentVersion,
    Intervention,
    KillCodeUse,
    Person,
)
from patients.queries.control_documents import content_of, is_secret, seal_context, state_of
from patients.queries.control_signatures import is_intact
from patients.rules.control_documents import (
    MOST_BYTES,
    MOST_SECRET_BYTES,
    VersionState,
    media_type_of,
)

DRAFT, SIGN = "patients.document.draft", "patients.document.sign"
READ_SECRET, USE = "patients.killcode.read", "patients.killcode.use"


def begin(
    *,
    kind: str,
    code: str,
    title: str,
    content: bytes,
    note: str,
    by: Principal,
    at: datetime,
) -> ControlDocumentVersion:
    """Begin a document with the draft of its first version."""
    policy.check(by, DRAFT)
    title = required(title, field="title", what=_("A document has a title."))
    taken = {
        "patients_controldocument_code_key": InvalidInput(
            _("A document has this code already."), field="code"
        )
    }
    with claiming(taken), acting(by=by, at=at, action="patients.control_document.begin"):
        given = {"kind": kind, "code": code.strip(), "title": title}
        document = insert(ControlDocument(**given, recorded_at=at, recorded_by=by))
        return draft(document=document, content=content, note=note, by=by, at=at)


def draft(
    *, document: ControlDocument, content: bytes, note: str, by: Principal, at: datetime
) -> ControlDocumentVersion:
    """Draft the next version; it counts once two other people have signed it.

    A schematic's bytes are durable under their hash before the row that names them is committed; a
    kill code is sealed in its row and is written nowhere else.
    """
    policy.check(by, READ_SECRET if is_secret(document) else DRAFT)
    policy.check(by, DRAFT)
    note = required(note, field="note", what=_("Say what is new, and why."))
    most = MOST_SECRET_BYTES if is_secret(document) else MOST_BYTES
    if len(content) > most:
        raise InvalidInput(
            _("The file is larger than %(most)d KB.") % {"most": most // 1024}, field="content"
        )
    given = {"media_type": media_type_of(content), "size": len(content)}
    with acting(by=by, at=at, action="patients.control_document.draft", reason=note):
        _lock(document)
        last = document.versions.aggregate(last=Max("number"))["last"] or 0
        made = insert(
            ControlDocumentVersion(
                document=document,
                number=last + 1,
                note=note,
                **given,
                **_kept(document, content),
                recorded_at=at,
                recorded_by=by,
            )
        )
        control_signatures.draft(row=made, by=by, at=at)
    return made


def sign(
    *,
    version: ControlDocumentVersion,
    seen: str,
    step_up: StepUp | None,
    by: Principal,
    at: datetime,
) -> ControlDocumentVersion:
    """Sign a version under a digest of it; the second signature puts it in force."""
    policy.check(by, SIGN)
    if is_secret(version.document):
        policy.check(by, READ_SECRET)
    with acting(by=by, at=at, action="patients.control_document.sign"):
        _lock(version.document)
        found: ControlDocumentVersion = ControlDocumentVersion.objects.select_related(
            "document"
        ).get(pk=version.pk)
        if state_of(found) in (VersionState.WITHDRAWN, VersionState.SUPERSEDED):
            raise Conflict(
                _("This version was withdrawn, or a later one is in force; draft the next one.")
            )
        control_signatures.sign(row=found, seen=seen, step_up=step_up, by=by, at=at)
    return found


def withdraw(
    *, version: ControlDocumentVersion, reason: str, by: Principal, at: datetime
) -> ControlDocumentVersion:
    """Take a version out of use at once; it needs no second person, and brings none back."""
    policy.check(by, SIGN)
    reason = required(reason, field="reason", what=_("Say why the version is withdrawn."))
    with acting(by=by, at=at, action="patients.control_document.withdraw", reason=reason):
        _lock(version.document)
        rows = ControlDocumentVersion.objects.filter(pk=version.pk, withdrawn_at=None)
        if not rows.update(withdrawn_at=at, withdrawn_by=by, withdrawn_because=reason):
            raise Conflict(_("This version was withdrawn already."))
    version.refresh_from_db()
    return version


def open_secret(*, version: ControlDocumentVersion, by: Principal, at: datetime) -> bytes:
    """Return what a kill code says; that somebody looked is on record before they see it."""
    policy.check(by, READ_SECRET)
    found = content_of(version)
    with acting(by=by, at=at, action="patients.control_document.open"):
        reads.record(by=by, purpose="kill code", objects=[version], person_id=None)
    return found


def use(
    *,
    version: ControlDocumentVersion,
    person: Person,
    started_at: datetime,
    intended_effect: str = "",
    by: Principal,
    at: datetime,
) -> Intervention:
    """Record that a kill code was used on a patient: an intervention that names document and version.

    Recorded, never sent. Only the version in force is used.
    """
    policy.check(by, USE, person)
    document = version.document
    if not is_secret(document):
        raise InvalidInput(_("Only a kill code is used."), field="version")
    with acting(by=by, at=at, action="patients.kill_code.use"):
        _lock(document)
        if state_of(version) is not VersionState.IN_FORCE:
            raise Conflict(_("This version is not in force: two people sign it before it is used."))
        if not is_intact(version):
            raise Conflict(
                _(
                    "What stands there is not what was signed; do not use it, and tell who runs labsys."
                )
            )
        made = interventions.use_kill_code(
            person=person,
            detail=str(version),
            started_at=started_at,
            intended_effect=intended_effect.strip(),
            by=by,
            at=at,
        )
        insert(KillCodeUse(intervention=made, version=version, recorded_at=at, recorded_by=by))
    return made


def _lock(document: ControlDocument) -> None:
    hold(f"patients.controldocument:{document.pk}")


def _kept(document: ControlDocument, content: bytes) -> dict[str, object]:
    """Keep the bytes, and return what the row says of where they are."""
    uid = uuid.uuid4()
    if not is_secret(document):
        return {"uid": uid, "sha256": contents.put(ContentFile(content)).sha256}
    sealed = seal(content, context=seal_context(uid), keys=settings.LABSYS_FIELD_KEYS)
    return {"uid": uid, "sealed": sealed, "sha256": hashlib.sha256(sealed).hexdigest()}
