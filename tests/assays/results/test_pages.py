"""The worklist, a result's page, a patient's page and a requester's list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assays.actions import results
from assays.models import Analyte, Assay, Result
from assays.queries import history
from assays.templatetags.laboratory import range_of
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from tests import factories
from tests.assays import laboratory
from tests.assays.results.test_moves import recorded
from tests.clients import client_of
from tests.signing import shown_on, sign_on_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def hgb() -> Assay:
    return laboratory.assays(HGB={"low": "12.0", "high": "15.5", "critical": (7, 20)})["HGB"]


def verifier() -> Principal:
    return factories.principal(Role.TECHNOLOGIST)


def test_the_worklist_shows_what_a_verifier_must_see(hgb: Assay) -> None:
    person = laboratory.person()
    recorded(hgb, "12.9", of=person, collected_ago=timedelta(days=3))
    result = recorded(hgb, "6.1", of=person)

    page = client_of(verifier()).get("/worklist/")

    text = page.content.decode()
    for shown in (
        "6.1",
        "12.9",
        "12.0 – 15.5",
        "critically low",
        person.mrn,
        "range unverified",
    ):
        assert shown in text
    assert result.specimen.accession in text


def test_stat_comes_first(hgb: Assay) -> None:
    routine = recorded(hgb)
    stat = recorded(hgb, priority=0)

    text = client_of(verifier()).get("/worklist/").content.decode()

    assert text.index(stat.specimen.accession) < text.index(routine.specimen.accession)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"move": "verify"},
        {"move": "destroy", "result": ["1"]},
        {"move": "verify", "result": "x"},
    ],
)
def test_a_bad_form_changes_nothing_and_says_what_to_do(form: dict[str, Any]) -> None:
    page = client_of(verifier()).post("/worklist/", form, follow=True)

    assert page.status_code == 200
    assert "Tick the results first" in page.content.decode()


@pytest.mark.parametrize(
    "after", ["", "x", "0~yesterday~1", "0~2026-01-01~1", "9~2026-01-01T00:00:00+00:00~1"]
)
def test_a_damaged_link_shows_a_page(hgb: Assay, after: str) -> None:
    recorded(hgb)

    assert client_of(verifier()).get("/worklist/", {"after": after}).status_code == 200


def test_the_worklist_costs_the_same_queries_whatever_its_length(
    hgb: Assay,
) -> None:
    client = client_of(verifier())
    recorded(hgb)
    few = queries_of(client, "/worklist/")
    for _number in range(5):
        recorded(hgb)

    assert queries_of(client, "/worklist/") == few


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_a_result_moves_from_the_state_its_page_showed(hgb: Assay) -> None:
    result = recorded(hgb)
    first, second = client_of(verifier()), client_of(verifier())

    moved = first.post(f"/results/{result.pk}/verify/", {"expected": "RESULTED"}, follow=True)
    stale = second.post(f"/results/{result.pk}/verify/", {"expected": "RESULTED"})

    assert "Verify: done." in moved.content.decode()
    assert stale.status_code == 409
    assert "meanwhile" in stale.content.decode()


def test_rejecting_asks_for_a_reason(hgb: Assay) -> None:
    result = recorded(hgb)
    client = client_of(verifier())

    without = client.post(f"/results/{result.pk}/reject/", {"expected": "RESULTED", "reason": ""})
    with_reason = client.post(
        f"/results/{result.pk}/reject/", {"expected": "RESULTED", "reason": "haemolysed"}
    )

    assert without.status_code == 422
    assert with_reason.status_code == 302
    assert Result.objects.get(pk=result.pk).status == "CANCELLED"


def test_the_page_of_a_result_shows_how_its_flags_came_about(hgb: Assay) -> None:
    result = recorded(hgb, "6.1")

    text = client_of(verifier()).get(f"/results/{result.pk}/").content.decode()

    assert "critically low" in text
    assert "test:1" in text  # the worker
    assert ReadEvent.objects.filter(purpose="result", pk_of=result.pk).exists()


def test_a_patients_page_draws_the_values_over_time(hgb: Assay) -> None:
    person = laboratory.person()
    for days, value in ((9, "12.1"), (5, "12.9"), (1, "14.0")):
        recorded(hgb, value, of=person, collected_ago=timedelta(days=days))

    text = client_of(verifier()).get(f"/persons/{person.uid}/results/").content.decode()

    assert "<svg" in text
    assert "style=" not in text
    assert text.count("14.0") >= 2


def test_the_newest_critical_value_stands_out_and_is_told_as_preliminary(hgb: Assay) -> None:
    person = laboratory.person()
    recorded(hgb, "6.1", of=person)
    Analyte.objects.filter(pk=hgb.analyte_id).update(name="Hb <total>")

    page = client_of(verifier()).get(f"/persons/{person.uid}/results/").content.decode()

    row = page[page.index('<tr class="row-critical">') :].split("</tr>")[0]
    for shown in ("Hb &lt;total&gt;", "?analyte=hgb", "num value-critical", ">6.1<", "PRELIMINARY"):
        assert shown in row
    assert "12.0 – 15.5" in row
    assert "unverified" in row


def test_a_patients_page_costs_the_same_queries_whatever_its_length(hgb: Assay) -> None:
    person = laboratory.person()
    client = client_of(verifier())
    recorded(hgb, of=person)
    few = queries_of(client, f"/persons/{person.uid}/results/")
    for days in range(1, 5):
        recorded(hgb, of=person, collected_ago=timedelta(days=days))

    assert queries_of(client, f"/persons/{person.uid}/results/") == few


def test_out_of_reach_looks_like_not_there(hgb: Assay) -> None:
    result = recorded(hgb)
    ward = client_of(factories.principal(Role.WARD_DOCTOR))

    for address in (f"/results/{result.pk}/", f"/persons/{result.person.uid}/results/"):
        page = ward.get(address)
        assert page.status_code == 404
        assert result.person.mrn not in page.content.decode()


def test_a_requester_sees_values_once_somebody_verified_them(hgb: Assay) -> None:
    result = recorded(hgb, "13.7")
    physician = factories.principal(Role.EXAMINING_PHYSICIAN)
    order = result.order_item.order
    mine = client_of(physician)
    assert "13.7" not in mine.get(f"/persons/{result.person.uid}/results/").content.decode()

    results.verify(result=result, by=verifier(), at=database_now())

    assert "13.7" in mine.get(f"/persons/{result.person.uid}/results/").content.decode()
    assert order.requester != physician
    assert "13.7" not in mine.get("/requests/").content.decode()


def test_a_correction_is_typed_on_the_results_page(hgb: Assay) -> None:
    result = recorded(hgb)
    client = client_of(factories.principal(Role.PATHOLOGIST))

    wrong = sign_on_page(client, result, "correct", value="14,1", reason="typing error")
    done = sign_on_page(client, result, "correct", value="14.1", reason="typing error")

    assert wrong.status_code == 422
    assert done.status_code == 302
    correction = Result.objects.get(corrects=result)
    assert str(correction.value) == "14.1"
    assert Result.objects.get(pk=result.pk).status == "SUPERSEDED"


def test_a_number_is_corrected_to_a_code_that_its_assay_may_report_and_back() -> None:
    load = laboratory.assays(LOAD={"answers": ["NOT_DETECTED"], "low": 10, "high": 20})["LOAD"]
    first = recorded(load, "13.7")
    client = client_of(factories.principal(Role.PATHOLOGIST))

    def correct(result: Result, value: str) -> int:
        return sign_on_page(
            client, result, "correct", value=value, reason="another tube"
        ).status_code

    answered = [correct(first, "NOT_DETECTED")]
    second = Result.objects.get(corrects=first)
    answered += [correct(second, "DETECTED"), correct(second, "12.5")]

    third = Result.objects.get(corrects=second)
    assert answered == [302, 422, 302]
    assert (second.kind, second.value_code, second.unit) == ("CODED", "NOT_DETECTED", "")
    assert second.as_sent == {"value": "NOT_DETECTED"}
    assert (str(third.value), third.unit) == ("12.5", "g/dL")


def test_a_stale_correction_changes_nothing(hgb: Assay) -> None:
    result = recorded(hgb)
    client = client_of(factories.principal(Role.PATHOLOGIST))
    seen = shown_on(client, f"/results/{result.pk}/")
    results.verify(result=result, by=verifier(), at=database_now())

    stale = sign_on_page(client, result, "correct", shown=seen, value="14.1", reason="typing error")

    assert stale.status_code == 409
    assert not Result.objects.filter(corrects=result).exists()


def test_an_interval_is_kept_on_one_line(hgb: Assay) -> None:
    result = recorded(hgb)

    assert range_of(result) == '<span class="interval">12.0 – 15.5</span>'


@pytest.mark.parametrize("before", ["²", "٣", "-1", "x", "9" * 30])
def test_a_forged_address_of_ones_orders_shows_the_first_page(before: str) -> None:
    client = Client()
    client.force_login(factories.principal(Role.WARD_DOCTOR).user)

    assert client.get("/requests/", {"before": before}).status_code == 200


def test_what_was_found_is_kept_when_a_hold_is_not_cleared(hgb: Assay) -> None:
    result, by = recorded(hgb), verifier()
    hold = results.hold(result=result, reason="a clot?", by=by, at=database_now())
    client = client_of(by)

    silent = client.post(f"/holds/{hold.pk}/clear/", {"reason": " "})
    results.clear_hold(hold=hold, reason="No clot.", by=verifier(), at=database_now())
    stale = client.post(f"/holds/{hold.pk}/clear/", {"reason": "Looked myself."})

    assert (silent.status_code, stale.status_code) == (422, 409)
    assert "Say what was found" in silent.content.decode()
    looks = ReadEvent.objects.filter(purpose="result", pk_of=result.pk, actor=by.pk)
    assert looks.count() == 2


def test_two_values_are_written_and_three_are_drawn(hgb) -> None:
    person = laboratory.person()
    page = f"/persons/{person.uid}/results/"
    recorded(hgb, "12.9", of=person, collected_ago=timedelta(days=3))
    recorded(hgb, "12.4", of=person)
    client = client_of(verifier())

    two = client.get(page).content.decode()
    recorded(hgb, "12.6", of=person, collected_ago=timedelta(days=1))
    three = client.get(page).content.decode()

    assert "before:" in two
    assert "12.9" in two
    assert "before:" not in three
    assert "spark-0" in three


def test_of_many_analytes_a_course_is_read_of_few_and_the_value_before_of_all(
    hgb, monkeypatch
) -> None:
    """The value before the last is written without reading it whole, as far as it may be read."""
    person = laboratory.person()
    recorded(hgb, "12.9", of=person, collected_ago=timedelta(days=3))
    newest = recorded(hgb, "12.4", of=person)
    monkeypatch.setattr(history, "MANY", 0)
    monkeypatch.setattr(history, "DRAWN_OF_MANY", 0)

    (series,) = history.series_of([person.pk], verifier())

    assert [row.result.pk for row in series.rows] == [newest.pk]
    assert (str(series.before.value), series.before.unit) == ("12.9", newest.unit)
