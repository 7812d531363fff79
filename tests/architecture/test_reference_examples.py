"""The examples in docs/reference run as they stand."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
PAGES = sorted(REFERENCE.glob("*.md"))
WITH_EXAMPLES = [page for page in PAGES if ">>> " in page.read_text()]
FENCED = "```python\n"


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: page.stem)
def test_the_examples_of_a_reference_page_run(page: Path) -> None:
    outcome = doctest.testfile(str(page), module_relative=False, encoding="utf-8")

    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_example_of_a_reference_page_is_left_untried(page: Path) -> None:
    examples = page.read_text().split(FENCED)[1:]

    assert [example for example in examples if not example.startswith(">>> ")] == []
