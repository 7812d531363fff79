"""The bench's pages: what is recorded shows, what is refused keeps its form, few queries do."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assays.actions import calibrations, eqa, maintenance, patient_averages, versions
from assays.models import Calibration, EqaScore, MaintenanceRecord, PatientAverage, Reagent
from assays.pages.bench_acts import ACTS
from labsys.accounts.roles import Role
from tests import factories
from tests.assays.bench.making import DAY, Bench, bench
from tests.clients import client_of

pytestmark = pytest.mark.django_db
PAGES = ("bench", "reagents", "calibrations", "maintenance", "patient-averages", "eqa")


@pytest.fixture
def here() -> Bench:
    return bench()


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def moment(at: Any) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M:%S")


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_page_says_so(here: Bench, page: str) -> None:
    answer = client_of(here.quality).get(reverse(page))

    assert answer.status_code == 200
    assert 'class="empty"' in text(answer) or "never recorded" in text(answer)


@pytest.mark.parametrize("act", ACTS)
def test_an_act_asks_and_an_empty_form_comes_back_with_what_is_missing(
    here: Bench, act: str
) -> None:
    client = client_of(here.quality)
    asked = client.get(reverse("bench-act", args=[act]))
    sent = client.post(reverse("bench-act", args=[act]), {})

    assert asked.status_code == 200
    assert sent.status_code == 422
    assert "Nothing was recorded" in text(sent) or "field-wrong" in text(sent)


@pytest.mark.parametrize("act", ACTS)
def test_nonsense_is_refused_and_never_fails(here: Bench, act: str) -> None:
    client = client_of(here.quality)
    nonsense = dict.fromkeys(ACTS[act].form.base_fields, "1' OR 1=1 --\u0000")
    numbers = dict.fromkeys(ACTS[act].form.base_fields, "9" * 30)

    assert client.post(reverse("bench-act", args=[act]), nonsense).status_code == 422
    # A name may well be a number.
    assert client.post(reverse("bench-act", args=[act]), numbers).status_code in (422, 302)
    for given in (nonsense, numbers):
        assert client.get(reverse("bench-act", args=[act]), given).status_code == 200


@pytest.mark.parametrize("query", ["?before=x", "?before=-1", "?instrument=9999999999999999999999"])
@pytest.mark.parametrize("page", PAGES)
def test_a_forged_address_shows_a_page(here: Bench, page: str, query: str) -> None:
    assert client_of(here.quality).get(reverse(page) + query).status_code == 200


def test_what_is_unknown_is_not_found(here: Bench) -> None:
    client = client_of(here.quality)

    assert client.get(reverse("reagent-lot", args=[10**12])).status_code == 404
    assert client.get(reverse("eqa-scheme", args=[10**12])).status_code == 404
    assert client.get(reverse("bench-act", args=["nothing"])).status_code == 404


@pytest.mark.parametrize("role", [Role.WARD_DOCTOR, Role.NURSE, Role.PHLEBOTOMIST, Role.AUDITOR])
def test_the_bench_is_closed_to_others(role: Role) -> None:
    client = client_of(factories.principal(role))

    assert {client.get(reverse(page)).status_code for page in PAGES} == {403}
    assert client.post(reverse("bench-act", args=["calibration"]), {}).status_code == 403


def test_a_technologist_sees_no_button_for_what_they_may_not(here: Bench) -> None:
    here.lot(here.reagent())

    page = text(client_of(here.technologist).get(reverse("reagents")))

    assert "Receive a delivery" in page
    assert "New reagent" not in page
    answer = client_of(here.technologist).get(reverse("bench-act", args=["reagent"]))
    assert answer.status_code == 403


def test_from_a_new_reagent_to_a_lot_in_use(here: Bench) -> None:
    quality, bench_hand = client_of(here.quality), client_of(here.technologist)
    given = {"name": "Glucose HK", "maker": "M", "kind": "REAGENT", "counted_in": "kits"}
    quality.post(reverse("bench-act", args=["reagent"]), given)
    reagent = Reagent.objects.get(name="Glucose HK")
    with_assays = {
        "reagent": reagent.pk,
        "instrument": here.instrument.pk,
        "assays": [one.pk for one in here.assays],
    }
    served = quality.post(reverse("bench-act", args=["serve"]), with_assays)
    delivery = {
        "reagent": reagent.pk,
        "number": "77A",
        "expires_on": (here.today + 90 * DAY).isoformat(),
        "quantity": "4",
        "received_at": moment(here.at - DAY),
    }
    received = bench_hand.post(reverse("bench-act", args=["receive"]), delivery)
    lot = reagent.lots.get()
    used = bench_hand.post(
        reverse("bench-act", args=["use"]),
        {"lot": lot.pk, "instrument": here.instrument.pk, "since": moment(here.at - DAY / 2)},
    )

    assert [a.status_code for a in (served, received, used)] == [302, 302, 302]
    assert f"{here.instrument.name}, 2 assays, since" in text(bench_hand.get(reverse("reagents")))
    page = text(bench_hand.get(reverse("reagent-lot", args=[lot.pk])))
    assert "in use" in page
    assert "received" in page


def test_a_lot_out_of_turn_keeps_its_form_and_names_the_other(here: Bench) -> None:
    reagent = here.reagent()
    sooner, later = here.lot(reagent, days=30), here.lot(reagent, days=60)
    given = {"lot": later.pk, "instrument": here.instrument.pk, "since": moment(here.at - DAY / 2)}
    client = client_of(here.technologist)

    answer = client.post(reverse("bench-act", args=["use"]), given)

    assert answer.status_code == 409
    assert f"{sooner} expires earlier" in text(answer)
    again = client.post(reverse("bench-act", args=["use"]), {**given, "reason": "damaged"})
    assert again.status_code == 302


def test_an_expired_lot_in_use_stands_out(here: Bench) -> None:
    lot = here.lot(here.reagent(), days=-2)
    here.use(lot, by=here.quality, reason="extended by the maker")

    client = client_of(here.quality)

    assert "still in use" in text(client.get(reverse("bench")))
    assert "row-critical" in text(client.get(reverse("reagents")))


def test_a_calibration_is_recorded_from_the_list_of_what_is_due(here: Bench) -> None:
    here.reagent()
    client = client_of(here.technologist)
    link = f"?instrument={here.instrument.pk}&amp;assay={here.assay.pk}"

    assert link in text(client.get(reverse("calibrations")))
    form = client.get(reverse("bench-act", args=["calibration"]) + link.replace("&amp;", "&"))
    assert f'<option value="{here.assay.pk}" selected>' in form.content.decode()
    given = {
        "instrument": here.instrument.pk,
        "assay": here.assay.pk,
        "performed_at": moment(here.at),
        "outcome": "ACCEPTED",
        "next_due_on": (here.today + 30 * DAY).isoformat(),
    }
    assert client.post(reverse("bench-act", args=["calibration"]), given).status_code == 302
    assert Calibration.objects.get().performed_by == here.technologist
    assert link not in text(client.get(reverse("calibrations")))


def test_an_annulled_calibration_stays_in_the_list_with_its_reason(here: Bench) -> None:
    made = calibrations.record(
        instrument=here.instrument,
        assay=here.assay,
        performed_at=here.at - DAY,
        by=here.technologist,
        at=here.at,
    )
    client = client_of(here.quality)

    client.post(
        reverse("bench-act", args=["calibration-annul"]),
        {"calibration": made.pk, "reason": "wrong analyser"},
    )

    page = text(client.get(reverse("calibrations")))
    assert "annulled" in page
    assert "wrong analyser" in page


def test_a_task_is_done_from_the_list_of_what_is_due(here: Bench) -> None:
    task = maintenance.add_task(
        instrument=here.instrument,
        name="Wash",
        kind="DAILY",
        every_days=1,
        by=here.quality,
        at=here.at,
    )
    client = client_of(here.technologist)

    assert "Wash" in text(client.get(reverse("bench")))
    given = {
        "instrument": here.instrument.pk,
        "task": task.pk,
        "performed_at": moment(here.at),
    }
    assert client.post(reverse("bench-act", args=["maintenance"]), given).status_code == 302

    assert MaintenanceRecord.objects.get().kind == "DAILY"
    assert "Nothing is due." in text(client.get(reverse("bench")))


def test_an_eqa_round_runs_from_the_scheme_to_the_chart(here: Bench) -> None:
    scheme = eqa.add_scheme(name="Chemistry", provider="P", by=here.quality, at=here.at)
    for number, value in enumerate(("5.1", "5.5", "5.9"), start=1):
        one = eqa.open_round(
            scheme=scheme,
            code=f"2026-{number}",
            closes_on=here.today - (4 - number) * 30 * DAY,
            by=here.technologist,
            at=here.at,
        )
        result = eqa.record_result(
            round=one,
            sample="A",
            assay=here.assay,
            value=Decimal(value),
            unit="g/dL",
            measured_at=here.at - DAY,
            by=here.technologist,
            at=here.at,
        )
        given = {"result": result.pk, "assigned": "5.0", "sd": "0.2"}
        answer = client_of(here.quality).post(reverse("bench-act", args=["eqa-score"]), given)
        assert answer.status_code == 302

    client = client_of(here.technologist)
    listed = text(client.get(reverse("eqa")))
    page = text(client.get(reverse("eqa-scheme", args=[scheme.pk])))

    assert [s.verdict for s in EqaScore.objects.order_by("id")] == [
        "SATISFACTORY",
        "QUESTIONABLE",
        "UNSATISFACTORY",
    ]
    assert "nonconformity" in listed
    assert "<svg" in page
    assert "3 results from" in page


def average_in_force(here: Bench, **more: Any) -> PatientAverage:
    given = {"target": Decimal(14), "sd": Decimal(1), "weight": Decimal("0.2"), **more}
    made = patient_averages.draft(assay=here.assay, by=here.quality, at=here.at, **given)
    versions.approve(version=made, by=here.pathologist, at=here.at)
    versions.activate(version=made, by=here.pathologist, at=here.at)
    return made


def test_a_draft_average_waits_for_a_second_person(here: Bench) -> None:
    given = {
        "assay": here.assay.pk,
        "method": "EWMA",
        "weight": "0.1",
        "target": "14",
        "sd": "1",
        "limit_sd": "3",
        "note": "first",
    }
    client = client_of(here.quality)

    answer = client.post(reverse("bench-act", args=["average"]), given)

    made = PatientAverage.objects.get()
    assert answer.status_code == 302
    assert (made.status, made.unit) == ("DRAFT", "g/dL")
    assert "Not in force yet" in text(client.get(reverse("patient-averages")))
    with pytest.raises(versions.SamePerson):
        versions.approve(version=made, by=here.quality, at=here.at)


@pytest.mark.parametrize(
    "changed",
    [
        {"weight": "0"},
        {"weight": "1.5"},
        {"weight": ""},
        {"method": "MEAN"},
        {"method": "MEAN", "weight": "", "block": "1"},
        {"truncate_low": "15", "truncate_high": "10"},
        {"truncate_low": "15"},
        {"sd": "0"},
        {"limit_sd": "-1"},
        {"target": "NaN"},
    ],
)
def test_an_average_without_sense_is_refused(here: Bench, changed: dict[str, str]) -> None:
    given = {
        "assay": here.assay.pk,
        "method": "EWMA",
        "weight": "0.1",
        "target": "14",
        "sd": "1",
        "limit_sd": "3",
        "note": "first",
        **changed,
    }

    answer = client_of(here.quality).post(reverse("bench-act", args=["average"]), given)

    assert answer.status_code == 422
    assert not PatientAverage.objects.exists()


def test_lists_take_as_many_queries_for_many_rows_as_for_few(here: Bench) -> None:
    client = client_of(here.quality)
    scheme = eqa.add_scheme(name="Chemistry", provider="P", by=here.quality, at=here.at)
    average_in_force(here)

    def rows(number: int) -> None:
        reagent = here.reagent()
        here.use(here.lot(reagent, days=10 + number))
        calibrations.record(
            instrument=here.instrument,
            assay=here.assay,
            performed_at=here.at - timedelta(hours=number),
            by=here.technologist,
            at=here.at,
        )
        maintenance.record(
            instrument=here.instrument,
            kind="OTHER",
            what="looked after",
            performed_at=here.at,
            assay=here.assay,
            by=here.technologist,
            at=here.at,
        )
        one = eqa.open_round(
            scheme=scheme, code=f"r{number}", closes_on=here.today, by=here.quality, at=here.at
        )
        result = eqa.record_result(
            round=one,
            sample="A",
            assay=here.assay,
            value=Decimal(5),
            unit="g/dL",
            measured_at=here.at,
            by=here.quality,
            at=here.at,
        )
        scored = eqa.score(
            result=result, assigned=Decimal(5), sd=Decimal(1), by=here.quality, at=here.at
        )
        eqa.follow_up(scored=scored, what="nothing", by=here.quality, at=here.at)

    def counted() -> dict[str, int]:
        found = {}
        for page in (*PAGES, "eqa-scheme"):
            address = reverse(page, args=[scheme.pk] if page == "eqa-scheme" else [])
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(address).status_code == 200
            found[page] = len(queries)
        return found

    rows(1)
    counted()  # what is read once per process
    few = counted()
    for number in range(2, 6):
        rows(number)

    assert counted() == few
    assert max(few.values()) <= 25
