"""A sample from its order to a released result and a clearance, while everything is killed once.

The real `./lab up` in a state folder of its own; an analyser that sends over HTTP until it is
answered; people who act at their desks and ask over HTTP. The worker and the relay are killed, the
broker is emptied and the database is killed, each in the middle of sending.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg
import pytest
import redis

from labsys.launch.ready import ask
from labsys.web.demo.analysers import HTTP
from labsys.web.demo.files import KEYS, LOGINS
from tests.e2e.visitors import Person, Sender
from tests.installations import ROOT, Installation

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("lab_up")]

FIRST = 4  # messages of one batch that are accepted before something is killed
LINES = 3


class Hospital:
    """One running installation, and what the test does to it."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation

    def desk(self, what: str) -> dict[str, Any]:
        """Let the people of the hospital do something; returns what came of it."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.e2e.hospital", what],
            cwd=ROOT,
            env=self.installation.env,
            capture_output=True,
            text=True,
            timeout=90,
        )
        assert done.returncode == 0, f"{what}:\n{done.stderr}\n{self.logs()}"
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def file(self, name: str) -> Any:
        return json.loads((self.installation.var / name).read_text())

    def setting(self, name: str) -> str:
        text = (self.installation.var / "labsys.env").read_text()
        return re.search(rf"^{name}=(.+)$", text, re.M)[1]  # type: ignore[index]

    def person(self, username: str) -> Person:
        """Somebody of the staff, logged in."""
        passwords = {one["username"]: one["password"] for one in self.file(LOGINS)}
        return Person(self.installation.url, username, passwords[username])

    def logs(self) -> str:
        """The end of every log, for the message of a failing test."""
        files = sorted((self.installation.var / "log").glob("*.log"))
        return "\n".join(f"--- {one.name}\n{one.read_text()[-3000:]}" for one in files)

    def wait(self, condition: Callable[[], bool], *, seconds: float, what: str) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if condition():
                return
            time.sleep(0.05)
        raise AssertionError(f"waited {seconds} s in vain for: {what}\n{self.logs()}")

    def pid(self, *words: str) -> int:
        self.wait(
            lambda: self.installation.pid_of(*words) is not None, seconds=20, what=f"{words} to run"
        )
        found: int = self.installation.pid_of(*words)
        return found

    def kill(self, *words: str, group: bool = True) -> None:
        """kill -9, with every child it has."""
        killed = self.pid(*words)
        (os.killpg if group else os.kill)(killed, signal.SIGKILL)
        self.wait(
            lambda: self.installation.pid_of(*words) not in (killed, None),
            seconds=30,
            what=f"{words} to be started again",
        )

    @contextlib.contextmanager
    def stopped_worker(self) -> Iterator[None]:
        """The worker stands still, alive to its supervisor, and does nothing."""
        pid = self.pid("celery", "worker")
        os.killpg(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(pid, signal.SIGCONT)

    def broker(self) -> redis.Redis:
        parts = urlsplit(self.setting("REDIS_URL"))
        return redis.Redis(
            unix_socket_path=unquote(parts.path),
            password=unquote(parts.password or ""),
            db=int(parse_qs(parts.query)["virtual_host"][0]),
        )

    def unfinished(self) -> int:
        """How many work items are neither done nor rejected, parked ones included."""
        with psycopg.connect(self.setting("DATABASE_URL"), connect_timeout=5) as connection:
            found = connection.execute("SELECT count(*) FROM work_workitem WHERE state <> 'DONE'")
            return int(found.fetchone()[0])  # type: ignore[index]


@pytest.fixture
def hospital(tmp_path: Path) -> Iterator[Hospital]:
    installation = Installation(tmp_path / "var")
    # What a killed worker held is taken over when its lease ends.
    installation.env["LABSYS_LEASE_SECONDS"] = "3"
    try:
        yield Hospital(installation.up())
    finally:
        if installation.is_running():
            installation.end()
    assert not installation.pids()


def empty_the_broker(hospital: Hospital) -> None:
    """FLUSHALL while doorbells wait in it, so that some are lost."""
    broker = hospital.broker()
    with contextlib.closing(broker), hospital.stopped_worker():
        hospital.wait(
            lambda: broker.llen("work") > 0, seconds=20, what="a doorbell to wait in the broker"
        )
        broker.flushall()


def kill_the_database(hospital: Hospital) -> None:
    """The server process alone is killed; its children and the supervisor find out by themselves."""
    hospital.kill("postgres", "-D", group=False)


FAULTS: tuple[Callable[[Hospital], None], ...] = (
    lambda hospital: hospital.kill("celery", "worker"),
    lambda hospital: hospital.kill("manage.py", "relay"),
    empty_the_broker,
    kill_the_database,
)


def send_under_faults(hospital: Hospital, sender: Sender, messages: dict[str, Any]) -> None:
    """Send in as many batches as there are faults, each broken into by one."""
    waiting = sorted(messages)
    size = -(-len(waiting) // len(FAULTS))
    assert size > FIRST
    for number, fault in enumerate(FAULTS):
        batch = waiting[number * size : (number + 1) * size]
        before = len(sender.accepted)
        lines = sender.start({one: messages[one] for one in batch}, lines=LINES, seconds=60)
        hospital.wait(
            lambda before=before: len(sender.accepted) >= before + FIRST or sender.refused,
            seconds=30,
            what="the first messages of a batch to be accepted",
        )
        fault(hospital)
        for line in lines:
            line.join(timeout=60)
        failed = sender.refused or set(batch) - sender.accepted
        assert not failed, f"{failed}\n{hospital.logs()}"


def check_nothing_lost_or_doubled(messages: dict[str, Any], found: dict[str, Any]) -> None:
    """One result per code sent over HTTP, one evaluation each, signed by a worker of Celery."""
    sent = Counter(
        (accession, one["code"]) for accession, body in messages.items() for one in body["results"]
    )
    recorded = Counter(
        (one["accession"], one["code"]) for one in found["results"] if one["door"] == "HTTP"
    )
    assert set(sent.values()) == {1}
    assert recorded == sent
    assert {len(one["evaluations"]) for one in found["results"]} == {1}
    for one in found["results"]:
        [[worker, task_id]] = one["evaluations"]
        host, _colon, process = worker.rpartition(":")
        assert (host, process.isdigit()) == (os.uname().nodename, True)
        assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", task_id), one
    assert found["unfinished"] == []


def check_wires(meant: dict[str, Any], found: dict[str, Any]) -> None:
    """Every value that analysers meant is one result of theirs, whatever went wrong on the way."""
    sent = Counter(
        (instrument, accession, code)
        for instrument, values in meant.items()
        for accession, code, _value in values
    )
    recorded = Counter(
        (one["instrument"], one["accession"], one["code"])
        for one in found["results"]
        if one["door"] == "INSTRUMENT"
    )
    assert set(sent.values()) == {1}
    assert recorded == sent
    assert found["messages"]["DUPLICATE"] >= 2
    assert found["messages"]["INCOMPLETE"] >= 2
    assert found["messages"]["REJECTED"] == 0
    assert {"UNKNOWN_SPECIMEN", "UNMAPPED_CODE"} <= set(found["held"])
    assert found["controls"] > 0


def check_reports(found: dict[str, Any], doctor: Person) -> None:
    """Every released result stands in the newest version of its order's report.

    A worker of Celery rendered each; what a doctor downloads is that very file.
    """
    released = {one["id"] for one in found["results"] if one["status"] == "RELEASED"}
    wired = {one["id"] for one in found["results"] if one["door"] == "INSTRUMENT"}
    assert {id_ for report in found["reports"] for id_ in report["results"]} == released
    assert found["unrendered"] == 0
    assert all(report["worker"] for report in found["reports"])
    report = next(one for one in found["reports"] if wired & set(one["results"]))
    pdf = doctor.download(report["address"])
    assert pdf.startswith(b"%PDF-")
    assert hashlib.sha256(pdf).hexdigest() == report["sha256"]


def check_two_people(found: dict[str, Any]) -> None:
    """A released result was entered, verified and released by three.

    The laws alone may stand in for two of them, and for an instrument's only.
    """
    released = [one for one in found["results"] if one["status"] == "RELEASED"]
    assert {"HTTP", "INSTRUMENT"} <= {one["door"] for one in released}
    by_rule = [one for one in released if one["released_by"] == "system:autoverify"]
    by_people = [one for one in released if one not in by_rule]
    assert by_people
    for one in by_rule:
        assert one["verified_by"] is None, one
        assert one["door"] in {"HTTP", "INSTRUMENT"}, one
    for one in by_people:
        people = {one["entered_by"], one["verified_by"], one["released_by"]}
        assert len(people - {None}) == 3, one


def reasons(answer: dict[str, Any]) -> set[str]:
    return {one["reason"] for one in answer["reasons"]}


def test_a_sample_is_followed_to_a_clearance_while_everything_is_killed_once(
    hospital: Hospital,
) -> None:
    scene = hospital.desk("set_scene")
    messages, programme = scene["messages"], scene["programme"]
    tanaka = f"api/v1/clearances/{scene['people']['tanaka']}"
    officer = hospital.person("screening")
    before = officer.get(tanaka, programme=programme)
    assert (before["status"], reasons(before)) == ("NOT_CLEARED", {"NANITE_MISSING"})

    sender = Sender(hospital.installation.url, hospital.file(KEYS)[HTTP])
    send_under_faults(hospital, sender, messages)
    hospital.wait(
        lambda: ask(hospital.installation.url + "readyz")[0],
        seconds=30,
        what="the killed database to be back",
    )
    meant = hospital.desk("send_over_wires")["meant"]
    assert hospital.desk("count_by_eye")["counted"] > 0
    assert all(sender.post(one, messages[one]) for one in sorted(messages)[:5])
    hospital.wait(
        lambda: hospital.unfinished() == 0, seconds=40, what="all work to be done by the worker"
    )

    assert sender.accepted == set(messages)
    hospital.desk("judge")
    hospital.wait(lambda: hospital.unfinished() == 0, seconds=60, what="all reports to be rendered")
    found = hospital.desk("account")
    check_nothing_lost_or_doubled(messages, found)
    check_wires(meant, found)
    check_reports(found, hospital.person("lab"))
    check_two_people(found)
    cleared = officer.get(tanaka, programme=programme)
    assert (cleared["status"], cleared["reasons"]) == ("CLEARED", [])
    assert cleared["relied_on"]

    with hospital.stopped_worker():
        hospital.person("participant").post("api/v1/withdrawals", {"programme": programme})
        withdrawn = officer.get(tanaka, programme=programme)
        at_gate = hospital.person("gate").get(tanaka, programme=programme)
    assert (withdrawn["status"], reasons(withdrawn)) == ("NOT_CLEARED", {"WITHDRAWN"})
    assert at_gate["status"] == "REVOKED"
    assert "reasons" not in at_gate

    balanced = hospital.installation.run("manage", "reconcile")
    assert balanced.returncode == 0, balanced.stdout + balanced.stderr
    assert ask(hospital.installation.url + "readyz")[0], hospital.logs()
