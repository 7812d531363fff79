"""`./lab up`: from a checkout to running services, and back."""

import json
import os
import signal
import sys
import time
from argparse import Namespace

from labsys.launch import (
    embedded,
    environment,
    external,
    orphans,
    ports,
    prepare,
    processes,
    ready,
)
from labsys.launch.errors import LaunchError
from labsys.launch.keys import Keys, load_or_make
from labsys.launch.listeners import Listeners
from labsys.launch.locks import Lock, Taken
from labsys.launch.places import ROOT, Places, check_room
from labsys.launch.progress import say, step
from labsys.launch.services import SERVICES, Service
from labsys.launch.supervisor import Child, Supervisor
from labsys.launch.welcome import welcome

_PATIENCE_READY = 120.0
_TOO_MANY_DEATHS = 3


class Up:
    """One run of the installation in one state folder."""

    def __init__(self, options: Namespace) -> None:
        self.places = Places.of_environment()
        self.bind = os.environ.get("LABSYS_BIND", "127.0.0.1")
        self.port = ports.numbered("LABSYS_PORT", 8000)
        self.listeners = Listeners()
        self.embedded_database = not environment.names_external_database()
        self.embedded_broker = not os.environ.get("REDIS_URL", "").strip()
        self.demo: bool = self._wants_demo() if options.demo is None else options.demo
        self.supervisor = Supervisor()
        self.values: dict[str, str] = {}

    def _wants_demo(self) -> bool:
        """A new embedded database gets the demo; a later start leaves it as it was chosen."""
        return self.embedded_database and bool(prepare.recorded(self.places).get("demo", True))

    @property
    def url(self) -> str:
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.bind, self.bind)  # noqa: S104
        return f"http://{host}:{self.port}/"

    def run(self) -> int:
        self.places.create()
        lock = self._lock()
        try:
            check_room(self.places.var, 50 * 2**20, "labsys")
            if orphans.clear(self.places):
                say("  . ended what a killed start had left running")
            ports.check_free(self.bind, self.port)
            self.listeners.choose()
            return self._run()
        finally:
            lock.release()

    def _lock(self) -> Lock:
        try:
            lock = Lock(self.places.lock)
        except Taken as taken:
            note = json.loads(taken.note or "{}")
            raise LaunchError(
                f"labsys already runs from this folder: {note.get('url', 'still starting')} "
                f"(process {note.get('pid', 'unknown')}). Stop it with Ctrl-C there or with "
                "./lab down; for a second one beside it, use another folder and port:\n"
                f"  LABSYS_VAR=/another/folder LABSYS_PORT={self.port + 1} ./lab up"
            ) from None
        lock.note(json.dumps({"pid": os.getpid(), "url": self.url}))
        return lock

    def _run(self) -> int:
        # Until the supervisor listens, a SIGTERM ends the start the way Ctrl-C does.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        signal.signal(signal.SIGHUP, signal.default_int_handler)
        try:
            keys = load_or_make(self.places)
            self._start_foundations(keys)
            self._prepare()
            self.supervisor.listen_to_signals()
            self._start_services()
            self._play()
            welcome(
                self.places,
                self.url,
                demo="LABSYS_DEMO" in self.values,
                listeners=self.listeners.addresses(),
            )
            self.supervisor.run()
        finally:
            self._stop()
        return 0

    def _stop(self) -> None:
        began = time.monotonic()
        self.supervisor.stopping = True
        self.supervisor.listen_to_signals()
        if not self.supervisor.is_empty():
            say("\n  . stopping")
            clean = self.supervisor.stop()
            say(f"  {'ok' if clean else '--':<4}stopped ({time.monotonic() - began:.1f} s)")
        self.places.remove_sockets()

    # --- what the services stand on

    def _start_foundations(self, keys: Keys) -> None:
        self.values = environment.inherited()
        if self.embedded_database:
            self._start_postgres(keys)
        else:
            with step("Asking the database of DATABASE_URL"):
                external.check_database()
        if self.embedded_broker:
            self._start_broker(keys)
        else:
            with step("Asking the broker of REDIS_URL"):
                external.check_broker()
        self.values.setdefault("LABSYS_SECRET_KEY", keys.secret_key)
        self.values.setdefault("LABSYS_FIELD_KEYS", keys.field_keys)
        self.values.setdefault("LABSYS_ALLOWED_HOSTS", f"127.0.0.1,localhost,[::1],{self.bind}")
        self.values["LABSYS_VAR"] = self.values["LABSYS_SUPERVISED"] = str(self.places.var)
        self.values |= {"LABSYS_BIND": self.bind, "LABSYS_PORT": str(self.port)}
        self.values |= self.listeners.values()

    def _start_postgres(self, keys: Keys) -> None:
        log = self.places.logs / "postgres.log"
        is_new = not (self.places.data / "PG_VERSION").exists()
        what = "Creating and starting PostgreSQL" if is_new else "Starting PostgreSQL"
        with step(what) as line:
            cluster = embedded.cluster_of(self.places, keys)
            child = Child("postgres", cluster.spawn, log, stop_signal=embedded.STOP, patience=30)
            self.supervisor.foundations.append(child)
            cluster.wait_until_ready(child.start(), log, line.tick)
            embedded.complete(cluster, keys)
        self.values |= embedded.urls(cluster, keys)

    def _start_broker(self, keys: Keys) -> None:
        log = self.places.logs / "valkey.log"
        with step("Starting Valkey"):
            broker = embedded.broker_of(self.places, keys)
            child = Child("valkey", broker.spawn, log, patience=5)
            self.supervisor.foundations.append(child)
            broker.wait_until_ready(child.start(), log)
        self.values["REDIS_URL"] = broker.url

    # --- the application

    def _prepare(self) -> None:
        earlier = prepare.recorded(self.places)
        # A demo stays one: its banner and its step-up must not vanish on a later start.
        if self.demo or (self.embedded_database and earlier.get("demo")):
            self.values["LABSYS_DEMO"] = "1"
        environment.save(self.places, self._saved())
        wanted = prepare.fingerprint(str(self.demo), self.values["MIGRATE_DATABASE_URL"])
        if self.embedded_database and prepare.is_prepared(self.places, wanted):
            return
        what = "Preparing database, static files" + (" and demo" if self.demo else "")
        with step(what) as line:
            prepare.prepare(self.places, self.values, demo=self.demo, line=line)
        prepare.record(
            self.places,
            fingerprint=wanted,
            demo="LABSYS_DEMO" in self.values,
            played=False,
        )

    def _play(self) -> None:
        """Work through the demo once; without it labsys runs all the same."""
        if not self.demo or prepare.recorded(self.places).get("played"):
            return
        try:
            with step("Playing the demo: results sent, analysed, verified, released") as line:
                prepare.play(
                    self.places,
                    self.values,
                    url=self.url,
                    line=line,
                    is_stopping=lambda: self.supervisor.stopping,
                )
        except LaunchError as failed:
            say(f"  {failed}")
        else:
            prepare.record(self.places, played=not self.supervisor.stopping)

    def _saved(self) -> dict[str, str]:
        names = ("DATABASE_URL", "MIGRATE_DATABASE_URL", "REDIS_URL", "HOSPITAL_TIME_ZONE")
        return {
            key: value
            for key, value in self.values.items()
            if key in names or (key.startswith("LABSYS_") and key != "LABSYS_SUPERVISED")
        }

    def _start_services(self) -> None:
        began = time.monotonic()
        for service in SERVICES:
            child = self._child(service)
            self.supervisor.services.append(child)
            child.start()
        with step("Starting " + ", ".join(service.name for service in SERVICES)) as line:
            while not self.supervisor.stopping:
                line.tick()
                self.supervisor.watch()
                well, answer = _ask_ready(self.url, time.monotonic() - began)
                if well:
                    return
                self._give_up_on_failures(time.monotonic() - began, answer)
                self.supervisor.pause(0.3)
            raise KeyboardInterrupt

    def _child(self, service: Service) -> Child:
        fields = {"bind": self.bind, "port": str(self.port), "var": str(self.places.var)}
        command = [sys.executable, *service.arguments(fields)]
        settings = service.environment(self.values)
        return Child(
            name=service.name,
            spawn=lambda log: processes.start(command, env=settings, output=log, cwd=ROOT),
            log=self.places.logs / f"{service.name}.log",
            patience=service.patience,
        )

    def _give_up_on_failures(self, waited: float, answer: str) -> None:
        for child in self.supervisor.services:
            if child.deaths >= _TOO_MANY_DEATHS:
                raise LaunchError(f"{child.name} does not start.{processes.tail(child.log, 15)}")
        if waited > _PATIENCE_READY:
            raise LaunchError(f"labsys is not ready after {waited:.0f} s: {answer.strip()}")


def _ask_ready(url: str, running_for: float) -> tuple[bool, str]:
    """Ready, and by signs of life younger than this start (not those of the one before)."""
    well, answer = ready.ask(url + "readyz")
    if not well:
        return False, answer
    try:
        ages = json.loads(answer).get("seconds_since", {})
    except ValueError:
        return False, answer
    return all(age is not None and age < running_for for age in ages.values()), answer
