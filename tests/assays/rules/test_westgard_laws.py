"""What holds of the control rules whatever is measured."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from assays.rules.westgard import RULES, evaluate, runs_from
from tests.assays.rules.test_westgard import said

HUNDREDTHS = st.integers(-400, 400).map(lambda n: Decimal(n) / 100)
LEVEL_Z = st.one_of(st.none(), HUNDREDTHS)
SEQUENCES = st.lists(
    st.one_of(
        st.tuples(LEVEL_Z, LEVEL_Z, LEVEL_Z),
        st.just({"restart": "calibration"}),
    ),
    max_size=40,
)
OPTIONS = st.fixed_dictionaries(
    {
        "rules": st.one_of(st.none(), st.just(tuple(RULES))),
        "across_levels": st.booleans(),
        "fire_again": st.booleans(),
        "restart_after_rejection": st.booleans(),
    }
)


def mirrored(row: Any) -> Any:
    return row if isinstance(row, dict) else tuple(z if z is None else -z for z in row)


@given(SEQUENCES, OPTIONS)
def test_below_the_mean_counts_as_above_it(runs: list[Any], options: dict[str, Any]) -> None:
    above = evaluate(runs, **options)
    below = evaluate([mirrored(row) for row in runs], **options)

    assert {(v.run, v.rule, v.scope, v.side, v.levels) for v in above} == {
        (v.run, v.rule, v.scope, -v.side, v.levels) for v in below
    }


@given(SEQUENCES, OPTIONS, st.integers(0, 40))
def test_nothing_after_a_run_changes_what_is_said_of_it(
    runs: list[Any], options: dict[str, Any], length: int
) -> None:
    known = runs[:length]
    last = sum(not isinstance(row, dict) for row in known)

    assert list(evaluate(known, **options)) == [
        v for v in evaluate(runs, **options) if v.position <= last
    ]


@given(
    SEQUENCES,
    OPTIONS,
    st.decimals("0.01", "1000", places=2),
    st.decimals("-1000", "1000", places=2),
)
def test_unit_and_target_do_not_matter(
    runs: list[Any], options: dict[str, Any], sd: Decimal, mean: Decimal
) -> None:
    targets = dict.fromkeys((1, 2, 3), (mean, sd))
    in_units = [
        row if isinstance(row, dict) else tuple(z if z is None else mean + z * sd for z in row)
        for row in runs
    ]

    assert evaluate(runs_from(in_units, targets=targets), **options) == evaluate(runs, **options)


@given(SEQUENCES)
def test_floats_say_what_decimals_say(runs: list[Any]) -> None:
    in_floats = [
        row if isinstance(row, dict) else tuple(z if z is None else float(z) for z in row)
        for row in runs
    ]

    assert said(in_floats, *RULES) == said(runs, *RULES)


@given(SEQUENCES, st.booleans())
def test_saying_it_again_adds_and_never_takes_away(runs: list[Any], across: bool) -> None:
    once = evaluate(runs, rules=tuple(RULES), across_levels=across, fire_again=False)
    again = evaluate(runs, rules=tuple(RULES), across_levels=across)

    assert {(v.run, v.rule) for v in once} <= {(v.run, v.rule) for v in again}


@given(SEQUENCES)
def test_every_member_stands_in_its_run_and_none_before_a_restart(runs: list[Any]) -> None:
    position, start, since = 0, 1, {}
    for row in runs:
        if isinstance(row, dict):
            start = position + 1
        else:
            position += 1
            since[position] = start

    for violation in evaluate(runs, rules=tuple(RULES), across_levels=True):
        positions = [member.position for member in violation.members]
        assert positions == sorted(positions)
        assert positions[-1] == violation.position
        assert positions[0] >= since[violation.position]
