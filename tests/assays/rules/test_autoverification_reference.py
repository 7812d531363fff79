"""The written reference says what the code does."""

from __future__ import annotations

from assays.rules.autoverification import KINDS, laws
from tests.architecture.source import ROOT

REFERENCE = ROOT / "docs" / "reference" / "autoverification.md"


def test_every_kind_and_law_is_described() -> None:
    text = REFERENCE.read_text(encoding="utf-8")

    assert [name for name in (*KINDS, *laws.LAWS) if name not in text] == []
