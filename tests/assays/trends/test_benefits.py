"""Benefits kept or lost: beside what was done, by kind of removal, over HTTP, and their measures' life."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.actions import corrections, versions
from assays.models import Assay, BenefitMeasures
from assays.queries import benefits as queries
from assays.rules.benefit_measures import MeasuresRefused, Windows, check_windows, read_csv
from assays.rules.benefits import Verdict, Why
from assays.rules.interventions import is_such
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from labsys.lib.quantities import Quantity
from patients.actions import links
from patients.models import Exposure, Intervention, Person
from tests import factories
from tests import laboratory as shipped
from tests.assays import laboratory
from tests.assays.analyses import loads
from tests.assays.analyses.loads import intervened
from tests.assays.console.transmitted import text_of
from tests.assays.trends.benefited import CSV, drafted, in_force, measured, person_with
from tests.clients import client_of
from tests.signing import correcting

PAGE = "/catalogue/benefit-measures/"
KNOWN = {"CREAT": {"mg/dL", "umol/L"}, "HGB": {"g/dL"}}
HEAD = "analyte,better,smallest,unit\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "COLUMNS"),
        ("analyte,better,unit\n", "COLUMNS"),
        (HEAD, "NUMBER"),
        (HEAD + "CREAT,lower,0.2\n", "LINE"),
        (HEAD + "MAGIC,lower,0.2,mg/dL\n", "ANALYTE"),
        (HEAD + "CREAT,less,0.2,mg/dL\n", "BETTER"),
        (HEAD + "CREAT,lower,0.2,g/dL\n", "UNIT"),
        (HEAD + "CREAT,lower,0,mg/dL\n", "SMALLEST"),
        (HEAD + "CREAT,lower,-1,mg/dL\n", "SMALLEST"),
        (HEAD + "CREAT,lower,nan,mg/dL\n", "SMALLEST"),
        (HEAD + "CREAT,lower,1,mg/dL\nCREAT,higher,1,mg/dL\n", "TWICE"),
        ("\ufffe\x00", "COLUMNS"),
    ],
)
def test_what_is_wrong_with_measures_is_named(text: str, code: str) -> None:
    with pytest.raises(MeasuresRefused) as refused:
        read_csv(text.encode(), KNOWN)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("windows", "field"),
    [
        (Windows(baseline=0), "baseline_days"),
        (Windows(settling=60), "after_days"),
        (Windows(after=99_999), "after_days"),
        (Windows(unseen=-1), "unseen_days"),
    ],
)
def test_days_that_leave_nothing_to_count_are_refused(windows: Windows, field: str) -> None:
    with pytest.raises(MeasuresRefused) as refused:
        check_windows(windows)
    assert refused.value.field == field


def form(**more: Any) -> dict[str, Any]:
    days = {"baseline": 730, "carried": 30, "settling": 7, "after": 60, "unseen": 28}
    return {
        "content": SimpleUploadedFile("measures.csv", CSV),
        **{"agent": "nanites", "source": "the council", "note": "The first."},
        **{f"{name}_days": str(given) for name, given in days.items()},
        **more,
    }


@pytest.mark.django_db
def test_measures_come_into_force_once_somebody_else_approved_them() -> None:
    shipped.load_catalogue()
    author, other = client_of(Role.PATHOLOGIST), client_of(Role.PATHOLOGIST)

    author.post(f"{PAGE}new/", form())
    version = BenefitMeasures.objects.get()
    author.post(f"{PAGE}{version.pk}/approve/")
    version.refresh_from_db()
    own = version.status
    other.post(f"{PAGE}{version.pk}/approve/")
    other.post(f"{PAGE}{version.pk}/activate/", {"active_from": ""})

    assert own == "DRAFT"
    assert queries.in_force() == version
    assert "lower is better; 0.2 mg/dL matter" in text_of(author, f"{PAGE}{version.pk}/")
    assert "CREAT, HGB" in text_of(author, PAGE)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"content": SimpleUploadedFile("m.csv", b"x")}, "The first line names the columns"),
        ({"after_days": "3"}, "Values count until day 3"),
        ({"source": " "}, "required"),
        ({"settling_days": "x"}, "whole number"),
    ],
)
def test_what_is_wrong_is_told_and_drafts_nothing(change: dict[str, Any], said: str) -> None:
    shipped.load_catalogue()

    answer = client_of(Role.PATHOLOGIST).post(f"{PAGE}new/", form(**change))

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not BenefitMeasures.objects.exists()


@pytest.mark.django_db
def test_who_may_not_draft_does_not() -> None:
    assert client_of(Role.NURSE).get(f"{PAGE}new/").status_code == 403


def interventions(person: Person, role: Role = Role.PATHOLOGIST) -> str:
    return text_of(client_of(role), f"/persons/{person.uid}/interventions/")


def verdicts(person: Person) -> list[tuple[Verdict, tuple[Why, ...]]]:
    version = queries.in_force()
    assert version is not None
    by = factories.principal(Role.PATHOLOGIST)
    trials = queries.of_person(by, [person.pk], version, at=database_now())
    return [(one.verdict, one.whys) for trial in trials for one in trial.findings]


@pytest.mark.django_db
def test_what_was_done_shows_which_benefits_were_kept_and_lost_with_the_values() -> None:
    lost = person_with("1.60", "1.00", "1.55")
    assert "No measures of benefits are in force" in interventions(lost)

    in_force()

    text = interventions(lost)
    assert "BENEFITS v1" in text
    assert "1 filtration, pore 8 µm" in text
    assert all(f"{value} mg/dL" in text for value in ("1.60", "1.00", "1.55"))
    assert "from with nanites to after the removal: +55 %, worse" in text
    assert "chance alone: factors 0.81 to 1.19" in text
    assert verdicts(lost) == [
        (Verdict.LOST, ()),
        (Verdict.NOT_DETERMINABLE, (Why.NO_BASELINE, Why.NONE_WITH, Why.NONE_AFTER)),
    ]


@pytest.mark.django_db
def test_only_released_values_count_and_corrections_take_their_place() -> None:
    person = person_with("1.60", "1.00", "1.05")
    in_force()
    creatinine = Assay.objects.get(analyte__code="CREAT")
    assert verdicts(person)[0] == (Verdict.KEPT, ())

    measured(person, creatinine, [(20, "1.60")], status="TECHNICALLY_VERIFIED")
    assert verdicts(person)[0] == (Verdict.KEPT, ())
    old, by = person.results.get(value="1.05"), factories.principal(Role.PATHOLOGIST)
    new = corrections.correct(
        result=old,
        value=Quantity(Decimal("1.60"), "mg/dL"),
        reason="tubes were swapped in the rack",
        signing=correcting(by),
        by=by,
        at=database_now(),
    )
    assert verdicts(person)[0][1] == (Why.NONE_AFTER,)
    laboratory.verified(new, "RELEASED")
    assert verdicts(person)[0][0] is Verdict.LOST


@pytest.mark.django_db
def test_another_removal_before_it_settled_is_told_as_the_reason() -> None:
    person = person_with("1.60", "1.00", "1.05")
    intervened(person, ago=timedelta(days=20), kind="CHARCOAL")
    in_force()

    assert verdicts(person)[0] == (Verdict.NOT_DETERMINABLE, (Why.OVERLAPPING,))
    assert "done in between: activated charcoal, pore 8 µm" in interventions(person)


@pytest.mark.django_db
def test_a_value_after_an_exposure_is_no_baseline_whoever_looks() -> None:
    person = person_with("1.60", "1.00", "1.05")
    in_force()
    at, by = database_now(), factories.principal(Role.INFECTION_CONTROL)
    with laboratory.setting_up():
        Exposure.objects.create(
            **{"person": person, "agent": "Nanites", "kind": "PLACE", "certainty": "POSSIBLE"},
            **{"first_at": at - timedelta(days=120), "last_at": at - timedelta(days=119)},
            **{"recorded_at": at, "recorded_by": by},
        )

    assert verdicts(person)[0] == (Verdict.NOT_DETERMINABLE, (Why.NO_BASELINE,))
    assert "no value from before nanites" in interventions(person, Role.TECHNOLOGIST)


@pytest.mark.django_db
def test_entries_that_are_one_person_are_judged_and_counted_once() -> None:
    survivor, double = person_with("1.60", "1.00", "1.05"), laboratory.person()
    intervened(double, ago=timedelta(days=90))
    version, by = in_force(), factories.principal(Role.PATHOLOGIST)
    links.link(
        by=factories.principal(Role.INFECTION_CONTROL),
        at=database_now(),
        duplicate=double,
        survivor=survivor,
        reason="the same",
    )

    told = queries.of_kind(by, "FILTRATION", "", version, at=database_now())

    assert [one.findings[0].verdict for one in told.trials] == [Verdict.KEPT]


@pytest.mark.django_db
def test_of_each_kind_so_many_kept_a_benefit_with_limits() -> None:
    for after in ("1.05", "1.00", "1.60"):
        person_with("1.60", "1.00", after)
    person_with("1.60", "1.00", "1.60", kind="CHARCOAL")
    in_force()
    client = client_of(Role.PATHOLOGIST)

    text = text_of(client, "/benefits/?kind=FILTRATION&detail=")

    assert "3 persons with such a removal" in text
    assert "2 of 3" in text
    assert "21–94 %" in text
    assert "0 of 1" in text_of(client, "/benefits/?kind=CHARCOAL")
    assert "0 persons" in text_of(client, "/benefits/?kind=FILTRATION&detail=9+um")
    assert client.get("/benefits/?kind=MAGIC").status_code == 422


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["SET_POINT", "HORMONE_LOWERING", "OTHER"])
def test_whatever_was_done_to_remove_nanites_is_a_trial(kind: str) -> None:
    aimed = person_with("1.60", "1.00", "1.55", kind=kind, effect="Lower the nanite load")
    other = person_with("1.60", "1.00", "1.55", kind=kind, effect="less aggression")
    in_force()
    client = client_of(Role.PATHOLOGIST)

    assert verdicts(aimed)[0] == (Verdict.LOST, ())
    assert verdicts(other) == []
    assert "Benefits kept or lost" in interventions(aimed)
    assert "Benefits kept or lost" not in interventions(other)
    assert "1 person with such a removal" in text_of(client, f"/benefits/?kind={kind}")
    total = client.get(f"/api/v1/benefit-totals?kind={kind}").json()
    assert (total["people"], total["measures"][0]["lost"]) == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wanted", ["9", "9 um", "9.0 \u00b5m", "0.5", "10", "alpha", "ALPHA ", "%", "_", "\u03bcm", "x"]
)
def test_the_database_finds_what_one_by_one_is_such(wanted: str) -> None:
    shipped.load_catalogue()
    details = (
        "pore 9 um",
        "9.0 Micron",
        "19 \u00b5m",
        "0.5\u03bcm, then 9 um",
        "Code Alpha 7",
        "",
        "9",
    )
    for detail in details:
        loads.intervened(laboratory.person(), ago=timedelta(days=3), detail=detail)

    found = queries._such(Intervention.objects.all(), wanted).values_list("detail", flat=True)

    assert sorted(found) == sorted(one for one in details if is_such(one, wanted))


@pytest.mark.django_db
def test_the_newest_so_many_are_read_and_the_others_counted(monkeypatch: Any) -> None:
    survivor, double, other, third = (laboratory.person() for _each in range(4))
    version, by = in_force(), factories.principal(Role.PATHOLOGIST)
    for person, days in ((survivor, 9), (double, 2), (other, 5), (third, 7), (third, 20)):
        intervened(person, ago=timedelta(days=days))
    links.link(
        by=factories.principal(Role.INFECTION_CONTROL),
        at=database_now(),
        duplicate=double,
        survivor=survivor,
        reason="the same",
    )
    monkeypatch.setattr(queries, "MOST_PEOPLE", 2)

    with CaptureQueriesContext(connection) as asked:
        told = queries.of_kind(by, "FILTRATION", "", version, at=database_now())

    assert [one.person_id for one in told.trials] == [survivor.pk, other.pk]
    assert told.left_out == 1
    assert any("LIMIT 2" in one["sql"] for one in asked)


@pytest.mark.django_db
def test_more_persons_need_no_more_questions() -> None:
    person_with("1.60", "1.00", "1.05")
    version, by = in_force(), factories.principal(Role.PATHOLOGIST)
    queries.of_kind(by, "FILTRATION", "", version, at=database_now())
    with CaptureQueriesContext(connection) as one:
        queries.of_kind(by, "FILTRATION", "", version, at=database_now())
    person_with("1.60", "1.00", "1.60")
    with CaptureQueriesContext(connection) as two:
        queries.of_kind(by, "FILTRATION", "", version, at=database_now())

    assert len(one) == len(two)
    assert len(one) <= 8


@pytest.mark.django_db
def test_over_http_a_persons_verdicts_come_with_reasons_and_a_kinds_with_totals() -> None:
    person = person_with("1.60", "1.00", "1.55")
    in_force()
    client = client_of(Role.PATHOLOGIST)

    one = client.get(f"/api/v1/benefits?person={person.uid}").json()
    total = client.get("/api/v1/benefit-totals?kind=FILTRATION").json()

    (trial,) = one["trials"]
    creatinine = trial["findings"][0]
    assert one["version"] == "BENEFITS v1"
    assert (creatinine["verdict"], creatinine["reasons"]) == ("LOST", [])
    assert (creatinine["after"]["value"], creatinine["after"]["unit"]) == ("1.55", "mg/dL")
    assert creatinine["after_against_with"]["change"] == ["WORSE"]
    assert trial["findings"][1]["reasons"] == ["NO_BASELINE", "NONE_WITH", "NONE_AFTER"]
    assert (total["people"], total["measures"][0]["lost"], total["measures"][0]["kept"]) == (
        1,
        1,
        0,
    )
    assert ReadEvent.objects.filter(purpose="api", person_id=person.pk).exists()
    listed = client.get("/api/v1/benefit-measures").json()["benefit_measures"]
    assert listed[0]["measures"][0]["analyte"] == "CREAT"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("benefits", 422),
        ("benefits?person=x", 422),
        ("benefits?person=00000000-0000-0000-0000-000000000000", 404),
        ("benefits?person=00000000-0000-0000-0000-000000000000&at=yesterday", 422),
        ("benefit-totals", 422),
        ("benefit-totals?kind=MAGIC", 422),
        ("benefit-totals?kind=CHARCOAL", 404),
        ("benefit-totals?kind=CHARCOAL&magic=1", 422),
    ],
)
def test_bad_questions_are_answered_with_what_is_wrong(address: str, status: int) -> None:
    assert client_of(Role.PATHOLOGIST).get(f"/api/v1/{address}").status_code == status


@pytest.mark.django_db
def test_retired_measures_leave_nothing_said() -> None:
    person = person_with("1.60", "1.00", "1.55")
    version = in_force()
    by = factories.principal(Role.PATHOLOGIST)
    versions.retire(version=version, by=by, at=database_now(), reason="Not agreed on.")

    assert "No measures of benefits are in force" in interventions(person)
    assert drafted().number == version.number + 1
