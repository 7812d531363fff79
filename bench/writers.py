"""Writing processes of P10: they know no Django, so that sixteen of them start at once."""

from __future__ import annotations

import time

import psycopg

INSERT = """INSERT INTO assays_recording (specimen_id, door, recorded_by_id, recorded_at)
SELECT %s, 'HTTP', %s, now() FROM generate_series(1, %s)"""


def write(url: str, begin: float, seconds: float, specimen: int, actor: int, batch: int) -> int:
    """Write transaction after transaction as an action does: say who acts, insert, commit."""
    done = 0
    with psycopg.connect(url, prepare_threshold=0) as line:
        time.sleep(max(begin - time.time(), 0))
        while time.time() < begin + seconds:
            line.execute(
                "SELECT set_config('labsys.actor', %s, true),"
                " set_config('labsys.action', 'bench.write', true)",
                [str(actor)],
            )
            line.execute(INSERT, [specimen, actor, batch])
            line.commit()
            done += 1
    return done
