"""Files of a watched folder are stored whole, once, when they grow no more; then they are moved."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assays.instruments.drivers import Driver
from assays.instruments.wire import Assembled
from assays.listeners import folders
from assays.models import EndpointState, Instrument, TransmissionMessage, TransmissionSession
from assays.rules.endpoints import EndpointRole
from assays.rules.line_faults import LineFault
from tests.assays.endpoints import lines
from tests.assays.families import declared
from tests.assays.laboratory import setting_up
from tests.assays.listeners.listening import Listening, hl7_message, listening
from tests.processes import wait_until


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch, often: None) -> None:
    monkeypatch.setattr(folders, "SCAN_SECONDS", 0.1)


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.LABSYS_FOLDERS = str(tmp_path)
    made = tmp_path / "xn-1"
    made.mkdir()
    return made


@pytest.fixture
def reader(fresh_database: str) -> Instrument:
    return lines.instrument("HL7")


@pytest.fixture
def listeners(folder: Path, reader: Instrument) -> Iterator[Listening]:
    with listening() as made:
        watched(reader)
        yield made


def watched(of: Instrument, **more: Any) -> Any:
    given = {"folder": "xn-1", "stable_seconds": 1, "pattern": "*.hl7", **more}
    return lines.endpoint(of, EndpointRole.FOLDER, **given)


def wait_for(path: Path) -> None:
    wait_until(path.exists, seconds=60, what=f"{path.name} in {path.parent.name}")


def stored() -> list[bytes]:
    """Return the messages; bare text loses the blanks behind it."""
    return sorted(bytes(one.content).rstrip() + b"\r" for one in TransmissionMessage.objects.all())


def test_a_file_is_stored_and_then_moved(
    listeners: Listening, folder: Path, reader: Instrument
) -> None:
    (folder / "a.hl7").write_bytes(hl7_message("1") + hl7_message("2"))

    wait_for(folder / "done" / "a.hl7")

    session = TransmissionSession.objects.get()
    assert stored() == [hl7_message("1"), hl7_message("2")]
    assert (session.state, session.instrument, session.messages) == ("ENDED", reader, 2)
    assert session.listener.startswith("folder ")
    assert session.listener.endswith(" a.hl7")
    assert {one.status for one in TransmissionMessage.objects.all()} == {"RECEIVED"}


def test_a_family_that_is_declared_here_is_taken_apart_as_it_frames(
    listeners: Listening, folder: Path, reader: Instrument
) -> None:
    family = declared.in_force()
    with setting_up():
        Instrument.objects.filter(pk=reader.pk).update(driver=family.name)

    (folder / "a.hl7").write_bytes(hl7_message("1"))

    wait_for(folder / "done" / "a.hl7")
    assert stored() == [hl7_message("1")]


def test_a_file_that_is_beyond_us_keeps_no_other_back(
    listeners: Listening, folder: Path, reader: Instrument, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Driver, raw: bytes, *given: Any) -> list[Assembled]:
        if b"poison" in raw:
            raise RuntimeError("no driver can take this apart")
        return taken_apart(self, raw, *given)

    taken_apart = Driver.unwrap
    monkeypatch.setattr(Driver, "unwrap", fail)
    (folder / "a.hl7").write_bytes(hl7_message("poison"))
    (folder / "b.hl7").write_bytes(hl7_message("2"))

    wait_for(folder / "done" / "b.hl7")
    lines.wait_for(reader.endpoints.get(), "DOWN")
    said = str(EndpointState.objects.get(instrument=reader).fault)
    assert said.startswith("The file 'a.hl7' could not be stored")


def test_a_file_is_not_taken_while_it_grows(listeners: Listening, folder: Path) -> None:
    whole, path = hl7_message("1", padding=5000), folder / "a.hl7"
    with path.open("wb", buffering=0) as file:
        for at in range(0, len(whole), 1000):
            file.write(whole[at : at + 1000])
            threading.Event().wait(0.4)
            assert not TransmissionMessage.objects.exists()

    wait_for(folder / "done" / "a.hl7")
    assert stored() == [whole]


def test_the_same_file_left_twice_is_a_repetition_and_keeps_both(
    listeners: Listening, folder: Path
) -> None:
    for _turn in range(2):
        (folder / "a.hl7").write_bytes(hl7_message("1"))
        wait_until(lambda: not (folder / "a.hl7").exists(), seconds=60, what="the file to move")

    assert stored() == [hl7_message("1")] * 2
    assert sorted(one.name for one in (folder / "done").iterdir()) == ["a.hl7", "a.hl7.1"]


def test_what_holds_no_message_is_refused_with_an_alarm(
    listeners: Listening, folder: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(hl7_message("9"))
    (folder / "picture.hl7").write_bytes(b"\x89PNG\r\n\x1a\n" * 10)
    (folder / "link.hl7").symlink_to(secret)
    os.mkfifo(folder / "pipe.hl7")
    for name in ("picture.hl7", "link.hl7", "pipe.hl7"):
        wait_until(
            lambda name=name: os.path.lexists(folder / "refused" / name), seconds=60, what=name
        )

    wait_until(
        lambda: EndpointState.objects.filter(refused=3).exists(), seconds=60, what="the alarm"
    )
    row = EndpointState.objects.get()
    assert (row.state, row.errors) == ("WATCHING", 3)
    assert str(row.fault).startswith("A file was refused: it ")
    assert stored() == []
    assert secret.exists()


def test_a_file_that_is_too_long_is_refused(
    listeners: Listening, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "MOST_BYTES", 1000)
    (folder / "a.hl7").write_bytes(hl7_message("1", padding=2000))

    wait_for(folder / "refused" / "a.hl7")

    assert stored() == []


def test_other_names_hidden_and_empty_files_are_left_alone(
    listeners: Listening, folder: Path
) -> None:
    for name in ("a.tmp", ".a.hl7"):
        (folder / name).write_bytes(hl7_message("1"))
    (folder / "empty.hl7").touch()
    (folder / "z.hl7").write_bytes(hl7_message("2"))

    wait_for(folder / "done" / "z.hl7")

    assert stored() == [hl7_message("2")]
    assert {one.name for one in folder.iterdir()} == {
        *("a.tmp", ".a.hl7", "empty.hl7"),
        *("done", "refused"),
    }


def test_a_file_that_was_stored_and_not_moved_is_only_moved(
    listeners: Listening, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moving = folders.Folder._move
    monkeypatch.setattr(folders.Folder, "_move", lambda *given: LineFault("It cannot be moved."))
    (folder / "a.hl7").write_bytes(hl7_message("1"))
    wait_until(
        lambda: EndpointState.objects.filter(state="DOWN").exists(), seconds=60, what="the state"
    )
    assert str(EndpointState.objects.get().fault) == "It cannot be moved."
    monkeypatch.setattr(folders.Folder, "_move", moving)

    wait_for(folder / "done" / "a.hl7")

    assert stored() == [hl7_message("1")]
    wait_until(
        lambda: EndpointState.objects.filter(state="WATCHING").exists(), seconds=60, what="better"
    )


def test_many_files_that_cannot_be_moved_keep_no_other_back(
    listeners: Listening, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moving = folders.Folder._move

    def fail(self: folders.Folder, name: str, where: str) -> LineFault | None:
        return LineFault("It cannot be moved.") if name[0] == "a" else moving(self, name, where)

    monkeypatch.setattr(folders.Folder, "_move", fail)
    monkeypatch.setattr(folders, "MOST_FILES", 2)
    for number in range(12):
        (folder / f"a{number}.hl7").write_bytes(hl7_message(str(number)))
        (folder / f"empty{number}.hl7").touch()

    (folder / "b.hl7").write_bytes(hl7_message("99"))

    wait_for(folder / "done" / "b.hl7")


def test_a_folder_that_is_not_there_is_a_state(
    listeners: Listening, folder: Path, reader: Instrument
) -> None:
    made = watched(reader, folder="elsewhere")

    row = lines.wait_for(made, "DOWN")
    wait_until(
        lambda: bool(EndpointState.objects.get(endpoint=made).last_error), seconds=60, what="why"
    )
    row.refresh_from_db()
    assert str(row.fault) == "The folder elsewhere cannot be used (no such file or directory)."

    (folder.parent / "elsewhere").mkdir()
    lines.wait_for(made, "WATCHING")


def test_a_folder_that_leads_elsewhere_is_not_watched(
    listeners: Listening, folder: Path, reader: Instrument, tmp_path_factory: Any
) -> None:
    (folder.parent / "out").symlink_to(tmp_path_factory.mktemp("outside"))
    made = watched(reader, folder="out")

    lines.wait_for(made, "DOWN")
    wait_until(
        lambda: bool(EndpointState.objects.get(endpoint=made).last_error), seconds=60, what="why"
    )
    assert "leads out of the folder of all" in str(EndpointState.objects.get(endpoint=made).fault)


def test_a_message_whose_end_is_missing_is_kept_as_one(listeners: Listening, folder: Path) -> None:
    (folder / "b.hl7").write_bytes(b"\x0b" + hl7_message("1") + b"\x1c\r\x0b" + hl7_message("2"))

    wait_for(folder / "done" / "b.hl7")

    statuses = sorted(one.status for one in TransmissionMessage.objects.all())
    assert statuses == ["INCOMPLETE", "RECEIVED"]
