"""What is decided about results of a look-back: for all that are ticked or for none, by whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from assays.actions import corrections, corrections_chased, look_backs, results
from assays.actions.result_checks import ResultHeld
from assays.models import (
    AttemptRequest,
    CorrectionNotice,
    LookBackDecision,
    OrderItem,
    Result,
    ResultHold,
)
from assays.queries import attempts
from assays.queries import look_backs as queries
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.audit import reads
from labsys.lib.clock import database_now
from labsys.lib.errors import NotAllowed
from labsys.lib.records import AppendOnlyError
from tests import factories
from tests.assays.controls import bench as benches
from tests.assays.controls.bench import Bench
from tests.assays.controls.looking_back import DAY, HOUR, Decision, decide, ended, of, opened
from tests.assays.controls.test_holds import measured
from tests.signing import correcting


def test_of_several_all_are_decided_or_none(bench: Bench) -> None:
    released, waiting = of(bench, ago=DAY, status="RELEASED"), of(bench, ago=2 * HOUR)
    look_back = opened(bench)

    refused = decide(bench, look_back, Decision.HOLD, released, waiting)

    assert list(refused) == [released.pk]
    assert "is released" in str(refused[released.pk])
    assert not ResultHold.objects.filter(result=waiting).exists()
    assert not LookBackDecision.objects.exists()


def test_holding_holds_what_is_not_out(bench: Bench) -> None:
    of(bench, ago=DAY, status="RELEASED")
    waiting = of(bench, ago=2 * HOUR)
    look_back = opened(bench)

    assert decide(bench, look_back, Decision.HOLD, waiting) == {}

    assert ResultHold.objects.get(result=waiting).kind == "MANUAL"
    assert queries.left(look_back) == 2, "holding decides nothing yet"


def test_what_is_held_as_out_of_control_is_not_held_twice(bench: Bench) -> None:
    look_back = opened(bench)
    meanwhile = of(bench, ago=timedelta(seconds=1))

    decide(bench, look_back, Decision.HOLD, meanwhile)

    assert [one.kind for one in meanwhile.holds.all()] == ["QC"]


def test_a_repeat_rejects_what_is_not_out_and_opens_its_assay(bench: Bench) -> None:
    waiting = of(bench, ago=2 * HOUR)
    look_back = opened(bench)

    assert decide(bench, look_back, Decision.REPEAT, waiting) == {}

    waiting.refresh_from_db()
    assert waiting.status == "CANCELLED"
    assert waiting.order_item is not None
    assert waiting.order_item.status == "IN_PROCESS"
    assert queries.left(look_back) == 0
    asked = AttemptRequest.objects.get(result=waiting)
    assert (asked.kind, asked.status, asked.reason) == ("REPEAT", "OPEN", "looked at")


def test_a_released_value_is_repeated_beside_what_stands(bench: Bench) -> None:
    released = of(bench, ago=2 * HOUR, status="RELEASED")
    OrderItem.objects.filter(pk=released.order_item_id).update(status="COMPLETED")
    look_back = opened(bench)

    assert decide(bench, look_back, Decision.REPEAT, released) == {}
    again = measured(bench, "HB", specimen=released.specimen.accession, value="11.1")

    released.refresh_from_db()
    assert (released.status, again.status) == ("RELEASED", "RESULTED")
    assert again.attempt.request.result == released
    assert AttemptRequest.objects.get().status == "DONE"
    assert [one.result_id for one in attempts.rivals(again)] == [released.pk]


def test_a_repeat_that_is_asked_for_already_is_not_asked_for_twice(bench: Bench) -> None:
    one, two = (of(bench, ago=n * HOUR, status="RELEASED") for n in (2, 3))
    look_back = opened(bench)
    decide(bench, look_back, Decision.REPEAT, one)

    refused = decide(bench, look_back, Decision.REPEAT, one, two)

    assert "asked for again already" in str(refused[one.pk])
    assert list(AttemptRequest.objects.values_list("result", flat=True)) == [one.pk]


def test_whoever_has_seen_a_released_value_and_its_requester_are_informed(bench: Bench) -> None:
    released = of(bench, ago=DAY, status="RELEASED")
    reader = factories.principal(Role.EXAMINING_PHYSICIAN)
    reads.record(by=reader, purpose="result", objects=[released], person_id=released.person_id)
    requester = released.order_item.order.requester
    look_back = opened(bench)

    assert decide(bench, look_back, Decision.INFORM, released) == {}

    given = {one.reader: one for one in CorrectionNotice.objects.all()}
    assert set(given) == {reader, requester}
    assert {one.state for one in given.values()} == {"OPEN"}
    assert given[reader].doubt.look_back == look_back
    assert given[requester].ways == ["REQUESTED"]
    client = Client()
    client.force_login(reader.user)
    shown = client.get("/inbox/").content.decode()
    assert "is doubted" in shown
    assert "looked at" in shown
    corrections_chased.acknowledge(notice=given[reader], by=reader, at=database_now())
    assert CorrectionNotice.objects.get(reader=reader).state == "ACKNOWLEDGED"


def test_whose_page_was_on_its_way_when_a_value_was_doubted_is_informed_too(bench: Bench) -> None:
    released = of(bench, ago=DAY, status="RELEASED")
    reader = factories.principal(Role.EXAMINING_PHYSICIAN)
    decide(bench, opened(bench), Decision.INFORM, released)
    # Their page had read the value before; the look is written a moment after.
    reads.record(by=reader, purpose="result", objects=[released], person_id=released.person_id)

    sweep = Principal.objects.system("sweep")
    given = [corrections_chased.catch_up(by=sweep, at=database_now()) for _time in range(2)]

    assert given == [1, 0]
    assert CorrectionNotice.objects.get(reader=reader).doubt.result == released


def test_a_correction_replaces_the_notice_of_the_doubt(bench: Bench) -> None:
    released = of(bench, ago=DAY, status="RELEASED")
    look_back = opened(bench)
    decide(bench, look_back, Decision.INFORM, released)
    signed = correcting(bench.pathologist)

    corrections.correct(
        result=Result.objects.get(pk=released.pk),
        value=benches.value(1, 0.0),
        by=bench.pathologist,
        at=database_now(),
        reason="measured again elsewhere",
        signing=signed,
    )

    states = CorrectionNotice.objects.order_by("id").values_list("doubt__decision", "state")
    assert list(states) == [("INFORM", "REPLACED"), (None, "OPEN")]


def test_the_page_says_beside_each_value_what_keeps_it_from_being_done(bench: Bench) -> None:
    released, waiting = of(bench, ago=DAY, status="RELEASED"), of(bench, ago=2 * HOUR)
    look_back = opened(bench)
    client = Client()
    client.force_login(bench.pathologist.user)
    form = {"result": [released.pk, waiting.pk], "decision": "HOLD", "reason": "looked at"}

    answer = client.post(f"/look-backs/{look_back.pk}/", form)

    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Nothing was done" in text
    assert text.count("is released: have it repeated") == 1
    assert text.count(" checked ") == 2
    assert not LookBackDecision.objects.exists()


def test_what_stands_is_let_go_of_every_hold_that_this_set(bench: Bench) -> None:
    before = of(bench, ago=2 * HOUR)
    look_back = opened(bench)
    meanwhile = of(bench, ago=timedelta(seconds=1))
    decide(bench, look_back, Decision.HOLD, before)
    ended(bench)

    assert decide(bench, look_back, Decision.ACCEPT, before, meanwhile) == {}

    assert not ResultHold.objects.filter(clear=None).exists()
    results.verify(result=meanwhile, by=bench.technologist, at=database_now())


def test_other_holds_stay(bench: Bench) -> None:
    waiting = of(bench, ago=2 * HOUR)
    results.hold(result=waiting, by=bench.technologist, at=database_now(), reason="haemolytic")
    look_back = opened(bench)
    ended(bench)

    decide(bench, look_back, Decision.ACCEPT, waiting)

    with pytest.raises(ResultHeld, match="haemolytic"):
        results.verify(result=waiting, by=bench.technologist, at=database_now())


def test_what_is_to_be_corrected_is_decided_once_it_is(bench: Bench) -> None:
    released = of(bench, ago=2 * HOUR, status="RELEASED")
    look_back = opened(bench)
    decide(bench, look_back, Decision.CORRECT, released)
    assert queries.left(look_back) == 1

    signed = correcting(bench.pathologist)
    corrections.correct(
        result=released,
        value=benches.value(1, 0.0),
        by=bench.pathologist,
        at=database_now(),
        reason="measured again elsewhere",
        signing=signed,
    )

    assert queries.left(look_back) == 0


def test_only_a_requester_who_saw_it_is_informed(bench: Bench) -> None:
    released, waiting = of(bench, ago=DAY, status="RELEASED"), of(bench, ago=2 * HOUR)
    look_back = opened(bench)

    refused = decide(bench, look_back, Decision.INFORM, released, waiting)

    assert list(refused) == [waiting.pk]


def test_a_result_of_another_assay_or_time_is_not_decided_in_it(bench: Bench) -> None:
    other = of(bench, ago=2 * HOUR, code="WBC")
    look_back = opened(bench)

    refused = decide(bench, look_back, Decision.ACCEPT, other)

    assert "does not belong" in str(refused[other.pk])
    assert not LookBackDecision.objects.exists()


def test_the_newest_decision_holds_and_all_are_kept(bench: Bench) -> None:
    released = of(bench, ago=2 * HOUR, status="RELEASED")
    look_back = opened(bench)
    decide(bench, look_back, Decision.INFORM, released)
    decide(bench, look_back, Decision.CORRECT, released)

    (row,) = queries.page(look_back).rows
    assert row.decision is not None
    assert (row.decision.decision, row.is_left) == ("CORRECT", True)
    assert LookBackDecision.objects.count() == 2
    with pytest.raises(AppendOnlyError):
        LookBackDecision.objects.update(decision="ACCEPT")


def test_technologists_hold_and_repeat_and_leave_the_rest_to_others(bench: Bench) -> None:
    released, waiting = of(bench, ago=DAY, status="RELEASED"), of(bench, ago=2 * HOUR)
    look_back = opened(bench)
    by = {"by": bench.technologist}

    assert decide(bench, look_back, Decision.HOLD, waiting, **by) == {}
    for decision in (Decision.ACCEPT, Decision.INFORM, Decision.CORRECT):
        refused = decide(bench, look_back, decision, released, **by)
        assert isinstance(refused[released.pk], NotAllowed)
    with pytest.raises(NotAllowed):
        decide(bench, look_back, Decision.HOLD, waiting, by=bench.quality)
    with pytest.raises(NotAllowed):
        look_backs.close(
            look_back=look_back, by=bench.technologist, at=database_now(), conclusion="fine"
        )
