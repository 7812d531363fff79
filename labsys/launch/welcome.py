"""What a newcomer reads when everything runs: the address, the demo's logins, what to try."""

import json
from pathlib import Path

from labsys.launch import prepare
from labsys.launch.places import Places
from labsys.launch.progress import elapsed, say

_TRY = """
What to try:
  1. Sign in as the laboratory doctor: open the worklist, look at a result's range, flags and
     earlier values, verify and release it.
  2. Sign in as the screening officer (the weekly round): who is cleared now,
     and why somebody is not. As the gate officer: one word, nothing of why.
  3. ./lab manage reconcile     every result, order and work item is accounted for
     ./lab help                 the other commands
"""


def welcome(places: Places, url: str, *, demo: bool, listeners: str) -> None:
    """Print the end of `./lab up`."""
    say(f"\nlabsys is ready after {elapsed():.0f} s:  {url}")
    say(f"Instruments connect to:  {listeners}\n")
    if demo and places.logins.exists():
        _show_logins(places)
    say(f"State and logs: {_short(places.var)}.  Stop: Ctrl-C or ./lab down.")


def _show_logins(places: Places) -> None:
    """Show the passwords once per file; afterwards say where they are."""
    version = str(places.logins.stat().st_mtime_ns)
    if prepare.recorded(places).get("logins_shown") == version:
        say(f"The demo's logins are in {_short(places.logins)}.")
        return
    logins = json.loads(places.logins.read_text())
    role, name, word = (
        max(len(str(login[field])) for login in logins)
        for field in ("role", "username", "password")
    )
    say(f"Demo logins, shown this once (kept in {_short(places.logins)}):")
    for login in logins:
        line = (
            f"  {login['role']:<{role}}  {login['username']:<{name}}  {login['password']:<{word}}"
        )
        say(f"{line}  {login.get('note') or ''}".rstrip())
    say(_TRY)
    prepare.record(places, logins_shown=version)


def _short(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
