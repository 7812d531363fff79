"""The database stops while instruments send: nobody is told a falsehood, and nothing is lost."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from labsys.launch import databases
from labsys.launch.postgres import SUPERUSER, Cluster, find_binaries
from labsys.launch.privileges import unprivileged
from tests import processes
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

_INSTRUMENT = """
WITH acting AS (SELECT set_config('labsys.actor', '1', true), set_config('labsys.action', 'test', true)),
sender AS (
    INSERT INTO accounts_principal (kind, name, is_active, created_at)
    SELECT 'INSTRUMENT', %(name)s, true, now() FROM acting RETURNING id)
INSERT INTO assays_instrument (principal_id, kind, code, name, manufacturer, model, protocol,
    driver, settings, peer_networks, time_zone, is_active, recorded_at, recorded_by_id)
SELECT id, 'ANALYSER', %(name)s, %(name)s, '', '', %(protocol)s, '', '{}', '["127.0.0.0/8"]', 'UTC',
    true, now(), id
FROM sender
"""


@dataclass
class Site:
    """A PostgreSQL of its own, as durable as a hospital's, that a test can stop."""

    cluster: Cluster
    log: Path
    url: str
    owner_url: str
    process: subprocess.Popen[bytes] | None = None
    found: list[str] = field(default_factory=list)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = self.cluster.spawn(log)
        self.cluster.wait_until_ready(self.process, self.log)

    def crash(self) -> None:
        """Stop at once, as a crash does: what was committed has to be recovered."""
        assert self.process is not None
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(PATIENCE)

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url, autocommit=True) as line:
            return line.execute(statement).fetchall()

    def kept(self) -> Counter[bytes]:
        rows = self.rows("SELECT content FROM assays_transmissionmessage WHERE status = 'RECEIVED'")
        return Counter(bytes(content) for (content,) in rows)  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("cluster")
    binaries = find_binaries()
    cluster = Cluster(
        binaries=binaries,
        data=folder / "data",
        sockets=folder / "s",
        identity=unprivileged(binaries, folder),
        durable=True,
    )
    cluster.sockets.mkdir(mode=0o700)
    cluster.identity.hand_over(folder)
    words = {role: secrets.token_urlsafe(16) for role in ("superuser", "owner", "runtime")}
    cluster.create(words["superuser"])
    made = Site(
        cluster,
        folder / "postgres.log",
        cluster.url(databases.RUNTIME, words["runtime"], "labsys"),
        cluster.url(databases.OWNER, words["owner"], "labsys"),
    )
    made.start()
    superuser = cluster.url(SUPERUSER, words["superuser"], "postgres")
    databases.ensure_roles(
        superuser, owner_password=words["owner"], runtime_password=words["runtime"]
    )
    databases.ensure_database(superuser, "labsys")
    migrate(made)
    yield made
    made.crash()


def migrate(site: Site) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LABSYS_")},
        "DJANGO_SETTINGS_MODULE": "labsys.settings",
        "LABSYS_SECRET_KEY": "tests-only",
        "LABSYS_FIELD_KEYS": os.environ["LABSYS_FIELD_KEYS"],
        "DATABASE_URL": site.url,
        "MIGRATE_DATABASE_URL": site.owner_url,
    }
    command = [sys.executable, "manage.py", "migrate", "--database", "owner", "--verbosity", "0"]
    subprocess.run(command, cwd=processes.ROOT, env=environment, check=True)
    with psycopg.connect(site.url) as line:
        for name, protocol in (("counter", "ASTM"), ("reader", "HL7")):
            line.execute(_INSTRUMENT, {"name": name, "protocol": protocol})


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
