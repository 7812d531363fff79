"""The commands of `./lab`."""

import argparse
import contextlib
import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from labsys.launch import install
from labsys.launch.errors import LaunchError
from labsys.launch.locks import Lock, Taken
from labsys.launch.places import ROOT, Places, disk_full
from labsys.launch.progress import begin, say, step

_HELP = """./lab up [--no-demo]   install what is missing, start everything, show the address
./lab down             stop what ./lab up started in this folder
./lab test [...]       run the tests (arguments go to pytest)
./lab check            style, types, layers, missing migrations
./lab torture [...]    the long fault runs
./lab manage ...       a management command, for instance  ./lab manage reconcile,
                       ./lab manage simulate_instrument --help, ./lab manage play_demo --corpus
./lab dump FILE        write the embedded database to a file
./lab restore FILE     read such a file into a new embedded database
./lab secrets          make the .env that docker compose needs
./lab help             this

LABSYS_PORT, LABSYS_BIND   where the web server listens (127.0.0.1:8000)
LABSYS_ASTM_PORT, LABSYS_MLLP_PORT, LABSYS_INSTRUMENTS_BIND   where instruments connect
LABSYS_FOLDERS             where instruments leave files (docs/connections.md)
LABSYS_VAR                 the state folder (var)
DATABASE_URL and MIGRATE_DATABASE_URL, REDIS_URL   your own servers instead of the embedded ones
Everything else: .env.example and docs/."""


def run(arguments: Sequence[str]) -> int:
    """Run one command; what cannot go on is one sentence and a non-zero exit."""
    begin()
    name, *rest = arguments or ["help"]
    command = _COMMANDS.get(name)
    if command is None:
        print(f"./lab does not know {name!r}.\n\n{_HELP}", file=sys.stderr)
        return 2
    try:
        return command(rest)
    except LaunchError as refusal:
        print(f"\n{refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return 130
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        where = Path(error.filename).parent if error.filename else Places.of_environment().var
        print(f"\n{disk_full(where, 'a file could not be written')}", file=sys.stderr)
        return 1


def up(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("./lab up", description="Start labsys.")
    demo = parser.add_mutually_exclusive_group()
    demo.add_argument("--demo", action="store_true", default=None, help="load the demo")
    demo.add_argument("--no-demo", dest="demo", action="store_false", help="start empty")
    options = parser.parse_args(arguments)
    install.enter(["up", *arguments])
    from labsys.launch.up import Up

    return Up(options).run()


def down(_arguments: list[str]) -> int:
    places = Places.of_environment()
    if not places.lock.exists():
        say("labsys does not run from this folder.")
        return 0
    pid = _pid_of_running(places)
    if pid is None:
        say("labsys does not run from this folder.")
        return 0
    with step(f"Stopping labsys (process {pid})") as line:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        end = time.monotonic() + 60
        while _pid_of_running(places) is not None:
            if time.monotonic() > end:
                raise LaunchError(f"labsys (process {pid}) does not stop; see var/log.")
            line.tick()
            time.sleep(0.1)
    return 0


def _pid_of_running(places: Places) -> int | None:
    try:
        lock = Lock(places.lock)
    except Taken as taken:
        return int(json.loads(taken.note or "{}").get("pid", 0)) or None
    lock.release()
    return None


def test(arguments: list[str]) -> int:
    return _pytest(arguments, parallel=not arguments)


def torture(arguments: list[str]) -> int:
    return _pytest(["-m", "torture", *arguments], parallel=False)


def _pytest(arguments: list[str], *, parallel: bool) -> int:
    python = install.ensure()
    # Tests of one group share costly processes: they go to the same worker.
    workers = str(max(2, min(4, os.cpu_count() or 2)))
    together = ["-n", workers, "--dist", "loadgroup"] if parallel else []
    command = [str(python), "-m", "pytest", *together, *arguments]
    return _run(command, _environment_of_tests())


def _environment_of_tests() -> dict[str, str]:
    """No address of a real database reaches a test."""
    real = ("DATABASE_URL", "MIGRATE_DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
    return {key: value for key, value in os.environ.items() if key not in real}


def check(_arguments: list[str]) -> int:
    python = str(install.ensure())
    offline = {**_environment_of_tests(), "DJANGO_SETTINGS_MODULE": "labsys.settings_offline"}
    failed = []
    # makemigrations warns that it cannot ask a database; these settings name none on purpose.
    for what, command in (
        ("style", ["-m", "ruff", "check", "."]),
        ("format", ["-m", "ruff", "format", "--check", "."]),
        ("types", ["-m", "mypy"]),
        ("layers", ["-c", "from importlinter.cli import lint_imports_command as c; c()"]),
        ("migrations", ["-W", "ignore", "manage.py", "makemigrations", "--check", "--dry-run"]),
        ("Django's checks", ["manage.py", "check", "--fail-level", "WARNING"]),
    ):
        say(f"== {what}")
        if _run([python, *command], offline) != 0:
            failed.append(what)
    say(f"\n{'FAILED: ' + ', '.join(failed) if failed else 'All checks passed.'}")
    return 1 if failed else 0


def manage(arguments: list[str]) -> int:
    python = install.ensure()
    os.chdir(ROOT)
    os.execv(python, [str(python), "manage.py", *arguments])


def dump(arguments: list[str]) -> int:
    install.enter(["dump", *arguments])
    from labsys.launch import backup

    return backup.dump(_one_file("dump", arguments))


def restore(arguments: list[str]) -> int:
    install.enter(["restore", *arguments])
    from labsys.launch import backup

    return backup.restore(_one_file("restore", arguments))


def _one_file(command: str, arguments: list[str]) -> Path:
    parser = argparse.ArgumentParser(f"./lab {command}")
    parser.add_argument("file", type=Path)
    file: Path = parser.parse_args(arguments).file
    return file.absolute()


def secrets(_arguments: list[str]) -> int:
    from labsys.launch import compose_secrets

    return compose_secrets.make(ROOT / ".env")


def help_(_arguments: list[str]) -> int:
    say(_HELP)
    return 0


def _run(command: list[str], environment: dict[str, str]) -> int:
    """Run in the foreground; Ctrl-C goes to the command, whose exit code is ours."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


_COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "up": up,
    "down": down,
    "test": test,
    "check": check,
    "torture": torture,
    "manage": manage,
    "dump": dump,
    "restore": restore,
    "secrets": secrets,
    "help": help_,
    "--help": help_,
    "-h": help_,
}
