"""Over HTTP: how the laboratory is connected, what is told to whom, and what is read anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assays.models import Dispatch, OrderNumber, WorkOrder
from assays.rules.endpoints import EndpointRole
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from tests import factories
from tests.assays.api.connected import (
    Laboratory,
    made,
    one_more,
    order_placed,
    run_of,
    shipped_panel,
)
from tests.assays.communication.telling import queries_of
from tests.assays.endpoints.lines import endpoint
from tests.assays.families import declared
from tests.assays.hospital.told import hospital, panel_mapped
from tests.clients import client_of

pytestmark = pytest.mark.django_db
TECHNICAL = ("instruments", "endpoints", "driver-families", "code-mappings", "panel-mappings")
TOLD = ("dispatches", "work-orders", "reading-runs")
LISTS = (*TECHNICAL, *TOLD, "order-numbers")


@pytest.fixture
def lab() -> Laboratory:
    return made()


def ask(who: Any, noun: str, **asked: Any) -> Any:
    return client_of(who).get(f"/api/v1/{noun}", asked)


def listed(who: Any, noun: str, **asked: Any) -> list[dict[str, Any]]:
    answer = ask(who, noun, **asked)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()[noun.replace("-", "_")]
    return found


def least(lab: Laboratory, noun: str) -> dict[str, Any]:
    """What a list needs to be asked at least."""
    return {
        "work-orders": {"specimen": lab.specimen.accession},
        "order-numbers": {"order": lab.specimen.order_id},
    }.get(noun, {})


@pytest.mark.parametrize("noun", LISTS)
def test_who_has_no_such_right_is_refused(lab: Laboratory, noun: str) -> None:
    gate = factories.principal(Role.GATE_OFFICER)

    answer = ask(gate, noun, **least(lab, noun))

    assert answer.status_code == 403
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("noun", LISTS)
def test_nothing_is_written_through_it(lab: Laboratory, noun: str) -> None:
    client = client_of(lab.reader)

    for act in (client.post, client.put, client.delete):
        assert act(f"/api/v1/{noun}", content_type="application/json").status_code in (403, 405)


@pytest.mark.parametrize("noun", LISTS)
def test_a_question_that_makes_no_sense_is_refused_in_words(lab: Laboratory, noun: str) -> None:
    wrong = [{"page": "3"}, {"limit": "0"}, {"before": "-1"}, {"limit": "²"}]

    for asked in wrong:
        answer = ask(lab.reader, noun, **least(lab, noun), **asked)
        assert answer.status_code == 422, (asked, answer.content)
        assert answer.json()["errors"][0]["pointer"] in asked


@pytest.mark.parametrize(
    ("noun", "asked", "said"),
    [
        ("instruments", {"kind": "COFFEE"}, "one of ANALYSER"),
        ("driver-families", {"status": "active"}, "one of DRAFT"),
        ("dispatches", {"status": "LOST"}, "one of QUEUED"),
        ("dispatches", {"order": "x"}, "whole number"),
        ("dispatches", {"specimen": "26\x00"}, "no number has"),
        ("work-orders", {}, "at least one of"),
        ("work-orders", {"dispatch": "1e3"}, "whole number"),
        ("order-numbers", {}, "at least one of"),
        ("reading-runs", {"id": "9" * 30}, "whole number"),
    ],
)
def test_a_word_that_nobody_knows_is_answered_with_those_there_are(
    lab: Laboratory, noun: str, asked: dict[str, str], said: str
) -> None:
    answer = ask(lab.reader, noun, **asked)

    assert answer.status_code == 422, answer.content
    assert said in answer.content.decode()


@pytest.mark.parametrize("noun", [one for one in LISTS if one != "order-numbers"])
def test_a_longer_list_takes_no_more_queries(lab: Laboratory, noun: str) -> None:
    one_more(lab, noun)
    client = client_of(lab.reader)
    query = "&".join(f"{name}={value}" for name, value in least(lab, noun).items())
    address = f"/api/v1/{noun}?{query}"
    before = queries_of(client, address)
    had = len(listed(lab.reader, noun, **least(lab, noun)))

    one_more(lab, noun)

    assert len(listed(lab.reader, noun, **least(lab, noun))) == had + 1
    assert queries_of(client, address) == before


def test_an_instrument_is_told_with_its_settings_and_its_lines(lab: Laboratory) -> None:
    made = endpoint(lab.analyser, EndpointRole.SERVER, port=15_999, silence_minutes=30)

    (told,) = listed(lab.reader, "instruments", code=lab.analyser.code)
    (line,) = listed(lab.reader, "endpoints", instrument=lab.analyser.code)

    assert (told["driver"], told["settings"]) == ("lis2a2", {"downloads": True})
    assert (line["id"], line["role"], line["port"]) == (made.pk, "SERVER", 15_999)
    assert (line["silence_minutes"], line["line"]) == (30, None)


def test_a_family_is_told_as_it_can_be_taken_in_elsewhere(lab: Laboratory) -> None:
    declared.in_force()

    (told,) = listed(lab.reader, "driver-families", name="acme-chem", status="ACTIVE")

    assert (told["base"], told["declaration"]) == ("lis2a2", declared.DECLARATION)


def test_a_mapping_is_told_by_the_codes_on_both_sides(lab: Laboratory) -> None:
    wards, panel = hospital(), shipped_panel()
    panel_mapped(wards, "BLOOD", panel)

    (code,) = listed(lab.reader, "code-mappings", instrument=lab.analyser.code, code="GLU")
    (whole,) = listed(lab.reader, "panel-mappings", instrument=wards.code)

    assert (code["assay"]["code"], code["status"]) == ("glu", "ACTIVE")
    assert (whole["code"], whole["panel"]) == ("BLOOD", panel.code)


def test_what_an_instrument_was_told_is_told_without_the_bytes(lab: Laboratory) -> None:
    dispatch, work = Dispatch.objects.get(), WorkOrder.objects.get()

    (sent,) = listed(lab.reader, "dispatches", specimen=lab.specimen.accession, kind="WORK_ORDER")
    (line,) = listed(lab.reader, "work-orders", dispatch=dispatch.pk)

    assert (sent["control_id"], sent["status"]) == (dispatch.control_id, "QUEUED")
    assert "content" not in sent
    assert (line["label"], line["assay"], line["status"]) == (work.label, "glu", "TOLD")
    assert (line["specimen"], line["order"]) == (lab.specimen.accession, lab.specimen.order_id)


@pytest.mark.parametrize(
    ("noun", "row"),
    [
        ("dispatches", lambda: Dispatch.objects.get()),
        ("work-orders", lambda: WorkOrder.objects.get()),
    ],
)
def test_who_was_shown_whose_is_on_record(
    lab: Laboratory, noun: str, row: Callable[[], Any]
) -> None:
    listed(lab.reader, noun, **least(lab, noun))

    look = ReadEvent.objects.get(purpose="api")
    assert (look.pk_of, look.person_id) == (row().pk, lab.specimen.person_id)


def test_a_run_is_told_with_its_progress(lab: Laboratory) -> None:
    run = run_of(lab)

    (told,) = listed(lab.reader, "reading-runs", id=run.pk)

    assert (told["reason"], told["progress"]["total"]) == ("the driver was changed", 1)
    assert told["progress"]["done"] + told["progress"]["given_up"] == 0


def test_an_order_is_found_by_the_hospital_s_number_by_those_in_whose_reach_it_is() -> None:
    wards = order_placed()
    placer = OrderNumber.objects.get().placer
    bench, ward = factories.principal(Role.TECHNOLOGIST), factories.principal(Role.WARD_DOCTOR)

    (told,) = listed(bench, "order-numbers", placer=placer)

    assert (told["placer"], told["group"], told["instrument"]) == (placer, "G1", wards.code)
    assert [item["code"] for item in told["items"]] == ["K"]
    assert listed(bench, "order-numbers", filler=told["filler"]) == [told]
    assert listed(ward, "order-numbers", placer=placer) == []


def test_the_numbers_of_an_order_of_more_lines_take_no_more_queries() -> None:
    order_placed()
    order_placed(lines=3)
    short, long = OrderNumber.objects.order_by("order").values_list("order").distinct()
    client = client_of(factories.principal(Role.TECHNOLOGIST))

    def asked(order: tuple[int]) -> tuple[int, int]:
        address = f"/api/v1/order-numbers?order={order[0]}"
        return len(client.get(address).json()["order_numbers"]), queries_of(client, address)

    (one, few), (three, many) = asked(short), asked(long)
    assert (one, three) == (1, 3)
    assert many == few
