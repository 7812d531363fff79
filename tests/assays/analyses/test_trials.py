"""Trials of removals: one part per person, left out with the reason, compared together; pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assays.rules.analyses import trials
from assays.rules.interventions import is_such, pore_size
from labsys.lib.wording import Refused

START = datetime(2026, 3, 10, 12, tzinfo=UTC)
COURSE = ((-6, "200"), (-4, "290"), (-2, "410"), (1, "150"), (3, "130"), (5, "118"))


def done(
    kind: str = "FILTRATION",
    detail: str = "pore 8 µm",
    *,
    day: float = 0,
    until: float | None = None,
) -> dict[str, Any]:
    return {
        "kind": kind,
        "detail": detail,
        "from": (START + timedelta(days=day)).isoformat(),
        "until": None if until is None else (START + timedelta(days=until)).isoformat(),
    }


def person(
    course: tuple[tuple[float, str], ...] = COURSE, *, what: tuple[dict[str, Any], ...] = ()
) -> dict[str, Any]:
    return {
        "loads": [
            {
                "at": (START + timedelta(days=day)).isoformat(),
                "comparator": value[0] if value[0] in "<>" else "",
                "value": value.lstrip("<>"),
            }
            for day, value in course
        ],
        "interventions": list(what or (done(),)),
    }


def worked(given: dict[str, Any], **asked: Any) -> dict[str, Any]:
    return trials.work(trials.parameters(asked), given)["arms"]


def test_a_person_is_compared_before_and_after() -> None:
    found = worked(person())["first"]

    assert found["before"]["load"] == pytest.approx((200 * 290 * 410) ** (1 / 3))
    assert found["after"]["loads"] == 3
    assert found["interval"]["low"] < found["ratio"] < found["interval"]["high"]
    assert found["ratio"] == pytest.approx(0.459, abs=0.001)
    assert found["rate"]["before"]["value"] == pytest.approx(0.179, abs=0.01)
    assert found["rate"]["after"]["value"] < 0
    assert found["rate"]["change"]["high"] < 0


def test_a_mean_of_which_one_load_is_a_limit_is_a_limit() -> None:
    found = worked(person((*COURSE[:4], (3, "<60"))))["first"]

    assert found["after"] == {"load": pytest.approx((150 * 60) ** 0.5), "below": True, "loads": 2}
    assert found["interval"] is None


@pytest.mark.parametrize(
    ("given", "asked", "code"),
    [
        (person(what=(done("CHARCOAL", ""),)), {}, "NOT_DONE"),
        (person(), {"detail": "9"}, "NOT_DONE"),
        (person(COURSE[3:]), {}, "NONE_BEFORE"),
        (person(COURSE[:3]), {}, "NONE_AFTER"),
        (person(()), {}, "NONE_BEFORE"),
        (person(), {"days_after": 0.5}, "NONE_AFTER"),
        (person((*COURSE[:4], (3, ">90000"))), {}, "BEYOND_RANGE"),
        (person((*COURSE[:4], (3, "0"))), {}, "ZERO_LOAD"),
        (person(what=(done(), done("CHARCOAL", "", day=4))), {}, "ANOTHER_INTERVENTION"),
    ],
)
def test_who_cannot_be_compared_is_left_out_with_the_reason(given, asked, code) -> None:
    with pytest.raises(Refused) as refused:
        worked(given, **asked)

    assert refused.value.code == code
    assert str(refused.value).endswith(".")


def test_loads_of_the_hours_that_do_not_count_and_of_the_removal_itself_are_out() -> None:
    given = person(((-2, "400"), (0.2, "50"), (1, "150"), (3, "130")), what=(done(until=0.5),))

    assert worked(given)["first"]["after"]["loads"] == 2
    assert worked(given, gap_hours=24)["first"]["after"]["loads"] == 1


def test_the_first_or_the_last_of_several_is_compared() -> None:
    given = person(what=(done(), done(day=2.5)))

    first = worked(given, others="counted", days_after=2)["first"]
    last = worked(given, others="counted", which="last", days_before=2)["first"]

    assert first["from"] < last["from"]


def test_a_rate_needs_two_moments_on_either_side() -> None:
    found = worked(person(COURSE[2:]))["first"]

    assert found["rate"]["refusal"]["code"] == "TOO_FEW_FOR_RATES"
    assert found["ratio"] < 1


def test_sedation_and_what_lies_far_off_leaves_nobody_out() -> None:
    given = person(what=(done(), done("SEDATION", "", day=1), done("CHARCOAL", "", day=40)))

    assert worked(given)["first"]["ratio"] < 1


def scaled(factor: float, what: dict[str, Any]) -> dict[str, Any]:
    course = tuple(
        (day, f"{float(value) * (factor if day > 0 else 1) * (1 + day / 100):.1f}")
        for day, value in COURSE
    )
    return person(course, what=(what,))


def together(*people: dict[str, Any], **asked: Any) -> dict[str, Any]:
    parameters = trials.parameters(asked)
    return trials.combine(parameters, [trials.work(parameters, one) for one in people])


def test_all_persons_are_compared_together_and_two_removals_with_each_other() -> None:
    nine, charcoal = done(detail="pore size 9 um"), done("CHARCOAL", "60 g")
    people = [scaled(factor, nine) for factor in (0.9, 1.0, 1.1, 1.2)]
    people += [scaled(factor, charcoal) for factor in (2.0, 2.2, 2.4, 2.6)]

    found = together(*people, detail="9 um", against_kind="CHARCOAL")

    first, second = found["arms"]["first"], found["arms"]["second"]
    assert (first["persons"], second["persons"]) == (4, 4)
    assert first["left_out"] == {"NOT_DONE": 4}
    assert first["level"]["ratio"]["high"] < 1
    assert found["contrast"]["level"]["contrast"]["low"] > 1
    assert [one["name"] for one in found["tests"]] == [
        *("first_level", "first_rate", "second_level", "second_rate"),
        *("contrast_level", "contrast_rate"),
    ]
    assert all(one["adjusted"] >= one["p"] for one in found["tests"])


def test_too_few_persons_are_told_and_the_run_is_done_all_the_same() -> None:
    found = together(person())

    assert found["arms"]["first"]["persons"] == 1
    why = [found["arms"]["first"][what]["refusal"]["sentence"] for what in ("level", "rate")]
    assert why == ["Fewer than two persons can be compared."] * 2
    assert found["tests"] == []


def test_persons_below_the_limit_before_and_after_say_nothing() -> None:
    below = tuple((day, "<60") for day, _value in COURSE)

    found = together(person(), scaled(1.1, done()), scaled(0.9, done()), person(below))

    assert found["arms"]["first"]["level"]["left_out"] == 1
    assert found["arms"]["first"]["level"]["patients"] == 3


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "PRAYER"}, "kind"),
        ({"kind": "SEDATION"}, "kind"),
        ({"days_before": -1}, "days_before"),
        ({"days_after": 0}, "days_after"),
        ({"days_after": "two"}, "days_after"),
        ({"gap_hours": float("inf")}, "gap_hours"),
        ({"which": "best"}, "which"),
        ({"against_kind": "FILTRATION"}, "against_kind"),
        ({"detail": 9}, "detail"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_parameter_that_cannot_be_is_refused_by_its_name(given, field) -> None:
    with pytest.raises(Refused) as refused:
        trials.parameters(given)

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("detail", "size"),
    [
        *(("pore size 9 um", 9.0), ("pore 8 \u00b5m", 8.0), ("0.2\u03bcm", 0.2)),
        *(("9 micrometres, twice", 9.0), ("9 mm", None), ("", None)),
    ],
)
def test_the_pore_size_is_read_however_it_is_written(detail, size) -> None:
    assert pore_size(detail) == size


def test_a_removal_is_found_by_its_pore_size_or_its_words() -> None:
    assert is_such("pore 9 \u00b5m", "9")
    assert is_such("pore 9 \u00b5m", "9.0 um")
    assert not is_such("pore 19 \u00b5m", "9")
    assert is_such("Code ALPHA", "alpha")
    assert is_such("anything", "")
