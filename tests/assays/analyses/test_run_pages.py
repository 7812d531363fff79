"""Analyses are asked for, followed, cancelled and read on pages; a person's course is drawn."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.actions.analyses import runs
from assays.actions.analyses.runs import ANALYSE, CONCLUDE
from assays.models import AnalysisRun
from assays.numerics.kinetics import Note
from assays.numerics.kinetics.load_fit import METHOD
from assays.pages.analyses.kinetics import notes_in_words
from assays.rules.analyses import kinetics
from assays.rules.analyses.runs import made_with
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.work import worker
from labsys.work.models import WorkItem
from patients.models import Person
from tests.assays import laboratory
from tests.assays.analyses import loads
from tests.assays.analyses.loads import GROWING, SCATTER, measured
from tests.assays.console.transmitted import text_of
from tests.assays.evaluation.test_evaluation import WORKER, work_off
from tests.clients import client_of

pytestmark = pytest.mark.django_db
PAGE = "/analyses/"


@pytest.fixture
def client() -> Any:
    return client_of(Role.PATHOLOGIST)


@pytest.fixture
def person() -> Person:
    one = laboratory.person()
    measured(one, GROWING, loads.assay())
    work_off()
    return one


def page_of(person: Person) -> str:
    return f"/persons/{person.uid}/kinetics/"


def test_an_analysis_of_everybody_is_begun_and_followed_to_its_end(client, person) -> None:
    begun = client.post(PAGE, {"limit": "20000", "reason": "weekly"}, follow=True)
    (run,) = AnalysisRun.objects.all()
    waiting = begun.content.decode()
    work_off()
    polled = client.get(f"{PAGE}{run.pk}/progress/").content.decode()
    done = text_of(client, f"{PAGE}{run.pk}/")

    assert "0 of 1 parts are done" in waiting
    assert f'data-refresh="{PAGE}{run.pk}/progress/"' in waiting
    assert "1 of 1 parts are done" in polled
    assert "data-refresh-done" in polled
    assert "doubles in" in done
    assert run.inputs_digest in done
    assert "data-refresh=" not in done
    assert run.parameters == {"limit": 20000.0}


def test_a_run_is_cancelled_with_a_reason_and_repeated(client, person) -> None:
    client.post(PAGE, {})
    (run,) = AnalysisRun.objects.all()

    without = client.post(f"{PAGE}{run.pk}/cancel/", {"reason": ""}, follow=True)
    ended = client.post(f"{PAGE}{run.pk}/cancel/", {"reason": "values wrong"}, follow=True)
    again = client.post(f"{PAGE}{run.pk}/repeat/", {}, follow=True)
    work_off()

    assert "Say why the run is cancelled" in without.content.decode()
    assert "The run is cancelled" in ended.content.decode()
    assert "not begun" in ended.content.decode()
    assert "The run is done again" in again.content.decode()
    assert "not begun" not in again.content.decode()
    assert list(AnalysisRun.objects.order_by("pk").values_list("status", flat=True)) == [
        "CANCELLED",
        "DONE",
    ]


def test_each_phase_is_said_and_read_out_politely(client, person) -> None:
    client.post(PAGE, {})
    run = AnalysisRun.objects.get()
    address = f"{PAGE}{run.pk}/progress/"
    waiting = client.get(address).content.decode()
    WorkItem.objects.filter(kind=CONCLUDE).delete()
    worker.drain(WORKER, seconds=0, only=[(ANALYSE, 1)])
    combining = client.get(address).content.decode()
    work_off()
    done = client.get(address).content.decode()

    assert "Waiting for a worker." in waiting
    assert "Putting together what the parts gave." in combining
    assert "data-refresh-done" in done
    for shown in (waiting, combining, done):
        assert shown.count('role="status"') == 1
        assert "<progress" in shown
    assert f'<noscript><p><a href="{PAGE}{run.pk}/">Reload' in waiting
    assert "<noscript>" not in done


def test_a_part_that_was_given_up_and_a_run_that_failed_say_why(
    client, person, monkeypatch
) -> None:
    def broken(*_given: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(kinetics, "work", broken)
    client.post(PAGE, {})
    for _attempt in range(3):
        work_off()
        WorkItem.objects.filter(state="PENDING").update(available_at=database_now())
    text = text_of(client, f"{PAGE}{AnalysisRun.objects.get().pk}/")

    assert "1 was given up" in text
    assert "It failed by a fault of the program, 3 times: report this." in text
    assert "failed" in text


def test_a_repetition_shows_which_versions_differ(client, person, monkeypatch) -> None:
    with monkeypatch.context() as older:
        older.setattr(runs, "made_with", lambda *given: {**made_with(*given), "numpy": "1.0.0"})
        older.setattr(kinetics, "POINTS", 11)
        client.post(PAGE, {})
        work_off()
    first = AnalysisRun.objects.get()
    client.post(f"{PAGE}{first.pk}/repeat/", {})
    work_off()
    again = AnalysisRun.objects.latest("pk")

    text = text_of(client, f"{PAGE}{again.pk}/")

    assert f"numpy (1.0.0, now {again.made_with['numpy']})" in text
    assert again.made_with["code"] == first.made_with["code"]


def test_nothing_to_analyse_is_said_on_the_form(client) -> None:
    loads.assay()

    answer = client.post(PAGE, {})

    assert answer.status_code == 422
    assert "There is nothing to analyse" in answer.content.decode()


def test_a_persons_course_is_asked_for_and_drawn(client, person) -> None:
    before = text_of(client, page_of(person))
    waiting = client.post(page_of(person), {}, follow=True).content.decode()
    work_off()
    done = client.get(page_of(person)).content.decode()

    assert "No analysis yet" in before
    assert "An analysis is being made" in waiting
    assert "doubles in" in done
    assert done.count("<svg") >= 2
    assert "recorded, corrected or withdrawn since" not in done


def test_what_is_drawn_stands_in_a_table_as_well(client, person) -> None:
    client.post(page_of(person), {})
    work_off()

    shown = text_of(client, page_of(person))

    table = shown[shown.index("Measured / fitted") :]
    assert f"Values as a table ({len(GROWING)})" in shown
    assert all(f'<td class="num">{load}</td>' in table for load in GROWING)


def test_the_day_a_load_is_reached_is_told_where_it_is_asked_for(client, person) -> None:
    client.post(page_of(person), {"limit": "5000"})
    work_off()
    reached = text_of(client, page_of(person))
    client.post(page_of(person), {"limit": "50"})
    work_off()
    behind = text_of(client, page_of(person))
    wrong = client.post(page_of(person), {"limit": "much"}, follow=True).content.decode()
    negative = client.post(page_of(person), {"limit": "-5"}, follow=True).content.decode()

    assert "Until 5000 per microlitre" in reached
    assert "if it goes on as it last went" in reached
    assert "not expected as it last went" in behind
    assert "is a number above 0" in wrong
    assert "is a number above 0" in negative


def test_the_course_is_named_with_what_was_tried(client, person) -> None:
    client.post(page_of(person), {})
    work_off()

    done = text_of(client, page_of(person))

    assert "exponential: one rate throughout" in done
    assert "loads scatter about it by" in done
    assert "per microlitre</dt>" not in done


def test_clearance_in_two_phases_is_named_with_its_parameters(client) -> None:
    one = laboratory.person()
    values = [20000 * math.exp(-0.9 * day) + 300 * math.exp(-0.05 * day) for day in range(14)]
    measured(
        one,
        [str(round(value * SCATTER[place % 8])) for place, value in enumerate(values)],
        loads.assay(),
        every_days=1,
    )
    work_off()
    client.post(page_of(one), {})
    work_off()

    done = text_of(client, page_of(one))

    assert "bi-exponential: clearance in two phases" in done
    assert "Rate of the slow phase, per day (gamma)" in done


def test_what_was_done_is_marked_in_words_and_beside_the_change_of_rate(client) -> None:
    one = laboratory.person()
    measured(one, ("200", "300", "420", "610", "300", "160", "80", "40"), loads.assay())
    loads.intervened(one, ago=timedelta(days=7))
    work_off()
    client.post(page_of(one), {})
    work_off()

    answer = client.get(page_of(one)).content.decode()

    assert answer.count("filtration through pores of 8 µm") >= 3
    assert "filtration through pores of 8 µm" in answer.split("</svg>")[0]
    assert "Rate changed by, per day" in answer


def test_a_course_of_other_values_than_there_are_now_says_so(client, person) -> None:
    client.post(page_of(person), {})
    work_off()
    measured(person, ["90"], loads.assay())

    assert "recorded, corrected or withdrawn since" in text_of(client, page_of(person))


def test_the_list_of_runs_costs_the_same_however_many_there_are(client, person) -> None:
    client.post(PAGE, {})
    work_off()
    client.get(PAGE)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(PAGE)
    for _run in range(4):
        client.post(PAGE, {})
    work_off()

    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)

    assert len(many) == len(one)


def test_a_ward_doctor_reads_courses_of_their_own_patients_alone(client, person) -> None:
    client.post(page_of(person), {})
    work_off()
    stranger = client_of(Role.WARD_DOCTOR)

    assert stranger.get(page_of(person)).status_code == 404
    assert stranger.get(f"{PAGE}{AnalysisRun.objects.get().pk}/").status_code == 403


def test_every_note_of_a_fit_has_words() -> None:
    notes = [note.value for note in Note]

    assert all(said != note for said, note in zip(notes_in_words(notes), notes, strict=True))


def test_the_method_on_record_is_that_of_the_numbers() -> None:
    assert METHOD in kinetics.METHOD.split()
