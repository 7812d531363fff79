"""The database stops while instruments send: nobody is told a falsehood, and nothing is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import processes
from tests.assays.listeners.crashing import Site, standing
from tests.assays.listeners.listening import (
    ACK,
    ENQ,
    EOT,
    NAK,
    Line,
    astm_message,
    frames,
    hl7_message,
    wrapped,
)
from tests.assays.listeners.serving import (
    ANY_PORT,
    PATIENCE,
    Server,
    insist,
    send_astm,
    send_hl7,
    serve,
    text_of,
)

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("outage")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with standing(tmp_path_factory.mktemp("cluster")) as made:
        yield made


@pytest.fixture
def services(site: Site, tmp_path: Path) -> Iterator[processes.Services]:
    with processes.services("unused", tmp_path, DATABASE_URL=site.url, **ANY_PORT) as made:
        yield made


@pytest.fixture
def server(services: processes.Services) -> Server:
    return serve(services)


def test_no_frame_and_no_block_is_acknowledged_while_the_database_is_away(
    site: Site, server: Server
) -> None:
    text = astm_message("OUT-1")
    first, second = frames(text[:60], text[60:])
    with Line(server.astm) as astm, Line(server.mllp) as mllp, Line(server.astm) as late:
        assert [astm.ask(ENQ), astm.ask(first)] == [ACK, ACK]
        mllp.send(wrapped(hl7_message("before")))
        assert b"MSA|AA|before" in mllp.block()
        site.crash()

        mllp.send(wrapped(hl7_message("OUT-2")))
        assert late.ask(ENQ) == NAK
        assert astm.ask(second) == NAK
        assert mllp.block() == b""
        assert server.process.poll() is None

        site.start()
        until = time.monotonic() + PATIENCE
        while (answer := astm.ask(second)) == NAK and time.monotonic() < until:
            time.sleep(0.2)
        assert answer == ACK
        astm.send(EOT)
    insist(send_hl7, server.mllp, "OUT-2")

    kept = site.kept()
    assert kept[text] == kept[hl7_message("OUT-2")] == kept[hl7_message("before")] == 1


def test_a_frame_waits_for_a_database_that_comes_back_soon(site: Site, server: Server) -> None:
    (content,) = frames(astm_message("SOON"))
    with Line(server.astm) as line:
        assert line.ask(ENQ) == ACK
        # Nothing is under way when it goes, so nothing is uncertain when it is back.
        site.crash()
        line.send(content)
        site.start()

        answer = line.answer()
        if answer == NAK:
            answer = line.ask(content)

        assert answer == ACK
    assert site.kept()[astm_message("SOON")] == 1


def test_everything_sent_through_crashes_of_the_database_is_stored(
    site: Site, server: Server
) -> None:
    delivered: list[bytes] = []

    def send(number: int) -> None:
        for turn in range(6):
            name = f"T{number}-{turn}"
            if number % 2:
                insist(send_astm, server.astm, astm_message(name))
                delivered.append(astm_message(name))
            else:
                insist(send_hl7, server.mllp, name)
                delivered.append(hl7_message(name))

    senders = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for sender in senders:
        sender.start()
    for _crash in range(2):
        time.sleep(0.3)
        site.crash()
        site.start()
    for sender in senders:
        sender.join(PATIENCE)

    kept = site.kept()
    assert len(delivered) == 48
    assert [text for text in delivered if not kept[text]] == []
    # What was stored although its acknowledgment never came is there twice, with the same bytes.
    assert all(kept[text] <= 3 for text in delivered)
    check_balance(site)


def check_balance(site: Site) -> None:
    """As the ledger does: everything is counted, and no frame waits for a message in vain."""
    (counts,) = site.rows(
        "SELECT (SELECT count(*) FROM transmission_frame), "
        "(SELECT sum(frames) FROM assays_transmissionsession), "
        "(SELECT count(*) FROM assays_transmissionmessage), "
        "(SELECT sum(messages) FROM assays_transmissionsession)"
    )
    frames_, of_sessions, messages, of_their_sessions = counts
    assert (frames_, messages) == (of_sessions, of_their_sessions)
    orphans = site.rows(
        "SELECT f.id FROM transmission_frame f "
        "JOIN assays_transmissionsession s ON s.id = f.session_id "
        "LEFT JOIN assays_transmissionmessage m ON m.id = f.message_id "
        "WHERE f.message_id IS NOT NULL AND m.id IS NULL AND s.state <> 'OPEN'"
    )
    assert orphans == []


def test_the_listener_starts_without_a_database_and_takes_up_work_when_it_comes(
    site: Site, services: processes.Services
) -> None:
    site.crash()
    server = serve(services)

    assert not send_hl7(server.mllp, "EARLY")
    assert send_astm(server.astm, astm_message("EARLY")) == 0

    site.start()
    insist(send_hl7, server.mllp, "EARLY")
    insist(send_astm, server.astm, astm_message("EARLY"))
    assert "Traceback" not in text_of(services.folder)
