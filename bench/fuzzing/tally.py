"""What came of a number of inputs, and what none of them may take."""

from __future__ import annotations

import resource
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

SECONDS_OF_ONE = 10
MOST_FAILURES = 20
# What a connection may take; a process that feeds small inputs needs less in all.
MEMORY = 64 * 2**20


@dataclass
class Tally:
    """Inputs by target, failures as text, and by how much memory grew (bytes)."""

    fed: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0
    grown: int = 0

    def add(self, other: Tally) -> None:
        self.fed += other.fed
        self.failures += other.failures
        self.seconds += other.seconds
        self.grown = max(self.grown, other.grown)

    @property
    def has_too_many_failures(self) -> bool:
        return len(self.failures) >= MOST_FAILURES

    def progress(self, spent: float) -> str:
        return f"{self.fed.total():>12,}  {spent:8.0f} s  {len(self.failures)} failures"

    def tell(self, what: str, spent: float) -> int:
        """Print it; returns what the process ends with."""
        for name, count in sorted(self.fed.items()):
            print(f"{name:<20} {count:>12,}")
        print(
            f"{self.fed.total():,} inputs of {what} in {spent:.0f} s "
            f"({self.fed.total() / max(spent, 0.001):,.0f}/s), {len(self.failures)} failures, "
            f"most growth of a process {self.grown / 2**20:.1f} MiB"
        )
        for failure in self.failures:
            print(failure)
        return 1 if self.failures or self.grown > MEMORY else 0


def memory() -> int:
    """Return the most bytes that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@contextmanager
def in_time() -> Iterator[None]:
    """Let one input at a time go on for so long and no longer: `signal.alarm` says when one begins."""
    before = signal.signal(signal.SIGALRM, _hang)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _hang(number: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"not done after {SECONDS_OF_ONE} s")
