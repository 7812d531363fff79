"""Several people at once: of what excludes each other exactly one wins."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import connection

from assays.actions import (
    attempt_requests,
    attempts,
    batches,
    corrections,
    recordings,
    results,
)
from assays.actions.recordings import Typed
from assays.models import Result, ResultHold, ResultHoldClear, Signature
from assays.rules.attempts import AttemptKind
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.quantities import parse_quantity
from tests import factories
from tests.assays.verification.bench import Bench, page, states
from tests.signing import correcting, signing

Act = Callable[[], Any]


def race(acts: dict[str, Act]) -> list[str]:
    """Do everything at the same instant; returns the names of what was not refused."""
    together = threading.Barrier(len(acts))
    done: list[str] = []
    failed: list[BaseException] = []

    def run(name: str, act: Act) -> None:
        try:
            together.wait(timeout=30)
            act()
            done.append(name)
        except Refusal:
            pass
        except BaseException as failure:  # noqa: BLE001 (told below)
            failed.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in acts.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failed == []
    return sorted(done)


def fresh(result: Result) -> Result:
    return Result.objects.select_related("specimen", "analyte", "order_item", "assay_version").get(
        pk=result.pk
    )


def releaser(result: Result, by: Principal) -> Act:
    mine, signed = fresh(result), signing(by)
    return lambda: results.release(result=mine, signing=signed, by=by, at=database_now())


def holder(result: Result, by: Principal) -> Act:
    mine = fresh(result)
    return lambda: results.hold(result=mine, by=by, at=database_now(), reason="clot?")


def test_of_two_releases_one_wins(fresh_database: str) -> None:
    bench = Bench()
    result = bench.verified()
    doctors = [factories.principal(Role.PATHOLOGIST) for _number in range(3)]

    done = race({one.name: releaser(result, one) for one in doctors})

    assert len(done) == 1
    assert Signature.objects.get().signed_by.name == done[0]


def test_of_two_who_clear_a_hold_one_does_and_the_other_is_told(fresh_database: str) -> None:
    bench = Bench()
    hold = results.hold(
        result=bench.recorded(), by=bench.technologist, at=database_now(), reason="clot?"
    )

    def clearer(by: Principal) -> Act:
        mine = ResultHold.objects.select_related("result__specimen").get(pk=hold.pk)
        return lambda: results.clear_hold(hold=mine, by=by, at=database_now(), reason="no clot")

    done = race({one.name: clearer(one) for one in (bench.verifier, bench.pathologist)})

    assert len(done) == 1
    assert ResultHoldClear.objects.get().recorded_by.name == done[0]


def about_two_values(bench: Bench) -> dict[str, Act]:
    """What three people may do at once about a value and its repeat."""
    first = bench.recorded()
    given = {"by": bench.verifier, "at": database_now(), "reason": "clot?"}
    attempt_requests.ask(result=first, kind=AttemptKind.REPEAT, **given)
    (second,) = recordings.record_typed(
        specimen=first.specimen,
        values=[Typed(bench.assay.pk, parse_quantity("13.4", unit="g/dL"), field="v")],
        observed_at=database_now(),
        by=bench.technologist,
        at=database_now(),
    )
    mine, theirs, ours = fresh(second), fresh(first), fresh(second)
    signed, other = correcting(bench.pathologist), factories.principal(Role.TECHNOLOGIST)
    why = {"at": database_now(), "reason": "clot"}
    right = parse_quantity("13.3", unit="g/dL")
    return {
        "choose": lambda: attempts.choose(result=mine, by=bench.verifier, **why),
        "correct": lambda: corrections.correct(
            result=theirs, value=right, by=bench.pathologist, signing=signed, **why
        ),
        "reject": lambda: results.reject(result=ours, by=other, **why),
    }


def test_choosing_correcting_and_rejecting_at_once_wait_for_each_other(fresh_database: str) -> None:
    """None of them takes what another holds while holding what that one wants."""
    bench = Bench()

    done = [race(about_two_values(bench)) for _trial in range(5)]

    assert all(done)


def test_of_a_release_and_a_hold_one_wins(fresh_database: str) -> None:
    bench = Bench()
    outcomes: Counter[str] = Counter()
    for _trial in range(5):
        result = bench.verified()
        acts = {
            "release": releaser(result, bench.pathologist),
            "hold": holder(result, bench.verifier),
        }

        (done,) = race(acts)

        is_held = ResultHold.objects.filter(result=result).exists()
        assert (states(result), is_held) == (
            (["RELEASED"], False) if done == "release" else (["TECHNICALLY_VERIFIED"], True)
        )
        outcomes[done] += 1
    assert sum(outcomes.values()) == 5


def test_of_a_release_and_a_correction_the_page_of_one_is_stale(fresh_database: str) -> None:
    bench = Bench()
    corrector = factories.principal(Role.PATHOLOGIST)
    for _trial in range(3):
        result = bench.verified()
        mine, signed = fresh(result), correcting(corrector)
        expected = mine.status

        def correct(mine: Any = mine, signed: Any = signed, expected: Any = expected) -> None:
            corrections.correct(
                result=mine,
                value=parse_quantity("14.0", unit="g/dL"),
                signing=signed,
                by=corrector,
                at=database_now(),
                reason="misread",
                expected=expected,
            )

        (done,) = race({"release": releaser(result, bench.pathologist), "correct": correct})

        is_corrected = Result.objects.filter(corrects=result).exists()
        assert (states(result), is_corrected) == (
            (["RELEASED"], False) if done == "release" else (["SUPERSEDED"], True)
        )


def test_of_a_page_and_one_of_its_rows_one_wins(fresh_database: str) -> None:
    bench = Bench()
    other = factories.principal(Role.PATHOLOGIST)
    for _trial in range(3):
        ones = [bench.verified("13.1"), bench.verified("14.2")]
        given, signed = page(*ones), signing(other)

        def whole(given: Any = given, signed: Any = signed) -> None:
            batches.release(page=given, signing=signed, by=other, at=database_now())

        (done,) = race({"page": whole, "single": releaser(ones[1], bench.pathologist)})

        assert states(*ones) == (
            ["RELEASED", "RELEASED"] if done == "page" else ["TECHNICALLY_VERIFIED", "RELEASED"]
        )


def test_two_pages_with_the_same_rows_do_not_wait_for_each_other_for_ever(
    fresh_database: str,
) -> None:
    bench = Bench()
    other = factories.principal(Role.PATHOLOGIST)
    ones = [bench.verified("13.1"), bench.verified("14.2"), bench.verified("12.5")]
    there, back = page(*ones), page(*reversed(ones))
    pens = {bench.pathologist: signing(bench.pathologist), other: signing(other)}

    def act(given: Any, by: Principal) -> Act:
        return lambda: batches.release(page=given, signing=pens[by], by=by, at=database_now())

    done = race({"there": act(there, bench.pathologist), "back": act(back, other)})

    assert len(done) == 1
    assert states(*ones) == ["RELEASED"] * 3
