"""What a newcomer reads when everything runs: the address, the demo's logins, what to try."""

import json
import os
from pathlib import Path

from labsys.launch import prepare
from labsys.launch.places import ROOT, Places
from labsys.launch.progress import elapsed, say

_TRY = """
What to try:
  1. A whole day in ten minutes. As ward: find Tanaka (the search box), place an order. As phleb:
     Specimens > Collect, then the labels. As tech1: Specimens > Receive, Results > Enter results.
     As tech2: search the accession number, Review results, verify. As lab: release the same way.
     As ward again: the Inbox, and the report on the order's page.
  2. As lab: Results > Worklist (lanes, traces, bulk release), Critical values; Quality > Quality
     control (an instrument is out of control; its look-back is open).
  3. The weekly round. As screening: Clearance > Weekly round (Dock works: who is due, overdue, away,
     recalled), Recalls, Clearances lost; a person's page says why somebody is not cleared. As exam:
     a medical check from the board; as psych: the psychological one. As exam2: Clinical alerts,
     Returned. As participant: My clearance, a pass, withdraw. As gate: Departures (tomorrow's
     list) and Gate: one word, nothing of why.
  4. As tech1: Results > Transmissions shows what analysers sent byte by byte and what each value
     became, Held items what nobody could place. Send more:
     ./lab manage simulate_instrument --dialect astm --kind cbc --sender COUNTER-1 --awaiting
  5. The hospital tells who its patients are, orders, and hears the results; as tech1: Specimens >
     Orders received, Results > Outbox. Let it tell more:
     ./lab manage simulate_hospital --sender STATION-ADT --patients 4 --ward ward-a --order CBC \\
         --also merge:4 --report
  6. As admin: System > Set up instruments > Add connects an analyser or a system by a form; as
     tech1: Results > Try a message says what a pasted message would do. docs/connections.md
  7. As lab: Results > Analyses holds everybody's kinetics of the nanite load (Bakker's grew, was
     filtered, fell and came back; Diallo's fell below the limit): ask again and watch the run. Trials
     of removals: filtration against charcoal. Population: cases by day, R, beds. As tech2: Plates,
     one recorded (a specimen was beyond it), one that holds its dilution and waits to be recorded.
     ./lab manage analyse --help analyses files. docs/analyses.md, trials.md, population.md, plates.md
  8. ./lab manage reconcile     every message, result, order and work item is accounted for
     ./lab help                 the other commands
"""
_RECORDED = """  9. ./lab manage play_demo --corpus
     plays the recorded sessions of real instruments in {folder}
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
    say(_TRY + _recorded())
    prepare.record(places, logins_shown=version)


def _recorded() -> str:
    """What to try with the recorded sessions, where there are any (see LABSYS_CORPUS)."""
    beside = ROOT.parent / "shared" / "corpus" / "protocols"
    folder = Path(os.environ.get("LABSYS_CORPUS", beside))
    return _RECORDED.format(folder=_short(folder)) if (folder / "INDEX.json").exists() else ""


def _short(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
