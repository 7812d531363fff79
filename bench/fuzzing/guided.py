"""python -m bench.fuzz --engine atheris: inputs that reach new code are what the next are made of.

atheris has wheels for Linux on x86-64 alone; it is installed from `requirements-fuzz.txt`. Only what
it may watch is fed: drivers and links are imported here, under its eye, and nowhere before.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

try:
    import atheris
except ImportError:
    sys.exit(
        "atheris is not installed: pip install --require-hashes -r requirements-fuzz.txt "
        "(Linux on x86-64); --engine made and --engine hypothesis need nothing."
    )

with atheris.instrument_imports(include=["assays.instruments"]):
    from bench.fuzzing import given
    from bench.fuzzing.making import CONTROL, WORDS, Maker
    from bench.fuzzing.tally import MEMORY, SECONDS_OF_ONE, Tally, memory

# What its inputs are made of at first, and how long they may be.
SEEDS, LONGEST = 2_000, 600


class Run:
    """Counts what atheris feeds, and ends the process."""

    def __init__(self, seed: str, inputs: int, seconds: float | None, folder: Path) -> None:
        self._seed, self._inputs, self._folder = seed, inputs, folder
        self._begun = self._told = time.monotonic()
        self._until = self._begun + seconds if seconds is not None else None
        self._tally = Tally()
        self._had = memory()

    def feed(self, content: bytes) -> None:
        try:
            self._tally.fed[given.feed(content)] += 1
        except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
            trace = traceback.format_exc(limit=-4)
            self._tally.failures.append(f"{given.name(content)}\n{trace}")
        has = memory()
        self._tally.grown, self._had = max(self._tally.grown, has - self._had), has
        if self._tally.grown > MEMORY:
            self._tally.failures.append(f"{given.name(content)}\ntook too much memory")
        fed = self._tally.fed.total() + len(self._tally.failures)
        if fed % 1_000 == 0 or fed >= self._inputs or self._tally.has_too_many_failures:
            self._look_up(fed)

    def _look_up(self, fed: int) -> None:
        now = time.monotonic()
        if now - self._told > 60:
            self._told = now
            print(self._tally.progress(now - self._begun), flush=True)
        is_late = self._until is not None and now > self._until
        if is_late or fed >= self._inputs or self._tally.has_too_many_failures:
            self.end()

    def end(self, *_signal: object) -> None:
        # atheris never returns: what is to be said is said here.
        code = self._tally.tell(f"atheris, seed {self._seed},", time.monotonic() - self._begun)
        sys.stdout.flush()
        shutil.rmtree(self._folder, ignore_errors=True)
        os._exit(code)


def main(seed: str, inputs: int, minutes: str) -> None:
    folder = Path(tempfile.mkdtemp(prefix="labsys-fuzz-"))
    corpus = folder / "corpus"
    corpus.mkdir()
    _plant(corpus, seed)
    words = "\n".join(f'"{_escaped(word)}"' for word in dict.fromkeys([*WORDS, *CONTROL]) if word)
    (folder / "words").write_text(words)
    run = Run(seed, inputs, float(minutes) * 60 if minutes else None, folder)
    settings = {
        "timeout": SECONDS_OF_ONE,
        "max_len": LONGEST,
        "seed": sum(seed.encode()),
        "dict": folder / "words",
        "artifact_prefix": f"{folder}/",
        "verbosity": 0,
        "handle_term": 0,
        "handle_int": 0,
    }
    signal.signal(signal.SIGTERM, run.end)
    signal.signal(signal.SIGINT, run.end)
    atheris.Setup([sys.argv[0], *(f"-{k}={v}" for k, v in settings.items()), str(corpus)], run.feed)
    atheris.Fuzz()


def _plant(corpus: Path, seed: str) -> None:
    for number in range(SEEDS):
        maker = Maker(f"{seed}:{number}")
        text = maker.text() if number % 2 else maker.stream()[2]
        (corpus / str(number)).write_bytes(
            maker.random.randbytes(given.HEAD) + text[: LONGEST - given.HEAD]
        )


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
