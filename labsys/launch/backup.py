"""Write the embedded database to a file, and read such a file into a new one."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from labsys.launch import embedded, environment, orphans, prepare, processes
from labsys.launch.errors import LaunchError
from labsys.launch.keys import load_or_make
from labsys.launch.locks import Lock, Taken
from labsys.launch.places import Places
from labsys.launch.postgres import find_binaries
from labsys.launch.progress import say, step
from labsys.launch.supervisor import Child, Supervisor


def dump(file: Path) -> int:
    """pg_dump of the running installation, in PostgreSQL's own compressed format."""
    environment.load()
    url = os.environ.get("MIGRATE_DATABASE_URL")
    if not url:
        raise LaunchError("There is no database here yet: run ./lab up first.")
    if file.exists():
        raise LaunchError(f"{file} exists already; name another file.")
    with step(f"Writing the database to {file}"):
        unfinished = file.with_name(file.name + ".part")
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        _run("pg_dump", ["--format=custom", f"--file={unfinished}"], url)
        unfinished.rename(file)
    say("It holds patients' data. The keys of sealed fields are not in it: keep var/secrets.json.")
    say("Nor are files that were given, such as micrographs: keep var/contents (docs/contents.md).")
    return 0


def restore(file: Path) -> int:
    """Create a new embedded database from a dump; refuses where one exists already."""
    places = Places.of_environment()
    if environment.names_external_database():
        raise LaunchError("./lab restore fills the embedded database; unset DATABASE_URL.")
    if not file.is_file():
        raise LaunchError(f"{file} does not exist.")
    places.create()
    try:
        lock = Lock(places.lock)
    except Taken:
        raise LaunchError("labsys is running here; stop it first: ./lab down") from None
    try:
        if places.data.exists():
            raise LaunchError(f"There is a database in {places.data} already; move it away first.")
        orphans.clear(places)
        _restore(places, file)
    finally:
        lock.release()
    return 0


def _restore(places: Places, file: Path) -> None:
    keys = load_or_make(places)
    log = places.logs / "postgres.log"
    supervisor = Supervisor()
    cluster = embedded.cluster_of(places, keys)
    child = Child("postgres", cluster.spawn, log, stop_signal=embedded.STOP, patience=60)
    try:
        with step(f"Reading the database from {file}") as line:
            supervisor.foundations.append(child)
            cluster.wait_until_ready(child.start(), log, line.tick)
            embedded.complete(cluster, keys)
            _run(
                "pg_restore",
                ["--exit-on-error", "--single-transaction", "--no-owner", "--dbname=labsys"],
                embedded.urls(cluster, keys)["MIGRATE_DATABASE_URL"],
                str(file),
            )
    except BaseException:
        supervisor.stop()
        # Half a database must not look like one.
        cluster.data.rename(cluster.data.with_name("postgres.failed"))
        raise
    supervisor.stop()
    places.remove_sockets()
    prepare.record(places, fingerprint="")


def _run(program: str, options: Sequence[str], url: str, *files: str) -> None:
    done = subprocess.run(
        [str(find_binaries() / program), "--no-password", *options, *files],
        env={**os.environ, **_connection(url)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise LaunchError(
            f"{program} stopped ({processes.describe_end(done.returncode)}):\n{done.stdout}"
        )


def _connection(url: str) -> Mapping[str, str]:
    """The URL as variables: on the command line `ps` would show the password."""
    parts = urlsplit(url)
    host = parse_qs(parts.query).get("host", [unquote(parts.hostname or "")])[0]
    return {
        "PGHOST": host,
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": parts.path.lstrip("/"),
    }
