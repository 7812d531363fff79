"""Schematics and kill codes: what is kept and where, who signs, what is never written anywhere."""

from __future__ import annotations

import logging

import pytest

from labsys.accounts.roles import Role
from labsys.audit.models import AuditEvent, ReadEvent
from labsys.lib import contents
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from labsys.lib.records import Export
from labsys.lib.sealing import SealBroken
from patients.actions import control_documents as documents
from patients.actions import interventions
from patients.actions.control_signatures import SignedTwice
from patients.models import ControlDocumentVersion, Intervention, KillCodeUse
from patients.queries.control_documents import changes_since, content_of, state_of
from patients.rules.control_documents import FileRefused, VersionState
from tests import factories
from tests.patients import controls, people
from tests.patients.people import HOUR

pytestmark = pytest.mark.django_db


def next_of(version: ControlDocumentVersion, content: bytes) -> ControlDocumentVersion:
    given = {"document": version.document, "content": content, "note": "coil replaced"}
    return documents.draft(**given, by=controls.physician(), at=database_now())  # type: ignore[arg-type]


def signed(version: ControlDocumentVersion) -> ControlDocumentVersion:
    controls.sign(version)
    controls.sign(version)
    return version


def test_a_schematic_is_kept_by_what_it_is() -> None:
    made = controls.schematic(b"coil 4\n")

    assert contents.read(made.sha256) == b"coil 4\n"
    assert (made.media_type, made.size, made.sealed) == ("text/plain", 7, None)


def test_a_version_is_superseded_by_the_next_that_two_signed() -> None:
    first = signed(controls.schematic(b"coil 4\nwire 2\n"))
    second = next_of(first, b"coil 5\nwire 2\n")
    assert (state_of(first), state_of(second)) == (VersionState.IN_FORCE, VersionState.DRAFT)
    signed(second)

    assert (state_of(first), state_of(second)) == (VersionState.SUPERSEDED, VersionState.IN_FORCE)
    changed = [line for line in changes_since(second) or [] if line[0] in "+-"]
    assert changed == [("-", "coil 4"), ("+", "coil 5")]
    given = {"by": controls.physician(), "at": database_now(), "reason": "wrong coil"}
    documents.withdraw(version=second, **given)
    assert (state_of(first), state_of(second)) == (VersionState.SUPERSEDED, VersionState.WITHDRAWN)
    with pytest.raises(Conflict, match="already"):
        documents.withdraw(version=second, **given)


def test_three_different_people_stand_under_a_version() -> None:
    second, made = controls.physician(), controls.schematic()
    controls.sign(made, second)

    with pytest.raises(SignedTwice):
        controls.sign(made, second)
    with pytest.raises(SignedTwice):
        controls.sign(made, made.recorded_by)
    with pytest.raises(NotAllowed):
        controls.sign(made, factories.principal(Role.WARD_DOCTOR))


