"""Check passes where there is no network: `python -m consent.offline FILE [PASS]`.

FILE is what the page "Gate without a network" saves: the keys that verify, and the list of revoked
passes. Without PASS one is read from each line of the input, as a scanner types them. It needs
neither Django nor a database, and says so: every answer is "as of" the list, with its date, not live.
Of several passes the worst ends the command: a barrier opens where every one is cleared. With
`--log FILE` each answer is added to a file that the same page sends once there is a network.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import sys
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from consent.rules.gates import GateStatus
from consent.rules.passes import BadPass, Revocations, read_list, verify
from consent.rules.scans import LONGEST_ASKED, OfflineScan

# 0 means cleared, so that a barrier may be opened by it; of several passes the highest is told.
EXITS = {
    GateStatus.CLEARED: 0,
    GateStatus.EXPIRED: 3,
    GateStatus.REVOKED: 4,
    GateStatus.INVALID: 5,
}
UNREADABLE = 2


@dataclass(frozen=True)
class Gate:
    """What a gate without a network knows."""

    keys: Mapping[str, bytes]
    revocations: Revocations

    def answer(self, text: str, *, at: datetime) -> tuple[GateStatus, str]:
        """Return the word for a pass, and the line that is printed."""
        found = verify(text.strip(), keys=self.keys, revoked=self.revocations.ids, at=at)
        parts = [found.status.value.replace("_", " ")]
        if found.gate_pass is not None:
            one = found.gate_pass
            parts += [one.who, one.programme, f"until {_clock(one.expires_at)}"]
        as_of = self.revocations.as_of
        parts.append(f"as of {_clock(as_of)}, not live ({as_of.astimezone():%Y-%m-%d})")
        if self.revocations.is_old(at):
            minutes = int((at - self.revocations.as_of).total_seconds() // 60)
            parts.append(f"THE LIST IS {minutes} MINUTES OLD")
        return found.status, " · ".join(parts)


def load(path: Path) -> Gate:
    """Read what the page saved; raises BadPass for anything else."""
    try:
        saved = json.loads(path.read_bytes())
        keys = {str(kid): base64.b64decode(key) for kid, key in saved["keys"].items()}
        listed = read_list(str(saved["revocations"]), keys=keys)
    except (ValueError, KeyError, TypeError, AttributeError) as unreadable:
        raise BadPass("it is no file of keys and revoked passes") from unreadable
    return Gate(keys, listed)


def _keep(log: Path, gate: Gate, line: str, status: GateStatus, at: datetime) -> None:
    """Add an answer to the log, on the disk before it is given."""
    one = OfflineScan(
        uid=uuid.uuid4(),
        asked=line.strip()[:LONGEST_ASKED],
        status=status,
        scanned_at=at,
        as_of=gate.revocations.as_of,
    )
    with log.open("a", encoding="utf-8") as kept:
        kept.write(json.dumps(one.to_json()) + "\n")
        kept.flush()
        os.fsync(kept.fileno())


def _clock(moment: datetime) -> str:
    return moment.astimezone().strftime("%H:%M")


def _now() -> datetime:
    return datetime.now(tz=UTC)


def main(
    arguments: Sequence[str] | None = None,
    *,
    now: Callable[[], datetime] = _now,
    lines: TextIO | None = None,
    out: TextIO | None = None,
) -> int:
    """Answer one pass, or one per line; return what the shell is told: 0 where all are cleared."""
    parser = argparse.ArgumentParser(prog="python -m consent.offline", description=__doc__)
    parser.add_argument("file", type=Path, help="the saved keys and list of revoked passes")
    parser.add_argument("gate_pass", nargs="?", metavar="PASS", help="the text of a pass")
    parser.add_argument("--log", type=Path, metavar="FILE", help="keep each answer in this file")
    given = parser.parse_args(arguments)
    try:
        gate = load(given.file)
    except (OSError, BadPass) as unusable:
        print(f"{given.file} cannot be used: {unusable}.", file=sys.stderr)  # noqa: T201
        return UNREADABLE
    ends = []
    for line in [given.gate_pass] if given.gate_pass is not None else lines or sys.stdin:
        if not line.strip():
            continue
        at = now()
        status, said = gate.answer(line, at=at)
        if given.log is not None:
            try:
                _keep(given.log, gate, line, status, at)
            except OSError as full:
                print(f"{given.log} cannot be written: {full}.", file=sys.stderr)  # noqa: T201
                return UNREADABLE
        ends.append(EXITS[status])
        print(said, file=out, flush=True)  # noqa: T201
    return max(ends, default=EXITS[GateStatus.INVALID])


if __name__ == "__main__":
    sys.exit(main())
