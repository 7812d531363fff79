"""Pages of controllers' documents: drafted, compared, signed; what a kill code says is never shown."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files import uploadhandler
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, FakePayload, encode_multipart
from django.urls import reverse

from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib import contents
from labsys.lib.clock import database_now
from patients.forms import MOMENT
from patients.models import (
    ControlDocumentVersion,
    Intervention,
)
from patients.queries.control_signatures import digest_of
from tests.clients import BACKEND, client_of
from tests.patients import controls, people
from tests.patients.people import HOUR
from tests.patients.test_controller_pages import ACT, signed_in, text_of

pytestmark = pytest.mark.django_db


def begun(client: Client, **given: Any) -> ControlDocumentVersion:
    said = {"kind": "SCHEMATIC", "code": "coil", "title": "Coil", "note": "first", "text": "coil 4"}
    answer = client.post(reverse("control-document-new"), {**said, **given})
    assert answer.status_code == 302, text_of(answer, answer.status_code)
    found: ControlDocumentVersion = ControlDocumentVersion.objects.order_by("-id")[0]
    return found


def test_a_schematic_is_saved_and_never_opened() -> None:
    client = client_of(controls.physician())
    page = b"<script>alert(1)</script>"
    made = begun(client, text="", file=SimpleUploadedFile("x.html", page, "text/html"))

    answer = client.get(reverse("control-document-content", args=[made.uid]))

    assert b"".join(answer.streaming_content) == page
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_versions_are_compared_and_signed() -> None:
    author = client_of(controls.physician())
    first = begun(author)
    document = reverse("control-document", args=[first.document.uid])
    author.post(document, {"text": "coil 5", "note": "coil replaced"})
    second = ControlDocumentVersion.objects.get(number=2)
    address = reverse("control-document-version", args=[second.uid])

    page = text_of(author.get(address))
    assert "<del>removed</del>" in page
    assert "coil 5" in page
    for _signature in range(2):
        client = signed_in(controls.physician())
        assert client.post(address, {**ACT, "seen": digest_of(second)}).status_code == 302
    assert "in force" in text_of(author.get(document))
    author.post(address, {"act": "withdraw", "reason": "wrong coil"})
    assert "withdrawn" in text_of(author.get(document))


@pytest.mark.parametrize(
    "given",
    [
        {"text": ""},
        {"file": SimpleUploadedFile("x", b"coil")},
        {"text": "", "file": SimpleUploadedFile("x.exe", b"MZ\x90\x00")},
        {"note": " "},
        {"code": "two words"},
        {"kind": "POEM"},
    ],
)
def test_what_is_no_document_is_refused_beside_its_field(given: dict[str, Any]) -> None:
    said = {"kind": "SCHEMATIC", "code": "coil", "title": "Coil", "note": "first", "text": "coil 4"}

    answer = client_of(controls.physician()).post(
        reverse("control-document-new"), {**said, **given}
    )

    assert "Error:" in text_of(answer, 422)
    assert not ControlDocumentVersion.objects.exists()


def test_a_form_refused_does_not_say_a_kill_code_again() -> None:
    client, known = client_of(controls.physician()), controls.kill_code()
    said = {"kind": "KILL_CODE", "code": "halt", "title": "Halt", "note": " ", "text": "halt 9Q"}
    addresses = (
        reverse("control-document-new"),
        reverse("control-document", args=[known.document.uid]),
    )

    for address in addresses:
        answer = client.post(address, said)
        assert answer.status_code == 422
        assert "halt 9Q" not in answer.content.decode()
        assert "no-store" in answer.headers["Cache-Control"]
    shown = client.post(addresses[0], {**said, "kind": "SCHEMATIC"})
    assert "halt 9Q" in shown.content.decode()


def test_a_file_that_the_storage_lost_is_said_so() -> None:
    author = client_of(controls.physician())
    first = begun(author)
    author.post(
        reverse("control-document", args=[first.document.uid]), {"text": "coil 5", "note": "new"}
    )
    second = ControlDocumentVersion.objects.get(number=2)
    storages[contents.STORAGE].delete(contents.name_of(first.sha256))

    page = text_of(author.get(reverse("control-document-version", args=[second.uid])))

    assert "does not give this file" in page
    lost = author.get(reverse("control-document-content", args=[first.uid]))
    assert "does not hold this file" in text_of(lost, 410)


def test_a_kill_code_is_opened_by_post_and_each_look_is_kept() -> None:
    made, reader = controls.kill_code(), controls.physician()
    client, code = client_of(reader), controls.CODE.decode()
    pages = [
        reverse("control-documents"),
        reverse("control-document", args=[made.document.uid]),
        reverse("control-document-version", args=[made.uid]),
        reverse("admin:patients_controldocumentversion_change", args=[made.pk]),
        reverse("search") + "?q=7F-21",
    ]
    for address in pages:
        assert code not in text_of(client.get(address))
    assert client.get(reverse("control-document-content", args=[made.uid])).status_code == 404
    opened = reverse("kill-code", args=[made.uid])
    assert client.get(opened).status_code == 405
    assert client_of(Role.WARD_DOCTOR).post(opened).status_code == 403

    answer = client.post(opened)

    assert code in text_of(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    assert ReadEvent.objects.get(purpose="kill code").actor == reader.pk


def test_a_later_kill_code_is_compared_where_it_is_opened() -> None:
    made = controls.kill_code()
    client = client_of(controls.physician())
    client.post(
        reverse("control-document", args=[made.document.uid]), {"text": "halt 9", "note": "new"}
    )
    second = ControlDocumentVersion.objects.get(number=2)

    page = text_of(client.post(reverse("kill-code", args=[second.uid])))

    assert "<ins>added</ins>" in page
    looks = ReadEvent.objects.filter(purpose="kill code").values_list("pk_of", flat=True)
    assert set(looks) == {made.pk, second.pk}


def test_a_use_is_recorded_for_a_patient_in_reach() -> None:
    made, someone = controls.kill_code(), people.person()
    controls.sign(made)
    controls.sign(made)
    client = client_of(controls.physician())
    address = reverse("control-document-version", args=[made.uid])
    when = (database_now() - HOUR).astimezone().strftime(MOMENT)
    use = {"act": "use", "person": someone.mrn, "started_at": when}

    assert "Record that it was used" in text_of(client.get(address))
    assert client.post(address, {**use, "person": "12345678"}).status_code == 422
    assert client.post(address, use).status_code == 302
    assert Intervention.objects.get().kill_code_use.version == made
    assert client_of(Role.PATHOLOGIST).post(address, use).status_code == 403


@pytest.fixture
def no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def spooled(*_args: Any, **_kwargs: Any) -> None:
        raise AssertionError("A file of a kill code is written to a disk in clear.")

    monkeypatch.setattr(uploadhandler, "TemporaryUploadedFile", spooled)


@pytest.mark.parametrize("is_forged", [False, True])
def test_no_file_of_a_kill_code_is_ever_spooled(no_disk: None, is_forged: bool) -> None:
    who, known = controls.physician(), controls.kill_code()
    client = Client(enforce_csrf_checks=is_forged)
    client.force_login(who.user, backend=BACKEND)
    whole = b"K" * (3 * 1024 * 1024)
    said = {"kind": "KILL_CODE", "code": "stop", "title": "Stop", "note": "first", "text": ""}
    addresses = ("control-document-new", []), ("control-document", [known.document.uid])

    for name, args in addresses:
        file = SimpleUploadedFile("stop.txt", whole, "text/plain")
        answer = client.post(reverse(name, args=args), {**said, "file": file})
        told = text_of(answer, 403 if is_forged else 422)
        assert is_forged or "larger than 256 KB" in told


def test_a_large_schematic_is_taken_and_what_is_too_large_is_not_read(no_disk: None) -> None:
    client = client_of(controls.physician())
    whole = b"c" * (3 * 1024 * 1024)
    made = begun(client, text="", file=SimpleUploadedFile("coil.txt", whole, "text/plain"))
    address = reverse("control-document", args=[made.document.uid])
    file = SimpleUploadedFile("coil.txt", b"c" * (22 * 1024 * 1024), "text/plain")
    body = encode_multipart(BOUNDARY, {"note": "more", "file": file})

    class Unread(FakePayload):
        def read(self, *_args: Any) -> bytes:
            raise AssertionError("What is too large is read.")

    given = {"wsgi.input": Unread(body)}
    answer = client.generic("POST", address, body, MULTIPART_CONTENT, **given)

    assert made.size == len(whole)
    assert "larger than 20480 KB" in text_of(answer, 413)
    assert ControlDocumentVersion.objects.count() == 1
