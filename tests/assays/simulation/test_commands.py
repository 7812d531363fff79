"""manage.py simulate_instrument and play_recordings: what they send, refuse and say."""

from __future__ import annotations

import socket
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from assays.instruments import drivers, interpret
from assays.instruments.dialects import Dialect
from assays.queries import awaited
from assays.senders import corpus, recorded
from tests.assays import laboratory
from tests.assays.families import declared
from tests.assays.senders import Sender, item
from tests.assays.simulation.receivers import receiver

FRAME = b"\x021H|\\^&|||SIM\rP|1\rL|1|N\r\x03"
SESSION = b"\x05" + FRAME + f"{sum(FRAME[1:]) % 256:02X}".encode() + b"\r\n\x04"
BLOCK = b"\x0bMSH|^~\\&|SIM||||20260301||ORU^R01|77|P|2.5.1\r\x1c\r"


def simulate(*arguments: str) -> str:
    said = StringIO()
    call_command("simulate_instrument", *arguments, stdout=said)
    return said.getvalue()


def play(*arguments: object) -> str:
    said = StringIO()
    call_command("play_recordings", *map(str, arguments), stdout=said)
    return said.getvalue()


ONE = ("--specimen", "2600000018", "--controls", "0", "--rate", "1000", "--port", "1")


@pytest.mark.django_db
@pytest.mark.parametrize("dialect", [Dialect.ASTM, Dialect.HL7])
def test_specimens_named_are_sent_and_counted(dialect: Dialect) -> None:
    with receiver(dialect) as found:
        said = simulate(
            *("--dialect", dialect.lower(), "--kind", "hormones", "--port", str(found.port)),
            *("--specimen", "2600000018", "--specimen", "2600000026"),
            *("--controls", "2", "--rate", "1000", "--fault", "duplicate:every 3"),
        )

    assert len(found.texts) == 4
    assert [b"2600000018" in text for text in found.texts] == [False, True, False, False]
    assert "3 sent, 3 acknowledged, 0 NAKs, 1 resent, 0 refused, 0 unanswered" in said


