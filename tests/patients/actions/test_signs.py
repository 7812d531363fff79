"""Signs are defined by one and approved by another; what was seen is set right, never changed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, InvalidInputs, NotAllowed, NotFound
from patients.actions import links, sign_observations, signs
from patients.models import Person, Sign, SignObservation
from patients.queries import signs as queries
from tests import factories
from tests.patients import people
from tests.patients.people import DAY, HOUR
from tests.patients.signs import seen, sign

pytestmark = pytest.mark.django_db


def draft(by: Any = None, **stated: Any) -> Sign:
    given = {"code": "tremor", "name": "Tremor", "kind": "PRESENCE", "meaning": "shaking", **stated}
    by = by or factories.principal(Role.QUALITY_MANAGER)
    return signs.draft(by=by, at=database_now(), **given)


def test_nobody_approves_their_own_draft() -> None:
    by = factories.principal(Role.QUALITY_MANAGER)
    made = draft(by)

    with pytest.raises(NotAllowed):
        signs.approve(by=by, at=database_now(), sign=made)
    assert Sign.objects.get().status == "DRAFT"


def test_a_new_version_takes_the_place_of_the_old_and_looks_keep_theirs() -> None:
    first = sign("skin")
    someone = people.person()
    row = seen(someone, first)
    second = sign("skin", name="Skin tone")
    first.refresh_from_db()

    assert (first.status, second.status, second.number) == ("RETIRED", "ACTIVE", 2)
    assert SignObservation.objects.get(pk=row.pk).sign == first
    with pytest.raises(InvalidInputs) as refused:
        seen(someone, first)
    assert refused.value.field == "skin.sign"


def test_an_older_draft_never_replaces_a_later_version() -> None:
    old, new = draft(), draft()
    approver = factories.principal(Role.EXAMINING_PHYSICIAN)
    signs.approve(by=approver, at=database_now(), sign=new)

    with pytest.raises(Conflict):
        signs.approve(by=approver, at=database_now(), sign=old)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "SEEN"}, "kind"),
        ({"unit": "Cel"}, "unit"),
        ({"kind": "MEASURED"}, "unit"),
        ({"kind": "GRADED"}, "grades"),
        ({"name": " "}, "name"),
        ({"meaning": ""}, "meaning"),
        ({"code": "no slug"}, "code"),
    ],
)
def test_a_sign_that_says_not_how_it_is_told_is_refused(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        draft(**change)

    assert refused.value.field == field
    assert not Sign.objects.exists()


def test_a_sign_keeps_its_kind_and_unit() -> None:
    sign("temperature", "MEASURED")

    with pytest.raises(InvalidInput):
        draft(code="temperature", kind="MEASURED", unit="[degF]")
    with pytest.raises(InvalidInput):
        draft(code="temperature", kind="PRESENCE")


def test_a_look_is_recorded_whole_or_not_at_all() -> None:
    skin, heat = sign("skin"), sign("temperature", "MEASURED")
    by, at, someone = people.infection_control(), database_now(), people.person()
    good = {"sign": skin, "observed_at": at - HOUR, "grade": 2}

    with pytest.raises(InvalidInputs) as refused:
        sign_observations.record(
            by=by,
            at=at,
            person=someone,
            looks=[good, {"sign": heat, "observed_at": at - HOUR, "grade": 1}],
        )
    assert [field for field, _why in refused.value.errors] == ["temperature.value"]
    assert not SignObservation.objects.exists()

    heated = {"sign": heat, "observed_at": at - HOUR, "value": Decimal("38.50"), "comparator": ">="}
    made = sign_observations.record(by=by, at=at, person=someone, looks=[good, heated])
    assert [(row.grade, row.value, row.unit) for row in made] == [
        (2, None, ""),
        (None, Decimal("38.50"), "Cel"),
    ]


@pytest.mark.parametrize(
    ("stated", "field"),
    [
        ({"comparator": "~"}, "value"),
        ({"unit": "[degF]"}, "unit"),
        ({"onset_precision": "OFTEN"}, "onset_precision"),
        ({"observed_at": None}, "observed_at"),
        ({"value": Decimal("NaN")}, ""),
    ],
)
def test_what_is_wrong_is_named(stated: dict[str, Any], field: str) -> None:
    heat = sign("temperature", "MEASURED")
    given = {"value": Decimal(38), **stated}
    if "observed_at" in given:
        given["observed_at"] = database_now() + DAY

    with pytest.raises(InvalidInputs) as refused:
        seen(people.person(), heat, **given)

    assert refused.value.field == f"temperature.{field}"


def test_what_was_seen_is_set_right_by_a_further_row() -> None:
    skin, someone = sign("skin"), people.person()
    row, by, at = seen(someone, skin), people.infection_control(), database_now()
    given = {"sign": skin, "observed_at": row.observed_at, "grade": 2}

    corrected = sign_observations.correct(
        by=by, at=at, observation=row, reason="misread", person=someone, **given
    )
    taken = sign_observations.retract(by=by, at=at, observation=corrected, reason="other patient")

    assert not SignObservation.objects.standing().exists()
    assert SignObservation.objects.get(pk=row.pk).grade == 1
    assert taken.corrects == corrected
    with pytest.raises(Conflict):
        sign_observations.retract(by=by, at=at, observation=row, reason="again")


def test_a_nurse_records_for_patients_in_care_alone() -> None:
    ward, mine, other = people.ward(), people.person(), people.person()
    people.admitted(mine, ward)
    nurse, skin = people.doctor_of(ward, Role.NURSE), sign("skin")

    seen(mine, skin, by=nurse)
    with pytest.raises(NotFound):
        seen(other, skin, by=nurse)
    with pytest.raises(NotAllowed):
        seen(mine, skin, by=factories.principal(Role.TECHNOLOGIST))


# --- reading


def began(someone: Person, what: Sign, days: float, precision: str = "EXACT", **more: Any) -> Any:
    at = database_now()
    onset = {} if precision == "UNKNOWN" else {"onset_at": at - timedelta(days=days)}
    return seen(someone, what, onset_precision=precision, **onset, **more)


def test_the_first_onset_is_of_the_person_and_of_the_chosen_signs() -> None:
    skin, tremor = sign("skin"), sign("tremor", "PRESENCE")
    one, other = people.person(), people.person()
    began(one, skin, 3)
    first = began(other, skin, 5)
    began(other, tremor, 9)
    by = people.infection_control()
    before = queries.first_onsets([one.pk, other.pk], ["skin"])
    link = links.link(by=by, at=database_now(), duplicate=other, survivor=one, reason="same")

    found = queries.first_onsets([other.pk], ["skin"])

    assert set(before) == {one.pk, other.pk}
    assert set(found) == {one.pk}
    assert found[one.pk].latest == first.onset_at
    both = queries.first_onsets([one.pk], ["skin", "tremor"])
    assert both[one.pk].latest < first.onset_at
    links.unlink(by=by, at=database_now(), link=link, reason="two people")
    assert queries.first_onsets([one.pk, other.pk], ["skin"]) == before


def test_what_was_learnt_later_changes_no_earlier_answer() -> None:
    skin, someone = sign("skin"), people.person()
    row = began(someone, skin, 2)
    then = database_now()
    sign_observations.retract(
        by=people.infection_control(), at=database_now(), observation=row, reason="mistaken"
    )

    assert queries.first_onsets([someone.pk], ["skin"]) == {}
    assert someone.pk in queries.first_onsets([someone.pk], ["skin"], known_at=then)


def test_an_absent_sign_began_nowhere() -> None:
    skin, someone = sign("skin"), people.person()
    seen(someone, skin, grade=0)

    assert queries.first_onsets([someone.pk], ["skin"]) == {}
    assert queries.line_list(people.infection_control(), "skin").lines == []


def test_a_line_list_names_each_person_once_at_their_first_onset(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    monkeypatch.setattr(queries, "CHUNK", 3)
    skin, by = sign("skin"), people.infection_control()
    crowd = [people.person() for _n in range(5)]
    for days, someone in enumerate(crowd):
        first = began(someone, skin, days + 2, "ABOUT", onset_uncertainty_hours=6)
        for later in range(3):
            began(someone, skin, 0.1 + later / 10, by=by)
        assert first.onset_latest < database_now()
    links.link(by=by, at=database_now(), duplicate=crowd[4], survivor=crowd[0], reason="same")

    listed, after = [], None
    for _page in range(4):
        page = queries.line_list(by, "skin", after=after)
        listed += [line.person.pk for line in page.lines]
        assert len(page.lines) <= 2
        if not page.after:
            break
        moment, _line, last = page.after.rpartition("_")
        after = (type(crowd[0].recorded_at).fromisoformat(moment), int(last))

    # The linked two are one, and began six days ago: the earliest.
    assert listed == [crowd[n].pk for n in (1, 2, 3, 0)]


def test_a_line_list_reads_what_stands_of_whoever_is_one_person_now() -> None:
    skin, by = sign("skin"), people.infection_control()
    mine, other, third = (people.person() for _n in range(3))
    wrong, tellings = began(mine, skin, 9, by=by), {mine: 2, other: 3, third: 4}
    shown = {one.pk: began(one, skin, days, by=by).pk for one, days in tellings.items()}
    sign_observations.retract(by=by, at=database_now(), observation=wrong, reason="other patient")
    parted = links.link(by=by, at=database_now(), duplicate=other, survivor=mine, reason="same")
    links.unlink(by=by, at=database_now(), link=parted, reason="two people")
    newer = sign("skin", name="Skin tone")
    for one in (mine, other, third):
        began(one, newer, 1, by=by)

    lines = queries.line_list(by, "skin").lines

    assert {line.person.pk: line.first.pk for line in lines} == shown
    assert [line.person.pk for line in lines] == [mine.pk, other.pk, third.pk]
    assert {line.person.pk: line.onset for line in lines} == queries.first_onsets(shown, ["skin"])


def test_reading_costs_the_same_however_many(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    skin, by = sign("skin"), people.infection_control()
    crowd = [people.person() for _n in range(6)]
    for someone in crowd:
        began(someone, skin, 1, by=by)

    with django_assert_num_queries(2):
        assert len(queries.first_onsets([one.pk for one in crowd], ["skin"])) == 6
    with django_assert_num_queries(6):
        assert len(queries.line_list(by, "skin").lines) == 6
    with django_assert_num_queries(2):
        queries.courses(crowd[0], by=by)
