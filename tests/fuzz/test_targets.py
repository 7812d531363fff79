"""Hostile bytes, as many as a test run can bear; `python -m bench.fuzz` feeds ten million."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assays.instruments import interpret
from bench import fuzz
from bench.fuzzing import given as given_bytes
from bench.fuzzing.making import Maker
from bench.fuzzing.targets import TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_that_comes_breaks_its_laws(name: str) -> None:
    target, _share = TARGETS[name]

    @settings(max_examples=150, deadline=None)
    @given(st.integers(0, 2**48))
    def fed(seed: int) -> None:
        target(Maker(seed))

    fed()


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(TARGETS)), st.binary(max_size=400), st.integers(0, 1_000))
def test_bytes_that_nobody_made_break_no_law(name: str, content: bytes, seed: int) -> None:
    target, _share = TARGETS[name]

    target(Maker(seed, texts=(content or b"\x00",)))


def test_hypothesis_feeds_as_many_as_it_is_told() -> None:
    total = fuzz.run("hypothesis", "4", 1_200)

    assert total.fed.total() == 1_200
    assert not total.failures


def test_an_input_of_bytes_is_fed_again_by_its_name() -> None:
    content = b"\x00\x01\x02\x03H|\\^&|||X\rL|1|N\r"

    assert fuzz.again(given_bytes.name(content)) == given_bytes.feed(content)


def test_atheris_feeds_as_many_as_it_is_told() -> None:
    pytest.importorskip("atheris", reason="it is of requirements-fuzz.txt")
    command = [sys.executable, "-m", "bench.fuzz", "--engine", "atheris", "--inputs", "500"]

    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    assert "500 inputs of atheris" in done.stdout
    assert done.returncode == 0, done.stdout


def test_where_atheris_is_not_installed_it_is_said_what_to_do() -> None:
    hidden = "import sys; sys.modules['atheris'] = None; import bench.fuzzing.guided"

    done = subprocess.run(
        [sys.executable, "-c", hidden], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 1
    assert "requirements-fuzz.txt" in done.stderr


def test_an_input_is_made_again_from_its_name() -> None:
    one, again = Maker("7:11"), Maker("7:11")

    assert one.stream() == again.stream()
    assert fuzz.feed("7", 11) == fuzz.feed("7", 11)


def test_a_run_counts_what_it_fed_and_names_what_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(maker: Maker) -> None:
        raise ValueError("broken")

    monkeypatch.setitem(TARGETS, "character sets", (fails, 5))

    tally = fuzz.batch(("3", 0, 200))

    assert tally.fed.total() + len(tally.failures) == 200
    assert tally.failures
    name = tally.failures[0].splitlines()[0]
    with pytest.raises(ValueError, match="broken"):
        fuzz.feed("3", int(name.partition(":")[2]))


@pytest.mark.parametrize("field", ["^^", "^", '""^""'])
def test_a_specimen_field_of_delimiters_alone_names_nobody(field: str) -> None:
    records = f"H|\\^&|||X\rP|1\rO|1|{field}|A1|^^^GLU\rR|1|^^^GLU|5.4|mmol/L\rL|1|N\r"

    [found] = interpret(records.encode(), "lis2a2")

    assert found.specimen_id == "A1"