@pytest.mark.django_db
def test_it_ends_in_an_error_where_nobody_acknowledges() -> None:
    refusing = {"code": lambda _number: "AR"}
    with (
        receiver(Dialect.HL7, **refusing) as found,
        pytest.raises(CommandError, match="Not everything was acknowledged"),
    ):
        simulate("--dialect", "hl7", "--kind", "cbc", *ONE, "--port", str(found.port))


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["192.0.2.7", "0.0.0.0"])
def test_another_machine_is_refused_before_anything_is_sent(host: str) -> None:
    with pytest.raises(CommandError, match="this machine only"):
        simulate("--dialect", "astm", "--kind", "cbc", "--host", host, *ONE)
    with pytest.raises(CommandError, match="this machine only"):
        play("--host", host, "--astm-port", "1", "--hl7-port", "1", ".")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--fault", "typo"), "no fault"),
        (("--rate", "0"), "--rate"),
        (("--count", "0"), "--count"),
        (("--port", "70000"), "--port"),
        (("--patience", "-1"), "--patience"),
        (("--zone", "Nowhere"), "no time zone"),
        (("--driver", "nobody"), "There is no driver"),
        (("--as", "server", "--connections", "2"), "one connection"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(arguments: tuple[str, ...], reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        simulate("--dialect", "astm", "--kind", "cbc", *ONE, *arguments)


@pytest.mark.django_db
def test_awaiting_needs_an_instrument_that_is_registered() -> None:
    with pytest.raises(CommandError, match="No active instrument here declares"):
        simulate(
            *("--dialect", "astm", "--kind", "cbc", "--awaiting"),
            *("--sender", "NOBODY", "--port", "1"),
        )


@pytest.mark.django_db
def test_a_specimen_waits_until_a_value_came(sender: Sender, specimen) -> None:
    other = laboratory.specimen([sender.assays["HGB"]])

    before = awaited.awaited_of(sender.instrument, most=10)
    first = awaited.awaited_of(sender.instrument, most=1)
    sender.send(item(specimen, "HB"))
    after = awaited.awaited_of(sender.instrument, most=10)

    assert before == [(specimen.accession, ["HB", "WBC"]), (other.accession, ["HB"])]
    assert first == before[:1]
    assert after == [(specimen.accession, ["WBC"]), (other.accession, ["HB"])]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "one.astm").write_bytes(SESSION)
    (tmp_path / "two.mllp").write_bytes(BLOCK + BLOCK)
    (tmp_path / "one.astm.expected.json").write_text("{}")
    return tmp_path


@pytest.mark.django_db
def test_recordings_are_played_each_to_its_listener(folder: Path) -> None:
    with receiver(Dialect.ASTM) as astm, receiver(Dialect.HL7) as hl7:
        said = play(folder, "--astm-port", astm.port, "--hl7-port", hl7.port)

    assert astm.texts == [b"H|\\^&|||SIM\rP|1\rL|1|N\r"]
    assert len(hl7.texts) == 2
    assert "one.astm  ASTM  2 of 2 accepted, 0 refused" in said
    assert "2 recordings played, 0 pieces without an answer" in said


@pytest.mark.django_db
def test_recordings_without_an_answer_end_in_an_error(folder: Path) -> None:
    silent = {"is_stored": lambda _number: False}
    with (
        receiver(Dialect.ASTM) as astm,
        receiver(Dialect.HL7, **silent) as hl7,
        pytest.raises(CommandError, match="Not everything was answered"),
    ):
        play(folder, "--astm-port", astm.port, "--hl7-port", hl7.port, "--patience", "0.1")


@pytest.mark.django_db
def test_a_corpus_that_is_not_there_is_said(settings, tmp_path: Path) -> None:
    settings.LABSYS_CORPUS = tmp_path

    with pytest.raises(CommandError, match="There is no corpus of recorded sessions"):
        play("--astm-port", "1", "--hl7-port", "1")


CORPUS = corpus.folder()


@pytest.mark.skipif(CORPUS is None, reason="no corpus of recorded sessions here")
def test_every_session_of_the_corpus_is_accepted_in_full() -> None:
    unanswered = {}
    with receiver(Dialect.ASTM) as astm, receiver(Dialect.HL7) as hl7:
        ports = {Dialect.ASTM: astm.port, Dialect.HL7: hl7.port}
        for part in ("astm", "hl7"):
            for one in recorded.recordings_in(CORPUS / part):
                line = recorded.Line(("127.0.0.1", ports[one.dialect]), patience=2)
                played = recorded.play(one, line)
                if played.accepted != played.asked:
                    unanswered[one.path.name] = str(played)

    assert unanswered == {}
    assert len(astm.texts) + len(hl7.texts) > 80


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("driver", "dialect"),
    [
        ("roche-cobas-pro", Dialect.HL7),
        ("snibe-maglumi", Dialect.ASTM),
        ("sysmex-xn", Dialect.ASTM),
    ],
)
def test_it_plays_any_family_over_several_connections(driver: str, dialect: Dialect) -> None:
    framing = drivers.find(driver).link
    with receiver(dialect, framing=framing) as found:
        said = simulate(
            *("--dialect", dialect.lower(), "--kind", "nanite", "--port", str(found.port)),
            *("--specimen", "2600000018", "--count", "4", "--connections", "2"),
            *("--controls", "0", "--rate", "1000", "--driver", driver),
        )

    assert "4 sent, 4 acknowledged" in said
    assert len(found.texts) == 4
    values = [one for text in found.texts for one in interpret(text, driver)]
    assert {one.specimen_id for one in values} == {"2600000018"}
    assert {one.code for one in values} == {"NL", "NR"}


@pytest.mark.django_db
def test_a_reordered_message_comes_after_its_successor() -> None:
    with receiver(Dialect.HL7) as found:
        simulate(
            *("--dialect", "hl7", "--kind", "nanite", "--port", str(found.port)),
            *("--specimen", "A", "--specimen", "B", "--specimen", "C"),
            *("--controls", "0", "--rate", "1000", "--fault", "reordering:2"),
        )

    named = [interpret(text, "hl7-oru-oul")[0].specimen_id for text in found.texts]
    assert named == ["A", "C", "B"]


@pytest.mark.django_db
def test_what_was_acknowledged_and_is_not_here_is_said() -> None:
    with (
        receiver(Dialect.HL7) as found,
        pytest.raises(CommandError, match="not all there once"),
    ):
        simulate("--dialect", "hl7", "--kind", "cbc", *ONE, "--port", str(found.port), "--report")


@pytest.mark.django_db
def test_a_port_that_is_taken_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with pytest.raises(CommandError, match="port cannot be opened"):
            simulate("--dialect", "astm", "--kind", "cbc", *ONE, "--as", "server", "--port", port)


@pytest.mark.django_db
def test_a_family_that_is_declared_here_is_played_before_it_stands_in_the_laboratory() -> None:
    draft = declared.draft(declaration={"astm": {"specimen": ["O.4.3"], "code": ["R.3.5"]}})
    with receiver(Dialect.ASTM) as found:
        simulate(
            *("--dialect", "astm", "--kind", "nanite", "--port", str(found.port)),
            *("--specimen", "2600000018", "--controls", "0", "--rate", "1000"),
            *("--driver", f"version:{draft.pk}"),
        )

    (text,) = found.texts
    assert b"O|1||^^  2600000018" in text
    assert b"R|1|^^^^NL" in text
