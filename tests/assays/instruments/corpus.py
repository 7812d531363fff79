"""The recorded sessions of real analysers, where they are at hand; never copied into the project."""

from __future__ import annotations

from pathlib import Path

import pytest

CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "protocols"


def files(pattern: str) -> list[object]:
    """Return the files of a pattern as test parameters; without the corpus, one that is skipped."""
    found = sorted(CORPUS.glob(pattern))
    if not found:
        reason = "The recorded sessions are not at hand."
        return [pytest.param(None, marks=pytest.mark.skip(reason=reason), id="absent")]
    return [pytest.param(path, id=str(path.relative_to(CORPUS))) for path in found]


def content(name: str) -> bytes:
    """Return the bytes of one file, or skip the test visibly."""
    path = CORPUS / name
    if not path.exists():
        pytest.skip("The recorded sessions are not at hand.")
    return path.read_bytes()