def test_a_kill_code_stands_nowhere_in_clear(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        made, at = signed(controls.kill_code()), database_now()
        given = {"version": made, "by": controls.physician(), "at": at}
        documents.open_secret(**given)  # type: ignore[arg-type]
        documents.use(**given, person=people.person(), started_at=at - HOUR)  # type: ignore[arg-type]
        documents.withdraw(**given, reason="a newer one")  # type: ignore[arg-type]

    assert controls.CODE not in bytes(made.sealed)
    with pytest.raises(contents.ContentDamaged):
        contents.read(made.sha256)  # nothing of it is in the storage
    told = " ".join(str(one.body) for one in AuditEvent.objects.all()) + caplog.text
    assert controls.CODE.decode() not in told
    assert bytes(made.sealed).hex() not in told
    assert ControlDocumentVersion.EXPORT[Export.SEALED] == "sealed"  # left out of every export


def test_each_look_at_a_kill_code_is_on_record() -> None:
    made, reader = controls.kill_code(), people.infection_control()

    assert documents.open_secret(version=made, by=reader, at=database_now()) == controls.CODE
    (look,) = ReadEvent.objects.filter(purpose="kill code")
    assert (look.actor, look.pk_of) == (reader.pk, made.pk)
    for role in (Role.TECHNOLOGIST, Role.WARD_DOCTOR, Role.ADMINISTRATOR, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            documents.open_secret(version=made, by=factories.principal(role), at=database_now())


def test_a_sealed_code_does_not_open_elsewhere() -> None:
    one, other = controls.kill_code(), controls.kill_code()
    other.sealed = one.sealed

    with pytest.raises(SealBroken):
        content_of(other)


def test_a_use_names_document_and_version() -> None:
    made, someone, at = signed(controls.kill_code()), people.person(), database_now()
    given = {"version": made, "person": someone, "started_at": at - HOUR}
    treatment = documents.use(**given, by=controls.physician(), at=at)

    assert (treatment.kind, treatment.detail) == ("KILL_CODE", f"{made.document.code} v1")
    assert treatment.kill_code_use.version == made

    said = {"person": someone, "started_at": at - HOUR, "ended_at": at, "detail": treatment.detail}
    by = people.infection_control()
    again = interventions.correct(
        intervention=treatment, kind="KILL_CODE", reason="its end", **said, by=by, at=at
    )
    assert KillCodeUse.objects.get(intervention=again).version == made
    typed = {"kind": "KILL_CODE", "reason": "no", **said, "detail": "another"}
    doctor = factories.principal(Role.PATHOLOGIST)
    with pytest.raises(NotAllowed):
        interventions.correct(intervention=again, **typed, by=doctor, at=at)
    with pytest.raises(Conflict, match="names a version"):
        interventions.correct(
            intervention=again, **{**typed, "person": people.person()}, by=by, at=at
        )
    again = interventions.correct(intervention=again, **typed, by=by, at=at)
    assert again.detail == treatment.detail
    with pytest.raises(Conflict, match="names a version"):
        interventions.correct(
            intervention=again, kind="CHARCOAL", reason="no", **said, by=by, at=at
        )


def test_who_may_not_use_a_kill_code_types_none() -> None:
    by, at = factories.principal(Role.PATHOLOGIST), database_now()
    given = {"person": people.person(), "started_at": at - HOUR, "by": by, "at": at}

    with pytest.raises(NotAllowed):
        interventions.record(kind="KILL_CODE", **given)
    other = interventions.record(kind="OTHER", **given)
    with pytest.raises(NotAllowed):
        interventions.correct(intervention=other, kind="KILL_CODE", reason="x", **given)


def test_only_what_is_in_force_is_used() -> None:
    draft, paper, at = controls.kill_code(), signed(controls.schematic()), database_now()
    given = {"person": people.person(), "started_at": at, "by": controls.physician(), "at": at}

    with pytest.raises(Conflict, match="not in force"):
        documents.use(version=draft, **given)
    with pytest.raises(InvalidInput, match="Only a kill code"):
        documents.use(version=paper, **given)
    assert not Intervention.objects.exists()


def test_what_is_not_what_was_signed_is_not_used() -> None:
    made, at = signed(controls.kill_code()), database_now()
    made.note = "altered"

    with pytest.raises(Conflict, match="not what was signed"):
        documents.use(
            version=made, person=people.person(), started_at=at, by=controls.physician(), at=at
        )


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"content": b""}, FileRefused),
        ({"content": b"MZ\x90\x00"}, FileRefused),
        ({"content": b"x" * (256 * 1024 + 1)}, InvalidInput),
        ({"title": " "}, InvalidInput),
        ({"code": "a b"}, InvalidInput),
        ({"kind": "POEM"}, InvalidInput),
    ],
)
def test_what_is_wrong_is_refused(change: dict[str, object], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        controls.kill_code(**change)  # type: ignore[arg-type]

    assert not ControlDocumentVersion.objects.exists()
