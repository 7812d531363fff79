"""python -m bench [name ...]: run the named benchmarks, or all, on one site of their own."""

from __future__ import annotations

import importlib
import sys
import time

from bench.site import Site

ALL = (
    "p1_wires",
    "p2_intake",
    "p2b_evaluation",
    "p2b_rules",
    "p2b_wires",
    "p3_stat",
    "f3_wires",
    "p10_audit",
    "worklist",
    "reports",
    "analyses",
)


# Asked for by name: each loads a database of its own size.
LARGE = ("scale", "screening", "catalogue", "registry")


def run(names: list[str]) -> None:
    """Run benchmarks one after the other; the first line says on what."""
    unknown = set(names) - {*ALL, *LARGE}
    if unknown:
        raise SystemExit(
            f"no such benchmark: {' '.join(sorted(unknown))}; there are {' '.join([*ALL, *LARGE])}"
        )
    begun = time.monotonic()
    site = Site()
    print(f"site ready after {time.monotonic() - begun:.1f} s", flush=True)
    try:
        for name in names or ALL:
            # Imported late: models need the settings that the site has made.
            importlib.import_module(f"bench.{name}").run(site)
            site.stop()
    finally:
        site.close()


if __name__ == "__main__":
    run(sys.argv[1:])
